"""The relief programme of the lender as values, and the plain look-ups in them.

It must not judge a loan: that is `relief`. Percents and points are fractions (30 % is 3/10), money
is exact whole units of its currency because digits vary. Source: docs/policy.md, `[[relief]]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from bot.domain.money import Currency

Amounts = Mapping[str, Fraction]  # currency code -> whole units of that currency


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from, and the day somebody last compared the two."""

    text: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class Scope:
    """Which loans qualify. Days overdue include both ends; `until_day` None is without end."""

    products: tuple[str, ...]
    grades: tuple[str, ...]
    from_day: int
    until_day: int | None
    minimum_penalty: Amounts
    times_in_12_months: int
    excluded_statuses: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Band:
    """From `from_day` days overdue until the next band: the percent of each grade."""

    from_day: int
    percent: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Percents:
    """The matrix of days overdue and grade; `ceiling` holds percent and points together."""

    bands: tuple[Band, ...]
    ceiling: Fraction
    source: Source


@dataclass(frozen=True, slots=True)
class Reason:
    """A cause the borrower may name: points it adds, kinds of evidence of which one is needed."""

    id: str
    points: Fraction
    evidence: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Window:
    """Until when to file: within days of becoming overdue, or between two days, both included."""

    within_days: int | None
    campaign: tuple[date, date] | None
    source: Source


class WhenNotSettled(StrEnum):
    """What becomes of frozen days when the case ends without a settlement."""

    DAYS_RETURN = "days_return"  # they are charged after all
    DAYS_STAY = "days_stay"  # they stay uncharged


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the borrower does (`pay_within_days` None: nothing) and what the lender holds back."""

    pay_within_days: int | None
    freeze_days_in_12_months: int
    freeze_when_not_settled: WhenNotSettled
    source: Source


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides: nobody, one person or two; `staff_may_depart` is in points."""

    automatic_up_to: Amounts
    second_approver_above: Amounts
    staff_may_depart: Fraction
    source: Source


@dataclass(frozen=True, slots=True)
class Deadlines:
    """By when somebody answers: the lender in working days, the borrower in calendar days."""

    answer_working_days: int
    info_reply_days: int
    offer_answer_days: int
    draft_days: int
    source: Source


@dataclass(frozen=True, slots=True)
class Appeal:
    """A rejection may be appealed once, within so many calendar days."""

    within_days: int
    source: Source


@dataclass(frozen=True, slots=True)
class CreditRecord:
    """What the lender does about credit reporting: an id whose words are `credit_record.<id>`."""

    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class ReliefPolicy:
    """The relief programme from `start` until the next entry starts."""

    start: date
    source: Source
    scope: Scope
    percent: Percents
    reasons: tuple[Reason, ...]
    window: Window
    conditions: Conditions
    decision: Decision
    deadlines: Deadlines
    appeal: Appeal
    credit_record: CreditRecord
    holidays: frozenset[date] = frozenset()

    def reason(self, reason_id: str) -> Reason | None:
        """The reason with that id; None when this programme has none."""
        return next((reason for reason in self.reasons if reason.id == reason_id), None)

    def band(self, days_overdue: int) -> Band | None:
        """The band that holds on that day late; None before the first."""
        begun = [band for band in self.percent.bands if band.from_day <= days_overdue]
        return begun[-1] if begun else None


def minor(amounts: Amounts, currency: Currency) -> Fraction | None:
    """The amount of that currency in exact minor units; None when the lender names none."""
    units = amounts.get(currency.code)
    return None if units is None else units * 10**currency.digits
