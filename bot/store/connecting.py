"""How a connection to the SQLite file is set up: durable, with a log ahead, with room in memory.

It must not know who reads or writes on it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import aiosqlite

_WAL_TRIES, _WAL_WAIT = 50, 0.1  # seconds apart
# No mmap: a reader's map is torn down and built anew after every commit of the writer's.
_PRAGMAS = (
    "busy_timeout=10000",
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-65536",
    "temp_store=MEMORY",
)


async def connect(path: Path | str, *, query_only: bool = False) -> aiosqlite.Connection:
    """A connection in a thread of its own."""
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
