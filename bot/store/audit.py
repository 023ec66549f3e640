"""Audit rows outside a turn: staff looked, somebody signed in.

It must not be used inside a turn: there the row belongs to the plan (`commit`).
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final

from bot.store.commit import audit_op
from bot.store.load import Tip
from bot.store.queries import SQL
from bot.store.seal import Seals

SYSTEM: Final = "system"  # the subject of what concerns no borrower; its key is made on first use


def append(
    db: sqlite3.Connection, seals: Seals, what: tuple[str, str, str, str], at: datetime
) -> None:
    """Add (subject, actor, kind, about) to the subject's chain, in a write transaction."""
    subject = what[0]
    if subject == SYSTEM and not seals.has(SYSTEM):
        seals.create([SYSTEM])
    row = db.execute(SQL["last_audit"], {"subject_id": subject}).fetchone()
    op, _ = audit_op(seals, Tip(row[0], row[1]) if row else Tip(), what, at)
    db.execute(op.sql, op.values)
