"""The files of a tape, one function each: rows in, the lender's books out.

It must not open anything, and never stops at a fault: a faulty row is noted and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bot.domain.books import ACTIVE, STATUTORY, TapeBorrower, TapeFreeze, TapeLoan, TapeWaiver
from bot.domain.money import Currency
from bot.domain.packed_loan import PackedLoan
from bot.lender.tape.at_once import Held, instalments_at_once, loans_at_once, payments_at_once
from bot.lender.tape.cells import Row
from bot.lender.tape.once import Once
from bot.lender.tape.table import Columns, Table

BORROWERS: Final = Columns(
    "borrowers.csv",
    ("borrower_ref", "name"),
    ("phone", "id_last4", "grade", "locale", "email"),
)
LOANS: Final = Columns(
    "loans.csv",
    ("loan_ref", "borrower_ref", "product", "currency"),
    (
        "principal",
        "contract_rate_per_year",
        "opened_on",
        "status",
        "reported_penalty",
        "reported_on",
    ),
)
INSTALMENTS: Final = Columns(
    "instalments.csv", ("loan_ref", "no", "due_on", "principal"), ("interest", "fee")
)
PAYMENTS: Final = Columns(
    "payments.csv",
    ("payment_ref", "loan_ref", "paid_on", "amount"),
    ("entered_at", "reversed_on"),
)
FREEZES: Final = Columns("freezes.csv", ("loan_ref", "from", "until"), ("kind",))
WAIVERS: Final = Columns("waivers.csv", ("waiver_ref", "loan_ref", "on", "amount"), ("case_ref",))

_ANY_DIGITS: Final = 9  # of a loan the tape does not know: its own fault is enough


@dataclass(slots=True)
class Gathered:
    """What was read so far. Only a file with a sound header is `known`: others miss no rows."""

    digits_of: Callable[[str], int | None]
    negotiate: Callable[[str], str | None]
    borrowers: dict[str, TapeBorrower] = field(default_factory=dict)
    loans: dict[str, PackedLoan] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    currencies: dict[str, Currency] = field(default_factory=dict)
    locales: dict[str, str | None] = field(default_factory=dict)

    def may_miss(self, columns: Columns) -> bool:
        """Whether a reference to a row of that file must be there."""
        return columns.file in self.known


def gather_borrowers(table: Table, so_far: Gathered, once: Once) -> None:
    """Reads borrowers.csv."""
    for row in table:
        ref = row.ref("borrower_ref")
        borrower = TapeBorrower(
            ref=ref or "",
            name=row.name("name") or "",
            phone=row.phone("phone") or "",
            id_last4=row.last4("id_last4") or "",
            grade=row.word("grade", required=False) or "",
            locale=_locale(row, so_far),
            email=row.email("email") or "",
        )
        if not borrower.id_last4:
            row.note("id_last4", "tape.note.unprovable")
        if ref is not None:
            once.add(ref)
            so_far.borrowers[ref] = borrower


def gather_loans(table: Table, so_far: Gathered, once: Once) -> None:
    """Reads loans.csv."""
    held = Held(so_far.borrowers, so_far.currencies)
    for run in table.runs():
        found = loans_at_once(run.columns(table.places), table.texts, held, run.numbers)
        once.add_all(loan.ref for loan in found)
        so_far.loans.update((loan.ref, PackedLoan(loan)) for loan in found)
        if not found:
            for row in table.each(run):
                _add_loan(row, so_far, once)


def _add_loan(row: Row, so_far: Gathered, once: Once) -> None:
    """One row, naming what is wrong with each cell."""
    ref = row.ref("loan_ref")
    loan = _loan(row, ref or "", _currency(row, so_far) or Currency("", _ANY_DIGITS), so_far)
    if ref is not None:
        once.add(ref)
        so_far.loans[ref] = PackedLoan(loan)


def _loan(row: Row, ref: str, currency: Currency, so_far: Gathered) -> TapeLoan:
    owner = so_far.borrowers.get(row.raw("borrower_ref"))
    owner_ref = row.ref("borrower_ref") or "" if owner is None else owner.ref
    if owner_ref not in so_far.borrowers and so_far.may_miss(BORROWERS):
        row.fault("borrower_ref", "tape.borrower.unknown")
    reported = row.amount("reported_penalty", currency.digits, required=False)
    reported_on = row.day("reported_on", required=False)
    return TapeLoan(
        ref=ref,
        borrower_ref=owner_ref,
        product=row.word("product") or "",
        currency=currency,
        status=(row.word("status", required=False) or ACTIVE).lower(),
        principal=row.amount("principal", currency.digits, required=False),
        contract_rate=row.rate("contract_rate_per_year"),
        opened_on=row.day("opened_on", required=False),
        reported=reported,
        reported_on=None if reported is None else reported_on,
        row=row.number,
    )


def gather_instalments(table: Table, so_far: Gathered, once: Once) -> None:
    """Reads instalments.csv."""
    for run in table.runs():
        if not instalments_at_once(run.columns(table.places), table.texts, so_far.loans, once):
            for row in table.each(run):
                _add_instalment(row, so_far, once)


def _add_instalment(row: Row, so_far: Gathered, once: Once) -> None:
    """One row, naming what is wrong with each cell."""
    to = _loan_of(row, so_far)
    digits = to.loan.currency.digits
    no, due, principal = row.whole("no"), row.day("due_on"), row.amount("principal", digits)
    _check_opened(row, "due_on", due, to)
    interest = row.amount("interest", digits, required=False)
    fee = row.amount("fee", digits, required=False)
    if row.sound and no is not None and due is not None and principal is not None:
        once.add((to.loan.ref, no))
        to.add_instalment(no, due, principal, interest or 0, fee or 0)


def gather_payments(table: Table, so_far: Gathered, once: Once) -> None:
    """Reads payments.csv."""
    for run in table.runs():
        if not payments_at_once(run.columns(table.places), table.texts, so_far.loans, once):
            for row in table.each(run):
                _add_payment(row, so_far, once)


def _add_payment(row: Row, so_far: Gathered, once: Once) -> None:
    """One row, naming what is wrong with each cell."""
    ref = row.ref("payment_ref")
    to = _loan_of(row, so_far)
    on, amount = row.day("paid_on"), row.amount("amount", to.loan.currency.digits)
    _check_opened(row, "paid_on", on, to)
    if amount == 0:
        row.fault("amount", "error.amount.zero")
    entered_at = row.moment("entered_at")
    reversed_on = row.day("reversed_on", required=False)
    if reversed_on is not None and on is not None and reversed_on < on:
        row.fault("reversed_on", "tape.cell.reversed_early", value=reversed_on, paid=on)
    if ref is not None:
        once.add(ref)
        if on is not None and amount is not None:
            to.add_payment(ref, on, amount, entered_at, reversed_on)


def _check_opened(row: Row, column: str, day: date | None, to: PackedLoan) -> None:
    """Nothing falls due or is paid before the loan was opened."""
    opened = to.loan.opened_on
    if day is not None and opened is not None and day < opened:
        row.fault(column, "tape.cell.before_loan", value=day, opened=opened)


def gather_freezes(table: Table, so_far: Gathered, once: Once) -> None:
    """Reads freezes.csv."""
    for row in table:
        to = _loan_of(row, so_far)
        start, until = row.day("from"), row.day("until")
        if start is not None and until is not None:
            if until < start:
                row.fault("until", "error.freeze.ends_early", start=start, until=until)
            freeze = TapeFreeze(start, until, _kind(row))
            if row.sound:
                once.add((to.loan.ref, start, until, freeze.kind))
                to.freezes = (*to.freezes, freeze)


def gather_waivers(table: Table, so_far: Gathered, once: Once) -> None:
    """Reads waivers.csv."""
    for row in table:
        ref = row.ref("waiver_ref")
        to = _loan_of(row, so_far)
        on, amount = row.day("on"), row.amount("amount", to.loan.currency.digits)
        case_ref = row.ref("case_ref", required=False) or ""
        if ref is not None:
            once.add(ref)
            if on is not None and amount is not None:
                to.waivers = (*to.waivers, TapeWaiver(ref, on, amount, case_ref))


GATHER: Final[Mapping[str, Callable[[Table, Gathered, Once], None]]] = {
    BORROWERS.file: gather_borrowers,
    LOANS.file: gather_loans,
    INSTALMENTS.file: gather_instalments,
    PAYMENTS.file: gather_payments,
    FREEZES.file: gather_freezes,
    WAIVERS.file: gather_waivers,
}

# What must stand once in each file: the column a repeat is named by, and the whole key.
KEYS: Final[Mapping[str, tuple[str, Callable[[Row], Hashable]]]] = {
    BORROWERS.file: ("borrower_ref", lambda row: row.ref("borrower_ref")),
    LOANS.file: ("loan_ref", lambda row: row.ref("loan_ref")),
    INSTALMENTS.file: ("no", lambda row: (row.ref("loan_ref"), row.whole("no"))),
    PAYMENTS.file: ("payment_ref", lambda row: row.ref("payment_ref")),
    FREEZES.file: (
        "from",
        lambda row: (row.ref("loan_ref"), row.day("from"), row.day("until"), _kind(row)),
    ),
    WAIVERS.file: ("waiver_ref", lambda row: row.ref("waiver_ref")),
}


def _loan_of(row: Row, so_far: Gathered) -> PackedLoan:
    """The loan a row belongs to; a stand-in after noting that the tape does not know it."""
    found = so_far.loans.get(row.raw("loan_ref"))
    if found is not None:
        return found
    ref = row.ref("loan_ref")  # as others write it: with blanks around, say
    found = so_far.loans.get(ref or "")
    if found is None and ref is not None and so_far.may_miss(LOANS):
        row.fault("loan_ref", "tape.loan.unknown")
    return found or PackedLoan(TapeLoan(ref or "", "", "", Currency("", _ANY_DIGITS)))


def _kind(row: Row) -> str:
    return (row.word("kind", required=False) or STATUTORY).lower()


def _currency(row: Row, so_far: Gathered) -> Currency | None:
    code = row.word("currency")
    if code is None:
        return None
    currency = so_far.currencies.get(code)
    if currency is None:
        digits = so_far.digits_of(code.upper())
        if digits is None:
            row.fault("currency", "tape.currency.unknown", value=code)
            return None
        currency = so_far.currencies[code] = Currency(code.upper(), digits)
    return currency


def _locale(row: Row, so_far: Gathered) -> str:
    tag = row.ref("locale", required=False)
    if tag is None:
        return ""
    if tag not in so_far.locales:
        so_far.locales[tag] = so_far.negotiate(tag)
    found = so_far.locales[tag]
    if found is None:
        row.note("locale", "tape.note.locale", tag)
    return found or ""
