"""Accounts and sessions: who may sign in, and for how long."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from bot.errors import Refused, Rejected
from bot.store import staff, staff_session
from bot.store.connection import migrate
from bot.store.staff import Actor, NewStaff, Right, Role

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PASSWORD = "correct horse battery"


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    new = NewStaff("Lin.Mei ", "Lin Mei", Role.REVIEWER, "en", staff.hashed(PASSWORD))
    staff.add_staff(connection, "s1", new)
    yield connection
    connection.close()


def attempt(
    db: sqlite3.Connection, password: str, now: datetime = NOW, login: str = "lin.mei"
) -> Actor | None:
    kept = staff.password_hash_of(db, login)
    return staff.settle_try(db, login, kept if staff.matches(kept, password) else None, now)


def signed_in(db: sqlite3.Connection, cookie: str = "token", now: datetime = NOW) -> Actor:
    actor = attempt(db, PASSWORD, now)
    assert actor is not None
    staff_session.open_session(db, actor, cookie, "csrf", now)
    return actor


def test_the_right_password_signs_in_whatever_the_case_of_the_login(
    db: sqlite3.Connection,
) -> None:
    assert attempt(db, PASSWORD, login=" LIN.mei") == Actor(
        "s1", "lin.mei", "Lin Mei", Role.REVIEWER, "en"
    )


def test_an_unknown_login_and_a_wrong_password_are_told_alike(db: sqlite3.Connection) -> None:
    assert attempt(db, PASSWORD, login="nobody") is attempt(db, "wrong") is None


def test_an_unknown_login_costs_one_verification_like_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checked: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002  # narrower on purpose, named as argon2 names it
            checked.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(staff, "_HASHER", Counting(time_cost=1, memory_cost=8, parallelism=1))
    staff._nobody.cache_clear()
    staff.matches(None, PASSWORD)
    staff.matches(staff.hashed(PASSWORD), "wrong but long enough")
    assert len(checked) == 2


def test_the_password_nobody_has_does_not_match_nobody() -> None:
    assert not staff.matches(None, "nobody signs in with this")


def test_five_wrong_passwords_lock_the_right_one_out_for_an_hour(db: sqlite3.Connection) -> None:
    for _ in range(staff.WRONG_TRIES):
        attempt(db, "wrong")
    assert attempt(db, PASSWORD, NOW + timedelta(minutes=59, seconds=59)) is None
    assert attempt(db, PASSWORD, NOW + timedelta(hours=1)) is not None


def test_four_wrong_passwords_and_a_right_one_start_the_count_again(
    db: sqlite3.Connection,
) -> None:
    for _ in range(2):
        for _ in range(staff.WRONG_TRIES - 1):
            attempt(db, "wrong")
        assert attempt(db, PASSWORD) is not None


def test_a_password_changed_while_it_was_checked_does_not_sign_in(db: sqlite3.Connection) -> None:
    old = staff.password_hash_of(db, "lin.mei")
    staff.set_password(db, "lin.mei", staff.hashed("another long password"))
    assert staff.settle_try(db, "lin.mei", old, NOW) is None


def test_a_disabled_account_cannot_sign_in_and_its_session_ends(db: sqlite3.Connection) -> None:
    signed_in(db)
    staff.disable(db, "lin.mei", NOW)
    assert staff_session.find_session(db, "token", NOW) is None
    assert attempt(db, PASSWORD) is None
    staff.enable(db, "lin.mei")
    assert attempt(db, PASSWORD) is not None


@pytest.mark.parametrize("change", ["password", "role"])
def test_a_new_password_or_role_ends_every_session(db: sqlite3.Connection, change: str) -> None:
    signed_in(db)
    if change == "password":
        staff.set_password(db, "lin.mei", staff.hashed("another long password"))
    else:
        staff.set_role(db, "lin.mei", Role.AUDITOR)
    assert staff_session.find_session(db, "token", NOW) is None


def test_a_session_ends_after_thirty_idle_minutes(db: sqlite3.Connection) -> None:
    signed_in(db)
    just = NOW + timedelta(minutes=29, seconds=59)
    assert staff_session.find_session(db, "token", just) is not None
    assert staff_session.find_session(db, "token", NOW + timedelta(minutes=30)) is None
    staff_session.seen(db, "token", just)
    assert staff_session.find_session(db, "token", NOW + timedelta(minutes=59)) is not None


def test_a_session_ends_after_twelve_hours_however_busy(db: sqlite3.Connection) -> None:
    signed_in(db)
    late = NOW + timedelta(hours=12)
    staff_session.seen(db, "token", late - timedelta(minutes=1))
    assert staff_session.find_session(db, "token", late - timedelta(seconds=1)) is not None
    assert staff_session.find_session(db, "token", late) is None


def test_signing_in_forgets_sessions_that_have_ended(db: sqlite3.Connection) -> None:
    signed_in(db, "first")
    signed_in(db, "second", NOW + timedelta(hours=13))
    assert db.execute("SELECT count(*) FROM staff_session").fetchone() == (1,)


def test_the_cookie_itself_is_not_in_the_database(db: sqlite3.Connection) -> None:
    signed_in(db, "a-very-secret-cookie")
    assert b"a-very-secret-cookie" not in db.serialize()


def test_signing_out_ends_the_session(db: sqlite3.Connection) -> None:
    signed_in(db)
    staff_session.close_session(db, "token")
    assert staff_session.find_session(db, "token", NOW) is None


@pytest.mark.parametrize(
    ("login", "name", "error"),
    [
        ("lin.mei", "Another", "console.error.login_taken"),
        ("", "Nobody", "console.error.login"),
        ("two words", "Two", "console.error.login"),
        ("x" * 65, "Long", "console.error.login"),
        ("wang", " ", "console.error.name"),
        ("wang", "\u202eevil", "console.error.name"),
    ],
)
def test_a_bad_account_is_refused_with_its_reason(
    db: sqlite3.Connection, login: str, name: str, error: str
) -> None:
    with pytest.raises(Rejected) as wrong:
        staff.add_staff(db, "s2", NewStaff(login, name, Role.VIEWER, "en", "hash"))
    assert wrong.value.key == error


@pytest.mark.parametrize("password", ["eleven char", "x" * 257])
def test_a_password_is_neither_short_nor_endless(password: str) -> None:
    with pytest.raises(Rejected) as wrong:
        staff.hashed(password)
    assert wrong.value.key == "console.error.password"


def test_changing_an_unknown_login_says_so(db: sqlite3.Connection) -> None:
    with pytest.raises(Rejected) as wrong:
        staff.set_locale(db, "nobody", "zh_Hans")
    assert wrong.value.key == "console.error.login_unknown"


def test_the_list_names_everybody_with_their_state(db: sqlite3.Connection) -> None:
    staff.add_staff(db, "s2", NewStaff("an", "An", Role.ADMIN, "zh_Hans", "hash"))
    staff.disable(db, "an", NOW)
    staff.set_locale(db, "lin.mei", "zh_Hans")
    accounts = staff.list_staff(db)
    found = [(each.actor.login, each.actor.locale, each.disabled_at) for each in accounts]
    assert found == [("an", "zh_Hans", NOW), ("lin.mei", "zh_Hans", None)]


@pytest.mark.parametrize("role", Role)
def test_everybody_reads_and_only_reviewers_and_approvers_decide(role: Role) -> None:
    actor = Actor("s", "s", "S", role, "en")
    decides = role in {Role.REVIEWER, Role.APPROVER}
    assert actor.may(Right.READ)
    assert actor.may(Right.DECIDE) is actor.may(Right.ANSWER) is decides
    if not decides:
        with pytest.raises(Refused):
            actor.must(Right.DECIDE)
