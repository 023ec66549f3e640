"""What a tape would change in the store: read and compared, nothing written.

It must not write. A loan whose content equals what the last tape told is not looked into.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice, repeat
from typing import Final, NamedTuple

from bot.domain.books import TapeBorrower, TapeLoan
from bot.domain.holding import Holding
from bot.domain.packed_loan import PackedLoan, Rows
from bot.store.books_rows import EVERY, Difference, Place, Told, difference, stored_rows
from bot.store.queries import BOOKS
from bot.store.rows import Person, decode
from bot.store.seal import Seals
from bot.store.tokens import borrower_token, loan_token

Known = tuple[bytes, sqlite3.Row | None]  # the token of a reference, and what is stored under it
_AT_ONCE: Final = 500  # tokens asked for in one query


@dataclass(frozen=True, slots=True)
class Run:
    """One import: of which tape, as the books stood on which day, and when it happens."""

    import_id: str
    fingerprint: bytes
    as_of: date
    at: datetime


class LoanPlan(NamedTuple):
    """One loan, told with the waivers that only confirm those of our cases: they are `confirmed`.

    `told` and `differences` are by table; empty when it `is_same`, the latter for a new loan too.
    """

    loan: TapeLoan
    loan_id: str
    ref_token: bytes
    fingerprint: bytes
    is_new: bool
    is_same: bool
    books_on: str  # the day of the books stored; empty for a new loan
    confirmed: tuple[str, ...]
    told: Mapping[str, list[Told]]
    differences: Mapping[str, Difference]


@dataclass(frozen=True, slots=True)
class Plan:
    """One borrower with their loans; `is_changed` is about the borrower alone."""

    borrower: TapeBorrower
    borrower_id: str
    ref_token: bytes
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
        told = (
            (loan_token(self.seals, each.loan.ref), each.loan, holding.borrower.ref)
            for holding in every
            for each in holding.loans
        )
        found: list[TapeLoan] = []
        while some := list(islice(told, _AT_ONCE)):
            owners = self._stored("owners_of_loans", [token for token, _, _ in some])
            found += [
                loan
                for token, loan, borrower_ref in some
                if token in owners and owners[token][1] != borrower_token(self.seals, borrower_ref)
            ]
        return tuple(found)

    def plans(self, chunk: Sequence[Holding]) -> list[Plan | None]:
        """What changes for each borrower; None for one who was erased and stays so."""
        tokens = [borrower_token(self.seals, holding.borrower.ref) for holding in chunk]
        loan_tokens = [
            [loan_token(self.seals, each.loan.ref) for each in holding.loans] for holding in chunk
        ]
        borrowers = self._stored("borrowers_by_ref", tokens)
        loans = self._stored("loans_by_ref", list(chain.from_iterable(loan_tokens)))
        return [
            self._plan(
                holding, (token, borrowers.get(token)), [(each, loans.get(each)) for each in theirs]
            )
            for holding, token, theirs in zip(chunk, tokens, loan_tokens, strict=True)
        ]

    def _plan(self, holding: Holding, known: Known, loans: Sequence[Known]) -> Plan | None:
        ref_token, row = known
        if row is not None and row["erased_at"] is not None:
            return None
        borrower_id = self.new_id() if row is None else str(row["borrower_id"])
        return Plan(
            borrower=holding.borrower,
            borrower_id=borrower_id,
            ref_token=ref_token,
            is_new=row is None,
            is_changed=row is None or not self._is_same(holding.borrower, row),
            loans=tuple(map(self._plan_loan, repeat(borrower_id), holding.loans, loans)),
        )

    def _plan_loan(self, borrower_id: str, packed: PackedLoan, known: Known) -> LoanPlan:
        ref_token, row = known
        _, loan_id, books_on, fingerprint = row or (None, self.new_id(), "", None)
        place = {"borrower_id": borrower_id, "loan_id": loan_id}
        ours = {} if row is None else self._ours(place, packed)
        rows = packed.unpacked()
        token = self.seals.blind("books", packed.content(rows, ours))
        told: dict[str, list[Told]] = {}
        differences: dict[str, Difference] = {}
        if token != fingerprint:
            ids, kept = (borrower_id, loan_id), _without(rows, ours)
            told = {table: tell(ids, kept, self.seals) for table, tell in EVERY.items()}
            differences = {} if row is None else self._differences(place, told)
        return LoanPlan(
            loan=packed.loan,
            loan_id=loan_id,
            ref_token=ref_token,
            fingerprint=token,
            is_new=row is None,
            is_same=token == fingerprint,
            books_on=books_on,
            confirmed=tuple(sorted(ours.values())),
            told=told,
            differences=differences,
        )

    def _differences(
        self, place: Place, told: Mapping[str, Sequence[Told]]
    ) -> dict[str, Difference]:
        stored = {table: stored_rows(self.db, table, place) for table in EVERY}
        return {table: difference(*stored[table], told[table]) for table in EVERY}

    def _ours(self, place: Place, loan: PackedLoan) -> dict[str, str]:
        """Our cases by the reference with which the tape confirms their waiver on this loan."""
        found = {}
        for waiver in loan.waivers:
            if waiver.case_ref:
                values = {**place, "reference": waiver.case_ref}
                row = self.db.execute(BOOKS["our_waiver"], values).fetchone()
                if row is not None:
                    found[waiver.case_ref] = str(row[0])
        return found

    def _is_same(self, borrower: TapeBorrower, row: sqlite3.Row) -> bool:
        borrower_id = str(row["borrower_id"])
        clear = self.seals.open(borrower_id, "borrower", "person", borrower_id, row["person"])
        told = (person_of(borrower), borrower.grade, borrower.locale or None)
        return told == (decode(clear, Person), row["grade"], row["locale"])

    def _stored(self, query: str, tokens: Sequence[bytes]) -> dict[bytes, sqlite3.Row]:
        """Rows of a query of `books.sql` by their token, asked for many at a time."""
        found = {}
        for at in range(0, len(tokens), _AT_ONCE):
            some = tokens[at : at + _AT_ONCE]
            asked = BOOKS[query].replace(":tokens", ", ".join("?" * len(some)))
            found.update({row[0]: row for row in self.db.execute(asked, some)})
        return found


def person_of(borrower: TapeBorrower) -> Person:
    """What of a borrower is sealed."""
    return Person(borrower.ref, borrower.name, borrower.phone, borrower.id_last4, borrower.email)


def _without(rows: Rows, ours: Mapping[str, str]) -> Rows:
    return rows._replace(waivers=[each for each in rows.waivers if each[-1] not in ours])
