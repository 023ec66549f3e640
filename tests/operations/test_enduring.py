"""What goes on when the disk is full, and what is waited for when asked to stop."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable

import pytest

from bot.outbox import Outbox
from bot.store.connection import Plan
from bot.store.outgoing import Claimed
from bot.store.queries import SQL
from tests.chat.house import House
from tests.chat.person import Chat
from tests.operations.operator import Operator
from tests.operations.running import running

FULL = sqlite3.OperationalError("database or disk is full")


class Sent:
    """A channel that takes everything, noting what."""

    def __init__(self) -> None:
        self.taken: list[Claimed] = []
        self.rang = asyncio.Event()

    async def deliver(self, message: Claimed) -> str | None:
        self.taken.append(message)
        self.rang.set()
        return "1"


@pytest.fixture
def sent() -> Sent:
    """Where messages go."""
    return Sent()


@pytest.fixture
def outbox(house: House, sent: Sent) -> Outbox:
    """A drain that looks again at once."""
    return Outbox(house.database, {"web": sent}, house.clock, patience=0.01)


async def test_a_full_disk_does_not_end_the_sending_for_good(
    house: House, ann: Chat, outbox: Outbox, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ann.say("/balance")
    failed = asyncio.Event()

    async def full(_plan: Plan) -> None:
        failed.set()
        raise FULL

    with monkeypatch.context() as broken:
        broken.setattr(house.database, "commit", full)
        task = asyncio.create_task(outbox.run())
        await failed.wait()
    ringing = asyncio.create_task(sent.rang.wait())
    await asyncio.wait({task, ringing}, return_when=asyncio.FIRST_COMPLETED)
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, ringing, return_exceptions=True)
    await outbox.close(1.0)
    assert sent.taken


async def test_what_was_sent_is_noted_once_there_is_room_and_never_sent_again(
    house: House, ann: Chat, outbox: Outbox, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ann.say("/balance")
    commit, tries = house.database.commit, 0

    async def full_at_first(plan: Plan, *then: Callable[[], object]) -> None:
        nonlocal tries
        is_mark = any(op.sql == SQL["mark_sent"] for op in plan)
        tries += is_mark
        if is_mark and tries <= 3:
            raise FULL
        await commit(plan, *then)

    monkeypatch.setattr(house.database, "commit", full_at_first)
    while await outbox.drain():
        pass
    assert tries > 3
    assert len({message.message_id for message in sent.taken}) == len(sent.taken)
    left = await house.rows("SELECT 1 FROM outbox WHERE state <> 'sent'")
    assert left == []


async def test_a_claim_that_ran_out_says_that_its_message_may_repeat(
    house: House, ann: Chat, outbox: Outbox, sent: Sent
) -> None:
    await ann.say("/balance")
    while await outbox.drain():
        pass
    await ann.say("/balance")
    await house.database.write(
        lambda db: db.execute(
            "UPDATE outbox SET state = 'sending', claimed_until = '2020' WHERE state = 'ready'"
        )
    )
    sent.taken.clear()
    while await outbox.drain():
        pass
    assert sent.taken
    assert all(message.may_repeat for message in sent.taken)


async def test_a_full_disk_does_not_keep_it_from_stopping(
    house: House, ann: Chat, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ann.say("/balance")

    async def full(_look: object) -> None:
        raise FULL

    monkeypatch.setattr(house.database, "read", full)
    await outbox.close(1.0)


def test_asked_to_stop_it_closes_its_files_and_ends_well(operator: Operator) -> None:
    with running(operator.folder) as assistant:
        assert assistant.stop() == 0
    assert not (operator.folder / "house.db-wal").exists()
    assert operator.runs("verify"), operator.said
