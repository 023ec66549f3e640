"""A question that shows a fault, made smaller while it still shows it, and told as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TypeVar

from bot.domain.loan import Loan
from bot.domain.money import plain, plain_ratio
from bot.domain.terms import ContractMultiplier, LateFee, PerDay, Rate, Terms
from tests.domain.generated_loans import Question

Row = TypeVar("Row")
PARTS = ("principal", "interest", "fee")


def smallest(asked: Question, is_wrong: Callable[[Question], bool]) -> Question:
    """One part after the other taken away, as long as what is left is still wrong."""
    while True:
        simpler = next((each for each in simpler_ones(asked) if is_wrong(each)), None)
        if simpler is None:
            return asked
        asked = simpler


def simpler_ones(asked: Question) -> Iterator[Question]:
    loan = asked.loan
    for instalments in without_one(loan.instalments):
        yield asked._replace(loan=replace(loan, instalments=instalments))
    for payments in without_one(loan.payments):
        yield asked._replace(loan=replace(loan, payments=payments))
    for freezes in without_one(loan.freezes):
        yield asked._replace(loan=replace(loan, freezes=freezes))
    for waivers in without_one(loan.waivers):
        yield asked._replace(loan=replace(loan, waivers=waivers))
    for terms in without_one(asked.terms):
        yield asked._replace(terms=terms)
    for at, entry in enumerate(asked.terms):
        for plainer in plainer_ones(entry):
            yield asked._replace(terms=(*asked.terms[:at], plainer, *asked.terms[at + 1 :]))


def without_one(rows: tuple[Row, ...]) -> Iterator[tuple[Row, ...]]:
    for at in range(len(rows)):
        yield (*rows[:at], *rows[at + 1 :])


def plainer_ones(entry: Terms) -> Iterator[Terms]:
    for tiers in without_one(entry.tiers):
        yield replace(entry, tiers=tiers)
    if entry.fee is not None:
        yield replace(entry, fee=None)
    if entry.cap is not None:
        yield replace(entry, cap=None)
    if entry.grace_days:
        yield replace(entry, grace_days=0)


# --- as the document that `reprieve calc` reads ---------------------------------------------------


def document_of(asked: Question) -> dict[str, object]:
    order = [component.value for component in asked.allocation.order]
    return {
        "terms": [told_terms(entry) for entry in asked.terms],
        "allocation": {"order": order, "by": asked.allocation.by.value},
        "loan": told_loan(asked.loan),
        "as_of": asked.as_of.isoformat(),
    }


def told_loan(loan: Loan) -> dict[str, object]:
    digits = loan.currency.digits
    return {
        "currency": loan.currency.code,
        "minor_digits": digits,
        "contract_rate_per_year": ratio_or_null(loan.contract_rate),
        "instalments": [
            {"no": each.no, "due": each.due.isoformat()}
            | {part: plain(getattr(each, part), digits) for part in PARTS}
            for each in loan.instalments
        ],
        "payments": [received(each.on, each.amount, digits) for each in loan.payments],
        "freezes": [
            {"from": each.start.isoformat(), "until": each.until.isoformat()}
            for each in loan.freezes
        ],
        "waivers": [received(each.on, each.amount, digits) for each in loan.waivers],
    }


def received(on: date, amount: int, digits: int) -> dict[str, str]:
    return {"on": on.isoformat(), "amount": plain(amount, digits)}


def told_terms(entry: Terms) -> dict[str, object]:
    return {
        "from": entry.start.isoformat(),
        "base": sorted(entry.base),
        "rate": told_rate(entry.rate),
        "tiers": [
            {"from_day": tier.from_day, "rate": told_rate(tier.rate)} for tier in entry.tiers
        ],
        "tiering": entry.tiering.value,
        "grace_days": entry.grace_days,
        "grace": entry.grace.value,
        "fee": None if entry.fee is None else told_fee(entry.fee),
        "cap": None if entry.cap is None else {"percent_of_base": plain_ratio(entry.cap * 100)},
        "rounding": entry.rounding.value,
    }


def told_rate(rate: Rate) -> dict[str, object]:
    if isinstance(rate, PerDay):
        return {"per_day": plain_ratio(rate.rate)}
    if isinstance(rate, ContractMultiplier):
        kind, value = "contract_multiplier", rate.multiplier
    else:
        kind, value = "per_year", rate.rate
    return {kind: plain_ratio(value), "day_count": rate.day_count}


def told_fee(fee: LateFee) -> dict[str, object]:
    return {
        "percent": None if fee.percent is None else plain_ratio(fee.percent * 100),
        "of": sorted(fee.of),
        "amount": ratio_or_null(fee.amount),
        "minimum": ratio_or_null(fee.minimum),
        "each_day": ratio_or_null(fee.each_day),
        "after_days": fee.after_days,
    }


def ratio_or_null(ratio: Fraction | None) -> str | None:
    return None if ratio is None else plain_ratio(ratio)


def shown(asked: Question) -> str:
    return json.dumps(document_of(asked))
