"""A borrower's rows as values: person, loans, cases.

It must not decide or write.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Final

from bot.domain.books import STATUTORY
from bot.domain.case import CaseFacts
from bot.domain.changes import Seen
from bot.domain.loan import Freeze, Instalment, Loan, Payment, Waiver
from bot.domain.money import Currency
from bot.errors import Broken
from bot.store.queries import every, one
from bot.store.rows import Person, day, decode, instant
from bot.store.seal import Seals
from bot.store.tokens import loan_token, phone_token
from bot.turn import BookedLoan, Borrower, Received, Reminders

Row = sqlite3.Row
PARTS: Final = ("instalments", "payments", "freezes", "waivers")
RARE: Final = ("freezes", "waivers")  # most borrowers have none


def load_borrower(db: sqlite3.Connection, seals: Seals, borrower_id: str) -> Borrower:
    """One borrower; Broken `error.borrower.unknown` when there is none (or no longer)."""
    row = one(db, "borrower", borrower_id=borrower_id)
    if row is None or row["erased_at"]:
        raise Broken("error.borrower.unknown")
    sealed = seals.open(borrower_id, "borrower", "person", borrower_id, row["person"])
    person = decode(sealed, Person)
    return Borrower(
        borrower_id,
        person.name,
        person.phone,
        person.id_last4,
        row["grade"],
        person.ref,
        reminders=row["reminders_off_at"] is None,
    )


def load_loans(
    db: sqlite3.Connection, seals: Seals, borrower_id: str, names: Iterable[str] = PARTS
) -> tuple[BookedLoan, ...]:
    """All loans of a borrower with their parts; those not among `names` are known to be none."""
    parts = {name: _by_loan(every(db, name, borrower_id=borrower_id)) for name in names}
    rows = every(db, "loans", borrower_id=borrower_id)
    return tuple(_booked(seals, row, parts) for row in rows)


def load_loan(db: sqlite3.Connection, seals: Seals, ref: str) -> tuple[str, BookedLoan] | None:
    """The loan with the lender's reference, and whose it is; None for an unknown or erased one."""
    db.row_factory = sqlite3.Row
    row = one(db, "loan_by_token", ref_token=loan_token(seals, ref))
    if row is None or not seals.has(row["borrower_id"]):
        return None
    loans = load_loans(db, seals, row["borrower_id"])
    return row["borrower_id"], next(each for each in loans if each.id == row["loan_id"])


def load_cases(db: sqlite3.Connection, seals: Seals, borrower_id: str) -> tuple[CaseFacts, ...]:
    """All relief cases of a borrower, oldest first."""
    rows = every(db, "cases", borrower_id=borrower_id)
    return tuple(case_of(seals, row) for row in rows)


def load_looks(db: sqlite3.Connection, seals: Seals, borrower_id: str) -> dict[str, Seen]:
    """What the borrower was last shown of each loan, by loan id."""
    place = (borrower_id, "look", "seen")
    rows = every(db, "looks", borrower_id=borrower_id)
    return {
        row["loan_id"]: decode(seals.open(*place, row["loan_id"], row["seen"]), Seen)
        for row in rows
    }


def load_reminders(db: sqlite3.Connection, borrower_id: str) -> Reminders:
    """What staff have not answered yet, and what the borrower was reminded of so far."""
    told = every(db, "reminders", borrower_id=borrower_id)
    return Reminders(
        frozenset(row["loan_id"] for row in every(db, "unanswered", borrower_id=borrower_id)),
        frozenset((row["loan_id"], row["event"], _day(row["last_day"])) for row in told),
        frozenset(_day(row["told_on"]) for row in told),
    )


def case_of(seals: Seals, row: Row) -> CaseFacts:
    """The facts of one row of relief_case."""
    place = (row["borrower_id"], "relief_case", "facts", row["case_id"])
    return decode(seals.open(*place, row["facts"]), CaseFacts)


def phone_owner(db: sqlite3.Connection, seals: Seals, phone: str) -> Borrower | None:
    """The one borrower with that phone; None for nobody and for several."""
    rows = every(db, "borrowers_by_phone", phone_token=phone_token(seals, phone))
    return load_borrower(db, seals, rows[0]["borrower_id"]) if len(rows) == 1 else None


def _booked(seals: Seals, row: Row, rows: Mapping[str, Mapping[str, list[Row]]]) -> BookedLoan:
    loan_id = row["loan_id"]
    parts = {name: rows[name].get(loan_id, []) if name in rows else [] for name in PARTS}
    ref = seals.open(row["borrower_id"], "loan", "ref", loan_id, row["ref"]).decode()
    return BookedLoan(
        id=loan_id,
        ref=ref,
        product=row["product"],
        status=row["status"],
        loan=_loan(row, parts),
        books_on=_day(row["books_on"]),
        version=row["version"],
        opened_on=day(row["opened_on"]),
        reported=row["reported_minor"],
        reported_on=day(row["reported_on"]),
        received=tuple(_received(part) for part in parts["payments"]),
        case_waivers={p["case_id"]: _waiver(p) for p in parts["waivers"] if p["case_id"]},
        case_freezes={p["case_id"]: _freeze(p) for p in parts["freezes"] if p["case_id"]},
        statutory=frozenset(_freeze(p) for p in parts["freezes"] if p["kind"] == STATUTORY),
    )


def _loan(row: Row, parts: Mapping[str, list[Row]]) -> Loan:
    return Loan(
        currency=Currency(row["currency"], row["digits"]),
        instalments=tuple(
            Instalment(part[1], _day(part[2]), part[3], part[4], part[5])
            for part in parts["instalments"]
        ),
        payments=tuple(
            Payment(_day(part["paid_on"]), part["amount_minor"])
            for part in parts["payments"]
            if part["reversed_on"] is None
        ),
        freezes=tuple(_freeze(part) for part in parts["freezes"]),
        waivers=tuple(_waiver(part) for part in parts["waivers"]),
        contract_rate=Fraction(row["contract_rate"]) if row["contract_rate"] else None,
        principal=row["principal_minor"],
    )


def _received(part: Row) -> Received:
    return Received(
        _day(part["paid_on"]),
        part["amount_minor"],
        instant(part["entered_at"]),
        day(part["reversed_on"]),
    )


def _freeze(part: Row) -> Freeze:
    return Freeze(_day(part["from_on"]), _day(part["until_on"]))


def _waiver(part: Row) -> Waiver:
    return Waiver(_day(part["on_day"]), part["amount_minor"])


def _day(written: str) -> date:
    return date.fromisoformat(written)


def _by_loan(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["loan_id"]].append(row)
    return found
