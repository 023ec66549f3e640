"""Outgoing messages: claimed, sent, marked; put off, given up, taken up again after a crash."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.outbox import Later, Outbox, Undeliverable, Unreachable
from bot.store.connection import Database
from bot.store.outgoing import Claimed, claim
from tests.chat.house import House
from tests.chat.person import Chat, new_chat
from tests.store.wire import Wire, states


async def test_every_answer_goes_out_once_in_its_order(
    house: House, outbox: Outbox, wire: Wire, stranger: Chat
) -> None:
    await stranger.walk("/start", "/tips", "/help")
    await outbox.drain()
    assert [message.seq for message in wire.went] == sorted(message.seq for message in wire.went)
    assert len(wire.went) == 3
    assert {state for state, _, _ in await states(house)} == {"sent"}


async def test_a_chats_next_message_waits_for_the_one_before(
    house: House, outbox: Outbox, wire: Wire, stranger: Chat
) -> None:
    other = await new_chat(house)
    await stranger.walk("/tips", "/help")
    await other.say("/tips")
    wire.fails = [Later(60)]
    await outbox.drain()
    assert [message.chat_id for message in wire.went] == [other.id]
    house.clock.forward(seconds=61)
    await outbox.drain()
    assert [message.chat_id for message in wire.went] == [other.id, stranger.id, stranger.id]


async def test_a_bug_in_the_channel_ends_with_the_message_dead_and_the_next_goes_out(
    house: House, outbox: Outbox, wire: Wire, stranger: Chat
) -> None:
    await stranger.walk("/tips", "/help")
    for _ in range(12):
        wire.fails = [ZeroDivisionError()]
        await outbox.drain()
        house.clock.forward(seconds=600)
    await outbox.drain()
    assert [state for state, _, _ in await states(house)] == ["dead", "sent"]


async def test_a_message_the_channel_refuses_for_good_is_dead_at_once(
    house: House, outbox: Outbox, wire: Wire, stranger: Chat
) -> None:
    await stranger.walk("/tips", "/help")
    wire.fails = [Undeliverable()]
    await outbox.drain()
    assert [state for state, _, _ in await states(house)] == ["dead", "sent"]


async def test_what_cannot_be_reached_waits_until_it_can(
    house: House, outbox: Outbox, wire: Wire, stranger: Chat
) -> None:
    await stranger.walk("/tips", "/help")
    wire.fails = [Unreachable(), Unreachable()]
    await outbox.drain()
    assert {state for state, _, _ in await states(house)} == {"unreachable"}
    await house.chats.set_reachable(stranger.id, reachable=False, at=house.clock())
    await house.chats.set_reachable(stranger.id, reachable=True)
    await outbox.drain()
    assert len(wire.went) == 2


async def test_a_claim_a_crash_left_behind_is_taken_up_after_its_lease(
    house: House, outbox: Outbox, wire: Wire, stranger: Chat
) -> None:
    await stranger.say("/tips")
    now = house.clock()
    (lost,) = await claim(house.database, ("web",), now, now + timedelta(seconds=60), 10)
    assert not lost.may_repeat
    await outbox.drain()
    assert wire.went == []
    house.clock.forward(seconds=61)
    await outbox.drain()
    assert [message.may_repeat for message in wire.went] == [True]


async def test_asked_to_stop_while_it_claims_it_sends_what_it_claimed(
    house: House,
    outbox: Outbox,
    stranger: Chat,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    claimed, told = asyncio.Event(), asyncio.Event()

    async def slowly(*given: Any) -> list[Claimed]:  # noqa: ANN401  # as `claim`
        messages = await claim(*given)
        claimed.set()
        await told.wait()
        return messages

    await stranger.say("/tips")
    monkeypatch.setattr("bot.outbox.claim", slowly)
    running = asyncio.create_task(outbox.run())
    await claimed.wait()
    running.cancel()
    await asyncio.sleep(0)
    told.set()
    await asyncio.gather(running, return_exceptions=True)
    await outbox.close(1)
    assert await states(house) == [("sent", 1, 0)]


async def test_a_drain_ends_with_the_last_message_of_a_chat_and_not_with_its_first(
    outbox: Outbox, wire: Wire, stranger: Chat
) -> None:
    await stranger.walk("/tips", "/help", "/start")
    assert await outbox.drain() == 3
    assert len(wire.went) == 3


async def test_two_drains_at_once_send_nothing_twice(
    house: House, outbox: Outbox, wire: Wire, stranger: Chat
) -> None:
    beside = Outbox(house.database, {"web": wire}, house.clock)
    await stranger.walk("/tips", "/help", "/start")
    await asyncio.gather(outbox.drain(), beside.drain())
    assert len(wire.went) == 3


async def test_messages_of_a_channel_that_is_off_wait_untouched(
    house: House, outbox: Outbox, wire: Wire, stranger: Chat
) -> None:
    await stranger.say("/tips")
    await house.database.write(lambda db: db.execute("UPDATE outbox SET channel = 'telegram'"))
    for _ in range(20):
        await outbox.drain()
        house.clock.forward(seconds=120)
    assert await states(house) == [("ready", 0, 0)]
    await stranger.say("/help")
    assert wire.went == []  # the chat's earlier message is still to come


async def test_the_channels_own_id_is_kept_for_editing(
    house: House, outbox: Outbox, stranger: Chat
) -> None:
    await stranger.say("/tips")
    await outbox.drain()
    last = await stranger.last()
    assert await house.chats.external_id(stranger.id, last.seq) == "x1"
    assert await house.chats.external_id(stranger.id, 999) is None


async def test_each_commit_kicks_the_outbox(house: House, stranger: Chat) -> None:
    before = house.kicks
    await stranger.say("/tips")
    assert house.kicks == before + 1


async def test_a_blocked_chat_is_noted_with_the_message_that_found_it(
    house: House, outbox: Outbox, wire: Wire, stranger: Chat
) -> None:
    await stranger.say("/help")
    wire.fails = [Unreachable()]
    await outbox.drain()
    assert await house.value(
        "SELECT unreachable_at FROM chat WHERE chat_id = :chat_id", chat_id=stranger.id
    )
    await house.chats.set_reachable(stranger.id, reachable=True)
    await outbox.drain()
    assert {state for state, *_ in await states(house)} == {"sent"}


async def test_what_is_still_being_sent_after_its_lease_is_not_sent_beside_itself(
    house: House, stranger: Chat
) -> None:
    wire = Slow()
    outbox = Outbox(house.database, {"web": wire}, house.clock)
    await stranger.say("/help")
    await outbox._begin()
    house.clock.forward(hours=1)  # stopped, and woken an hour later
    assert await outbox._begin() == 0
    wire.goes.set()
    await outbox.drain()
    assert len(wire.went) == len(set(wire.went))
    await outbox.close(1)


@dataclass
class Slow:
    """A channel that takes each message only once it may go."""

    goes: asyncio.Event = field(default_factory=asyncio.Event)
    went: list[str] = field(default_factory=list)

    async def deliver(self, message: Claimed) -> str | None:
        await self.goes.wait()
        self.went.append(message.message_id)
        return None


async def test_draining_waits_for_what_another_look_has_just_claimed(
    house: House, outbox: Outbox, wire: Wire, stranger: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed, go_on = asyncio.Event(), asyncio.Event()

    async def slow_claim(
        database: Database, channels: tuple[str, ...], now: datetime, until: datetime, most: int
    ) -> list[Claimed]:
        taken = await claim(database, channels, now, until, most)
        if taken:
            claimed.set()
            await go_on.wait()
        return taken

    monkeypatch.setattr("bot.outbox.claim", slow_claim)
    await stranger.say("/tips")
    looking = asyncio.create_task(outbox._look())
    await claimed.wait()
    draining = asyncio.create_task(outbox.drain())
    went: list[int] = []
    draining.add_done_callback(lambda _: went.append(len(wire.went)))
    for _ in range(5):  # long enough for a claim of its own, which finds nothing
        await house.rows("SELECT 1")
    go_on.set()
    await asyncio.gather(looking, draining)
    assert went == [1]
