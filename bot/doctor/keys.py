"""The key file and the master secret that opens it."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from bot.doctor.circumstances import Circumstances
from bot.doctor.finding import Finding, Level, doubtful, failing, of_fault, well
from bot.errors import Faulty
from bot.store.connection import read_only
from bot.store.seal import Seals

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_LOOKED_AT: Final = 100  # keys: the same secret opens all of them, or none


def key_file(given: Circumstances) -> Iterator[Finding]:
    """There, for its owner alone, and open to the secret."""
    settings = given.settings
    try:
        secret = settings.secret()
    except Faulty as faulty:
        yield from (of_fault("keys", Level.FAIL, fault) for fault in faulty.faults)
        return
    path = settings.keys
    if not path.is_file():
        if settings.database.is_file():
            yield failing("keys", "doctor.keys.none", path=str(path))
        return
    if path.stat().st_mode & _OTHERS:
        yield doubtful("keys", "doctor.keys.open", path=str(path))
    yield _opened(path, secret)


def _opened(path: Path, secret: bytes) -> Finding:
    seals = Seals(":memory:", secret)
    try:
        with closing(read_only(path)) as db:
            (keys,) = db.execute("SELECT count(*) FROM data_key").fetchone()
            some = db.execute("SELECT subject_id, wrapped FROM data_key LIMIT ?", (_LOOKED_AT,))
            good = all(seals.unwraps(*row) for row in some)
    except sqlite3.DatabaseError:
        return failing("keys", "doctor.keys.damaged", path=str(path))
    finally:
        seals.close()
    if not good:
        return failing("keys", "doctor.keys.secret", path=str(path))
    return well("keys", "doctor.keys.ok", keys=keys)
