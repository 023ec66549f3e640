"""The SQLite file: migrations, one writer that commits in groups, one reader.

It must not know what is written: plans of statements come from its neighbours.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from msgspec import Struct

from bot.errors import Broken
from bot.store.connecting import connect

Result = TypeVar("Result")
Look = Callable[[sqlite3.Connection], Any]
MIGRATIONS = Path(__file__).parent / "migrations"


class Conflict(Broken):
    """Somebody else was first: a version moved on or a unique key exists. Load and decide again."""


class Op(Struct, frozen=True):
    """One statement of a plan. `rows` is how many rows it must touch (None: any), or Conflict.

    `told` sees what the statement found, in the writer's thread, before any of it is durable.
    """

    sql: str
    values: Mapping[str, object]
    rows: int | None = 1
    told: Callable[[sqlite3.Cursor], object] | None = None


Plan = Sequence[Op]
_Waiting = tuple[Plan, Callable[[], object] | None, asyncio.Future[None]]


class Database:
    """An open database. `commit(plan)` is durable on return; `read(look)` sees one snapshot."""

    def __init__(
        self, path: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection
    ) -> None:
        self.path = path
        self._writer = writer
        self._reader = reader
        self._looks: list[tuple[Look, asyncio.Future[Any]]] = []
        self._looking: asyncio.Task[None] | None = None
        self._waiting: list[_Waiting] = []
        self._group: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, path: Path | str) -> Database:
        """Open `path`, bringing its schema up to date first."""
        writer = await connect(path)
        try:
            await _in_thread(writer, migrate)
            reader = await connect(path, query_only=True)
        except BaseException:
            await writer.close()  # left open, its thread would keep the process alive
            raise
        return cls(Path(path), writer, reader)

    async def close(self) -> None:
        """Finish what waits, then close every connection."""
        while working := {task for task in (self._looking, self._group) if task is not None}:
            await asyncio.wait(working)
        for connection in (self._reader, self._writer):
            await connection.close()

    async def read(self, look: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run a short `look` over one snapshot; looks that wait share it, and a thread hop."""
        found: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._looks.append((look, found))
        if self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._look())
        return await found

    async def commit(self, plan: Plan, then: Callable[[], object] | None = None) -> None:
        """Durably apply all of `plan` or nothing; raises Conflict when somebody else was first.

        `then` is called once it is durable, even if who committed waits no more.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((plan, then, done))
        if self._group is None:
            self._group = asyncio.get_running_loop().create_task(self._drain())
        await asyncio.shield(done)

    async def write(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run `work` alone in one write transaction: imports and migrations, not turns."""
        return await _in_thread(self._writer, lambda db: _transaction(db, work))

    async def alone(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run `work` on the writer outside a transaction: backup, checkpoint."""
        return await _in_thread(self._writer, work)

    async def apart(self, look: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run `look` over one snapshot on a connection of its own: long looks, beside the turns."""
        return await asyncio.to_thread(looked, self.path, look)

    async def _look(self) -> None:
        try:
            while self._looks:
                group, self._looks = self._looks, []
                work = partial(_seen, looks=[look for look, _ in group])
                try:
                    results = await _in_thread(self._reader, work)
                except Exception as failed:  # noqa: BLE001  # the whole group failed: each is told
                    results = [(None, failed)] * len(group)
                for (_, found), (result, error) in zip(group, results, strict=True):
                    _tell(found, error, result)
        finally:
            self._looking = None

    async def _drain(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                work = partial(_apply, plans=[plan for plan, _, _ in group])
                try:
                    results = await _in_thread(self._writer, work)
                except Exception as failed:  # noqa: BLE001  # the whole group failed: each turn is told
                    results = [failed] * len(group)
                for (_, then, done), result in zip(group, results, strict=True):
                    if result is None and then is not None:
                        then()
                    _tell(done, result)
        finally:
            self._group = None


def migrate(db: sqlite3.Connection, upto: int | None = None) -> None:
    """Apply the numbered files above `user_version` (as far as `upto`), each in one transaction."""
    files = sorted(MIGRATIONS.glob("[0-9]*.sql"))
    version = schema_version(db)
    if version > len(files):
        raise Broken("error.database.newer", version=version, known=len(files))
    for number, file in enumerate(files[:upto], start=1):
        if number > version:
            script = file.read_text(encoding="utf-8")
            _transaction(db, partial(_migrated, number=number, script=script))


def newest_schema() -> int:
    """The version this program brings a database up to."""
    return len(list(MIGRATIONS.glob("[0-9]*.sql")))


def schema_version(db: sqlite3.Connection) -> int:
    """The version a database stands at."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, nor make a file that is not there."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)


def looked(path: Path, look: Callable[[sqlite3.Connection], Result]) -> Result:
    """What `look` finds in one snapshot of the file at `path`, which is opened for reading only."""
    with closing(read_only(path)) as db:
        return _snapshot(db, look)


def _migrated(db: sqlite3.Connection, number: int, script: str) -> None:
    if schema_version(db) >= number:
        return  # another process, which started at the same time, was first
    for statement in _statements(script):
        db.execute(statement)
    db.execute(f"PRAGMA user_version={number}")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; `executescript` would commit the transaction it stands in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


async def _in_thread(
    connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], Result]
) -> Result:
    # One hop for many statements: aiosqlite's public calls cost a hop each, measured 7x slower.
    run: Callable[..., Awaitable[Result]] = connection._execute  # noqa: SLF001  # see above
    return await run(lambda: work(connection._conn))  # noqa: SLF001  # see above


def _snapshot(db: sqlite3.Connection, look: Callable[[sqlite3.Connection], Result]) -> Result:
    db.execute("BEGIN")
    try:
        return look(db)
    finally:
        db.execute("ROLLBACK")


def _seen(db: sqlite3.Connection, looks: Sequence[Look]) -> list[tuple[Any, Exception | None]]:
    """One snapshot for all; a look that fails harms no neighbour."""
    return _snapshot(db, lambda same: [_seen_by(same, look) for look in looks])


def _seen_by(db: sqlite3.Connection, look: Look) -> tuple[Any, Exception | None]:
    try:
        return look(db), None
    except Exception as failed:  # noqa: BLE001  # told to whoever looks
        return None, failed


def _transaction(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], Result]) -> Result:
    db.execute("BEGIN IMMEDIATE")
    try:
        result = work(db)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return result


def _apply(db: sqlite3.Connection, plans: Sequence[Plan]) -> list[Exception | None]:
    """One transaction for all, a savepoint for each: a plan that fails harms no neighbour."""
    return _transaction(db, lambda same: [_apply_one(same, plan) for plan in plans])


def _apply_one(db: sqlite3.Connection, plan: Plan) -> Exception | None:
    db.execute("SAVEPOINT turn")
    try:
        for op in plan:
            _run(db, op)
    except Exception as failed:
        if not db.in_transaction:
            raise  # a full disk may end the transaction itself, and with it the whole group
        db.execute("ROLLBACK TO turn")
        db.execute("RELEASE turn")
        return _conflict(failed) if isinstance(failed, sqlite3.IntegrityError) else failed
    db.execute("RELEASE turn")
    return None


def _run(db: sqlite3.Connection, op: Op) -> None:
    found = db.execute(op.sql, op.values)
    if op.told is not None:
        op.told(found)
    if op.rows is not None and found.rowcount != op.rows:
        raise Conflict("error.store.stale")


def _conflict(lost: sqlite3.IntegrityError) -> Exception:
    """A unique key that exists is a conflict; any other broken constraint stays the bug it is."""
    unique = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
    if lost.sqlite_errorcode in unique:
        conflict = Conflict("error.store.exists")
        conflict.__cause__ = lost
        return conflict
    return lost


def _tell(done: asyncio.Future[Any], failed: Exception | None, result: object = None) -> None:
    if done.done():
        return
    if failed is None:
        done.set_result(result)
    else:
        done.set_exception(failed)
