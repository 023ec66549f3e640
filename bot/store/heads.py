"""The daily head over all chains: closed on a new day, then sealed under the master secret.

It must not repair a chain: `verify` tells, people decide.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.store.connection import Database, Op
from bot.store.queries import KEEPING
from bot.store.rows import stamp
from bot.store.seal import Seals


@dataclass(frozen=True, slots=True)
class Head:
    """A day's head; `hmac` None while it is being computed."""

    number: int
    day: str
    closed_at: str
    hmac: bytes | None


class Ends:
    """The ends of the chains under one head, added in the order of table, subject and case."""

    def __init__(self) -> None:
        self._all = hashlib.sha256()

    def add(self, table: str, subject: str, case_id: str, seq: int, tip: bytes) -> None:
        """One chain's last row under the head."""
        self._all.update(json.dumps([table, subject, case_id, seq, tip.hex()]).encode())

    def digest(self) -> bytes:
        """What stands for all of them."""
        return self._all.digest()


async def close_day(database: Database, seals: Seals, day: str, at: datetime) -> list[Head]:
    """Close the head of `day`, once, and seal it; those sealed now.

    A head that a crash left open is sealed first. Only the newest ever is: an older one without
    its HMAC was robbed of it.
    """
    left = await _seal_newest(database, seals)
    await database.commit([Op(KEEPING["close_head"], {"day": day, "at": stamp(at)}, None)])
    return left + await _seal_newest(database, seals)


def all_heads(db: sqlite3.Connection) -> list[Head]:
    """Every head, the first first."""
    return _heads("heads", db)


def hmac_of(seals: Seals, previous: bytes, head: Head, ends: Ends) -> bytes:
    """What the head's `hmac` must be, after a head with `previous`."""
    stated = json.dumps([head.number, head.day, head.closed_at]).encode()
    return seals.head(previous, stated + ends.digest())


async def _seal_newest(database: Database, seals: Seals) -> list[Head]:
    newest = await database.read(partial(_heads, "newest_head"))
    return [await _sealed(database, seals, head) for head in newest if head.hmac is None]


async def _sealed(database: Database, seals: Seals, head: Head) -> Head:
    previous, ends = await database.apart(lambda db: _covered(db, head.number))
    hmac = hmac_of(seals, previous, head, ends)
    await database.commit([Op(KEEPING["seal_head"], {"number": head.number, "hmac": hmac})])
    return Head(head.number, head.day, head.closed_at, hmac)


def _covered(db: sqlite3.Connection, number: int) -> tuple[bytes, Ends]:
    """The HMAC of the head before, and the ends under this one."""
    before = db.execute(KEEPING["head_hmac"], {"number": number - 1}).fetchone()
    ends = Ends()
    for end in _ends(db, number):
        ends.add(*end)
    return before[0] if before else b"", ends


def _ends(db: sqlite3.Connection, number: int) -> Iterator[tuple[str, str, str, int, bytes]]:
    for query in ("audit_ends", "case_ends"):
        yield from db.execute(KEEPING[query], {"number": number})


def _heads(query: str, db: sqlite3.Connection) -> list[Head]:
    return [Head(*tuple(row)) for row in db.execute(KEEPING[query])]
