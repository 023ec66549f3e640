"""Reads the books in runs of whole loans, so that memory stays bounded however many there are.

It must not open a sealed column, and writes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
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
# The parts of the loans from one key to another, both included, in the order of the primary key.
_INSTALMENTS: Final = """SELECT loan_id, due_on, principal_minor, interest_minor, fee_minor
FROM instalment
WHERE (borrower_id, loan_id) >= (?, ?) AND (borrower_id, loan_id) <= (?, ?)
ORDER BY borrower_id, loan_id, no"""
_PAYMENTS: Final = """SELECT loan_id, paid_on, amount_minor FROM payment
WHERE (borrower_id, loan_id) >= (?, ?) AND (borrower_id, loan_id) <= (?, ?)
    AND reversed_on IS NULL
ORDER BY borrower_id, loan_id, seq"""
_WAIVERS: Final = """SELECT loan_id, on_day, amount_minor FROM waiver
WHERE (borrower_id, loan_id) >= (?, ?) AND (borrower_id, loan_id) <= (?, ?)
ORDER BY borrower_id, loan_id, on_day, waiver_id"""
_FREEZES: Final = """SELECT loan_id, from_on, until_on FROM freeze
WHERE (borrower_id, loan_id) >= (?, ?) AND (borrower_id, loan_id) <= (?, ?)"""


class _Days(dict[str, int]):
    """ISO days as ordinals: books hold few different ones."""

    def __missing__(self, written: str) -> int:
        found = self[written] = date.fromisoformat(written).toordinal()
        return found


def loan_count(db: sqlite3.Connection) -> int:
    """How many loans the books hold."""
    return int(db.execute("SELECT count(*) FROM loan").fetchone()[0])


def chunks(db: sqlite3.Connection, size: int = CHUNK_LOANS) -> Iterator[tuple[Columns, int]]:
    """All loans of borrowers who were not erased, by key; and how many each run looked at."""
    days = _Days()
    after = ("", "")
    while True:
        rows = db.execute(_LOANS, (*after, size)).fetchall()
        if not rows:
            return
        after = (rows[-1][0], rows[-1][1])
        columns = _columns(db, rows, days)
        kept = ints(at for at, row in enumerate(rows) if not row[7])
        yield columns.taken(kept), len(rows)


def _columns(db: sqlite3.Connection, rows: list[tuple[str, ...]], days: _Days) -> Columns:
    borrowers, loans, product, currency, digits, grade, rate, _ = zip(*rows, strict=True)
    place = {loan_id: at for at, loan_id in enumerate(loans)}
    ends = (borrowers[0], loans[0], borrowers[-1], loans[-1])
    kinds = map(Kind, product, currency, map(int, digits), rate)
    heads = heads_of(list(zip(borrowers, loans, strict=True)), kinds, grade)
    return Columns(
        heads,
        _planned(db.execute(_INSTALMENTS, ends).fetchall(), place, days),
        _acts(db, ends, place, days),
        _frozen(db.execute(_FREEZES, ends), place, days),
    )


def _planned(
    rows: list[tuple[str, str, int, int, int]], place: dict[str, int], days: _Days
) -> Planned:
    loans, due, principal, interest, fee = zip(*rows, strict=True) if rows else ((),) * 5
    counts = np.bincount(_mapped(place, loans), minlength=len(place)).astype(np.int64)
    return planned(counts, _mapped(days, due), _column(principal), _column(interest), _column(fee))


def _acts(
    db: sqlite3.Connection, ends: tuple[str, ...], place: dict[str, int], days: _Days
) -> Acts:
    waivers = db.execute(_WAIVERS, ends).fetchall()
    rows = waivers + db.execute(_PAYMENTS, ends).fetchall()
    loans, on, amount = zip(*rows, strict=True) if rows else ((),) * 3
    waives = np.arange(len(rows)) < len(waivers)
    return acts(len(place), _mapped(place, loans), _mapped(days, on), _column(amount), waives)


def _frozen(rows: Iterable[tuple[str, str, str]], place: dict[str, int], days: _Days) -> Frozen:
    return frozen(
        len(place), ((place[loan], days[since], days[until]) for loan, since, until in rows)
    )


def _mapped(known: dict[str, int], names: tuple[str, ...]) -> Ints:
    return np.fromiter(map(known.__getitem__, names), dtype=np.int64, count=len(names))


def _column(numbers: tuple[int, ...]) -> Ints:
    return np.fromiter(numbers, dtype=np.int64, count=len(numbers))
