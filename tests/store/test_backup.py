"""A copy is one moment of a database in use; putting it back harms nothing that is there."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import backup
from bot.store.backup import copy, put_back
from bot.store.connection import Database, Op, migrate, newest_schema, schema_version

ADD = "INSERT INTO entry (account, amount) VALUES (:account, :amount)"


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """A database in which every transaction writes two entries that add up to nothing."""
    path = tmp_path / "books.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode=WAL").fetchone()
        db.execute("CREATE TABLE entry (account TEXT, amount INTEGER, filler BLOB)")
        db.executemany("INSERT INTO entry VALUES ('a', 0, randomblob(4000))", [()] * 40)
        db.commit()
    return path


def transfer(db: sqlite3.Connection, amount: int) -> None:
    """One transaction."""
    with db:
        db.execute(ADD, {"account": "a", "amount": amount})
        db.execute(ADD, {"account": "b", "amount": -amount})


def entries(path: Path) -> tuple[int, int]:
    """How many transfers there are, and what everything adds up to."""
    with closing(sqlite3.connect(path)) as db:
        count, total = db.execute(
            "SELECT count(*) FILTER (WHERE account = 'b'), sum(amount) FROM entry"
        ).fetchone()
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return count, total


def test_a_copy_is_one_moment_however_much_is_written_meanwhile(
    books: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "PAGES", 1)
    monkeypatch.setattr(backup, "_PAUSE", 0.0)
    steps = []
    with closing(sqlite3.connect(books)) as db:
        transfer(db, 1)

        def write_on(done: int, total: int) -> None:
            steps.append((done, total))
            assert len(steps) <= total, "it began anew"
            transfer(db, len(steps))  # would start the copy anew, again and again

        copy(books, tmp_path / "copy.db", write_on)
    assert entries(tmp_path / "copy.db") == (1, 0)
    assert entries(books) == (1 + len(steps), 0)
    assert [done for done, _ in steps] == list(range(1, steps[-1][1] + 1))


def test_a_copy_is_one_file_that_only_its_owner_reads(books: Path, tmp_path: Path) -> None:
    copy(books, tmp_path / "folder" / "copy.db")
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["copy.db"]
    assert (tmp_path / "folder" / "copy.db").stat().st_mode & 0o777 == 0o600


def test_a_copy_that_fails_leaves_the_one_before(tmp_path: Path) -> None:
    damaged, target = tmp_path / "damaged.db", tmp_path / "copy.db"
    damaged.write_bytes(b"no database" * 1000)
    target.write_bytes(b"the copy before")
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        copy(damaged, target)
    assert target.read_bytes() == b"the copy before"
    assert not list(tmp_path.glob("*.partial"))


def test_what_was_there_lies_aside_with_what_its_journal_held(books: Path, tmp_path: Path) -> None:
    copy(books, tmp_path / "copy.db")
    killed = sqlite3.connect(books)  # as after a kill: its journal is not in the file yet
    transfer(killed, 5)
    put_back(tmp_path / "copy.db", books, tmp_path / "aside.db")
    killed.close()
    assert entries(books) == (0, 0)
    assert entries(tmp_path / "aside.db") == (1, 0)
    assert not Path(f"{books}-wal").exists()


def test_a_file_too_damaged_to_read_is_put_aside_as_it_is(books: Path, tmp_path: Path) -> None:
    copy(books, tmp_path / "copy.db")
    books.write_bytes(b"no database" * 1000)
    Path(f"{books}-wal").write_bytes(b"its journal")
    put_back(tmp_path / "copy.db", books, tmp_path / "aside.db")
    assert entries(books) == (0, 0)
    assert (tmp_path / "aside.db").read_bytes() == b"no database" * 1000
    assert (tmp_path / "aside.db-wal").read_bytes() == b"its journal"


async def test_two_processes_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    opened = await asyncio.gather(*(Database.open(path) for _ in range(4)))
    for database in opened:
        assert await database.read(schema_version) == newest_schema()
        await database.close()


def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "0001_bad.sql").write_text("CREATE TABLE one (a); -- fine;\nCREATE TABLE one (a);")
    monkeypatch.setattr("bot.store.connection.MIGRATIONS", tmp_path)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        with pytest.raises(sqlite3.OperationalError):
            migrate(db)
        assert schema_version(db) == 0
        assert db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


async def test_a_long_look_sees_what_was_committed_and_cannot_write(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "look.db")
    note = Op("INSERT INTO meta VALUES (:name, 'x')", {"name": "seen"})
    await database.commit([note])
    found = await database.apart(lambda db: db.execute("SELECT name FROM meta").fetchall())
    assert found == [("seen",)]
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await database.apart(lambda db: db.execute("DELETE FROM meta"))
    await database.close()
