"""When paying gets dearer than day by day, and so the cheapest last day to pay.

It must not compute a penalty: statements do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from bot.domain.accrual import InstalmentOwed, Rule, Statement, statement
from bot.domain.days import add_days, days_between
from bot.domain.explaining import base_owed, frozen_until, grace_end
from bot.domain.loan import Loan
from bot.domain.terms import Allocation, Grace, Terms, in_force, rate_per_day, tier_of

AHEAD: Final = 90  # days looked ahead


class Dearer(StrEnum):
    """What makes a later payment dearer."""

    FREEZE = "freeze"  # frozen days end
    GRACE = "grace"
    FEE = "fee"  # the late fee is charged
    TIER = "tier"
    TERMS = "terms"  # new terms begin, with a higher rate


@dataclass(frozen=True, slots=True)
class Turning:
    """Paid in full by `pay_by`, this is not charged; the day after, each day adds more.

    `before` and `after` are rates a day for tiers and terms, `day_late` the tier's first day.
    """

    pay_by: date
    why: Dearer
    instalment: int
    before: Fraction | None = None
    after: Fraction | None = None
    day_late: int | None = None


def next_turning(
    loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, told: Statement
) -> Turning | None:
    """The next day, within AHEAD, after which paying gets dearer than day by day; None for none.

    It is the cheapest last day to pay: frozen days shift it on. Raises as `statement` does.
    """
    last = add_days(told.as_of, AHEAD)
    for turning in sorted(_turnings(loan, terms, told), key=lambda each: each.pay_by):
        if turning.pay_by > last:
            return None
        # What a cap stops, or rounding swallows, makes nothing dearer.
        if statement(loan, terms, allocation, turning.pay_by).grows_by_per_day:
            return turning
    return None


def _turnings(loan: Loan, terms: tuple[Terms, ...], told: Statement) -> Iterator[Turning]:
    frozen = frozen_until(loan, add_days(told.as_of, 1))
    for each in told.instalments:
        if each.due > told.as_of or not base_owed(each, terms):
            continue
        if frozen is not None:
            yield Turning(frozen, Dearer.FREEZE, each.no)
        for turning in (*_ends(each, terms, told), *_rises(each, loan, terms)):
            if turning.pay_by >= told.as_of:
                yield _shifted(turning, each, loan, terms)


def _shifted(
    turning: Turning, each: InstalmentOwed, loan: Loan, terms: tuple[Terms, ...]
) -> Turning:
    """The turning, put off while the days after it are frozen.

    Retroactive grace is not put off: once it is over, its days are charged, frozen or not.
    """
    until = frozen_until(loan, add_days(turning.pay_by, 1))
    for_good = in_force(terms, each.due).grace is Grace.RETROACTIVE
    if until is None or (turning.why is Dearer.GRACE and for_good):
        return turning
    return replace(turning, pay_by=until)


def _ends(each: InstalmentOwed, terms: tuple[Terms, ...], told: Statement) -> Iterator[Turning]:
    """The end of grace, and the last day before the late fee."""
    entry = in_force(terms, each.due)
    charged = {line.rule for line in told.lines if line.instalment == each.no}
    if entry.grace_days and not charged:
        yield Turning(grace_end(each, terms), Dearer.GRACE, each.no)
    fee = entry.fee
    if fee and (fee.amount or fee.percent) and Rule.FEE not in charged:
        yield Turning(add_days(each.due, max(fee.after_days, 1) - 1), Dearer.FEE, each.no)


def _rises(each: InstalmentOwed, loan: Loan, terms: tuple[Terms, ...]) -> Iterator[Turning]:
    """The last days before a higher rate."""
    tiers = {add_days(each.due, tier.from_day) for entry in terms for tier in entry.tiers}
    starts = {entry.start for entry in terms}
    for day in tiers | starts:
        if days_between(each.due, day) <= 1:
            continue
        before, _ = _rate_on(each, loan, terms, add_days(day, -1))
        after, tier_from = _rate_on(each, loan, terms, day)
        if before < after:
            why = Dearer.TERMS if day in starts else Dearer.TIER
            by = add_days(day, -1)
            yield Turning(by, why, each.no, before, after, tier_from)


def _rate_on(
    each: InstalmentOwed, loan: Loan, terms: tuple[Terms, ...], day: date
) -> tuple[Fraction, int | None]:
    entry = in_force(terms, day)
    tier = tier_of(entry, days_between(each.due, day))
    rate = rate_per_day(tier.rate if tier else entry.rate, loan.contract_rate)
    return rate or Fraction(0), tier.from_day if tier else None
