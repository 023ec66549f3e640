"""After an absence longer than Telegram keeps taps, whoever may have pressed in vain is told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.channels.telegram.absence import Absence
from tests.simulator import Simulator
from tests.simulator.clock import PATIENCE_SECONDS
from tests.telegram.desk import Desk
from tests.telegram.someone import Arrives, Someone

TOLD = "away.press_again"


async def away(desk: Desk, **how_long: float) -> None:
    """Nobody is there for so long."""
    await desk.settled()
    await desk.stop()
    desk.clock.forward(**how_long)
    desk.simulator.clock.advance(timedelta(**how_long).total_seconds())
    await desk.start()
    await reached(desk)


async def reached(desk: Desk) -> None:
    """Return once the return is noted, and what came of it is sent."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while desk.telegram.absence._noted is None:  # noqa: ASYNC110  # no bell rings for it
            await asyncio.sleep(0.01)
    await desk.settled()


def told(someone: Someone) -> int:
    """How often they were asked to press again."""
    words = someone.word(TOLD)
    return [message.text for message in someone.chat.received].count(words)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_tap_that_was_lost_is_asked_for_again_and_then_counts(
    desk: Desk, ann: Someone
) -> None:
    await reached(desk)
    await desk.stop()
    card = ann.chat.received[-1]
    await ann.chat.tap(ann.label("task.why"), card)
    desk.clock.forward(minutes=10)
    desk.simulator.clock.advance(600)
    await desk.start()
    await reached(desk)
    assert told(ann) == 1
    assert ann.word("why.lines.head") not in ann.chat.received[-1].text
    await ann.chat.tap(ann.label("task.why"), card)
    await ann.sees("why.lines.head")


async def test_nobody_is_told_twice_of_one_absence(desk: Desk, ann: Someone) -> None:
    await reached(desk)
    await away(desk, minutes=10)
    await away(desk, seconds=20)
    assert told(ann) == 1
    await away(desk, minutes=10)
    assert told(ann) == 2


async def test_a_short_absence_loses_no_tap_and_is_not_told(desk: Desk, ann: Someone) -> None:
    await reached(desk)
    await away(desk, seconds=100)
    assert told(ann) == 0


async def test_whoever_has_been_quiet_or_has_nothing_to_press_is_left_alone(
    desk: Desk, ann: Someone, arrives: Arrives
) -> None:
    await reached(desk)
    stranger = arrives()
    await stranger.chat.say("/tips")
    await stranger.quiet()
    await desk.telegram.absence._here()
    desk.clock.forward(hours=2)
    quiet = await desk.assistant.parts.chats.talking("telegram", desk.clock() - timedelta(hours=1))
    assert quiet == []
    await desk.database.write(lambda db: db.execute("UPDATE chat SET unreachable_at = heard_at"))
    both = await desk.assistant.parts.chats.talking("telegram", desk.clock() - timedelta(hours=3))
    assert both == []
    assert told(ann) == 0


async def test_the_note_renews_no_proof_of_who_reads(desk: Desk, ann: Someone) -> None:
    await reached(desk)
    before = await desk.rows("SELECT proven_at, heard_at FROM chat")
    await away(desk, minutes=10)
    assert told(ann) == 1
    assert [tuple(row) for row in await desk.rows("SELECT proven_at, heard_at FROM chat")] == [
        tuple(row) for row in before
    ]


async def test_a_process_that_lived_on_without_telegram_tells_as_well(
    desk: Desk, ann: Someone, simulator: Simulator
) -> None:
    await reached(desk)
    now = 1_000.0
    absence = Absence(desk.assistant.serve, desk.assistant.parts.chats, desk.clock, lambda: now)
    await absence.here()
    for waited, times in ((100, 0), (151, 1), (60, 1)):
        now += waited
        await absence.here()
        await desk.settled()
        assert told(ann) == times
    assert simulator.refused == []


async def test_what_cannot_be_noted_keeps_no_update_from_coming(
    ann: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(_self: Absence) -> None:
        raise OSError

    monkeypatch.setattr(Absence, "_here", fails)
    await ann.chat.say("/balance")
    await ann.offered("task.why")
