"""`verify` tells what is not whole: pages, references, schema, cases, keys."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.connection import newest_schema
from bot.store.verifying import Verified
from tests.chat.house import House
from tests.chat.person import Chat
from tests.store.files import copied, keys_of, tampered, verified


@pytest.fixture
async def files(house: House, ann: Chat, tmp_path: Path) -> Path:
    """Copies of files with a case in them."""
    await ann.walk("/relief", ">relief.apply", ">reason.illness", ">form.skip")
    await ann.walk(">form.files.none", ">relief.day.unknown", ">relief.submit")
    return copied(house, tmp_path / "copy")


def changed(files: Path, *statements: str) -> Verified:
    """What is found once somebody has changed the copy."""
    tampered(files / "house.db", *statements)
    return verified(files)


async def test_whole_files_have_no_fault(files: Path) -> None:
    told = verified(files)
    assert told.faults == []
    assert told.is_whole
    assert told.schema == newest_schema()
    assert told.rows >= told.chains > 0
    assert told.keys


async def test_the_running_database_is_verified_without_harm(house: House, ann: Chat) -> None:
    assert verified(house.folder).is_whole
    assert await ann.say("/balance")


@pytest.mark.parametrize(
    ("statement", "key"),
    [
        ("DROP INDEX case_open", "verify.schema.differs"),
        ("CREATE TABLE more (id TEXT)", "verify.schema.differs"),
        ("PRAGMA user_version = 99", "verify.schema.version"),
        ("PRAGMA user_version = 0", "verify.schema.version"),
        (
            "DELETE FROM borrower WHERE borrower_id IN (SELECT borrower_id FROM loan LIMIT 1)",
            "verify.reference",
        ),
        (
            "UPDATE borrower SET erased_at = '2026-03-01T00:00:00+00:00' WHERE erased_at IS NULL",
            "verify.key.kept",
        ),
    ],
)
async def test_what_is_changed_is_told(files: Path, statement: str, key: str) -> None:
    assert key in keys_of(changed(files, statement).faults)


async def test_a_missing_trigger_is_told(files: Path) -> None:
    with closing(sqlite3.connect(files / "house.db")) as db:
        db.execute("DROP TRIGGER audit_stays")
    (fault,) = verified(files).faults
    assert (fault.path, fault.key) == ("trigger audit_stays", "verify.schema.differs")


async def test_a_damaged_page_is_told(files: Path) -> None:
    with (files / "house.db").open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 4)
    assert keys_of(verified(files).faults) & {"verify.integrity", "verify.unreadable"}


async def test_a_file_that_is_no_database_is_told(files: Path) -> None:
    (files / "house.db").write_bytes(b"not a database, but long enough to look like one" * 100)
    assert keys_of(verified(files).faults) == {"verify.unreadable"}


async def test_another_master_secret_is_told(files: Path) -> None:
    told = verified(files, secret=b"some other secret of thirty-two bytes")
    assert "verify.key.secret" in keys_of(told.faults)


async def test_a_key_file_older_than_the_database_is_told(files: Path) -> None:
    with closing(sqlite3.connect(files / "house.keys")) as db, db:
        db.execute("DELETE FROM data_key WHERE subject_id <> 'system'")
    told = verified(files)
    assert keys_of(told.faults) == {"verify.key.missing"}


async def test_a_key_that_was_destroyed_is_no_fault(house: House, files: Path) -> None:
    borrower = str(await house.value("SELECT borrower_id FROM chat WHERE borrower_id IS NOT NULL"))
    house.seals.destroy(borrower)
    told = verified(files, keys=house.folder / "house.keys")
    assert told.faults == []
    assert told.erased_since == 1


async def test_of_many_faults_of_a_kind_twenty_are_named(files: Path) -> None:
    with closing(sqlite3.connect(files / "house.keys")) as db, db:
        db.execute("DELETE FROM data_key")
    assert 1 < len(verified(files).faults) <= 20


@pytest.mark.parametrize(
    ("statement", "keys"),
    [
        ("UPDATE relief_case SET version = version + 1", {"verify.case.version"}),
        ("DELETE FROM case_event", {"verify.case.version"}),
        ("UPDATE case_event SET body = x'00' WHERE seq = 1", {"verify.chain.hash"}),
    ],
)
async def test_a_case_is_as_many_events_as_its_version(
    files: Path, statement: str, keys: set[str]
) -> None:
    assert verified(files).cases == 1
    assert keys_of(changed(files, statement).faults) == keys
