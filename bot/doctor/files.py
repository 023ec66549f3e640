"""The database's file, its journal, the disk below it, its backup, and the clock beside it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bot.doctor.circumstances import Circumstances
from bot.doctor.finding import Finding, doubtful, failing, well
from bot.store.connection import newest_schema, read_only, schema_version
from bot.store.queries import KEEPING
from bot.store.rows import instant

_MB: Final = 1 << 20
_JOURNAL: Final = 256 * _MB  # a checkpoint keeps it far below, unless a reader never ends
_FULL, _LOW = 200 * _MB, 2048 * _MB
_BACKUP: Final = timedelta(days=2)
_TOLERANCE: Final = timedelta(minutes=1)


def database(given: Circumstances) -> Iterator[Finding]:
    """There, readable, whole at a quick look, and at a schema this program knows."""
    path = given.settings.database
    if not path.is_file():
        yield doubtful("database", "doctor.database.none", path=str(path))
        return
    try:
        with closing(read_only(path)) as db:
            yield _schema(db)
            (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as damaged:
        said = type(damaged).__name__
    if said != "ok":
        yield failing("database", "doctor.database.damaged", said=said)


def journal(given: Circumstances) -> Iterator[Finding]:
    """A journal that grows without end slows every reader."""
    path = Path(f"{given.settings.database}-wal")
    size = path.stat().st_size if path.exists() else 0
    if size > _JOURNAL:
        yield doubtful("journal", "doctor.journal.large", megabytes=size // _MB)
        return
    yield well("journal", "doctor.journal.ok", megabytes=size // _MB)


def disk(given: Circumstances) -> Iterator[Finding]:
    """Room where the database lies: for itself, and for a copy."""
    path = given.settings.database
    free = shutil.disk_usage(path.absolute().parent).free
    size = path.stat().st_size if path.exists() else 0
    slots = {"megabytes": free // _MB}
    if free < _FULL:
        yield failing("disk", "doctor.disk.full", **slots)
    elif free < max(_LOW, size):
        yield doubtful("disk", "doctor.disk.low", **slots)
    else:
        yield well("disk", "doctor.disk.ok", **slots)


def backup(given: Circumstances) -> Iterator[Finding]:
    """When the last one was made."""
    if not given.settings.database.is_file():
        return
    with closing(read_only(given.settings.database)) as db:
        row = db.execute(KEEPING["backed_up"]).fetchone()
    made = instant(row[0]) if row else None
    if made is None:
        yield doubtful("backup", "doctor.backup.never")
    elif given.now - made > _BACKUP:
        yield doubtful("backup", "doctor.backup.old", at=made)
    else:
        yield well("backup", "doctor.backup.ok", at=made)


def clock(given: Circumstances) -> Iterator[Finding]:
    """Not before what was written last: else deadlines and codes go wrong, and ids do not sort."""
    last = _last_moment(given.settings.database)
    if last is not None and given.now < last - _TOLERANCE:
        yield failing("clock", "doctor.clock.behind", now=given.now, last=last)
    else:
        yield well("clock", "doctor.clock.ok", now=given.now)


def _schema(db: sqlite3.Connection) -> Finding:
    stands, newest = schema_version(db), newest_schema()
    slots = {"version": stands, "known": newest}
    if stands > newest:
        return failing("database", "doctor.database.newer", **slots)
    if stands < newest:
        return doubtful("database", "doctor.database.older", **slots)
    return well("database", "doctor.database.ok", version=stands)


def _last_moment(path: Path) -> datetime | None:
    """The latest moment in the file, by its newest message and its last head."""
    if not path.is_file():
        return None
    with closing(read_only(path)) as db:
        newest = db.execute(KEEPING["newest_message"]).fetchone()[0]
        head = db.execute(KEEPING["last_head_at"]).fetchone()
    moments = [_made_at(newest) if newest else None, instant(head[0]) if head else None]
    return max(filter(None, moments), default=None)


def _made_at(message_id: str) -> datetime:
    """When a UUIDv7 was made: its first 48 bits are milliseconds."""
    return datetime.fromtimestamp(int(message_id[:12], 16) / 1000, UTC)
