"""The audit chain of a subject: who did what, each row hashed onto the one before.

It must not be changed or shortened: the schema's triggers refuse both.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.store.instants import instant
from bot.store.seal import Seals, chained

SYSTEM: Final = "system"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something to remember. `actor` is 'borrower', 'staff:<id>' or 'system'.

    `kind` is never personal. `about` is sealed under the subject's key, which must exist.
    """

    subject_id: str
    actor: str
    kind: str
    about: Mapping[str, object] = field(default_factory=dict)


def append(db: sqlite3.Connection, seals: Seals, entry: AuditEntry, now: datetime) -> None:
    """Add one row at the end of the subject's chain, inside the caller's write transaction."""
    seq, previous = last(db, entry.subject_id)
    clear = json.dumps(entry.about, ensure_ascii=False, sort_keys=True).encode()
    sealed = seals.seal(entry.subject_id, "audit", "body", str(seq + 1), clear)
    db.execute(
        "INSERT INTO audit (subject_id, seq, at, actor, kind, body, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            entry.subject_id,
            seq + 1,
            instant(now),
            entry.actor,
            entry.kind,
            sealed,
            chained(previous, sealed),
        ),
    )


def last(db: sqlite3.Connection, subject_id: str) -> tuple[int, bytes]:
    """Number and hash of the subject's latest row; 0 and empty bytes before the first."""
    row = db.execute(
        "SELECT seq, hash FROM audit WHERE subject_id = ? ORDER BY seq DESC LIMIT 1", (subject_id,)
    ).fetchone()
    return (0, b"") if row is None else (row[0], row[1])
