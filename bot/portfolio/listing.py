"""The loans that owe something, a line each, for whoever asked for a list.

It must not open a sealed column but the loan's reference, nor write a cell a spreadsheet runs.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from datetime import date
from typing import IO, Final

import numpy as np

from bot.domain.money import plain
from bot.portfolio.ahead import Ahead
from bot.portfolio.columns import Columns
from bot.portfolio.figures import Figures, How
from bot.portfolio.totals import bucket_of, owes
from bot.printing.spreadsheet import harmless
from bot.store.seal import Seals

COLUMNS: Final = (
    "loan_ref", "product", "currency", "grade", "bucket", "days_overdue",
    "principal", "interest", "fee", "penalty", "penalty_charged", "penalty_paid", "penalty_waived",
    "grows_by_per_day", "tier_on", "window_closes_on", "computed",
)  # fmt: skip
_AMOUNTS: Final = (
    "principal", "interest", "fee", "penalty", "charged", "paid", "waived", "grows_by_per_day",
)  # fmt: skip
_REFS: Final = """SELECT borrower_id, loan_id, ref FROM loan
WHERE (borrower_id, loan_id) >= (?, ?) AND (borrower_id, loan_id) <= (?, ?)"""


class Listing:
    """Writes the loans it is shown to an open file; `written` counts them."""

    def __init__(self, file: IO[str], seals: Seals) -> None:
        self.written = 0
        self._rows = csv.writer(file, lineterminator="\n")
        self._seals = seals
        self._rows.writerow(COLUMNS)

    def see(self, db: sqlite3.Connection, columns: Columns, figures: Figures, ahead: Ahead) -> None:
        """Write those of a run of loans that owe something, or that have no figures."""
        shown = np.flatnonzero(owes(figures) | (figures.how == How.REFUSED)).tolist()
        if not shown:
            return
        sealed = _sealed(db, columns)
        for at in shown:
            key = columns.heads.keys[at]
            if self._seals.has(key[0]):
                ref = self._seals.open(key[0], "loan", "ref", key[1], sealed[key]).decode()
                self._rows.writerow([harmless(ref), *_cells(columns, figures, ahead, at)])
                self.written += 1


def _sealed(db: sqlite3.Connection, columns: Columns) -> dict[tuple[str, str], bytes]:
    keys = columns.heads.keys
    rows = db.execute(_REFS, (*keys[0], *keys[-1]))
    return {(borrower, loan): ref for borrower, loan, ref in rows}


def _cells(columns: Columns, figures: Figures, ahead: Ahead, at: int) -> Iterator[str]:
    kind = columns.heads.of(at)
    yield from map(harmless, (kind.product, kind.currency, columns.heads.grade[at]))
    how = How(int(figures.how[at]))
    if how is How.REFUSED:
        yield from ("",) * (len(COLUMNS) - 5)
    else:
        yield from bucket_of([int(figures.days_overdue[at])])
        yield str(figures.days_overdue[at])
        yield from (plain(int(getattr(figures, name)[at]), kind.digits) for name in _AMOUNTS)
        yield _day(int(figures.tier_on[at]))
        yield _day(int(ahead.window_closes[at]))
    yield how.name.lower()


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat() if ordinal else ""
