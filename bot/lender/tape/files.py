"""The files of a tape, one function each: rows in, values of the lender's books out.

It must not open anything, and never stops at a fault: a faulty row is noted and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final

from bot.domain.books import TapeBorrower, TapeFreeze, TapeLoan, TapePayment, TapeWaiver
from bot.domain.loan import Instalment
from bot.domain.money import Currency
from bot.lender.tape.cells import Row
from bot.lender.tape.table import Columns

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
class LoanRows:
    """One loan while its rows are gathered; `loan` is None when its own row is faulty."""

    loan: TapeLoan | None
    digits: int
    first: dict[Hashable, int] = field(default_factory=dict)  # key -> the row that had it first
    instalments: list[Instalment] = field(default_factory=list)
    payments: list[TapePayment] = field(default_factory=list)
    freezes: list[TapeFreeze] = field(default_factory=list)
    waivers: list[TapeWaiver] = field(default_factory=list)


@dataclass(slots=True)
class Gathered:
    """What was read so far. Only a file with a sound header is `known`: others miss no rows."""

    digits_of: Callable[[str], int | None]
    negotiate: Callable[[str], str | None]
    zone: tzinfo
    borrowers: dict[str, TapeBorrower | None] = field(default_factory=dict)
    loans: dict[str, LoanRows] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    seen: dict[Hashable, int] = field(default_factory=dict)  # key -> the row that had it first


def gather_borrowers(rows: Iterable[Row], so_far: Gathered) -> None:
    """Reads borrowers.csv."""
    for row in rows:
        ref = _unique(row, "borrower_ref", so_far)
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
            so_far.borrowers[ref] = borrower if row.sound else None


def gather_loans(rows: Iterable[Row], so_far: Gathered) -> None:
    """Reads loans.csv."""
    for row in rows:
        ref = _unique(row, "loan_ref", so_far)
        currency = _currency(row, so_far)
        digits = _ANY_DIGITS if currency is None else currency.digits
        loan = _loan(row, ref or "", currency, digits)
        if loan.borrower_ref not in so_far.borrowers and _may_miss(so_far, BORROWERS):
            row.fault("borrower_ref", "tape.borrower.unknown")
        if ref is not None:
            so_far.loans[ref] = LoanRows(loan if row.sound else None, digits)


def _loan(row: Row, ref: str, currency: Currency | None, digits: int) -> TapeLoan:
    reported = row.amount("reported_penalty", digits, required=False)
    reported_on = row.day("reported_on", required=False)
    return TapeLoan(
        ref=ref,
        borrower_ref=row.ref("borrower_ref") or "",
        product=row.word("product") or "",
        currency=currency or Currency("", digits),
        status=(row.word("status", required=False) or "active").lower(),
        principal=row.amount("principal", digits, required=False),
        contract_rate=row.rate("contract_rate_per_year"),
        opened_on=row.day("opened_on", required=False),
        reported=reported,
        reported_on=None if reported is None else reported_on,
        row=row.number,
    )


def gather_instalments(rows: Iterable[Row], so_far: Gathered) -> None:
    """Reads instalments.csv."""
    for row in rows:
        loan = _loan_of(row, so_far)
        no, due = row.whole("no"), row.day("due_on")
        principal = row.amount("principal", loan.digits)
        interest = row.amount("interest", loan.digits, required=False) or 0
        fee = row.amount("fee", loan.digits, required=False) or 0
        if row.sound and no is not None and due is not None and principal is not None:
            instalment = Instalment(no, due, principal, interest, fee)
            if _is_first(row, "no", no, loan.first):
                loan.instalments.append(instalment)


def gather_payments(rows: Iterable[Row], so_far: Gathered) -> None:
    """Reads payments.csv."""
    for row in rows:
        ref = _unique(row, "payment_ref", so_far)
        loan = _loan_of(row, so_far)
        on, amount = row.day("paid_on"), row.amount("amount", loan.digits)
        if amount == 0:
            row.fault("amount", "error.amount.zero")
        entered_at = row.moment("entered_at", so_far.zone)
        reversed_on = row.day("reversed_on", required=False)
        if row.sound and ref is not None and on is not None and amount is not None:
            loan.payments.append(TapePayment(ref, on, amount, entered_at, reversed_on))


def gather_freezes(rows: Iterable[Row], so_far: Gathered) -> None:
    """Reads freezes.csv."""
    for row in rows:
        loan = _loan_of(row, so_far)
        start, until = row.day("from"), row.day("until")
        kind = (row.word("kind", required=False) or "statutory").lower()
        if start is not None and until is not None and until < start:
            row.fault("until", "error.freeze.ends_early", start=start, until=until)
        if row.sound and start is not None and until is not None:
            freeze = TapeFreeze(start, until, kind)
            if _is_first(row, "from", freeze, loan.first):
                loan.freezes.append(freeze)


def gather_waivers(rows: Iterable[Row], so_far: Gathered) -> None:
    """Reads waivers.csv."""
    for row in rows:
        ref = _unique(row, "waiver_ref", so_far)
        loan = _loan_of(row, so_far)
        on, amount = row.day("on"), row.amount("amount", loan.digits)
        case_ref = row.ref("case_ref", required=False) or ""
        if row.sound and ref is not None and on is not None and amount is not None:
            loan.waivers.append(TapeWaiver(ref, on, amount, case_ref))


def _loan_of(row: Row, so_far: Gathered) -> LoanRows:
    """The loan a row belongs to; a stand-in after noting that the tape does not know it."""
    ref = row.ref("loan_ref")
    found = so_far.loans.get(ref or "")
    if found is None and ref is not None and _may_miss(so_far, LOANS):
        row.fault("loan_ref", "tape.loan.unknown")
    return found or LoanRows(None, _ANY_DIGITS)


def _may_miss(so_far: Gathered, columns: Columns) -> bool:
    return columns.file in so_far.known


def _unique(row: Row, column: str, so_far: Gathered) -> str | None:
    """A reference that stands once in its file; None when blank, faulty or repeated."""
    ref = row.ref(column)
    if ref is None or not _is_first(row, column, (column, ref), so_far.seen):
        return None
    return ref


def _is_first(row: Row, column: str, key: Hashable, seen: dict[Hashable, int]) -> bool:
    first = seen.setdefault(key, row.number)
    if first != row.number:
        row.fault(column, "tape.twice", row=first)
    return first == row.number


def _currency(row: Row, so_far: Gathered) -> Currency | None:
    code = row.word("currency")
    if code is None:
        return None
    digits = so_far.digits_of(code.upper())
    if digits is None:
        row.fault("currency", "tape.currency.unknown", value=code)
        return None
    return Currency(code.upper(), digits)


def _locale(row: Row, so_far: Gathered) -> str:
    tag = row.ref("locale", required=False)
    if tag is None:
        return ""
    found = so_far.negotiate(tag)
    if found is None:
        row.note("locale", "tape.note.locale", tag)
    return found or ""
