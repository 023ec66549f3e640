"""One writer for all turns: a group commits together, and a plan that fails harms no neighbour."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.connection import Conflict, Database, Op

META = "INSERT INTO meta (name, value) VALUES (:name, :value)"
MOVE = "UPDATE meta SET value = :value WHERE name = :name"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database."""
    opened = await Database.open(tmp_path / "x.db")
    yield opened
    await opened.close()


def put(name: str, value: str = "1") -> Op:
    """A row in the smallest table there is."""
    return Op(META, {"name": name, "value": value})


async def names(database: Database) -> set[str]:
    """Which rows there are."""
    rows = await database.read(lambda db: db.execute("SELECT name FROM meta").fetchall())
    return {row[0] for row in rows}


async def results(*plans: asyncio.Future[None] | object) -> list[object]:
    """What each of several commits at once came to."""
    return list(await asyncio.gather(*plans, return_exceptions=True))  # type: ignore[arg-type]  # awaitables


async def test_what_is_committed_is_there_for_every_reader(database: Database) -> None:
    await database.commit([put("a"), put("b")])
    assert await names(database) == {"a", "b"}


async def test_many_at_once_all_arrive(database: Database) -> None:
    await asyncio.gather(*(database.commit([put(f"n{n}")]) for n in range(200)))
    assert len(await names(database)) == 200


async def test_a_key_that_exists_is_a_conflict_and_leaves_nothing_of_its_plan(
    database: Database,
) -> None:
    await database.commit([put("a")])
    with pytest.raises(Conflict):
        await database.commit([put("b"), put("a")])
    assert await names(database) == {"a"}


async def test_a_version_that_moved_on_is_a_conflict(database: Database) -> None:
    with pytest.raises(Conflict):
        await database.commit([put("a"), Op(MOVE, {"name": "gone", "value": "2"})])
    assert await names(database) == set()


async def test_any_number_of_rows_may_be_meant(database: Database) -> None:
    await database.commit([Op(MOVE, {"name": "gone", "value": "2"}, None)])


@pytest.mark.parametrize(
    "bad",
    [
        put("first"),
        Op(MOVE, {"name": "gone", "value": "2"}),
        Op("INSERT INTO nowhere VALUES (1)", {}),
        Op(META, {"name": "x"}),
        Op(META, {"name": "x", "value": object()}),
        Op(META, {"name": "x", "value": 2**70}),
        Op("this is no SQL", {}),
        Op("INSERT INTO meta (name, value) VALUES ('x', NULL)", {}),
    ],
    ids=["exists", "stale", "table", "binding", "type", "large", "syntax", "null"],
)
async def test_a_plan_that_fails_harms_no_neighbour_of_its_group(
    database: Database, bad: Op
) -> None:
    await database.commit([put("first")])
    told = await results(
        database.commit([put("before")]),
        database.commit([put("half"), bad]),
        database.commit([put("after")]),
    )
    assert [type(each) for each in (told[0], told[2])] == [type(None), type(None)]
    assert isinstance(told[1], Exception)
    assert await names(database) == {"first", "before", "after"}


async def test_a_broken_rule_that_is_no_key_is_a_bug_and_not_a_conflict(
    database: Database,
) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        await database.commit([Op("INSERT INTO meta (name, value) VALUES ('x', NULL)", {})])


async def test_a_commit_nobody_waits_for_any_more_still_counts(database: Database) -> None:
    waiting = asyncio.ensure_future(database.commit([put("a")]))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await database.commit([put("b")])
    assert await names(database) == {"a", "b"}


async def test_a_full_disk_leaves_nothing_half_done_and_passes(database: Database) -> None:
    await database.commit([put("before")])
    await database.alone(lambda db: _limit(db, spare=2))
    large = [put(f"large{n}", "x" * 3_000) for n in range(40)]
    told = await results(database.commit(large), database.commit(large[:20]))
    assert all(isinstance(each, sqlite3.OperationalError) for each in told)
    assert await names(database) == {"before"}
    await database.alone(lambda db: _limit(db, spare=10_000))
    await database.commit(large)
    assert len(await names(database)) == 41


def _limit(db: sqlite3.Connection, spare: int) -> None:
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages + spare}")


async def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError):
        await database.read(lambda db: db.execute("INSERT INTO meta VALUES ('a', 'b')"))


async def test_a_look_that_fails_leaves_the_reader_good(database: Database) -> None:
    for _ in range(4):
        with pytest.raises(ZeroDivisionError):
            await database.read(lambda _db: 1 // 0)
    assert await names(database) == set()


async def test_work_that_fails_alone_is_rolled_back(database: Database) -> None:
    def half(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO meta VALUES ('a', 'b')")
        raise KeyError

    with pytest.raises(KeyError):
        await database.write(half)
    assert await names(database) == set()


async def test_closing_finishes_what_waits(tmp_path: Path) -> None:
    first = await Database.open(tmp_path / "x.db")
    waiting = asyncio.ensure_future(first.commit([put("a")]))
    await asyncio.sleep(0)
    await first.close()
    await waiting
    second = await Database.open(tmp_path / "x.db")
    assert await names(second) == {"a"}
    await second.close()


async def test_looks_at_once_share_a_snapshot_and_one_that_fails_harms_no_neighbour(
    database: Database,
) -> None:
    def broken(_db: sqlite3.Connection) -> int:
        raise LookupError

    def version(db: sqlite3.Connection) -> int:
        return int(db.execute("SELECT 1").fetchone()[0])

    looks = [database.read(look) for look in (version, version, broken, version, version)]
    found = await asyncio.gather(*looks, return_exceptions=True)
    assert [type(each).__name__ for each in found] == ["int", "int", "LookupError", "int", "int"]


async def test_a_look_sees_what_was_committed_before_it_was_asked_for(database: Database) -> None:
    async def written(n: int) -> bool:
        await database.commit([put(f"n{n}")])
        return f"n{n}" in await names(database)

    assert all(await asyncio.gather(*(written(n) for n in range(50))))


async def test_what_is_being_looked_at_is_finished_before_the_database_closes(
    tmp_path: Path,
) -> None:
    opened = await Database.open(tmp_path / "y.db")
    looks = [asyncio.ensure_future(names(opened)) for _ in range(5)]
    await asyncio.sleep(0)
    await opened.close()
    assert await asyncio.gather(*looks) == [set()] * 5


async def test_what_a_statement_found_is_told(database: Database) -> None:
    told: list[object] = []
    found = Op(
        "SELECT :name", {"name": "a"}, None, lambda cursor: told.append(cursor.fetchone()[0])
    )
    await database.commit([found])
    assert told == ["a"]
