"""Updates whose turn has not committed yet: kept, tried again, set aside.

It must not run a turn. Bodies rest under a key that is new each day.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Protocol

from bot.store.connection import Database, Op
from bot.store.queries import SQL
from bot.store.rows import stamp
from bot.store.seal import Seals

Store = tuple[Database, Seals]
_AT_ONCE = 200  # waiting updates taken up at a time


class Kept(Protocol):
    """The parts of an update that are kept."""

    @property
    def source(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def subject_id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def body(self) -> Mapping[str, object]: ...


async def keep_for_later(
    store: Store, update: Kept, error: str, at: datetime, attempts: int = 1
) -> None:
    """Keep an update whose turn failed, its body sealed; durable on return."""
    database, seals = store
    op = Op(SQL["keep_waiting"], waiting_values(seals, update, at, attempts, error), None)
    await database.commit([op])


def waiting_op(seals: Seals, update: Kept, at: datetime) -> Op:
    """Keeps an update that nobody has tried yet, as part of a plan."""
    return Op(SQL["keep_once"], waiting_values(seals, update, at, 0, None))


def waiting_values(
    seals: Seals, update: Kept, at: datetime, attempts: int, error: str | None
) -> dict[str, object]:
    """The values of an inbox row that waits for its turn."""
    received_at = stamp(at)
    subject = _ingestion(received_at)
    seals.create([subject])
    place = (subject, "inbox", "body", f"{update.source}|{update.key}")
    return {
        "source": update.source,
        "key": update.key,
        "at": received_at,
        "kind": update.kind,
        "subject_id": update.subject_id,
        "body": seals.seal(*place, json.dumps(dict(update.body), default=_written).encode()),
        "attempts": attempts,
        "error": error,
    }


async def keep_new(store: Store, updates: Sequence[Kept], at: datetime) -> list[Any]:
    """Keep updates that wait for their first try, in one commit; those not known before."""
    database, seals = store
    rows = [waiting_values(seals, update, at, 0, None) for update in updates]

    fresh: list[bool] = []

    def told(found: sqlite3.Cursor) -> None:
        fresh.append(found.rowcount == 1)

    await database.commit([Op(SQL["keep_once"], row, None, told) for row in rows])
    return [update for update, is_new in zip(updates, fresh, strict=True) if is_new]


async def finish(store: Store, update: Kept) -> None:
    """A kept update is dealt with, without a turn."""
    values = {"source": update.source, "key": update.key}
    await store[0].commit([Op(SQL["see_waiting"], values, None)])


async def quarantine(store: Store, update: Kept, error: str) -> None:
    """Set an update aside for good; its body stays for whoever mends the fault."""
    values = {"source": update.source, "key": update.key, "error": error}
    await store[0].commit([Op(SQL["quarantine"], values, None)])


async def waiting_rows(store: Store, beside: int = 0) -> list[dict[str, object]]:
    """The oldest updates that wait, so many more than are taken up at a time."""

    def look(db: sqlite3.Connection) -> list[dict[str, object]]:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(SQL["waiting"], {"most": _AT_ONCE + beside})]

    return await store[0].read(look)


def open_body(seals: Seals, row: Mapping[str, object]) -> dict[str, object]:
    """The body of a kept update; one that another process left without a body has none."""
    sealed = row["body"]
    if not isinstance(sealed, bytes) or not sealed:
        return {}
    place = (_ingestion(str(row["received_at"])), "inbox", "body", f"{row['source']}|{row['key']}")
    opened: dict[str, object] = json.loads(seals.open(*place, sealed))
    return opened


def _ingestion(received_at: str) -> str:
    return f"ingestion:{received_at[:10]}"


def _written(value: object) -> str:
    if isinstance(value, Fraction):
        return str(value)
    raise TypeError(type(value).__name__)
