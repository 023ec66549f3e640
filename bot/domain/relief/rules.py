"""The rules of relief one by one: who qualifies, until when, for which percent.

They must not know what follows from them: that is `relief`. Source: docs/policy.md, `[[relief]]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import ceil

from bot.domain.accrual import Statement
from bot.domain.days import add_days
from bot.domain.money import Currency, Money
from bot.domain.policy.relief_policy import Reason, ReliefPolicy, minor
from bot.domain.relief.settlement import year_after, year_before
from bot.domain.word import Word


@dataclass(frozen=True, slots=True)
class ReliefFacts:
    """What is known of a loan on the day of the verdict; `statement` is of that day.

    `earlier`: submission days of reliefs of this loan that count. `freeze_days_used`: relief freeze
    days of the last 12 months. `difference`: the lender reports another penalty than ours.
    """

    product: str
    grade: str
    loan_status: str
    statement: Statement
    earlier: tuple[date, ...] = ()
    freeze_days_used: int = 0
    reason: str | None = None
    difference: bool = False


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired: the text key that says so, and its inputs.

    Slots are Money, date, int, Fraction (a percent), str, Word (a text key) or a tuple of Word.
    """

    key: str
    slots: Mapping[str, object] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether the rule was passed; a key that ends in `.no` says it was not."""
        return not self.key.endswith(".no")


@dataclass(frozen=True, slots=True)
class Asked:
    """The facts beside the programme of their day, for the rules."""

    facts: ReliefFacts
    rules: ReliefPolicy
    reason: Reason | None

    @property
    def today(self) -> date:
        """The day of the verdict."""
        return self.facts.statement.as_of

    @property
    def days(self) -> int:
        """Days overdue; 0 when no instalment is."""
        return self.facts.statement.days_overdue

    @property
    def currency(self) -> Currency:
        """The loan's currency."""
        return self.facts.statement.currency

    @property
    def penalty(self) -> int:
        """Penalty outstanding today, in minor units."""
        return self.facts.statement.outstanding.penalty

    def money(self, amount: int) -> Money:
        """So many minor units of the loan's currency."""
        return Money(amount, self.currency)


def eligibility(asked: Asked) -> tuple[Fired, ...]:
    """Every rule of scope, window and percent, in this order; eligible when all are passed."""
    return (*_scope(asked), *_window(asked), *_percent(asked))


def with_points(asked: Asked) -> Fraction:
    """The matrix percent of the loan and the points of its reason, under the ceiling.

    0 when the matrix has none for these days and grade; a matrix percent above the ceiling stays.
    """
    percent = matrix_percent(asked)
    if percent == 0 or asked.reason is None:
        return percent
    return max(percent, min(percent + asked.reason.points, asked.rules.percent.ceiling))


def matrix_percent(asked: Asked) -> Fraction:
    """The percent of the band of these days overdue and the grade; 0 outside the matrix."""
    band = asked.rules.band(asked.days)
    return Fraction(0) if band is None else band.percent.get(asked.facts.grade, Fraction(0))


def file_by(asked: Asked) -> date | None:
    """The last day to file: the end of the window or of the days overdue, whichever comes first."""
    ends = [day for day in (_window_end(asked), _scope_end(asked)) if day is not None]
    return min(ends, default=None)


def _scope(asked: Asked) -> Iterator[Fired]:
    scope, facts = asked.rules.scope, asked.facts
    product = Word(f"product.{facts.product}")
    covered = facts.product in scope.products
    yield _fired("verdict.product" if covered else "verdict.product.no", product=product)
    excluded = facts.loan_status in scope.excluded_statuses
    yield _fired("verdict.status.no" if excluded else "verdict.status")
    graded = facts.grade in scope.grades
    yield _fired("verdict.grade" if graded else "verdict.grade.no", grade=facts.grade)
    yield _days(asked)
    yield _minimum(asked)
    yield _times(asked)


def _days(asked: Asked) -> Fired:
    start, until = asked.rules.scope.from_day, asked.rules.scope.until_day
    if until is None:
        passed = asked.days >= start
        key = "verdict.days_from" if passed else "verdict.days_from.no"
        return _fired(key, days=asked.days, from_day=start)
    passed = start <= asked.days <= until
    key = "verdict.days" if passed else "verdict.days.no"
    return _fired(key, days=asked.days, from_day=start, until_day=until)


def _minimum(asked: Asked) -> Fired:
    # A penalty of nothing has nothing to relieve, whatever the lender's minimum.
    named = minor(asked.rules.scope.minimum_penalty, asked.currency) or Fraction(0)
    minimum = max(ceil(named), 1)
    passed = asked.penalty >= minimum
    sums = {"penalty": asked.money(asked.penalty), "minimum": asked.money(minimum)}
    return _fired("verdict.penalty" if passed else "verdict.penalty.no", **sums)


def _times(asked: Asked) -> Fired:
    allowed = asked.rules.scope.times_in_12_months
    after = year_before(asked.today)
    recent = sorted(day for day in asked.facts.earlier if day > after)
    if len(recent) < allowed:
        return _fired("verdict.times", times=len(recent), allowed=allowed)
    again_on = year_after(recent[-allowed])
    return _fired("verdict.times.no", times=len(recent), allowed=allowed, again_on=again_on)


def _window(asked: Asked) -> Iterator[Fired]:
    campaign, end = asked.rules.window.campaign, _window_end(asked)
    if campaign is not None:
        start, until = campaign
        passed = start <= asked.today <= until
        key = "verdict.campaign" if passed else "verdict.campaign.no"
        yield _fired(key, start=start, until=until)
    elif end is not None:
        passed = end >= asked.today
        shown = file_by(asked) if passed else end
        yield _fired("verdict.window" if passed else "verdict.window.no", file_by=shown)


def _percent(asked: Asked) -> Iterator[Fired]:
    percent, days, grade = matrix_percent(asked), asked.days, asked.facts.grade
    if percent == 0:
        yield _fired("verdict.matrix.no", days=days, grade=grade)
        return
    yield _fired("verdict.matrix", percent=percent, days=days, grade=grade)
    if asked.reason is not None and asked.reason.points > 0:
        yield _points(asked, asked.reason)


def _points(asked: Asked, reason: Reason) -> Fired:
    ceiling = asked.rules.percent.ceiling
    slots = {
        "reason": Word(f"reason.{reason.id}"),
        "points": reason.points,
        "percent": with_points(asked),
    }
    if matrix_percent(asked) + reason.points <= ceiling:
        return _fired("verdict.reason", **slots)
    return _fired("verdict.reason.ceiling", **slots, ceiling=ceiling)


def _window_end(asked: Asked) -> date | None:
    window = asked.rules.window
    if window.campaign is not None:
        return window.campaign[1]
    return _day_late(asked, window.within_days)


def _scope_end(asked: Asked) -> date | None:
    return _day_late(asked, asked.rules.scope.until_day)


def _day_late(asked: Asked, day_late: int | None) -> date | None:
    # A loan that is not overdue has no day late to count to.
    if day_late is None or asked.days == 0:
        return None
    return add_days(asked.today, day_late - asked.days)


def _fired(key: str, /, **slots: object) -> Fired:
    return Fired(key, slots)
