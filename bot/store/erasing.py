"""Erasing a borrower: what can be found is let go, then their key is destroyed.

It must not touch the books' amounts, which name nobody, nor any chain: those hash ciphertext.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from bot.errors import Refused
from bot.store import audit
from bot.store.queries import ERASING
from bot.store.rows import stamp
from bot.store.seal import Seals

_LET_GO = (
    "uploads",
    "outbox",
    "messages",
    "looks",
    "reminders",
    "drafts",
    "requests",
    "chats",
    "borrower",
)


def erase(db: sqlite3.Connection, seals: Seals, borrower_id: str, now: datetime) -> None:
    """Let go of a borrower, in a write transaction; once it is committed, destroy the key.

    Refused `keys.erase.open_case` while an application is on its way. Erasing again is no harm.
    """
    if db.execute(ERASING["open_case"], {"borrower_id": borrower_id}).fetchone() is not None:
        raise Refused("keys.erase.open_case")
    let_go(db, seals, borrower_id, now)


def let_go(db: sqlite3.Connection, seals: Seals, borrower_id: str, now: datetime) -> None:
    """The same whatever is open: for whose key is gone already."""
    values = {"borrower_id": borrower_id, "at": stamp(now)}
    for name in _LET_GO:
        db.execute(ERASING[name], values)
    audit.append(db, seals, (audit.SYSTEM, audit.SYSTEM, "Erased", borrower_id), now)
