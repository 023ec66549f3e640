"""A daily head over all chains: what was removed or written anew is told, whoever could write."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.store.connection import Op
from bot.store.heads import all_heads, close_day
from tests.chat.house import House
from tests.chat.person import Chat
from tests.store.files import copied, keys_of, rewritten, tampered, verified


@pytest.fixture
async def headed(house: House, ann: Chat) -> House:
    """Three days, each with something said, each with its head."""
    for _ in range(3):
        await ann.say("/my_data")
        await house.pass_days(1)
    return house


async def test_each_day_has_one_head_that_verifies(headed: House) -> None:
    heads = await headed.read(all_heads)
    assert [head.number for head in heads] == [1, 2, 3]
    assert all(head.hmac for head in heads)
    told = verified(headed.folder)
    assert told.faults == []
    assert told.heads == 3
    assert told.last_head == (heads[-1].day, (heads[-1].hmac or b"").hex())


async def test_a_second_tick_of_a_day_makes_no_second_head(headed: House) -> None:
    await headed.restart()
    await headed.tick()
    assert len(await headed.read(all_heads)) == 3


async def test_a_row_belongs_to_the_head_that_was_open_when_it_was_committed(
    headed: House, ann: Chat
) -> None:
    await headed.database.commit([Op("UPDATE chat SET borrower_id = NULL", {}, None)])
    await ann.say("/start")
    await ann.press("start.agree")
    last = await headed.value("SELECT max(head) FROM audit")
    assert last == 4
    assert verified(headed.folder).faults == []


async def test_what_a_crash_left_open_is_sealed_with_the_next_day(headed: House) -> None:
    closed = headed.clock()
    await headed.database.commit(
        [Op("INSERT INTO audit_head VALUES (4, '2026-03-06', :at, NULL)", {"at": str(closed)})]
    )
    assert verified(headed.folder).faults == []
    store = (headed.database, headed.seals)
    sealed = await close_day(*store, "2026-03-07", headed.clock())
    assert [head.number for head in sealed] == [4, 5]
    assert verified(headed.folder).faults == []


async def test_a_clock_that_goes_back_closes_no_earlier_day(headed: House) -> None:
    store = (headed.database, headed.seals)
    assert await close_day(*store, "2020-01-01", headed.clock()) == []


async def test_two_at_once_close_one_head(headed: House) -> None:
    store = (headed.database, headed.seals)
    closing = (close_day(*store, "2026-04-01", headed.clock()) for _ in range(2))
    await asyncio.gather(*closing, return_exceptions=True)
    assert len(await headed.read(all_heads)) == 4
    assert verified(headed.folder).faults == []


TAMPERINGS = {
    "the end of a chain is cut off": (
        ["DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit) AND head < 4"],
        {"verify.head.wrong"},
    ),
    "the first row of a chain is removed": (
        ["DELETE FROM audit WHERE seq = 1"],
        {"verify.chain.gap"},
    ),
    "a row's body is changed": (
        ["UPDATE audit SET body = x'00' WHERE seq = 2"],
        {"verify.chain.hash"},
    ),
    "a whole chain is removed": (
        ["DELETE FROM audit WHERE subject_id IN (SELECT chat_id FROM chat)"],
        {"verify.head.wrong"},
    ),
    "a row is moved to a head to come": (
        ["UPDATE audit SET head = 4 WHERE head = 1"],
        {"verify.head.wrong"},
    ),
    "the last heads are removed with their rows left": (
        ["DELETE FROM audit_head WHERE number > 1"],
        {"verify.head.cut"},
    ),
    "a head in the middle is removed": (
        ["DELETE FROM audit_head WHERE number = 2"],
        {"verify.head.gap"},
    ),
    "a head loses its seal": (
        ["UPDATE audit_head SET hmac = NULL WHERE number = 2"],
        {"verify.head.open"},
    ),
    "a head is sealed by somebody without the secret": (
        ["UPDATE audit_head SET hmac = randomblob(32) WHERE number = 3"],
        {"verify.head.wrong"},
    ),
    "a head's day is changed": (
        ["UPDATE audit_head SET day = '2026-03-01' WHERE number = 1"],
        {"verify.head.wrong"},
    ),
}


@pytest.mark.parametrize("named", TAMPERINGS)
async def test_tampering_is_told(headed: House, ann: Chat, tmp_path: Path, named: str) -> None:
    await ann.hear("button", button="unknown.0.0")  # audited, under the head still open
    files = copied(headed, tmp_path / "copy")
    statements, keys = TAMPERINGS[named]
    tampered(files / "house.db", *statements)
    assert keys_of(verified(files).faults) == keys


async def test_a_chain_forged_with_right_hashes_is_told(headed: House, tmp_path: Path) -> None:
    files = copied(headed, tmp_path / "copy")
    subject = await headed.value("SELECT subject_id FROM audit WHERE head = 1 LIMIT 1")
    rewritten(files / "house.db", str(subject))
    assert keys_of(verified(files).faults) == {"verify.head.wrong"}
