"""A house's files from beside it: verified, copied, and tampered with by who may write to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from bot.errors import Fault
from bot.store.backup import copy
from bot.store.seal import Seals, chained
from bot.store.verifying import Verified, verify
from tests.chat.house import SECRET, House

TRIGGERS = (
    "audit_is_append_only",
    "audit_stays",
    "case_event_is_append_only",
    "case_event_stays",
    "audit_head_is_append_only",
    "audit_head_stays",
)


def copied(house: House, to: Path) -> Path:
    """Copies of a house's files in a folder of their own, where they may be harmed."""
    to.mkdir(exist_ok=True)
    for name in ("house.db", "house.keys"):
        copy(house.folder / name, to / name)
    return to


def verified(folder: Path, *, keys: Path | None = None, secret: bytes = SECRET) -> Verified:
    """What `reprieve verify` finds in a folder's files."""
    seals = Seals(":memory:", secret)
    try:
        return verify(folder / "house.db", keys or folder / "house.keys", seals)
    finally:
        seals.close()


def keys_of(faults: Iterable[Fault]) -> set[str]:
    """The keys of the faults."""
    return {fault.key for fault in faults}


def rewritten(path: Path, subject: str) -> None:
    """A whole audit chain forged with hashes that follow from one another."""
    with closing(sqlite3.connect(path)) as db:
        query = "SELECT seq, body FROM audit WHERE subject_id = ? ORDER BY seq"
        rows = db.execute(query, (subject,)).fetchall()
    tip, statements = b"", []
    for seq, body in rows:
        tip = chained(tip, b"forged" + body)
        changes = f"body = x'{(b'forged' + body).hex()}', hash = x'{tip.hex()}'"
        where = f"subject_id = '{subject}' AND seq = {seq}"
        statements.append(f"UPDATE audit SET {changes} WHERE {where}")  # noqa: S608  # our own rows
    tampered(path, *statements)


def tampered(path: Path, *statements: str) -> None:
    """Somebody who may write to the file changes it, and leaves its triggers as they were."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        marks = ", ".join("?" * len(TRIGGERS))
        named = f"SELECT name, sql FROM sqlite_master WHERE name IN ({marks})"  # noqa: S608  # marks alone
        made = db.execute(named, TRIGGERS).fetchall()
        for name, _ in made:
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)
        for _, sql in made:
            db.execute(sql)
