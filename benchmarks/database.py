"""A database of made-up books, written without an import, for measuring what reads it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from benchmarks.portfolios import MONTHS, realistic_loans
from bot.domain.loan import Loan
from bot.store.connection import migrate

_SKETCHES = 2_000  # different loans; a large portfolio repeats them
_GRADES = "ABCDE"
_LOAN = (
    "INSERT INTO loan (borrower_id, loan_id, ref_token, ref, product, currency, digits, status,"
    " books_on, fingerprint) VALUES (?, ?, ?, x'00', 'cash-loan', 'CNY', 2, 'active',"
    " '2026-11-23', x'00')"
)
Key = tuple[str, str]


def write_books(path: Path, loans: int) -> int:
    """Books of so many loans at `path`; how many instalments they hold."""
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-200000"):
        db.execute(f"PRAGMA {pragma}")
    migrate(db)
    sketches = realistic_loans(min(loans, _SKETCHES))
    db.execute("BEGIN")
    for begin in range(0, loans, _SKETCHES):
        _write(db, [(_key(begin + at), loan) for at, loan in enumerate(sketches[: loans - begin])])
    db.execute("COMMIT")
    db.close()
    return loans * MONTHS


def _key(number: int) -> Key:
    return f"{number:032x}", f"{number + 2**64:032x}"


def _write(db: sqlite3.Connection, books: list[tuple[Key, Loan]]) -> None:
    db.executemany(
        "INSERT INTO borrower (borrower_id, ref_token, person, grade) VALUES (?, ?, x'00', ?)",
        (
            (key[0], key[0].encode(), _GRADES[at % len(_GRADES)])
            for at, (key, _) in enumerate(books)
        ),
    )
    db.executemany(_LOAN, ((*key, key[1].encode()) for key, _ in books))
    db.executemany("INSERT INTO instalment VALUES (?, ?, ?, ?, ?, ?, ?)", _instalments(books))
    db.executemany(
        "INSERT INTO payment VALUES (?, ?, ?, x'00', ?, ?, NULL, NULL)", _payments(books)
    )
    db.executemany("INSERT INTO freeze VALUES (?, ?, ?, ?, ?, 'relief', NULL)", _freezes(books))


def _instalments(books: list[tuple[Key, Loan]]) -> Iterator[tuple[object, ...]]:
    for key, loan in books:
        for row in loan.instalments:
            yield (*key, row.no, row.due.isoformat(), row.principal, row.interest, row.fee)


def _payments(books: list[tuple[Key, Loan]]) -> Iterator[tuple[object, ...]]:
    for key, loan in books:
        for seq, row in enumerate(loan.payments, start=1):
            yield (*key, seq, row.on.isoformat(), row.amount)


def _freezes(books: list[tuple[Key, Loan]]) -> Iterator[tuple[object, ...]]:
    for key, loan in books:
        for at, row in enumerate(loan.freezes):
            yield (*key, str(at), row.start.isoformat(), row.until.isoformat())
