"""What a tape would change in the store: read and compared, nothing written.

It must not write. A loan whose content equals what the last tape told is not looked into.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.domain.books import Holding, TapeBorrower, TapeLoan, content
from bot.store.books_rows import EVERY, Difference, Place, Values, difference, stored_rows
from bot.store.queries import BOOKS
from bot.store.rows import Person, decode
from bot.store.seal import Seals
from bot.store.tokens import borrower_token, loan_token


@dataclass(frozen=True, slots=True)
class Run:
    """One import: of which tape, as the books stood on which day, and when it happens."""

    import_id: str
    fingerprint: bytes
    as_of: date
    at: datetime


@dataclass(frozen=True, slots=True)
class LoanPlan:
    """One loan: `loan` without the waivers that only confirm those of our cases `confirmed`.

    `told` and `differences` are by table, empty when the loan `is_same`.
    """

    loan: TapeLoan
    loan_id: str
    fingerprint: bytes
    is_new: bool
    is_same: bool
    is_older: bool  # than the books stored
    confirmed: tuple[str, ...] = ()
    told: Mapping[str, list[Values]] = field(default_factory=dict)
    differences: Mapping[str, Difference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """One borrower with their loans; `is_changed` is about the borrower alone."""

    borrower: TapeBorrower
    borrower_id: str
    is_new: bool
    is_changed: bool
    loans: tuple[LoanPlan, ...]

    @property
    def changes_loans(self) -> bool:
        """Whether any loan is not the same."""
        return any(not loan.is_same for loan in self.loans)


@dataclass(frozen=True, slots=True)
class Planner:
    """Compares holdings with the store. `new_id` makes identifiers for what is new."""

    db: sqlite3.Connection
    seals: Seals
    run: Run
    new_id: Callable[[], str]

    def moved(self, every: Iterable[Holding]) -> tuple[TapeLoan, ...]:
        """Loans that belong to another borrower here: their cases could not follow them."""
        return tuple(
            loan
            for holding in every
            for loan in holding.loans
            if self._owner_of(loan) not in {None, self._id_of(holding.borrower)}
        )

    def plan(self, holding: Holding) -> Plan | None:
        """What changes for one borrower; None for one who was erased and stays so."""
        row = self._stored_borrower(holding.borrower)
        if row is not None and row[4] is not None:
            return None
        borrower_id = self.new_id() if row is None else str(row[0])
        return Plan(
            borrower=holding.borrower,
            borrower_id=borrower_id,
            is_new=row is None,
            is_changed=row is None or not self._is_same(holding.borrower, row),
            loans=tuple(self._plan_loan(borrower_id, loan) for loan in holding.loans),
        )

    def _plan_loan(self, borrower_id: str, loan: TapeLoan) -> LoanPlan:
        row = self._stored_loan(loan)
        loan_id = self.new_id() if row is None else str(row[1])
        place = {"borrower_id": borrower_id, "loan_id": loan_id}
        ours = {} if row is None else self._ours(place, loan)
        token = self.seals.blind("books", content(loan, ours))
        plan = LoanPlan(
            loan=_without(loan, ours),
            loan_id=loan_id,
            fingerprint=token,
            is_new=row is None,
            is_same=row is not None and row[3] == token,
            is_older=row is not None and str(row[2]) > self.run.as_of.isoformat(),
            confirmed=tuple(sorted(ours.values())),
        )
        return plan if plan.is_same else self._compared(place, plan)

    def _compared(self, place: Place, plan: LoanPlan) -> LoanPlan:
        told = {table: tell(plan.loan, self.seals) for table, _, tell in EVERY}
        differences = {
            table: difference(key, stored_rows(self.db, table, place), told[table])
            for table, key, _ in EVERY
        }
        return replace(plan, told=told, differences=differences)

    def _ours(self, place: Place, loan: TapeLoan) -> dict[str, str]:
        """Our cases by the reference with which the tape confirms their waiver on this loan."""
        found = {}
        for waiver in loan.waivers:
            if waiver.case_ref:
                values = {**place, "reference": waiver.case_ref}
                row = self.db.execute(BOOKS["our_waiver"], values).fetchone()
                if row is not None:
                    found[waiver.case_ref] = str(row[0])
        return found

    def _is_same(self, borrower: TapeBorrower, row: Sequence[object]) -> bool:
        borrower_id, person, grade, locale, _ = row
        sealed = person if isinstance(person, bytes) else b""
        clear = self.seals.open(str(borrower_id), "borrower", "person", str(borrower_id), sealed)
        told = (person_of(borrower), borrower.grade, borrower.locale or None)
        return told == (decode(clear, Person), grade, locale)

    def _stored_borrower(self, borrower: TapeBorrower) -> Sequence[object] | None:
        token = {"ref_token": borrower_token(self.seals, borrower.ref)}
        row: Sequence[object] | None = self.db.execute(BOOKS["borrower_by_ref"], token).fetchone()
        return row

    def _stored_loan(self, loan: TapeLoan) -> Sequence[object] | None:
        token = {"ref_token": loan_token(self.seals, loan.ref)}
        row: Sequence[object] | None = self.db.execute(BOOKS["loan_by_ref"], token).fetchone()
        return row

    def _id_of(self, borrower: TapeBorrower) -> object:
        row = self._stored_borrower(borrower)
        return "" if row is None else row[0]

    def _owner_of(self, loan: TapeLoan) -> object:
        row = self._stored_loan(loan)
        return None if row is None else row[0]


def person_of(borrower: TapeBorrower) -> Person:
    """What of a borrower is sealed."""
    return Person(borrower.ref, borrower.name, borrower.phone, borrower.id_last4, borrower.email)


def _without(loan: TapeLoan, ours: Mapping[str, str]) -> TapeLoan:
    return replace(loan, waivers=tuple(w for w in loan.waivers if w.case_ref not in ours))
