"""The disk: a database in memory that outlives every life, slow, at times failing.

It must not know what is stored. A life's connections die with it, whatever was begun on them.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.store.connection import Database, Plan
from tests.simulation.loop import Fuse

Result = TypeVar("Result")
Connection = TypeVar("Connection", bound=sqlite3.Connection)
PREPARED: tuple[str, ...] = ()
"""Statements that spoil a new disk: a bug may be planted in the schema as well."""
_VERSIONED = {"chat": "chat_id", "draft": "draft_id", "relief_case": "case_id"}  # key of UPDATE


@dataclass(frozen=True)
class Drive:
    """How a disk behaves: chances by piece of work or by statement, seconds at most."""

    slow: float = 0.03
    slowest: float = 0.3
    fails: float = 0.0


class Opened(sqlite3.Connection):
    """One life's connection: every statement is a step of that life."""

    fuse: Fuse
    chance: random.Random
    fails: float = 0.0

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        self._step(sql)
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any) -> sqlite3.Cursor:
        self._step(sql)
        return super().executemany(sql, parameters)

    def _step(self, sql: str) -> None:
        self.fuse.burn()
        # To undo asks nothing of the disk: what was not committed is in memory.
        if self.fails and not sql.startswith("ROLLBACK") and self.chance.random() < self.fails:
            failed = sqlite3.OperationalError("disk I/O error")
            failed.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise failed


class Hop:
    """A connection shaped as aiosqlite's: one piece of work at a time, in one piece."""

    def __init__(self, connection: Opened, drive: Drive) -> None:
        self._conn = connection
        self._drive = drive
        self._chance = connection.chance
        self._order = asyncio.Lock()

    async def _execute(self, work: Callable[..., Result], *args: object) -> Result:
        async with self._order:
            await self._wait()
            result = work(*args)
        await self._wait()  # what is done is done some time before anybody hears of it
        return result

    async def _wait(self) -> None:
        for _ in range(self._chance.randrange(3)):
            await asyncio.sleep(0)
        if self._chance.random() < self._drive.slow:
            await asyncio.sleep(self._chance.random() * self._drive.slowest)

    def calm(self) -> None:
        """As a disk in good order."""
        self._drive = Drive()
        self._conn.fails = 0.0

    async def close(self) -> None:
        self._conn.close()


class SimDatabase(Database):
    """The real database over hops; `apart` is one more connection in place of a thread."""

    def __init__(self, path: Path, writer: Hop, reader: Hop, fuse: Fuse) -> None:
        super().__init__(path, writer, reader)  # type: ignore[arg-type]  # all that is used of them
        self._hops = (writer, reader)
        self.fuse = fuse
        self.left: Counter[tuple[str, str, int]] = Counter()

    def calm(self) -> None:
        """No trouble from now on."""
        for hop in self._hops:
            hop.calm()

    async def commit(self, plan: Plan, then: Callable[[], object] | None = None) -> None:
        await super().commit(plan, then)
        for op in plan:
            name = _VERSIONED.get(op.sql.split(maxsplit=2)[1])
            if name is not None and "version" in op.values:
                row = str(op.values[name])
                self.left[name, row, int(str(op.values["version"]))] += 1

    async def apart(self, look: Callable[[sqlite3.Connection], Result]) -> Result:
        return await self.read(look)


class Disk:
    """What stays: the database in memory and the key file."""

    def __init__(self, name: str, folder: Path, image: Path) -> None:
        self.keys = folder / f"{name}.keys"
        self.keys.write_bytes(image.with_suffix(".keys").read_bytes())
        self._address = f"file:{name}?mode=memory&cache=shared"
        self.anchor = self._connect(sqlite3.Connection)
        with closing(sqlite3.connect(image)) as filled:
            filled.backup(self.anchor)
        for sql in PREPARED:
            self.anchor.execute(sql)

    def opened(self, fuse: Fuse, chance: random.Random, drive: Drive) -> SimDatabase:
        """The database as a new life opens it."""
        made = [self._connect(Opened) for _ in range(2)]
        for connection in made:
            connection.row_factory = sqlite3.Row  # as the product's connections have it
        self._lives = made
        for connection in made:
            connection.fuse, connection.chance = fuse, chance
            connection.execute("PRAGMA foreign_keys=ON")
        writer, reader = made
        reader.execute("PRAGMA query_only=ON")
        writer.fails = drive.fails
        return SimDatabase(
            self.keys.with_suffix(".db"), Hop(writer, drive), Hop(reader, drive), fuse
        )

    def messages(self) -> frozenset[str]:
        """The ids of what was said by now, sent or not."""
        return frozenset(row[0] for row in self.anchor.execute("SELECT message_id FROM outbox"))

    def applications(self) -> int:
        """How many were filed."""
        return int(self.anchor.execute("SELECT count(*) FROM relief_case").fetchone()[0])

    def power_off(self) -> None:
        """What was not committed never was."""
        for connection in self._lives:
            connection.close()

    def close(self) -> None:
        """Forget all of it."""
        self.anchor.close()
        for path in self.keys.parent.glob(self.keys.name + "*"):
            path.unlink()

    def _connect(self, kind: type[Connection]) -> Connection:
        opened = sqlite3.connect(
            self._address, uri=True, isolation_level=None, factory=kind, check_same_thread=False
        )
        assert isinstance(opened, kind), "as asked for"
        return opened
