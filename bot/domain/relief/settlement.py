"""What a grant promises, when it is kept, and which days a case freezes.

It must not judge who deserves relief: that is `relief`. Source: docs/policy.md, conditions and
decision; DESIGN section 5, settlement and freezes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from bot.domain.accrual import Statement, statement
from bot.domain.days import add_days, days_between
from bot.domain.loan import Freeze, Loan, Waiver
from bot.domain.money import Money, rounded_up
from bot.domain.policy.relief_policy import ReliefPolicy, WhenNotSettled, minor
from bot.domain.terms import Allocation, Terms
from bot.errors import Refused

_WHOLE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Grant:
    """Relief put on offer on a day: `percent` of the submission day's penalty, in minor units.

    The borrower answers by `answer_by` and pays what remains by `pay_by` (both included; None: no
    condition, settled when accepted).
    """

    percent: Fraction
    relief_minor: int
    second_approver_needed: bool
    on: date
    answer_by: date
    pay_by: date | None


def relief_of(percent: Fraction, penalty_minor: int) -> int:
    """`percent` of a penalty in minor units, rounded up in the borrower's favour; never above."""
    return min(rounded_up(percent * penalty_minor), penalty_minor)


def second_approver_needed(relief: Money, rules: ReliefPolicy) -> bool:
    """Whether a relief is above what one person may grant; always, for a currency not named.

    Source: policy key `relief.decision.second_approver_above`.
    """
    threshold = minor(rules.decision.second_approver_above, relief.currency)
    return threshold is None or relief.minor > threshold


def grant_range(matrix_percent: Fraction, rules: ReliefPolicy) -> tuple[Fraction, Fraction]:
    """The least and most percent staff may grant around the matrix (with the reason's points).

    Both included, within 0 and 1. Source: policy key `relief.decision.staff_may_depart_points`.
    """
    depart = rules.decision.staff_may_depart
    return max(Fraction(0), matrix_percent - depart), min(_WHOLE, matrix_percent + depart)


def grant(
    percent: Fraction, matrix_percent: Fraction, penalty: Money, rules: ReliefPolicy, on: date
) -> Grant:
    """The offer of `percent` of the submission day's `penalty`, made on day `on`.

    Raises Refused `case.percent.range` (slots `low`, `high`) outside the range of staff, and
    `case.percent.nothing` when it comes to no money.
    """
    low, high = grant_range(matrix_percent, rules)
    if not low <= percent <= high:
        raise Refused("case.percent.range", low=low, high=high)
    relief = Money(relief_of(percent, penalty.minor), penalty.currency)
    if relief.minor == 0:
        raise Refused("case.percent.nothing")
    pay_by = pay_by_day(rules, on)
    answer_by = add_days(on, rules.deadlines.offer_answer_days)
    return Grant(
        percent=percent,
        relief_minor=relief.minor,
        second_approver_needed=second_approver_needed(relief, rules),
        on=on,
        answer_by=answer_by if pay_by is None else min(answer_by, pay_by),
        pay_by=pay_by,
    )


def pay_by_day(rules: ReliefPolicy, on: date) -> date | None:
    """The last day to pay what remains of an offer made on `on`; None when nothing is asked."""
    within = rules.conditions.pay_within_days
    return None if within is None else add_days(on, within)


def offer_waiver(given: Grant) -> Waiver:
    """The provisional waiver of a grant, dated the offer's day."""
    return Waiver(given.on, given.relief_minor)


def remaining_after(today: Statement, waiver: Waiver) -> int:
    """What is left to pay of a statement once `waiver` is taken off its penalty; minor units."""
    return today.outstanding.total - min(waiver.amount, today.outstanding.penalty)


def is_settled(
    loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, waiver: Waiver, as_of: date
) -> bool:
    """Whether nothing due is outstanding on `as_of` when the loan replays with `waiver` as well.

    `loan` must not hold the waiver yet.
    """
    waived = replace(loan, waivers=(*loan.waivers, waiver))
    return _nothing_due(waived, terms, allocation, as_of)


def settled_on(
    loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, since: date, until: date
) -> date | None:
    """The first day on which nothing due is outstanding; None when there is none.

    `loan` holds the case's waiver, dated `since`; both ends are included. Only that day and days
    with a payment can be the first one: what is owed falls on no other. An instalment that falls
    due later does not undo it.
    """
    paid_on = {payment.on for payment in loan.payments}
    days = sorted(day for day in {since, *paid_on} if since <= day <= until)
    return next((day for day in days if _nothing_due(loan, terms, allocation, day)), None)


def freeze_at_submission(rules: ReliefPolicy, used: int, on: date) -> Freeze | None:
    """The days a case filed on `on` freezes while it runs; None when none are left.

    They start on the next day: the submission day itself is charged already. `used` counts the
    relief freeze days of the last 12 months. Source: policy key
    `relief.conditions.freeze_days_in_12_months`.
    """
    left = rules.conditions.freeze_days_in_12_months - used
    return Freeze(add_days(on, 1), add_days(on, left)) if left > 0 else None


def freeze_at_grant(freeze: Freeze, given: Grant) -> Freeze | None:
    """The freeze once relief is offered: until the pay-by day, and no longer than it was.

    Without a condition it ends with the offer's answer day. None when it would hold no day.
    """
    return _shortened(freeze, given.pay_by or given.answer_by)


def freeze_at_settlement(freeze: Freeze, on: date) -> Freeze | None:
    """The freeze once the case has settled on `on`: it ends that day."""
    return _shortened(freeze, on)


def freeze_when_lost(freeze: Freeze, rules: ReliefPolicy, on: date) -> Freeze | None:
    """The freeze once a case ends unsettled on `on`; None: it is removed and its days return.

    Source: policy key `relief.conditions.freeze_when_not_settled`.
    """
    if rules.conditions.freeze_when_not_settled is WhenNotSettled.DAYS_RETURN:
        return None
    return _shortened(freeze, on)


def freeze_days_used(freezes: Iterable[Freeze], today: date) -> int:
    """Days of relief freezes in the 12 months up to and including `today`; each day counts once."""
    after = year_before(today)
    days: set[date] = set()
    for freeze in freezes:
        start, until = max(freeze.start, add_days(after, 1)), min(freeze.until, today)
        days.update(add_days(start, step) for step in range(days_between(start, until) + 1))
    return len(days)


def year_before(day: date) -> date:
    """The same day of the year before; 28 February for a 29 February."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


def year_after(day: date) -> date:
    """The first day on which a relief filed on `day` no longer counts within 12 months."""
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 3, 1)
    return day.replace(year=day.year + 1)


def _nothing_due(loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, as_of: date) -> bool:
    return statement(loan, terms, allocation, as_of).outstanding.total == 0


def _shortened(freeze: Freeze, until: date) -> Freeze | None:
    last = min(freeze.until, until)
    return replace(freeze, until=last) if last >= freeze.start else None
