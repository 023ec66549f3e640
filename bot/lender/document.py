"""The calc document: JSON to the values of a statement, and a statement to the JSON answer.

It must not compute a penalty, and holds no words: what is wrong is told by path and text key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from bot.domain.accrual import Allocated, Owed, PenaltyLine, Statement
from bot.domain.loan import Freeze, Instalment, Loan, Payment, Waiver
from bot.domain.money import Currency, iso_digits, plain, rate_text
from bot.domain.reading import REPEATED, Fields
from bot.domain.terms import Allocation, Terms
from bot.domain.terms_document import note_repeated_starts, parse_allocation, parse_terms
from bot.errors import Fault, Faulty

MOST_TERMS: Final = 1_000
MOST_INSTALMENTS: Final = 1_200  # a hundred years of months
MOST_ROWS: Final = 10_000  # payments, freezes or waivers of one loan
MOST_DIGITS: Final = 6
_CURRENCY: Final = re.compile(r"[A-Z]{3}\Z")


@dataclass(frozen=True, slots=True)
class CalcInput:
    """What a calc document holds: all that one statement needs."""

    loan: Loan
    terms: tuple[Terms, ...]
    allocation: Allocation
    as_of: date


def read_document(document: str | bytes | Mapping[str, object]) -> CalcInput:
    """The values of a calc document; raises Faulty naming each fault by path."""
    faults: list[Fault] = []
    fields = Fields(_parsed(document), "", faults)
    read = _calc_input(fields, faults)
    if faults or read is None:
        raise Faulty(faults)
    return read


def answer(told: Statement) -> dict[str, object]:
    """The calc answer: every amount a decimal text, every day ISO.

    `rule` of a line is `rate/<start of the terms entry>`, with `/day-<n>` when the tier from day n
    late set the rate, `each_day/<start>` or `fee/<start>`.
    """
    digits = told.currency.digits
    return {
        "as_of": told.as_of.isoformat(),
        "currency": told.currency.code,
        "days_overdue": told.days_overdue,
        "outstanding": _owed(told.outstanding, digits)
        | _amounts(digits, total=told.outstanding.total),
        "penalty": _amounts(
            digits, charged=told.charged, paid=told.paid, waived=told.waived,
            outstanding=told.penalty,
        ),
        "grows_by_per_day": plain(told.grows_by_per_day, digits),
        "credit": plain(told.credit, digits),
        "instalments": [{"no": each.no} | _owed(each.owed, digits) for each in told.instalments],
        "lines": [_line(line, digits) for line in told.lines],
        "allocations": [_allocation(each, digits) for each in told.allocations],
    }  # fmt: skip


def _parsed(document: str | bytes | Mapping[str, object]) -> object:
    if isinstance(document, Mapping):
        return document
    try:
        return json.loads(document, object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise Faulty([Fault("document", "error.document.encoding")]) from error
    except RecursionError as error:
        raise Faulty([Fault("document", "error.document.deep")]) from error
    except json.JSONDecodeError as error:
        slots = {"line": error.lineno, "column": error.colno}
        raise Faulty([Fault("document", "error.document.json", slots)]) from error
    except ValueError as error:  # a number of thousands of digits
        raise Faulty([Fault("document", "error.document.number")]) from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read: dict[str, object] = {}
    for key, value in pairs:
        read[key] = REPEATED if key in read else value
    return read


def _calc_input(fields: Fields, faults: list[Fault]) -> CalcInput | None:
    loan = _loan(fields.child("loan"))
    rows = fields.rows("terms", MOST_TERMS, required=True)
    terms = [
        parse_terms(raw, f"terms[{at}]", faults, loan.contract_rate) for at, raw in enumerate(rows)
    ]
    note_repeated_starts(terms, "terms", faults)
    _check_fee_decimals(fields, terms, loan.currency)
    allocation: Allocation | None = Allocation()
    if fields.has("allocation"):
        allocation = parse_allocation(fields.raw("allocation"), "allocation", faults)
    as_of = fields.day("as_of")
    known = tuple(entry for entry in terms if entry is not None)
    return CalcInput(loan, known, allocation, as_of) if fields.close() and allocation else None


def _check_fee_decimals(fields: Fields, terms: list[Terms | None], currency: Currency) -> None:
    for at, entry in enumerate(terms):
        fee = entry.fee if entry is not None else None
        for key in ("amount", "minimum", "each_day") if fee is not None else ():
            amount: Fraction | None = getattr(fee, key)
            if amount is not None and (amount * currency.minor_units).denominator > 1:
                path = f"terms[{at}].fee.{key}"
                slots = {"value": rate_text(amount), "digits": currency.digits}
                fields.fault(path, "error.amount.decimals", **slots)


def _loan(fields: Fields) -> Loan:
    currency = _currency(fields)
    digits = currency.digits
    loan = Loan(
        currency=currency,
        instalments=_instalments(fields, digits),
        payments=tuple(_payment(row, digits) for row in fields.objects("payments", MOST_ROWS)),
        freezes=tuple(_freeze(row) for row in fields.objects("freezes", MOST_ROWS)),
        waivers=tuple(_waiver(row, digits) for row in fields.objects("waivers", MOST_ROWS)),
        contract_rate=fields.optional_ratio("contract_rate_per_year"),
        principal=fields.amount("principal", digits) if fields.has("principal") else None,
    )
    fields.close()
    return loan


def _currency(fields: Fields) -> Currency:
    code = fields.text("currency")
    if code and not _CURRENCY.match(code):
        fields.fault("currency", "error.currency.code")
    digits = fields.whole("minor_digits", 0, MOST_DIGITS, iso_digits(code))
    # Of a faulty currency no amount is said to have too many decimals: one fault is enough.
    return Currency(code, digits if fields.sound else MOST_DIGITS)


def _instalments(fields: Fields, digits: int) -> tuple[Instalment, ...]:
    read: list[Instalment] = []
    numbers: set[int] = set()
    for row in fields.objects("instalments", MOST_INSTALMENTS, required=True):
        instalment = _instalment(row, digits)
        if row.sound and instalment.no in numbers:
            row.fault("no", "error.instalment.twice", no=instalment.no)
        numbers.add(instalment.no)
        read.append(instalment)
        row.close()
    return tuple(read)


def _instalment(row: Fields, digits: int) -> Instalment:
    return Instalment(
        no=row.whole("no", 0, 999_999),
        due=row.day("due"),
        principal=row.amount("principal", digits, 0),
        interest=row.amount("interest", digits, 0),
        fee=row.amount("fee", digits, 0),
    )


def _payment(row: Fields, digits: int) -> Payment:
    payment = Payment(row.day("on"), row.amount("amount", digits))
    if row.sound and payment.amount == 0:
        row.fault("amount", "error.amount.zero")
    row.close()
    return payment


def _freeze(row: Fields) -> Freeze:
    freeze = Freeze(row.day("from"), row.day("until"))
    if row.sound and freeze.until < freeze.start:
        row.fault("until", "error.freeze.ends_early", start=freeze.start, until=freeze.until)
    row.close()
    return freeze


def _waiver(row: Fields, digits: int) -> Waiver:
    waiver = Waiver(row.day("on"), row.amount("amount", digits))
    row.close()
    return waiver


def _amounts(digits: int, **amounts: int) -> dict[str, object]:
    return {name: plain(minor, digits) for name, minor in amounts.items()}


def _owed(owed: Owed, digits: int) -> dict[str, object]:
    return _amounts(
        digits, principal=owed.principal, interest=owed.interest, fee=owed.fee,
        penalty=owed.penalty,
    )  # fmt: skip


def _line(line: PenaltyLine, digits: int) -> dict[str, object]:
    told: dict[str, object] = {
        "instalment": line.instalment,
        "from": line.start.isoformat(),
        "until": line.until.isoformat(),
        "days": line.days,
        "base": plain(line.base, digits),
        "rate_per_day": None if line.rate is None else rate_text(line.rate),
        "rule": _rule(line),
        "amount": plain(line.amount, digits),
    }
    return told | {"capped": True} if line.capped else told


def _rule(line: PenaltyLine) -> str:
    named = f"{line.rule}/{line.terms.start.isoformat()}"
    return named if line.tier_from is None else f"{named}/day-{line.tier_from}"


def _allocation(each: Allocated, digits: int) -> dict[str, object]:
    return {"on": each.on.isoformat()} | _amounts(
        digits, amount=each.amount, penalty=each.penalty, fee=each.fee, interest=each.interest,
        principal=each.principal, credit=each.credit,
    )  # fmt: skip
