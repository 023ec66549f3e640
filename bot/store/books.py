"""Applies a tape's books to the store, a chunk of whole holdings in one transaction.

It must not touch what our cases put on a loan, and rewrites only loans that are not the same.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from itertools import chain
from typing import Final

from bot.domain.holding import Holding
from bot.domain.money import plain_ratio
from bot.store import audit
from bot.store.books_plan import LoanPlan, Plan, Planner, person_of
from bot.store.books_rows import EVERY, Place, Told, Values
from bot.store.queries import BOOKS
from bot.store.rows import encode, stamp
from bot.store.tokens import name_token, phone_token

_AT_ONCE: Final = 64  # rows inserted with one statement


@dataclass(frozen=True, slots=True)
class Applied:
    """What a chunk changed (or would change), counted.

    `erased` borrowers stay erased; `older` loans have stored books of a later day than the tape's.
    """

    new_borrowers: int = 0
    changed_borrowers: int = 0
    new_loans: int = 0
    changed_loans: int = 0
    removed_rows: int = 0
    erased: int = 0
    older: int = 0

    def plus(self, other: Applied) -> Applied:
        """The sum of both."""
        names = [each.name for each in fields(self)]
        return Applied(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def anything(self) -> bool:
        """Whether the books read otherwise than before."""
        new = self.new_borrowers + self.new_loans
        return bool(new + self.changed_borrowers + self.changed_loans)


def foresee(planner: Planner, chunk: Sequence[Holding]) -> Applied:
    """What `apply` would change; changes nothing."""
    return _counted(planner, planner.plans(chunk))


def apply(planner: Planner, chunk: Sequence[Holding]) -> Applied:
    """Make the books those of the chunk, inside the caller's write transaction.

    A borrower who was known here before and whose loans changed gets one waiting `books_changed`.
    """
    plans = planner.plans(chunk)
    kept = [plan for plan in plans if plan is not None]
    planner.seals.create(plan.borrower_id for plan in kept if plan.is_new)
    new = _New()
    for plan in kept:
        _write_borrower(planner, plan, new)
        for loan in plan.loans:
            _write_loan(planner, plan.borrower_id, loan, new)
        if plan.changes_loans and not plan.is_new:
            _wake(planner, plan.borrower_id)
    new.write(planner.db)
    applied = _counted(planner, plans)
    if applied.anything:
        _keep_run(planner)
    return applied


def finish(planner: Planner) -> None:
    """Mark the run as done, with any that a crash left of the same tape."""
    values = {"at": stamp(planner.run.at), "fingerprint": planner.run.fingerprint}
    planner.db.execute(BOOKS["finish_runs"], values)


def _counted(planner: Planner, plans: Sequence[Plan | None]) -> Applied:
    kept = [plan for plan in plans if plan is not None]
    loans = [loan for plan in kept for loan in plan.loans]
    as_of = planner.run.as_of.isoformat()
    return Applied(
        new_borrowers=sum(plan.is_new for plan in kept),
        changed_borrowers=sum(plan.is_changed and not plan.is_new for plan in kept),
        new_loans=sum(loan.is_new for loan in loans),
        changed_loans=sum(not loan.is_same and not loan.is_new for loan in loans),
        removed_rows=sum(len(each.removed) for loan in loans for each in loan.differences.values()),
        erased=len(plans) - len(kept),
        older=sum(loan.books_on > as_of for loan in loans),
    )


class _New:
    """Rows that are only added, kept until a chunk ends: one statement a table writes them all."""

    def __init__(self) -> None:
        self._rows: defaultdict[str, list[Told]] = defaultdict(list)

    def add(self, query: str, rows: Iterable[Told]) -> None:
        """Rows for a statement of books.sql that takes its values by position."""
        self._rows[query] += rows

    def write(self, db: sqlite3.Connection) -> None:
        """Write all of them, parents first."""
        for query in ("new_borrower", "new_loan", *(f"tell_{table}" for table in EVERY)):
            _insert(db, BOOKS[query], self._rows[query])


def _insert(db: sqlite3.Connection, query: str, rows: Sequence[Told]) -> None:
    """Insert all rows, many with one statement: measured, a third less than each with its own."""
    for at in range(0, len(rows), _AT_ONCE):
        some = rows[at : at + _AT_ONCE]
        db.execute(_of_rows(query, len(some)), list(chain.from_iterable(some)))


@cache
def _of_rows(query: str, count: int) -> str:
    """The statement for so many rows at once."""
    head, _, marks = query.rpartition("VALUES")
    return f"{head} VALUES {', '.join([marks] * count)}"


def _write_borrower(planner: Planner, plan: Plan, new: _New) -> None:
    if not plan.is_changed:
        return
    values = _borrower_values(planner, plan)
    if plan.is_new:
        new.add("new_borrower", [tuple(values.values())])
    else:
        planner.db.execute(BOOKS["move_borrower"], values)


def _borrower_values(planner: Planner, plan: Plan) -> dict[str, object]:
    """The columns of `new_borrower`, in its order."""
    seals, borrower, borrower_id = planner.seals, plan.borrower, plan.borrower_id
    clear = encode(person_of(borrower))
    return {
        "borrower_id": borrower_id,
        "ref_token": plan.ref_token,
        "phone_token": phone_token(seals, borrower.phone),
        "name_token": name_token(seals, borrower.name),
        "person": seals.seal(borrower_id, "borrower", "person", borrower_id, clear),
        "grade": borrower.grade,
        "locale": borrower.locale or None,
    }


def _write_loan(planner: Planner, borrower_id: str, plan: LoanPlan, new: _New) -> None:
    place = {"borrower_id": borrower_id, "loan_id": plan.loan_id}
    if plan.is_same:
        as_of = planner.run.as_of.isoformat()
        if plan.books_on < as_of:
            planner.db.execute(BOOKS["books_stand"], {**place, "books_on": as_of})
        return
    values = _loan_values(planner, borrower_id, plan)
    if plan.is_new:
        new.add("new_loan", [tuple(values.values())])
    else:
        planner.db.execute(BOOKS["change_loan"], values)
        _drop_changed(planner, place, plan)
        _confirm(planner, place, plan.confirmed)
    for table, rows in plan.told.items():
        if plan.is_new or plan.differences[table].anything:
            new.add(f"tell_{table}", _numbered(rows) if table == "payment" else rows)


def _numbered(payments: Sequence[Told]) -> list[Told]:
    """Payments with their number, which is their order."""
    return [(*row, seq) for seq, row in enumerate(payments, start=1)]


def _drop_changed(planner: Planner, place: Place, plan: LoanPlan) -> None:
    """Make room in every table that reads otherwise now, and remember how its rows read."""
    for table, each in plan.differences.items():
        if each.anything:
            planner.db.execute(BOOKS[f"drop_{table}"], place)
        for row in each.removed:
            _remember(planner, place, "books.row_removed", table, row)
        for row in each.changed:
            _remember(planner, place, "books.row_changed", table, row)


def _loan_values(planner: Planner, borrower_id: str, plan: LoanPlan) -> dict[str, object]:
    """The columns of `new_loan`, in its order."""
    loan = plan.loan
    as_of = planner.run.as_of
    reported_on = None if loan.reported is None else loan.reported_on or as_of
    sealed = planner.seals.seal(borrower_id, "loan", "ref", plan.loan_id, loan.ref.encode())
    return {
        "borrower_id": borrower_id,
        "loan_id": plan.loan_id,
        "ref_token": plan.ref_token,
        "ref": sealed,
        "product": loan.product,
        "currency": loan.currency.code,
        "digits": loan.currency.digits,
        "principal_minor": loan.principal,
        "contract_rate": None if loan.contract_rate is None else _rate(loan.contract_rate),
        "opened_on": _day(loan.opened_on),
        "status": loan.status,
        "reported_minor": loan.reported,
        "reported_on": _day(reported_on),
        "books_on": as_of.isoformat(),
        "fingerprint": plan.fingerprint,
    }


def _confirm(planner: Planner, place: Place, case_ids: Sequence[str]) -> None:
    planner.db.execute(BOOKS["unconfirm"], place)
    for case_id in case_ids:
        planner.db.execute(BOOKS["confirm"], {**place, "case_id": case_id})


def _remember(planner: Planner, place: Place, kind: str, table: str, row: Values) -> None:
    """One audit row: what a row of the books read before a tape removed or changed it."""
    read = {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}
    about = {"import_id": planner.run.import_id, "loan_id": place["loan_id"], table: read}
    what = (place["borrower_id"], audit.SYSTEM, kind, json.dumps(about))
    audit.append(planner.db, planner.seals, what, planner.run.at)


def _wake(planner: Planner, borrower_id: str) -> None:
    """Have the running assistant look again, for anybody it may have spoken with."""
    known = planner.db.execute(BOOKS["is_known_here"], {"borrower_id": borrower_id}).fetchone()
    if known[0]:
        planner.db.execute(
            BOOKS["wake"],
            {
                "key": f"{planner.run.import_id}:{borrower_id}",
                "at": stamp(planner.run.at),
                "borrower_id": borrower_id,
            },
        )


def _keep_run(planner: Planner) -> None:
    planner.db.execute(
        BOOKS["keep_run"],
        {
            "import_id": planner.run.import_id,
            "fingerprint": planner.run.fingerprint,
            "as_of": planner.run.as_of.isoformat(),
            "at": stamp(planner.run.at),
        },
    )


_rate = cache(plain_ratio)  # a lender has some dozen contract rates


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
