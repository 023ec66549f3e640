"""Who is signed in to the console: server-side sessions behind a random cookie.

It must not check passwords: that is `staff`. The cookie's token itself is stored nowhere.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.store.rows import stamp
from bot.store.seal import token_hash
from bot.store.staff import Actor, actor_of

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
# Writing "seen" once a minute instead of at every page keeps the writer free.
SEEN_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """A member of staff who is signed in; `csrf` is the token each of their forms carries."""

    actor: Actor
    csrf: str
    seen_at: datetime


def open_session(
    db: sqlite3.Connection, actor: Actor, token: str, csrf: str, now: datetime
) -> None:
    """Remember a sign-in, at most twelve hours long, and forget the sessions that have ended."""
    db.execute(
        "DELETE FROM staff_session WHERE expires_at <= ? OR seen_at <= ?",
        (stamp(now), stamp(now - IDLE)),
    )
    db.execute(
        "INSERT INTO staff_session (token_hash, staff_id, csrf, expires_at, seen_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (token_hash(token), actor.id, csrf, stamp(now + LONGEST), stamp(now)),
    )


def find_session(db: sqlite3.Connection, token: str, now: datetime) -> Session | None:
    """The session of a cookie; None when unknown, ended, idle too long, or the account disabled."""
    row = db.execute(
        "SELECT staff_id, login, name, role, locale, csrf, seen_at"
        " FROM staff_session JOIN staff USING (staff_id)"
        " WHERE token_hash = ? AND expires_at > ? AND seen_at > ? AND disabled_at IS NULL",
        (token_hash(token), stamp(now), stamp(now - IDLE)),
    ).fetchone()
    if row is None:
        return None
    return Session(actor_of(row[:5]), row[5], datetime.fromisoformat(row[6]))


def seen(db: sqlite3.Connection, token: str, now: datetime) -> None:
    """The person did something now: the idle time starts again."""
    db.execute(
        "UPDATE staff_session SET seen_at = ? WHERE token_hash = ?",
        (stamp(now), token_hash(token)),
    )


def close_session(db: sqlite3.Connection, token: str) -> None:
    """Sign out."""
    db.execute("DELETE FROM staff_session WHERE token_hash = ?", (token_hash(token),))
