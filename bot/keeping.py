"""Backing the books up and putting them back: what is refused, in which order, what is noted.

It must not copy or judge a file itself: that is `store.backup` and `store.verifying`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.errors import Fault, Faulty, Refused
from bot.store import audit
from bot.store.backup import Progress, copy, put_back
from bot.store.connection import Database
from bot.store.erasing import let_go
from bot.store.queries import KEEPING
from bot.store.rows import stamp
from bot.store.seal import Seals
from bot.store.verifying import Verified, verify

BACKED_UP_AT: Final = "backed_up_at"


@dataclass(frozen=True, slots=True)
class Files:
    """A database and the key file without which it cannot be read; `keys` None: left out."""

    database: Path
    keys: Path | None


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, what it replaced (aside), and how many stay erased since the backup."""

    verified: Verified
    aside: tuple[Path, ...]
    erased: int


def place_of(target: Path, now: datetime) -> Path:
    """Where a backup goes: `target`, or a file in that folder named after this moment."""
    if not target.is_dir():
        return target
    return target / f"reprieve-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.db"


def back_up(
    files: Files, target: Files, now: datetime, *, force: bool, on_progress: Progress
) -> None:
    """Copy the database and then its keys, while both are in use; the keys' old copy is replaced.

    In that order: a key is durable before anything is sealed under it, so the copied keys open all
    that was copied. Refused when a file is missing or in the way, or both copies lie together.
    """
    _check_places(files, target, force=force)
    copy(files.database, target.database, on_progress)
    if target.keys is not None and files.keys is not None:
        copy(files.keys, target.keys)
    with closing(sqlite3.connect(files.database, timeout=10)) as db, db:
        db.execute(KEEPING["note"], {"name": BACKED_UP_AT, "value": stamp(now)})


async def restore(
    copied: Files, target: Files, secret: bytes, now: datetime, *, force: bool
) -> Restored:
    """Put a backup back and bring it up to date; the caller holds the run's lock of `target`.

    Without copied keys, the key file in place is used. Refused when something is in the way;
    Faulty when the backup is not whole with those keys. Nothing is changed then.
    """
    keys = target.keys
    if keys is None:
        raise Refused("restore.keys.missing", path="")
    _check_free(target, copied, force=force)
    verified = check(Files(copied.database, copied.keys or keys), secret)
    if not verified.is_whole:
        raise Faulty(verified.faults)
    aside = _put_back(copied, target, now)
    return Restored(verified, aside, await _brought_up(target.database, keys, secret, now))


def check(files: Files, secret: bytes) -> Verified:
    """Verify the files; Refused when one is missing."""
    for path in filter(None, (files.database, files.keys)):
        _check_exists(path)
    seals = Seals(":memory:", secret)
    try:
        return verify(files.database, files.keys, seals)
    finally:
        seals.close()


def told(verified: Verified) -> Mapping[str, object]:
    """What was verified, as `--json` shows it, the faults apart."""
    day, hmac = verified.last_head or (None, None)
    return {
        "whole": verified.is_whole,
        "schema": verified.schema,
        "chains": verified.chains,
        "rows": verified.rows,
        "cases": verified.cases,
        "heads": verified.heads,
        "last_head": {"day": day, "hmac": hmac} if day else None,
        "keys": verified.keys,
        "erased_since": verified.erased_since,
    }


def _check_places(files: Files, target: Files, *, force: bool) -> None:
    for path in filter(None, (files.database, files.keys if target.keys else None)):
        _check_exists(path)
    if target.database.exists() and not force:
        raise Refused("backup.exists", path=str(target.database))
    if target.keys is None:
        return
    if target.keys.absolute().parent == target.database.absolute().parent:
        raise Refused("backup.together", path=str(target.keys))


def _check_free(target: Files, copied: Files, *, force: bool) -> None:
    if copied.keys is None and target.keys is not None and not target.keys.exists():
        raise Refused("restore.keys.missing", path=str(target.keys))
    in_the_way = [target.database, *([target.keys] if copied.keys and target.keys else [])]
    for path in in_the_way:
        if path.exists() and not force:
            raise Refused("restore.exists", path=str(path))


def _check_exists(path: Path) -> None:
    if not path.is_file():
        raise Faulty([Fault(str(path), "verify.missing")])


def _put_back(copied: Files, target: Files, now: datetime) -> tuple[Path, ...]:
    """Keys first: a database without its keys would be run, and refuse every borrower."""
    moment = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    aside = []
    for source, place in ((copied.keys, target.keys), (copied.database, target.database)):
        if source is not None and place is not None:
            old = place.with_name(f"{place.name}.before-{moment}")
            put_back(source, place, old)
            aside += [old] if old.exists() else []
    return tuple(aside)


async def _brought_up(database: Path, keys: Path, secret: bytes, now: datetime) -> int:
    """Migrate, keep erased who was erased since, and note the restoring in the audit."""
    seals = Seals(keys, secret)
    opened = await Database.open(database)
    try:
        return await opened.write(lambda db: _noted(db, seals, now))
    finally:
        await opened.close()
        seals.close()


def _noted(db: sqlite3.Connection, seals: Seals, now: datetime) -> int:
    gone = [each for each in seals.destroyed() if _is_listed(db, each)]
    for borrower_id in gone:
        let_go(db, seals, borrower_id, now)
    # What waited to be sent when the copy was made may have been sent since.
    db.execute(KEEPING["may_repeat"])
    audit.append(db, seals, (audit.SYSTEM, audit.SYSTEM, "Restored", str(len(gone))), now)
    return len(gone)


def _is_listed(db: sqlite3.Connection, subject: str) -> bool:
    found = db.execute(KEEPING["is_listed"], {"borrower_id": subject}).fetchone()
    return found is not None
