"""Goes through the loans for which the lender reported a penalty and finds where ours differs.

It must not decide who is right, nor write.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.domain.differences import Books, Cause, causes
from bot.domain.money import Currency, Money, plain
from bot.domain.policy import Policy
from bot.store.load import load_loans
from bot.store.seal import Seals
from bot.turn import BookedLoan

_REPORTED: Final = """SELECT DISTINCT l.borrower_id FROM loan l JOIN borrower b USING (borrower_id)
WHERE l.reported_minor IS NOT NULL AND l.reported_on IS NOT NULL AND b.erased_at IS NULL
    AND l.borrower_id > ?
ORDER BY l.borrower_id LIMIT ?"""
_RUN: Final = 500  # borrowers read at a time
_COUNT: Final = """SELECT count(DISTINCT l.borrower_id) FROM loan l JOIN borrower b
USING (borrower_id) WHERE l.reported_minor IS NOT NULL AND l.reported_on IS NOT NULL
    AND b.erased_at IS NULL"""


@dataclass(frozen=True, slots=True)
class Difference:
    """Both figures of one loan on the lender's day, minor units; `ours` None: not computable."""

    borrower_id: str
    loan_id: str
    ref: str
    product: str
    currency: Currency
    on: date
    reported: int
    ours: int | None
    causes: tuple[Cause, ...]

    def document(self) -> dict[str, object]:
        """As `reprieve reconcile --json` tells it."""
        digits = self.currency.digits
        return {
            "loan_ref": self.ref,
            "product": self.product,
            "currency": self.currency.code,
            "reported_on": self.on.isoformat(),
            "reported": plain(self.reported, digits),
            "ours": None if self.ours is None else plain(self.ours, digits),
            "difference": None if self.ours is None else plain(self.reported - self.ours, digits),
            "causes": [_cause(cause) for cause in self.causes],
        }


def borrower_count(db: sqlite3.Connection) -> int:
    """How many borrowers have a loan with a reported penalty."""
    return int(db.execute(_COUNT).fetchone()[0])


def differences(
    db: sqlite3.Connection, seals: Seals, policy: Policy, after: str = ""
) -> Iterator[tuple[str, tuple[Difference, ...]]]:
    """Borrower by borrower from the one after `after` on: their differences, mostly none."""
    db.row_factory = sqlite3.Row
    while True:
        rows = db.execute(_REPORTED, (after, _RUN)).fetchall()
        for row in rows:
            after = row["borrower_id"]
            loans = load_loans(db, seals, after) if seals.has(after) else ()
            found = (_difference(after, booked, policy) for booked in loans)
            yield after, tuple(each for each in found if each is not None)
        if len(rows) < _RUN:
            return


def _difference(borrower_id: str, booked: BookedLoan, policy: Policy) -> Difference | None:
    if booked.reported is None or booked.reported_on is None:
        return None
    terms, allocation = policy.terms_for(booked.product), policy.allocation_for(booked.product)
    books = Books(booked.loan, terms, allocation)
    ours = books.penalty(booked.reported_on)
    if ours == booked.reported:
        return None
    return Difference(
        borrower_id=borrower_id,
        loan_id=booked.id,
        ref=booked.ref,
        product=booked.product,
        currency=booked.loan.currency,
        on=booked.reported_on,
        reported=booked.reported,
        ours=ours,
        causes=causes(books, booked.reported_on, booked.reported),
    )


def _cause(cause: Cause) -> dict[str, object]:
    return {"key": cause.key, **{name: _plain(slot) for name, slot in cause.slots.items()}}


def _plain(slot: object) -> object:
    if isinstance(slot, date):
        return slot.isoformat()
    return plain(slot.minor, slot.currency.digits) if isinstance(slot, Money) else slot
