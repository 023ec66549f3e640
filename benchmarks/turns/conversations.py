"""Reprieve's database of made-up conversations, written without an import or a turn.

Each is of a borrower who has agreed, is proven, and has asked for the balance once before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks.turns.telegram import FIRST_CHAT
from bot.store.connection import migrate
from bot.store.rows import Body, Person, ShownButton, encode, stamp
from bot.store.seal import Seals, chained
from bot.turn import Press

MASTER_SECRET: Final = "a master secret of the benchmark, 32 bytes"  # guards nothing
_LOCALES: Final = ("en", "zh_Hans", "zh_Hant")
_AT_ONCE: Final = 5_000
_FIRST_ID: Final = "01900000000070008000"  # all ids as if of one moment
_DIGITS: Final = 12  # hexadecimal ones that tell them apart
_HTML: Final = "<b>Cash loan LN-0000001</b>\n45 days overdue\n\n" + "Principal ¥10,000.00\n" * 8
_LABELS: Final = (("Why so much?", "What if I pay?"), ("Ask for relief", "How to pay"))
_STATEMENTS: Final = {
    "borrower": "(borrower_id, ref_token, phone_token, person, grade, locale)",
    "loan": "(borrower_id, loan_id, ref_token, ref, product, currency, digits, principal_minor,"
    " contract_rate, opened_on, status, books_on, fingerprint)",
    "instalment": "",
    "chat": "(chat_id, borrower_id, channel, address_token, address, locale, consented_at,"
    " proven_at, heard_at, last_seq)",
    "message": "",
    "outbox": "(message_id, chat_id, seq, channel, state, attempts, external_id)",
    "inbox": "(source, key, received_at, kind, subject_id, state, attempts)",
    "audit": "(subject_id, seq, at, actor, kind, body, hash)",
}
Rows = dict[str, list[tuple[object, ...]]]


def write_conversations(path: Path, talked_to: int, among: int) -> None:
    """So many conversations at `path`, their keys beside it; every so-manieth is `talked_to`.

    The others have the rows, keys and sizes of these, under seals that nobody opens.
    """
    now = datetime.now(UTC)
    keys = path.with_name(f"{path.name}.keys")
    with _opened(path) as db, closing(Seals(keys, MASTER_SECRET.encode())) as seals:
        migrate(db)
        numbers = range(0, among, among // talked_to)
        for begin in range(0, talked_to, _AT_ONCE):
            part = numbers[begin : begin + _AT_ONCE]
            seals.create([key for number in part for key in (_id(0, number), _id(1, number))])
            _insert(db, [_conversation(seals, number, now) for number in part])
        alike = _conversation(seals, 0, now)
    if talked_to < among:
        with _opened(path) as db:
            _fill(db, alike, among, numbers.step)
        with _opened(keys) as db:
            wrapped: Rows = {"data_key": [(_id(kind, 0), bytes(60)) for kind in (0, 1)]}
            _fill(db, wrapped, among, numbers.step)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file at `path`, written without any care for a crash."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000"):
            db.execute(f"PRAGMA {pragma}")
        yield db


def _fill(db: sqlite3.Connection, alike: Rows, among: int, step: int) -> None:
    """Rows like those of conversation 0 for every number that is not talked to."""
    db.execute("BEGIN")
    for table, rows in alike.items():
        for row in rows:
            columns = ", ".join(_like(value) for value in row)
            db.execute(
                "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number"
                f" WHERE n < ?) INSERT INTO {table} {_STATEMENTS.get(table, '')}"
                f" SELECT {columns} FROM number WHERE n % ?",
                (among - 1, step),
            )
    db.execute("COMMIT")


def _like(value: object) -> str:
    """An expression over `n` that is to `n` what the value is to conversation 0."""
    match value:
        case bytes():
            return f"randomblob({len(value)})"
        case str() if value[:-_DIGITS] == _id(0, 0)[:-_DIGITS]:
            return f"'{value[:-_DIGITS]}' || printf('%0{_DIGITS}x', n * 8 + {int(value[-1])})"
        case str() if value == _key(0):
            return "printf('%020d', n)"
        case str():
            return f"'{value}'"
        case _:
            return "NULL" if value is None else str(value)


def _insert(db: sqlite3.Connection, conversations: list[Rows]) -> None:
    db.execute("BEGIN")
    for table, columns in _STATEMENTS.items():
        rows = [row for conversation in conversations for row in conversation[table]]
        places = ", ".join("?" * len(rows[0]))
        db.executemany(f"INSERT INTO {table} {columns} VALUES ({places})", rows)
    db.execute("COMMIT")


def _id(kind: int, number: int) -> str:
    return f"{_FIRST_ID}{(number << 3) + kind:0{_DIGITS}x}"


def _key(number: int) -> str:
    return f"{number:020d}"


def _conversation(seals: Seals, number: int, now: datetime) -> Rows:
    borrower, chat, loan = (_id(kind, number) for kind in range(3))
    rows = _books(seals, number, (borrower, loan), now)
    address, locale = str(FIRST_CHAT + number), _LOCALES[number % len(_LOCALES)]
    sealed = seals.seal(chat, "chat", "address", chat, address.encode())
    token, at = seals.blind("chat.telegram", address), stamp(now)
    rows["chat"] = [(chat, borrower, "telegram", token, sealed, locale, at, at, at, 2)]
    rows["inbox"] = [("telegram", _key(number), at, "text", borrower, "done", 1)]
    heard, said = _id(3, number), _id(4, number)
    rows["message"] = [
        (chat, 1, heard, borrower, borrower, heard, at, "me", b"", None),
        (chat, 2, said, borrower, borrower, heard, at, "reprieve", b"", None),
    ]
    for at_row, body in enumerate((Body("/balance"), _card(loan))):
        row = rows["message"][at_row]
        place = (borrower, "message", "body", str(row[2]))
        rows["message"][at_row] = (*row[:8], seals.seal(*place, encode(body)), None)
    rows["outbox"] = [(said, chat, 2, "telegram", "sent", 1, str(number))]
    about = seals.seal(borrower, "audit", "body", f"{borrower}.1", b"")
    rows["audit"] = [(borrower, 1, at, "borrower", "LinkChat", about, chained(b"", about))]
    return rows


def _books(seals: Seals, number: int, ids: tuple[str, str], now: datetime) -> Rows:
    """A cash loan with two instalments overdue and one to come."""
    borrower, loan = ids
    ref, loan_ref, today = f"B-{number:07d}", f"LN-{number:07d}", now.date()
    person = Person(ref, f"Ann Example {number}", f"+447700{number:07d}", "123X", "")
    sealed = seals.seal(borrower, "borrower", "person", borrower, encode(person))
    phone = seals.blind("borrower.phone", person.phone[1:])
    sealed_ref = seals.seal(borrower, "loan", "ref", loan, loan_ref.encode())
    cash = ("cash-loan", "CNY", 2, 1_500_000, "0.18", "2025-10-01", "active", today.isoformat())
    dues = [(today + timedelta(days=30 * month - 45)).isoformat() for month in range(3)]
    return {
        "borrower": [(borrower, seals.blind("borrower.ref", ref), phone, sealed, "B", None)],
        "loan": [(borrower, loan, seals.blind("loan.ref", loan_ref), sealed_ref, *cash, b"")],
        "instalment": [
            (borrower, loan, no, due, 500_000, 8_000, 0) for no, due in enumerate(dues, start=1)
        ],
    }


def _card(loan: str) -> Body:
    press = str(Press("why", "", loan))
    return Body(_HTML, tuple(tuple(ShownButton(each, press) for each in row) for row in _LABELS))
