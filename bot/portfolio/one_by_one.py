"""The loans a column form does not cover, each by the engine that writes statements.

It must not differ from what a borrower is shown: it is the same engine.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from bot.domain.accrual import InstalmentOwed, Statement, statement
from bot.domain.terms import Allocation, Rate, Terms, in_force, rate_per_day
from bot.errors import Rejected
from bot.portfolio.columns import Columns, Ints
from bot.portfolio.figures import Figures, How


def one_by_one(
    columns: Columns,
    loans: Ints,
    terms: tuple[Terms, ...],
    allocation: Allocation,
    as_of: date,
    ahead: int,
) -> Figures:
    """The figures of some loans; those that are refused have none and say so."""
    found = Figures.none(len(loans))
    for place, at in enumerate(loans.tolist()):
        loan = columns.loan(at)
        try:
            told = statement(loan, terms, allocation, as_of)
        except Rejected:
            found.how[place] = How.REFUSED
            continue
        _fill(found, place, told)
        found.tier_on[place] = next_tier(told, terms, loan.contract_rate, ahead)
    return found


def next_tier(
    told: Statement, terms: tuple[Terms, ...], contract_rate: Fraction | None, ahead: int
) -> int:
    """The first of the next days on which an unpaid late instalment comes to another rate; or 0."""
    late = [each.due for each in told.instalments if _grows(each, told.as_of, terms)]
    if not late:
        return 0  # and no terms need be in force
    for day in (told.as_of + timedelta(days=step) for step in range(1, ahead + 1)):
        turns = _turns(in_force(terms, day), contract_rate)
        if any((day - due).days in turns for due in late):
            return day.toordinal()
    return 0


def _fill(found: Figures, place: int, told: Statement) -> None:
    owed = told.outstanding
    found.days_overdue[place] = told.days_overdue
    found.principal[place] = owed.principal
    found.interest[place] = owed.interest
    found.fee[place] = owed.fee
    found.penalty[place] = told.penalty
    found.charged[place] = told.charged
    found.paid[place] = told.paid
    found.waived[place] = told.waived
    found.grows_by_per_day[place] = told.grows_by_per_day


def _grows(each: InstalmentOwed, as_of: date, terms: tuple[Terms, ...]) -> bool:
    """Whether it is late and a part that is charged on is unpaid."""
    if each.due >= as_of or not each.owed.total:
        return False
    base = in_force(terms, each.due).base
    return any(getattr(each.owed, part) for part in base)


def _turns(entry: Terms, contract_rate: Fraction | None) -> set[int]:
    """The days late on which the rate of an entry changes."""
    tiers = sorted(entry.tiers, key=lambda tier: tier.from_day)
    steps: list[tuple[int, Rate]] = [(1, entry.rate), *((t.from_day, t.rate) for t in tiers)]
    return {
        later[0]
        for earlier, later in pairwise(steps)
        if later[0] > 1
        and rate_per_day(earlier[1], contract_rate) != rate_per_day(later[1], contract_rate)
    }
