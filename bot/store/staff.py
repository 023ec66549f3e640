"""Accounts of the lender's staff: who may do what, passwords, lock-out after wrong ones.

It must not know how they are asked for: the console and the command line do that. Sessions are
`staff_session`.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.errors import Refused, Rejected
from bot.store.rows import instant, stamp

WRONG_TRIES: Final = 5
LOCKED_FOR: Final = timedelta(hours=1)
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 256
LONGEST_LOGIN: Final = 64
LONGEST_NAME: Final = 80
_HASHER: Final = PasswordHasher()


class Role(StrEnum):
    """What a member of staff is to the lender."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    POLICY_OWNER = "policy_owner"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Right(StrEnum):
    """What a role may do in the console."""

    READ = "read"  # queue, cases, conversations
    DECIDE = "decide"  # take, grant, reject
    ANSWER = "answer"  # write to a borrower


_EVERY_ROLE: Final = frozenset({Right.READ})
_RIGHTS: Final = {
    Role.REVIEWER: _EVERY_ROLE | {Right.DECIDE, Right.ANSWER},
    Role.APPROVER: _EVERY_ROLE | {Right.DECIDE, Right.ANSWER},
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The member of staff on whose behalf something is read or done."""

    id: str
    login: str
    name: str
    role: Role
    locale: str

    def may(self, right: Right) -> bool:
        """Whether the role includes the right."""
        return right in _RIGHTS.get(self.role, _EVERY_ROLE)

    def must(self, right: Right) -> None:
        """Raise Refused `console.error.forbidden` unless the role includes the right."""
        if not self.may(right):
            raise Refused("console.error.forbidden")


@dataclass(frozen=True, slots=True)
class NewStaff:
    """An account to be made. `password_hash` comes from `hashed`."""

    login: str
    name: str
    role: Role
    locale: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the command line lists it; `locked_until` and `disabled_at` None: neither."""

    actor: Actor
    locked_until: datetime | None
    disabled_at: datetime | None


# --- the command line ----------------------------------------------------------------------------


def add_staff(db: sqlite3.Connection, staff_id: str, new: NewStaff) -> None:
    """Make an account. Raises Rejected `console.error.login` or `.name`, or `.login_taken`."""
    login, name = _login(new.login), new.name.strip()
    if not login or len(login) > LONGEST_LOGIN or not login.isprintable() or " " in login:
        raise Rejected("console.error.login")
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Rejected("console.error.name")
    if db.execute("SELECT 1 FROM staff WHERE login = ?", (login,)).fetchone():
        raise Rejected("console.error.login_taken", login=login)
    db.execute(
        "INSERT INTO staff (staff_id, login, name, password_hash, role, locale)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (staff_id, login, name, new.password_hash, new.role, new.locale),
    )


def set_password(db: sqlite3.Connection, login: str, password_hash: str) -> None:
    """Replace the password, lift a lock and end every session; `console.error.login_unknown`."""
    _change(
        db, login, "password_hash = ?, tries = 0, locked_until = NULL", password_hash, leave=True
    )


def set_role(db: sqlite3.Connection, login: str, role: Role) -> None:
    """Give another role and end every session; Rejected `console.error.login_unknown`."""
    _change(db, login, "role = ?", role, leave=True)


def set_locale(db: sqlite3.Connection, login: str, locale: str) -> None:
    """The language of the console for this person; Rejected `console.error.login_unknown`."""
    _change(db, login, "locale = ?", locale)


def disable(db: sqlite3.Connection, login: str, now: datetime) -> None:
    """Nobody signs in with this login any more, sessions end; `console.error.login_unknown`."""
    _change(db, login, "disabled_at = coalesce(disabled_at, ?)", stamp(now), leave=True)


def enable(db: sqlite3.Connection, login: str) -> None:
    """Take `disable` back; a lock is lifted too. Rejected `console.error.login_unknown`."""
    _change(db, login, "tries = 0, locked_until = NULL, disabled_at = ?", None)


def list_staff(db: sqlite3.Connection) -> list[Account]:
    """Every account, by login."""
    rows = db.execute(
        "SELECT staff_id, login, name, role, locale, locked_until, disabled_at"
        " FROM staff ORDER BY login"
    )
    return [Account(actor_of(row[:5]), instant(row[5]), instant(row[6])) for row in rows]


def actor_of(row: tuple[str, str, str, str, str]) -> Actor:
    """The actor of columns staff_id, login, name, role, locale."""
    staff_id, login, name, role, locale = row
    return Actor(staff_id, login, name, Role(role), locale)


# --- passwords -----------------------------------------------------------------------------------


def hashed(password: str) -> str:
    """The Argon2id hash to keep; Rejected `console.error.password` when too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Rejected(
            "console.error.password", shortest=SHORTEST_PASSWORD, longest=LONGEST_PASSWORD
        )
    return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the hashed one; takes as long when there is no account (None)."""
    kept = _nobody()
    try:
        _HASHER.verify(password_hash or kept, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def password_hash_of(db: sqlite3.Connection, login: str) -> str | None:
    """The hash kept for that login; None when nobody has it."""
    row = db.execute("SELECT password_hash FROM staff WHERE login = ?", (_login(login),)).fetchone()
    return row[0] if row else None


def settle_try(
    db: sqlite3.Connection, login: str, matched_hash: str | None, now: datetime
) -> Actor | None:
    """Who signs in, or None. `matched_hash` is the hash the password matched, None for no match.

    Lock, disabling and a password changed meanwhile are looked at here, inside the transaction, so
    that many guesses at once gain nothing. The fifth wrong one in a row locks for an hour.
    """
    row = db.execute(
        "SELECT staff_id, login, name, role, locale, password_hash, tries, locked_until"
        " FROM staff WHERE login = ? AND disabled_at IS NULL",
        (_login(login),),
    ).fetchone()
    if row is None or (row[7] is not None and row[7] > stamp(now)):
        return None
    if matched_hash is None or matched_hash != row[5]:
        _count_wrong(db, row[0], row[6] + 1, now)
        return None
    db.execute("UPDATE staff SET tries = 0, locked_until = NULL WHERE staff_id = ?", (row[0],))
    return actor_of(row[:5])


def _count_wrong(db: sqlite3.Connection, staff_id: str, tries: int, now: datetime) -> None:
    locked = stamp(now + LOCKED_FOR) if tries >= WRONG_TRIES else None
    db.execute(
        "UPDATE staff SET tries = ?, locked_until = ? WHERE staff_id = ?",
        (0 if locked else tries, locked, staff_id),
    )


@cache
def _nobody() -> str:
    """A hash nobody's password has, so that an unknown login costs what a wrong password costs."""
    return _HASHER.hash("nobody signs in with this")


def _login(login: str) -> str:
    return login.strip().lower()


def _change(
    db: sqlite3.Connection, login: str, change: str, value: str | None, *, leave: bool = False
) -> None:
    """Run one `change` (a fixed piece of SQL with one value); `leave` also ends every session."""
    done = db.execute(
        f"UPDATE staff SET {change}, version = version + 1 WHERE login = ?",  # noqa: S608  # fixed
        (value, _login(login)),
    )
    if done.rowcount != 1:
        raise Rejected("console.error.login_unknown", login=_login(login))
    if leave:
        db.execute(
            "DELETE FROM staff_session WHERE staff_id ="
            " (SELECT staff_id FROM staff WHERE login = ?)",
            (_login(login),),
        )
