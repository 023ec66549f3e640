"""What is behind a statement: since when, on what, which rates, frozen days, why it stands still.

It must not compute a penalty: statements do, and every figure here is one of theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from bot.domain.accrual import Allocated, InstalmentOwed, Rule, Statement
from bot.domain.days import add_days
from bot.domain.loan import Freeze, Loan, Payment
from bot.domain.terms import (
    Component,
    Terms,
    Tiering,
    in_force,
)


@dataclass(frozen=True, slots=True)
class RateChange:
    """From day `on` an instalment is charged `after` a day instead of `before`.

    `before` None: its earlier days are charged `after` as well, as `whole` tiers do. `day_late` is
    the first day late of the tier that was reached; None when new terms began, on `terms_from`.
    """

    instalment: int
    on: date
    before: Fraction | None
    after: Fraction
    day_late: int | None
    terms_from: date | None = None


class Still(StrEnum):
    """Why nothing is added tomorrow."""

    PAID = "paid"  # nothing that is due is left
    BASE_PAID = "base_paid"  # what penalty is charged on is paid: only penalty is left
    FROZEN = "frozen"
    GRACE = "grace"
    CAP = "cap"
    FREE = "free"  # the terms charge nothing, or less than half a minor unit


@dataclass(frozen=True, slots=True)
class Standstill:
    """Nothing is added tomorrow; `until` is the last such day, where one is known."""

    why: Still
    until: date | None = None


def charged_since(told: Statement) -> tuple[date, InstalmentOwed]:
    """The first day charged among the instalments that owe penalty, and that instalment.

    Where no penalty is left, among all that were charged; ValueError when none was.
    """
    owing = {each.no: each for each in told.instalments if each.owed.penalty or not told.penalty}
    lines = (line for line in told.lines if line.instalment in owing)
    first = min(lines, key=lambda line: line.start)
    return first.start, owing[first.instalment]


def base_late(told: Statement, terms: tuple[Terms, ...], day: date) -> int:
    """What the instalments that are late on `day` owe of the components penalty is charged on.

    Minor units, as of the end of the statement's day.
    """
    return sum(base_owed(each, terms) for each in told.instalments if each.due < day)


def base_parts(told: Statement, terms: tuple[Terms, ...], day: date) -> frozenset[Component]:
    """The components that make up `base_late`."""
    late = (each for each in told.instalments if each.due < day and base_owed(each, terms))
    return frozenset().union(*(in_force(terms, each.due).base for each in late))


def base_owed(each: InstalmentOwed, terms: tuple[Terms, ...]) -> int:
    """The same of one instalment, whether late or not; one that is paid needs no terms."""
    if each.owed.total == each.owed.penalty:
        return 0
    return sum(getattr(each.owed, component) for component in in_force(terms, each.due).base)


def rates_today(told: Statement) -> frozenset[Fraction]:
    """The rates a day at which the statement's own day was charged."""
    last = (line for line in told.lines if line.until == told.as_of and line.rule is Rule.RATE)
    return frozenset(line.rate for line in last if line.rate is not None)


def rate_changes(told: Statement, terms: tuple[Terms, ...]) -> tuple[RateChange, ...]:
    """Each change of the rate within an instalment, in the order of the statement's lines.

    Under `whole` tiers the latest tier reached counts for all days: one change, `before` None.
    """
    return (*_whole_changes(told, terms), *_marginal_changes(told))


def _marginal_changes(told: Statement) -> Iterator[RateChange]:
    rated = [line for line in told.lines if line.rule is Rule.RATE]
    for before, after in pairwise(rated):
        same = before.instalment == after.instalment
        if not same or before.rate == after.rate or after.rate is None:
            continue
        new_terms = before.terms.start != after.terms.start
        yield RateChange(
            after.instalment,
            after.start,
            before.rate,
            after.rate,
            None if new_terms else after.tier_from,
            after.terms.start if new_terms else None,
        )


def _whole_changes(told: Statement, terms: tuple[Terms, ...]) -> Iterator[RateChange]:
    for each in told.instalments:
        rated = [
            line
            for line in told.lines
            if line.instalment == each.no and line.rule is Rule.RATE and line.tier_from
        ]
        if not rated or in_force(terms, each.due).tiering is not Tiering.WHOLE:
            continue
        rate, day_late = rated[-1].rate, rated[-1].tier_from
        if rate is not None and day_late is not None and day_late > 1:
            on = add_days(each.due, day_late)
            yield RateChange(each.no, on, None, rate, day_late)


def received(payments: Iterable[Payment], until: date) -> list[Payment]:
    """Payments up to and including `until` in the order a statement applies them.

    The allocations of that day's statement stand in the same order.
    """
    return sorted((each for each in payments if each.on <= until), key=lambda each: each.on)


def allocation_of(loan: Loan, told: Statement, payment: Payment) -> Allocated:
    """Where one of the loan's payments went; ValueError when the statement does not count it."""
    return told.allocations[received(loan.payments, told.as_of).index(payment)]


def frozen_runs(freezes: Iterable[Freeze], start: date, until: date) -> tuple[Freeze, ...]:
    """The frozen days from `start` to `until`, both included, in runs that do not touch."""
    runs: list[Freeze] = []
    for freeze in sorted(freezes, key=lambda each: each.start):
        first, last = max(freeze.start, start), min(freeze.until, until)
        if first > last:
            continue
        if runs and first <= add_days(runs[-1].until, 1):
            runs[-1] = Freeze(runs[-1].start, max(runs[-1].until, last))
        else:
            runs.append(Freeze(first, last))
    return tuple(runs)


def standstill(loan: Loan, terms: tuple[Terms, ...], told: Statement) -> Standstill | None:
    """Why `told`, the statement of `loan`, grows by nothing tomorrow; None when it does grow."""
    if told.grows_by_per_day:
        return None
    late = [each for each in told.instalments if each.due <= told.as_of]
    bearing = [each for each in late if base_owed(each, terms)]
    if not bearing:
        return Standstill(Still.BASE_PAID if told.outstanding.total else Still.PAID)
    tomorrow = add_days(told.as_of, 1)
    frozen = frozen_until(loan, tomorrow)
    if frozen is not None:
        return Standstill(Still.FROZEN, frozen)
    charged = {line.instalment for line in told.lines}
    graces = [grace_end(each, terms) for each in bearing if each.no not in charged]
    if graces and min(graces) >= tomorrow:
        return Standstill(Still.GRACE, min(graces))
    capped = all(in_force(terms, each.due).cap is not None for each in bearing)
    return Standstill(Still.CAP if capped and charged else Still.FREE)


def grace_end(each: InstalmentOwed, terms: tuple[Terms, ...]) -> date:
    """The last day of grace of an instalment; its due date when it has none."""
    return add_days(each.due, in_force(terms, each.due).grace_days)


def frozen_until(loan: Loan, day: date) -> date | None:
    """The last of the frozen days that run on from `day`; None when that day is not frozen."""
    runs = frozen_runs(loan.freezes, day, date.max)
    return runs[0].until if runs and runs[0].start == day else None
