"""What lies in the queues for a person to look at: set aside, given up, or not on its way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Final

from bot.doctor.circumstances import Circumstances
from bot.doctor.finding import Finding, doubtful, well
from bot.store.connection import read_only
from bot.store.queries import KEEPING
from bot.store.rows import instant

_LATE: Final = timedelta(minutes=5)


def queues(given: Circumstances) -> Iterator[Finding]:
    """Updates set aside, messages given up, and the oldest that has not been sent."""
    path = given.settings.database
    if not path.is_file():
        return
    with closing(read_only(path)) as db:
        found = [*_counted(db), *_late(db, given)]
    yield from found or [well("queues", "doctor.queues.ok")]


def _counted(db: sqlite3.Connection) -> Iterator[Finding]:
    for query, state in (("inbox_states", "quarantined"), ("outbox_states", "dead")):
        count = dict(db.execute(KEEPING[query]))[state]
        if count:
            yield doubtful("queues", f"doctor.queues.{state}", count=count)


def _late(db: sqlite3.Connection, given: Circumstances) -> Iterator[Finding]:
    (said_at,) = db.execute(KEEPING["oldest_unsent"]).fetchone()
    since = instant(said_at) if said_at else None
    if since is not None and given.now - since > _LATE:
        yield doubtful("queues", "doctor.queues.late", at=since)
