"""Who answers: the assistant itself when it runs, and the lender's gateways."""

from __future__ import annotations

import fcntl
from pathlib import Path

from bot.doctor.asking import ask
from bot.doctor.circumstances import Circumstances
from bot.doctor.finding import Finding, doubtful, failing, well


async def assistant(given: Circumstances) -> list[Finding]:
    """Whether `reprieve run` holds the database, and is ready."""
    settings = given.settings
    if not _is_held(settings.database):
        return [doubtful("assistant", "doctor.assistant.stopped")]
    if settings.http_port == 0:
        return [well("assistant", "doctor.assistant.running")]
    host = "127.0.0.1" if settings.http_host in {"0.0.0.0", "::"} else settings.http_host  # noqa: S104  # asked from here
    answer = await ask(f"http://{host}:{settings.http_port}/readyz")
    if answer.body.get("ready") is True:
        return [well("assistant", "doctor.assistant.ready")]
    words = ", ".join(map(str, answer.body.get("failing", ()))) or answer.error
    return [failing("assistant", "doctor.assistant.not_ready", failing=words)]


async def hooks(given: Circumstances) -> list[Finding]:
    """Whether each gateway that is set answers at all; what it answers is its own matter."""
    settings = given.settings
    set_up = {"code_hook": settings.code_hook_url, "decision_hook": settings.decision_hook_url}
    return [await _hook(check, url) for check, url in set_up.items() if url]


async def _hook(check: str, url: str) -> Finding:
    answer = await ask(url, "HEAD")
    if answer.status:
        return well(check, "doctor.hook.ok", status=answer.status)
    return failing(check, "doctor.hook.silent", error=answer.error)


def _is_held(database: Path) -> bool:
    lock = database.with_name(database.name + ".run")
    if not lock.exists():
        return False
    with lock.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
