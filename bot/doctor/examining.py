"""Every look, in the order in which one thing stands on another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Final

from bot.doctor import files, keys, queues, reach, rules, telegram
from bot.doctor.circumstances import Circumstances
from bot.doctor.finding import Finding, doubtful, failing, well

_OUR_OWN: Final[tuple[Callable[[Circumstances], Iterator[Finding]], ...]] = (
    files.database,
    files.journal,
    files.disk,
    files.backup,
    queues.queues,
    keys.key_file,
    files.clock,
    rules.catalogues,
    rules.policy,
    rules.products,
)


async def examine(given: Circumstances) -> AsyncIterator[Finding]:
    """Look at everything; a look that breaks is a finding and ends no other."""
    for finding in _settings(given):
        yield finding
    for look in _OUR_OWN:
        for finding in _unbroken(look, given):
            yield finding
    for finding in await reach.assistant(given):
        yield finding
    for finding in await telegram.bot_and_webhook(given):
        yield finding
    for finding in await reach.hooks(given):
        yield finding


def _settings(given: Circumstances) -> Iterator[Finding]:
    settings = given.settings
    yield well("settings", "doctor.settings.ok")
    if settings.demo:
        yield doubtful("settings", "doctor.settings.demo")
    if settings.clock is not None:
        yield doubtful("settings", "doctor.settings.clock")
    if settings.mode != "off" and not settings.url.startswith("https://"):
        yield doubtful("settings", "doctor.settings.https", url=settings.url)


def _unbroken(
    look: Callable[[Circumstances], Iterator[Finding]], given: Circumstances
) -> Iterator[Finding]:
    try:
        yield from look(given)
    except Exception as broken:  # noqa: BLE001  # the other looks may tell why
        name = look.__name__
        yield failing(name, "doctor.broken", error=type(broken).__name__)
