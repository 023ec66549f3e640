"""How long each further day goes on adding the same, and what comes then.

It must not compute a penalty: statements do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.accrual import Statement, statement
from bot.domain.days import add_days, days_between
from bot.domain.loan import Loan
from bot.domain.terms import Allocation, Terms
from bot.domain.turning import AHEAD, Turning


class Then(StrEnum):
    """What a day adds once the days that are alike are over."""

    MORE = "more"  # a tier, new terms, the end of grace, a late fee
    NOTHING = "nothing"  # frozen days begin
    CAP = "cap"  # the penalty reaches the most that the rules allow
    LESS = "less"  # one instalment's penalty does, others grow on


@dataclass(frozen=True, slots=True)
class Steady:
    """Up to and including `until`, each further day adds what tomorrow adds.

    For CAP and LESS `until` is the day on which the most is reached: it may add less already.
    """

    until: date
    then: Then


def steady_until(
    loan: Loan,
    terms: tuple[Terms, ...],
    allocation: Allocation,
    told: Statement,
    turning: Turning | None,
) -> Steady | None:
    """How long `told`, a statement of `loan` that grows, goes on so; None: AHEAD days or more.

    `turning` is its next turning. Nothing is taken to be paid, and no instalment to fall due.
    Raises as `statement` does.
    """
    ends = []
    if turning is not None and turning.pay_by > told.as_of:  # else tomorrow is dearer already
        ends.append(Steady(turning.pay_by, Then.MORE))
    starts = (freeze.start for freeze in loan.freezes if freeze.start > add_days(told.as_of, 1))
    ends += [Steady(add_days(start, -1), Then.NOTHING) for start in starts]
    last = min((end.until for end in ends), default=add_days(told.as_of, AHEAD))

    def on(day: date) -> Statement:
        return statement(loan, terms, allocation, day)

    capped = _first_capped(told, last, on)
    if capped is not None:
        ends = [Steady(capped, Then.LESS if on(capped).grows_by_per_day else Then.CAP)]
    return min(ends, key=lambda end: end.until, default=None)


def _first_capped(told: Statement, last: date, on: Callable[[date], Statement]) -> date | None:
    """The first day from tomorrow to `last` on which one more instalment reaches its cap.

    What is capped stays so while nothing is paid, so halving finds the first day that is cut.
    """
    before = _capped(told)
    low, high = 1, days_between(told.as_of, last)
    if _capped(on(last)) == before:
        return None
    while low < high:
        middle = (low + high) // 2
        reached = _capped(on(add_days(told.as_of, middle))) != before
        low, high = (low, middle) if reached else (middle + 1, high)
    cut, eve = on(add_days(told.as_of, low)), on(add_days(told.as_of, low - 1))
    new = _capped(cut) - before
    # What is cut to nothing had reached its cap to the minor unit the day before.
    whole = all(_charged(cut, number) == _charged(eve, number) for number in new)
    reached_on = eve.as_of if whole else cut.as_of
    return reached_on if reached_on > told.as_of else None


def _capped(told: Statement) -> frozenset[int]:
    """The instalments whose penalty the cap has cut."""
    return frozenset(line.instalment for line in told.lines if line.capped)


def _charged(told: Statement, number: int) -> int:
    return sum(line.amount for line in told.lines if line.instalment == number)
