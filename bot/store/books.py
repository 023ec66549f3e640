"""Applies a tape's books to the store, a chunk of whole holdings in one transaction.

It must not touch what our cases put on a loan, and rewrites only loans that are not the same.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from bot.domain.books import Holding, TapeBorrower
from bot.domain.money import plain_ratio
from bot.store import audit
from bot.store.books_plan import LoanPlan, Plan, Planner, person_of
from bot.store.books_rows import Place, Values, rewrite
from bot.store.queries import BOOKS
from bot.store.rows import encode, stamp
from bot.store.tokens import borrower_token, loan_token, name_token, phone_token


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
    return _counted([planner.plan(holding) for holding in chunk])


def apply(planner: Planner, chunk: Sequence[Holding]) -> Applied:
    """Make the books those of the chunk, inside the caller's write transaction.

    A borrower who was known here before and whose loans changed gets one waiting `books_changed`.
    """
    plans = [planner.plan(holding) for holding in chunk]
    kept = [plan for plan in plans if plan is not None]
    planner.seals.create(plan.borrower_id for plan in kept if plan.is_new)
    for plan in kept:
        _write_borrower(planner, plan)
        for loan in plan.loans:
            _write_loan(planner, plan.borrower_id, loan)
        if plan.changes_loans and not plan.is_new:
            _wake(planner, plan.borrower_id)
    applied = _counted(plans)
    if applied.anything:
        _keep_run(planner)
    return applied


def finish(planner: Planner) -> None:
    """Mark the run as done, with any that a crash left of the same tape."""
    values = {"at": stamp(planner.run.at), "fingerprint": planner.run.fingerprint}
    planner.db.execute(BOOKS["finish_runs"], values)


def _counted(plans: Sequence[Plan | None]) -> Applied:
    kept = [plan for plan in plans if plan is not None]
    loans = [loan for plan in kept for loan in plan.loans]
    return Applied(
        new_borrowers=sum(plan.is_new for plan in kept),
        changed_borrowers=sum(plan.is_changed and not plan.is_new for plan in kept),
        new_loans=sum(loan.is_new for loan in loans),
        changed_loans=sum(not loan.is_same and not loan.is_new for loan in loans),
        removed_rows=sum(len(each.removed) for loan in loans for each in loan.differences.values()),
        erased=len(plans) - len(kept),
        older=sum(loan.is_older for loan in loans),
    )


def _write_borrower(planner: Planner, plan: Plan) -> None:
    if plan.is_changed:
        query = "new_borrower" if plan.is_new else "move_borrower"
        planner.db.execute(BOOKS[query], _borrower_values(planner, plan.borrower_id, plan.borrower))


def _borrower_values(
    planner: Planner, borrower_id: str, borrower: TapeBorrower
) -> dict[str, object]:
    seals = planner.seals
    clear = encode(person_of(borrower))
    return {
        "borrower_id": borrower_id,
        "ref_token": borrower_token(seals, borrower.ref),
        "phone_token": phone_token(seals, borrower.phone),
        "name_token": name_token(seals, borrower.name),
        "person": seals.seal(borrower_id, "borrower", "person", borrower_id, clear),
        "grade": borrower.grade,
        "locale": borrower.locale or None,
    }


def _write_loan(planner: Planner, borrower_id: str, plan: LoanPlan) -> None:
    place = {"borrower_id": borrower_id, "loan_id": plan.loan_id}
    if plan.is_same:
        planner.db.execute(
            BOOKS["books_stand"], {**place, "books_on": planner.run.as_of.isoformat()}
        )
        return
    query = "new_loan" if plan.is_new else "change_loan"
    planner.db.execute(BOOKS[query], _loan_values(planner, borrower_id, plan))
    for table, each in plan.differences.items():
        if each.anything:
            rewrite(planner.db, table, place, plan.told[table])
        for row in each.removed:
            _remember(planner, place, "books.row_removed", table, row)
        for row in each.changed:
            _remember(planner, place, "books.row_changed", table, row)
    _confirm(planner, place, plan.confirmed)


def _loan_values(planner: Planner, borrower_id: str, plan: LoanPlan) -> dict[str, object]:
    loan = plan.loan
    as_of = planner.run.as_of
    reported_on = None if loan.reported is None else loan.reported_on or as_of
    sealed = planner.seals.seal(borrower_id, "loan", "ref", plan.loan_id, loan.ref.encode())
    return {
        "borrower_id": borrower_id,
        "loan_id": plan.loan_id,
        "ref_token": loan_token(planner.seals, loan.ref),
        "ref": sealed,
        "product": loan.product,
        "currency": loan.currency.code,
        "digits": loan.currency.digits,
        "principal_minor": loan.principal,
        "contract_rate": None if loan.contract_rate is None else plain_ratio(loan.contract_rate),
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


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
