"""Fixtures of the tests over Telegram: the simulator, an installation, people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.chat.fixtures import folder, imported
from tests.chat.house import understanding
from tests.chat.lender import Lender, Staff
from tests.simulator import Simulator
from tests.telegram.desk import Desk
from tests.telegram.someone import LANGUAGES, Someone, linked

__all__ = ["folder", "imported"]
Linked = Callable[..., Awaitable[Someone]]
Writes = Callable[[str], Awaitable[None]]


@pytest.fixture(autouse=True)
def _understood_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What free text may mean is learnt once for all tests."""
    monkeypatch.setattr("bot.app.assistant.Understanding", lambda _texts: understanding())


@pytest.fixture(autouse=True)
def _soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A poll or a set-up that failed is tried again after a moment, not after a second."""
    monkeypatch.setattr("bot.channels.telegram.polling._WAIT", 0.05)
    monkeypatch.setattr("bot.channels.telegram._AGAIN", 0.05)


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A fresh Telegram on a port of its own."""
    async with Simulator() as running:
        yield running


@pytest.fixture
def mode() -> str:
    """How updates come, unless a test says otherwise."""
    return "polling"


@pytest.fixture
def settings() -> dict[str, object]:
    """Settings beside the usual ones, unless a test says otherwise."""
    return {}


@pytest.fixture
async def desk(
    simulator: Simulator, folder: Path, mode: str, settings: dict[str, object]
) -> AsyncIterator[Desk]:
    """An installation that runs; at the end, every call it made was one Telegram would accept."""
    running = Desk(simulator, folder, mode, more=settings)
    await running.start()
    try:
        yield running
    finally:
        await running.stop()
    assert simulator.refused == []


@pytest.fixture
def arrives(desk: Desk) -> Callable[..., Someone]:
    """Somebody who has never written to the bot."""

    def somebody(locale: str = "en", **about: object) -> Someone:
        given = {"language_code": LANGUAGES.get(locale, locale), **about}
        return Someone(desk, desk.simulator.person(**given), locale)  # type: ignore[arg-type]  # fields of a user

    return somebody


@pytest.fixture
def linked_as(arrives: Callable[..., Someone]) -> Linked:
    """Somebody the lender knows, linked and proven."""

    async def somebody(ref: str = "ANN", locale: str = "en", **about: object) -> Someone:
        return await linked(arrives(locale, **about), ref)

    return somebody


@pytest.fixture
async def ann(linked_as: Linked) -> Someone:
    """Somebody with one loan, 45 days late, whose case a person decides."""
    return await linked_as("ANN")


@pytest.fixture
async def staff_writes(desk: Desk, ann: Someone) -> Writes:
    """The lender's people write in Ann's chat."""
    assert ann.chat.received
    (chat,) = await desk.rows("SELECT chat_id FROM chat")
    staff = Staff(desk)

    async def write(words: str) -> None:
        await staff.write(chat["chat_id"], words, hand_back=True)

    return write


@pytest.fixture
def lender(desk: Desk) -> Lender:
    """Whose tapes come next."""
    return Lender.of(desk)


@pytest.fixture
def staff(desk: Desk) -> Staff:
    """A reviewer."""
    return Staff(desk)
