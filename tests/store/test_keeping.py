"""What turns leave behind: sealed, append-only, guarded by versions, the same when read again."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.case import Status
from bot.store.connection import Conflict, Database, Op, newest_schema, schema_version
from bot.store.load import Wanted, load
from bot.store.queries import SQL
from tests.chat.books import DIGITS
from tests.chat.house import House
from tests.chat.lender import Staff
from tests.chat.person import Chat, linked, new_chat

TO_REVIEW = (">relief.apply", ">reason.other", "Ill for a month.", ">relief.day.unknown")


async def test_an_empty_file_is_migrated_to_the_newest_schema(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "x.db")
    assert await database.read(schema_version) == newest_schema()
    tables = await database.read(
        lambda db: {row[0] for row in db.execute("SELECT name FROM sqlite_schema")}
    )
    assert {"borrower", "loan", "chat", "inbox", "outbox", "message", "draft"} <= tables
    await database.close()


async def test_opening_again_changes_nothing(house: House) -> None:
    look = "SELECT group_concat(sql) FROM sqlite_schema"
    before = await house.value(look)
    await house.restart()
    assert await house.value(look) == before


@pytest.mark.parametrize("table", ["audit", "case_event"])
@pytest.mark.parametrize("act", ["UPDATE {} SET at = ''", "DELETE FROM {}"])
async def test_chains_are_append_only(house: House, ann: Chat, table: str, act: str) -> None:
    await ann.walk("/relief", *TO_REVIEW, ">relief.submit")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        await house.database.write(lambda db: db.execute(act.format(table)))


async def test_nothing_personal_stands_readable_in_the_file(house: House, ann: Chat) -> None:
    await ann.walk("/relief", *TO_REVIEW, ">relief.submit", "/person", "My secret sorrow")
    await house.close()
    written = b"".join(
        file.read_bytes() for file in sorted(house.folder.glob("house.db*")) if file.is_file()
    )
    for secret in (
        "Ann Test",
        "+4477009",
        "ANN-1",
        "Ill for a month",
        "My secret sorrow",
        "10,544",
    ):
        assert secret.encode() not in written
    await house.open()


async def test_a_case_reads_back_as_it_was_written(house: House, ann: Chat, staff: Staff) -> None:
    await ann.walk("/relief", *TO_REVIEW, ">relief.submit")
    await staff.decide("offer", await house.case("ann"), note="Get well.")
    before = await house.case("ann")
    await house.restart()
    assert await house.case("ann") == before
    assert before.status is Status.OFFERED
    assert before.percent is not None


async def test_a_draft_reads_back_as_it_was_written(house: House, ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other", '<b>&"\n字')
    wanted = Wanted("test", "k", chat_id=ann.id)
    before = await house.read(lambda db: load(db, house.seals, wanted))
    await house.restart()
    after = await house.read(lambda db: load(db, house.seals, wanted))
    assert after.drafts == before.drafts
    assert after.drafts["relief"].raw["details"] == '<b>&"\n字'


async def test_a_chat_that_does_not_exist_is_a_bug(house: House) -> None:
    with pytest.raises(Exception, match=r"error\.chat\.unknown"):
        await house.read(lambda db: load(db, house.seals, Wanted("t", "k", chat_id="nobody")))


async def test_a_borrower_that_does_not_exist_is_a_bug(house: House) -> None:
    with pytest.raises(Exception, match=r"error\.borrower\.unknown"):
        await house.read(lambda db: load(db, house.seals, Wanted("t", "k", borrower_id="nobody")))


async def test_a_chat_that_moved_on_since_it_was_read_is_a_conflict(
    house: House, ann: Chat
) -> None:
    row = (await house.rows("SELECT * FROM chat WHERE chat_id = :id", id=ann.id))[0]
    values = {name: row[name] for name in row.keys()}  # noqa: SIM118  # a Row iterates over values
    await ann.say("/help")
    with pytest.raises(Conflict):
        await house.database.commit([Op(SQL["move_chat"], values)])


async def test_whoever_is_second_decides_again_upon_what_is_there(house: House, ann: Chat) -> None:
    """Two processes beside each other: no lock of ours, only versions."""
    other = House(house.folder, house.clock, house.policy, house.texts, menu=house.menu)
    await other.open()
    try:
        beside = Chat(other, ann.id, ann.token)
        await ann.walk("/relief", *TO_REVIEW)
        house.patient = other.patient = True  # each sees what the other has not done yet
        await asyncio.gather(
            *(chat.press("relief.submit") for chat in (ann, beside) for _ in range(3))
        )
        assert len(await house.cases("ann")) == 1
        house.patient = False
        await house.check_nothing_waits()
    finally:
        await other.close()


async def test_one_link_opens_for_one_chat_even_at_once(house: House) -> None:
    chats = [await new_chat(house) for _ in range(4)]
    made = await house.chats.make_link(
        "ANN", house.clock.new_id(), house.clock(), timedelta(hours=1)
    )
    told = await asyncio.gather(
        *(chat.send("link", made.token) for chat in chats), return_exceptions=True
    )
    assert len([each for each in told if isinstance(each, str)]) == 1


async def test_two_chats_linked_at_once_both_belong_to_the_borrower(house: House) -> None:
    one, other = await linked(house, "sam"), await linked(house, "sam")
    await asyncio.gather(one.say("/balance"), other.say("/why"))
    assert len(await house.rows("SELECT 1 FROM chat WHERE borrower_id IS NOT NULL")) == 2
    assert DIGITS not in str([message.text for message in await one.messages()])
