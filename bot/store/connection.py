"""The SQLite file: migrations, one writer that commits in groups, a few readers.

It must not know what is written: plans of statements come from its neighbours.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiosqlite

from bot.errors import Broken

Result = TypeVar("Result")
MIGRATIONS = Path(__file__).parent / "migrations"
_WAL_TRIES, _WAL_WAIT = 50, 0.1  # seconds apart
_PRAGMAS = (
    "busy_timeout=10000",
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-65536",
    "mmap_size=268435456",
    "temp_store=MEMORY",
)


_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
    }
)
_PRIMARY = 0xFF  # the part of an extended code that names the kind


class Conflict(Broken):
    """Somebody else was first: a version moved on or a unique key exists. Load and decide again."""


@dataclass(frozen=True, slots=True)
class Op:
    """One statement of a plan. `rows` is how many rows it must touch (None: any), or Conflict."""

    sql: str
    values: Mapping[str, object]
    rows: int | None = 1


Plan = Sequence[Op]


class Database:
    """An open database. `commit(plan)` is durable on return; `read(look)` sees one snapshot."""

    def __init__(
        self, path: Path, writer: aiosqlite.Connection, readers: list[aiosqlite.Connection]
    ) -> None:
        self.path = path
        self._writer = writer
        self._readers = readers
        self._turn = 0
        self._waiting: list[tuple[Plan, asyncio.Future[None]]] = []
        self._group: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, path: Path | str, *, readers: int = 2) -> Database:
        """Open `path`, bringing its schema up to date first."""
        writer = await _connect(path)
        others: list[aiosqlite.Connection] = []
        try:
            await _in_thread(writer, migrate)
            for _ in range(readers):
                reader = await _connect(path, query_only=True)
                others.append(reader)  # those opened so far are closed on failure
        except BaseException:
            # A connection left open keeps its thread, and with it the process, alive.
            for connection in (*others, writer):
                await connection.close()
            raise
        return cls(Path(path), writer, others)

    async def close(self) -> None:
        """Finish what waits, then close every connection."""
        while self._group is not None:
            await asyncio.wait([self._group])
        for connection in (*self._readers, self._writer):
            await connection.close()

    async def read(self, look: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run `look` on a reader inside one read transaction, in one thread hop."""
        self._turn = (self._turn + 1) % len(self._readers)
        return await _in_thread(self._readers[self._turn], lambda db: _snapshot(db, look))

    async def commit(self, plan: Plan) -> None:
        """Durably apply all of `plan` or nothing; raises Conflict when somebody else was first."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((plan, done))
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

    async def _drain(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                work = partial(_apply, plans=[plan for plan, _ in group])
                try:
                    results = await _in_thread(self._writer, work)
                except Exception as failed:  # noqa: BLE001  # the whole group failed: each turn is told
                    results = [failed] * len(group)
                for (_, done), result in zip(group, results, strict=True):
                    _tell(done, result)
        finally:
            self._group = None


def may_pass(failed: Exception) -> bool:
    """Whether it failed for the disk or another writer: as it stands, it may go well later."""
    if not isinstance(failed, sqlite3.OperationalError):
        return False
    return getattr(failed, "sqlite_errorcode", 0) & _PRIMARY in _PASSING


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


async def _connect(path: Path | str, *, query_only: bool = False) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        for pragma in _PRAGMAS:
            await connection.execute_fetchall(f"PRAGMA {pragma}")
        await _write_ahead(connection)
        if query_only:
            await connection.execute("PRAGMA query_only=ON")
    except BaseException:
        await connection.close()
        raise
    return connection


async def _write_ahead(connection: aiosqlite.Connection) -> None:
    """Switch to the write-ahead log, which SQLite refuses at once while another process does."""
    for left in reversed(range(_WAL_TRIES)):
        try:
            await connection.execute_fetchall("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as busy:
            if left == 0 or busy.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            await asyncio.sleep(_WAL_WAIT)
        else:
            return


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
    touched = db.execute(op.sql, op.values).rowcount
    if op.rows is not None and touched != op.rows:
        raise Conflict("error.store.stale")


def _conflict(lost: sqlite3.IntegrityError) -> Exception:
    """A unique key that exists is a conflict; any other broken constraint stays the bug it is."""
    unique = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
    if lost.sqlite_errorcode in unique:
        conflict = Conflict("error.store.exists")
        conflict.__cause__ = lost
        return conflict
    return lost


def _tell(done: asyncio.Future[None], result: Exception | None) -> None:
    if done.done():
        return
    if result is None:
        done.set_result(None)
    else:
        done.set_exception(result)
