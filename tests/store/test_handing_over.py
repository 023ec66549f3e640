"""What a turn says is claimed by its own commit and sent at once, in its chat's order, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.outbox import Outbox, Unreachable
from bot.serve import Update
from bot.store.connection import Plan
from bot.store.outgoing import Claimed
from tests.chat.house import House
from tests.chat.person import Chat, new_chat

_PATIENCE = 60.0  # seconds until a message that does not come fails its test


@dataclass
class Line:
    """A channel that takes a message once it may; `blocked` once it says that nobody is there."""

    free: asyncio.Event = field(default_factory=asyncio.Event)
    blocked: int = 0
    went: list[Claimed] = field(default_factory=list)
    _took: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def deliver(self, message: Claimed) -> str | None:
        await self.free.wait()
        if self.blocked:
            self.blocked -= 1
            raise Unreachable
        self.went.append(message)
        self._took.release()
        return None

    async def taken(self, messages: int) -> list[int]:
        """Wait until it took so many; their numbers in the order they went."""
        async with asyncio.timeout(_PATIENCE):
            for _ in range(messages):
                await self._took.acquire()
        return [message.seq for message in self.went]


@pytest.fixture
def line() -> Line:
    """A channel that takes everything at once."""
    line = Line()
    line.free.set()
    return line


@pytest.fixture
async def running(house: House, line: Line) -> AsyncIterator[Outbox]:
    """The house's outbox, running; what waits is looked for only when it is kicked."""
    house.outbox = Outbox(house.database, {"web": line}, house.clock, patience=3600)
    await house.outbox._look()  # gives back, as each start does, what a dead process had claimed
    task = asyncio.create_task(house.outbox.run())
    yield house.outbox
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    line.free.set()
    await house.outbox.close(1)


async def states(house: House) -> list[tuple[str, int, bool]]:
    """Each message's state, attempts, and whether it may repeat, oldest first."""
    rows = await house.rows("SELECT state, attempts, may_repeat FROM outbox ORDER BY message_id")
    return [(row["state"], row["attempts"], bool(row["may_repeat"])) for row in rows]


async def test_an_answer_is_claimed_by_the_commit_that_writes_it(
    house: House, running: Outbox, line: Line, stranger: Chat
) -> None:
    line.free.clear()
    await stranger.say("/tips")
    assert await states(house) == [("sending", 1, False)]
    line.free.set()
    await running.drain()
    assert await states(house) == [("sent", 1, False)]
    assert len(line.went) == 1


@pytest.mark.usefixtures("running")
async def test_what_comes_behind_a_message_is_sent_after_it(
    house: House, line: Line, stranger: Chat
) -> None:
    line.free.clear()
    await stranger.say("/tips")
    await stranger.say("/help")
    assert [state for state, *_ in await states(house)] == ["sending", "ready"]
    line.free.set()
    numbers = await line.taken(2)
    assert numbers == sorted(numbers)


async def test_a_chat_does_not_wait_behind_another(
    house: House, running: Outbox, line: Line, stranger: Chat
) -> None:
    line.free.clear()
    await stranger.say("/tips")
    other = await new_chat(house)
    await other.say("/tips")
    assert [state for state, *_ in await states(house)] == ["sending", "sending"]
    line.free.set()
    await running.drain()
    assert {message.chat_id for message in line.went} == {stranger.id, other.id}


async def test_with_no_room_left_it_waits_and_goes_out_once_there_is(
    house: House, line: Line, running: Outbox, stranger: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox._AT_ONCE", 1)
    line.free.clear()
    await stranger.say("/tips")
    other = await new_chat(house)
    await other.say("/tips")
    assert [state for state, *_ in await states(house)] == ["sending", "ready"]
    running.kick()  # as the staircase does for what no commit may claim
    line.free.set()
    assert len(await line.taken(2)) == 2


async def test_nothing_is_claimed_before_the_claims_of_a_dead_process_were_given_back(
    house: House, stranger: Chat
) -> None:
    """Giving them back takes every claim for a dead one: a live one would be sent twice."""
    assert house.outbox.claim() is None
    await stranger.say("/tips")
    assert await states(house) == [("ready", 0, False)]


async def test_nothing_is_claimed_any_more_while_it_closes(house: House, running: Outbox) -> None:
    await running.close(1)
    assert house.outbox.claim() is None


async def test_what_a_dead_process_had_claimed_is_sent_and_says_that_it_may_repeat(
    house: House, running: Outbox, line: Line, stranger: Chat
) -> None:
    line.free.clear()
    await stranger.say("/tips")
    for task in running._sending.values():
        task.cancel()  # as a kill would
    line.free.set()
    after = Outbox(house.database, {"web": line}, house.clock)
    await after._look()
    await after.drain()
    assert [message.may_repeat for message in line.went] == [True]
    assert await states(house) == [("sent", 2, True)]


async def test_a_turn_called_off_after_its_commit_is_sent_all_the_same(
    house: House, running: Outbox, line: Line, stranger: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, durable = house.database.commit, asyncio.Event()

    async def never_told(plan: Plan, *then: Callable[[], object]) -> None:
        await commit(plan, *then)
        if not durable.is_set():
            durable.set()
            await asyncio.Event().wait()

    with monkeypatch.context() as slow:
        slow.setattr(house.database, "commit", never_told)
        update = Update("web", "called-off", stranger.id, "text", {"text": "/tips"})
        turn = asyncio.create_task(house.serve.receive(update))
        await durable.wait()
        turn.cancel()
        await asyncio.gather(turn, return_exceptions=True)
    await running.drain()
    assert len(line.went) == 1


async def test_who_writes_again_hears_what_waited_before_the_answer(
    house: House, running: Outbox, line: Line, stranger: Chat
) -> None:
    line.blocked = 1
    await stranger.say("/tips")
    await running.drain()
    assert [state for state, *_ in await states(house)] == ["unreachable"]
    house.clock.forward(seconds=1)
    await stranger.say("/help")
    numbers = await line.taken(2)
    assert numbers == sorted(numbers)
    assert not await house.rows("SELECT 1 FROM chat WHERE unreachable_at IS NOT NULL")


async def test_a_lease_that_ran_out_is_not_sent_beside_itself(
    house: House, running: Outbox, line: Line, stranger: Chat
) -> None:
    line.free.clear()
    await stranger.say("/tips")
    house.clock.forward(seconds=timedelta(hours=1).total_seconds())  # stopped, and woken
    assert await running._begin() == 0
    line.free.set()
    await running.drain()
    assert len(line.went) == 1
