"""Messages that must wait: asked to, or after failures, and what counts as one."""

from __future__ import annotations

import asyncio

from bot.outbox import Later, Outbox, _backoff
from bot.store.outgoing import Claimed
from tests.chat.house import House
from tests.chat.person import Chat
from tests.store.wire import Wire, states


async def test_a_channel_that_asks_to_wait_is_given_the_time(
    house: House, outbox: Outbox, wire: Wire, stranger: Chat
) -> None:
    await stranger.say("/tips")
    wire.fails = [Later(30, may_repeat=True)]
    await outbox.drain()
    assert await states(house) == [("ready", 0, 1)]
    house.clock.forward(seconds=29)
    await outbox.drain()
    assert wire.went == []
    house.clock.forward(seconds=2)
    await outbox.drain()
    assert wire.went[0].may_repeat


async def test_being_asked_to_wait_is_no_failure_however_often(
    house: House, outbox: Outbox, wire: Wire, stranger: Chat
) -> None:
    await stranger.say("/tips")
    for failure in (*[Later(30)] * 20, ZeroDivisionError()):
        wire.fails = [failure]
        await outbox.drain()
        house.clock.forward(seconds=31)
    assert await states(house) == [("ready", 1, 1)]
    await outbox.drain()
    assert len(wire.went) == 1


def test_a_crowd_that_failed_together_does_not_come_back_together() -> None:
    for attempts in (1, 5, 40):
        waits = [_backoff(attempts) for _ in range(50)]
        longest = min(0.5 * 2**attempts, 300)
        assert all(longest / 2 <= wait <= longest for wait in waits)
        assert len(set(waits)) > 25


async def test_failures_in_a_row_wait_longer_each_time(
    house: House, outbox: Outbox, wire: Wire, stranger: Chat
) -> None:
    await stranger.say("/tips")
    waits = []
    for _ in range(6):
        wire.fails = [ConnectionError()]
        await outbox.drain()
        (row,) = await house.rows("SELECT not_before FROM outbox")
        due = row["not_before"]
        before = house.clock()
        while (house.clock()).isoformat(timespec="microseconds") < due:
            house.clock.forward(seconds=0.25)
        waits.append((house.clock() - before).total_seconds())
    assert waits[-1] > 4 * waits[0]
    await outbox.drain()
    assert len(wire.went) == 1


async def test_asked_to_stop_it_waits_no_longer_than_its_limit_and_goes_on_after_the_start(
    house: House, wire: Wire, stranger: Chat
) -> None:
    class Endless:
        async def deliver(self, _message: Claimed) -> str | None:
            await asyncio.Event().wait()
            return None

    await stranger.say("/tips")
    ending = Outbox(house.database, {"web": Endless()}, house.clock)
    await ending._begin()
    await ending.close(0.01)
    assert await states(house) == [("sending", 1, 0)]
    beginning = Outbox(house.database, {"web": wire}, house.clock)
    await beginning._look()
    await beginning.drain()
    assert [message.may_repeat for message in wire.went] == [True]
