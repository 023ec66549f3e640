"""Reads the books in runs of whole loans, so that memory stays bounded however many there are.

It must not open a sealed column, and writes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from typing import Final

import numpy as np

from bot.portfolio.columns import Acts, Columns, Frozen, Ints, Kind, Planned
from bot.portfolio.gathering import acts, frozen, heads_of, ints, planned

# So many that their columns stay in the processor's cache: measured twice as fast as 4,000.
CHUNK_LOANS: Final = 1_500
_LOANS: Final = """SELECT l.borrower_id, l.loan_id, l.product, l.currency, l.digits, b.grade,
    l.contract_rate, b.erased_at IS NOT NULL
FROM loan l JOIN borrower b USING (borrower_id)
WHERE (l.borrower_id, l.loan_id) > (?, ?) ORDER BY l.borrower_id, l.loan_id LIMIT ?"""
# The parts of the loans from one key to another, both included: one row a loan, each column of its
# parts written out as one text. numpy reads such texts far faster than Python makes rows of them.
_INSTALMENTS: Final = """SELECT loan_id, count(*), group_concat(due_on, ' '), group_concat(no, ' '),
    group_concat(principal_minor, ' '), group_concat(interest_minor, ' '),
    group_concat(fee_minor, ' ')
FROM instalment
WHERE (borrower_id, loan_id) >= (?, ?) AND (borrower_id, loan_id) <= (?, ?)
GROUP BY borrower_id, loan_id"""
_PAYMENTS: Final = """SELECT loan_id, count(*), group_concat(paid_on, ' '),
    group_concat(amount_minor, ' ')
FROM payment
WHERE (borrower_id, loan_id) >= (?, ?) AND (borrower_id, loan_id) <= (?, ?)
    AND reversed_on IS NULL
GROUP BY borrower_id, loan_id"""
_WAIVERS: Final = """SELECT loan_id, count(*), group_concat(on_day, ' '),
    group_concat(amount_minor, ' ')
FROM waiver
WHERE (borrower_id, loan_id) >= (?, ?) AND (borrower_id, loan_id) <= (?, ?)
GROUP BY borrower_id, loan_id"""
_FREEZES: Final = """SELECT loan_id, from_on, until_on FROM freeze
WHERE (borrower_id, loan_id) >= (?, ?) AND (borrower_id, loan_id) <= (?, ?)"""
_FIRST_YEAR: Final = 1970
_FIRST_DAY: Final = date(_FIRST_YEAR, 1, 1).toordinal()
Ends = tuple[str, str, str, str]
Places = dict[str, int]


def loan_count(db: sqlite3.Connection) -> int:
    """How many loans the books hold."""
    return int(db.execute("SELECT count(*) FROM loan").fetchone()[0])


def chunks(db: sqlite3.Connection, size: int = CHUNK_LOANS) -> Iterator[tuple[Columns, int]]:
    """All loans of borrowers who were not erased, by key; and how many each run looked at."""
    after = ("", "")
    while True:
        rows = db.execute(_LOANS, (*after, size)).fetchall()
        if not rows:
            return
        after = (rows[-1][0], rows[-1][1])
        columns = _columns(db, rows)
        kept = ints(at for at, row in enumerate(rows) if not row[7])
        yield columns.taken(kept), len(rows)


def _columns(db: sqlite3.Connection, rows: list[tuple[str, ...]]) -> Columns:
    borrowers, loans, product, currency, digits, grade, rate, _ = zip(*rows, strict=True)
    place = {loan_id: at for at, loan_id in enumerate(loans)}
    ends = (borrowers[0], loans[0], borrowers[-1], loans[-1])
    kinds = map(Kind, product, currency, map(int, digits), rate)
    heads = heads_of(list(zip(borrowers, loans, strict=True)), kinds, grade)
    return Columns(
        heads, _planned(db, ends, place), _acts(db, ends, place), _frozen(db, ends, place)
    )


def _planned(db: sqlite3.Connection, ends: Ends, place: Places) -> Planned:
    loan, (due, *numbers) = _texts(db, _INSTALMENTS, ends, place)
    counts = np.bincount(loan, minlength=len(place)).astype(np.int64)
    no, principal, interest, fee = (_numbers(text) for text in numbers)
    return planned(counts, no, _days(due), (principal, interest, fee))


def _acts(db: sqlite3.Connection, ends: Ends, place: Places) -> Acts:
    given, (given_on, given_up) = _texts(db, _WAIVERS, ends, place)
    paid, (paid_on, amount) = _texts(db, _PAYMENTS, ends, place)
    return acts(
        len(place),
        np.concatenate((given, paid)),
        np.concatenate((_days(given_on), _days(paid_on))),
        np.concatenate((_numbers(given_up), _numbers(amount))),
        np.arange(len(given) + len(paid)) < len(given),
    )


def _frozen(db: sqlite3.Connection, ends: Ends, place: Places) -> Frozen:
    rows = db.execute(_FREEZES, ends)
    return frozen(len(place), ((place[loan], _day(a), _day(b)) for loan, a, b in rows))


def _texts(db: sqlite3.Connection, query: str, ends: Ends, place: Places) -> tuple[Ints, list[str]]:
    """The loan of each part, and each column of all parts as one text."""
    cursor = db.execute(query, ends)
    width, rows = len(cursor.description), cursor.fetchall()
    loans, counts, *columns = zip(*rows, strict=True) if rows else ((),) * width
    places = ints(place[loan] for loan in loans)
    return np.repeat(places, ints(counts)), [" ".join(column) for column in columns]


def _numbers(text: str) -> Ints:
    return np.fromstring(text, dtype=np.int64, sep=" ") if text else ints(())


def _days(text: str) -> Ints:
    """ISO days as ordinals."""
    written = _numbers(text.replace("-", ""))  # 20260110
    years = (written // 10_000 - _FIRST_YEAR).astype("datetime64[Y]")
    months = years.astype("datetime64[M]") + (written // 100 % 100 - 1)
    return months.astype("datetime64[D]").astype(np.int64) + (written % 100 - 1 + _FIRST_DAY)


def _day(written: str) -> int:
    return date.fromisoformat(written).toordinal()
