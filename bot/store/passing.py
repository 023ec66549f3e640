"""Which failures of the database may pass by themselves.

It must not try anything again: whoever asks does.
"""

from __future__ import annotations

import sqlite3

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


def may_pass(failed: Exception) -> bool:
    """Whether it failed for the disk or another writer: as it stands, it may go well later."""
    if not isinstance(failed, sqlite3.OperationalError):
        return False
    return getattr(failed, "sqlite_errorcode", 0) & _PRIMARY in _PASSING
