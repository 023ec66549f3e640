"""What payments only thought of would come to: what each covers, what is left, what they spare.

It must not promise: books may hold payments the lender has not told us of.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.domain.accrual import Allocated, Statement
from bot.domain.explaining import received
from bot.domain.loan import Loan, Payment
from bot.steps.changed import went_to
from bot.steps.loan import growth_line, owed_lines
from bot.steps.money import money
from bot.steps.outlook import holds_until
from bot.steps.plan import Plan
from bot.steps.relieved import relieved_today
from bot.turn import BookedLoan, Paragraph, Text, Turn, Weekday, text


def planned_words(turn: Turn, booked: BookedLoan, plan: Plan) -> list[Paragraph]:
    """Where each payment would go, and what is left after the last."""
    last = plan.payments[-1].on
    paid = if_kept(turn, booked, booked.loan, plan, last)
    return [_payments(turn, booked, plan, paid), _left(paid, turn.statement(booked, last))]


def until_then(turn: Turn, booked: BookedLoan, plan: Plan, day: date) -> list[Paragraph]:
    """What waiting costs, if anything."""
    then, now = if_kept(turn, booked, booked.loan, plan, day), turn.statement(booked)
    if then.charged == now.charged:
        return []
    return [text("what_if.result.waiting", amount=money(then, then.charged - now.charged))]


def against_nothing(turn: Turn, booked: BookedLoan, plan: Plan) -> tuple[Text, ...]:
    """What would be owed without the plan, and which penalty it spares."""
    last = plan.payments[-1].on
    paid = if_kept(turn, booked, booked.loan, plan, last)
    nothing = turn.statement(booked, last)
    total = money(nothing, nothing.outstanding.total)
    said = text("what_if.result.nothing", day=Weekday(last, year=True), total=total)
    spared = nothing.charged - paid.charged
    if not spared:
        return (said,)
    return said, text("what_if.result.spared", amount=money(paid, spared))


def if_kept(turn: Turn, booked: BookedLoan, loan: Loan, plan: Plan, day: date) -> Statement:
    """The statement of a day as if the plan were kept."""
    return turn.statement(booked, day, replace(loan, payments=plan.laid_on(loan)))


def _payments(turn: Turn, booked: BookedLoan, plan: Plan, paid: Statement) -> tuple[Text, ...]:
    """Each payment of the plan, and what it would cover."""
    order = received(plan.laid_on(booked.loan), paid.as_of)
    went = zip(order, paid.allocations, strict=True)
    return tuple(_payment(turn, booked, payment, to) for payment, to in went if plan.holds(payment))


def _payment(turn: Turn, booked: BookedLoan, payment: Payment, went: Allocated) -> Text:
    order = turn.policy.allocation_for(booked.product).order
    return text(
        "what_if.result.head",
        amount=money(booked.loan, payment.amount),
        day=Weekday(payment.on, year=True),
        parts=went_to(booked.loan, went, order),
    )


def _left(paid: Statement, nothing: Statement) -> tuple[Text, ...]:
    if paid.outstanding.total == 0:
        return (text("what_if.result.clear"),)
    left = text("what_if.result.left", total=money(paid, paid.outstanding.total))
    if 0 < paid.grows_by_per_day < nothing.grows_by_per_day:
        after, before = (money(paid, told.grows_by_per_day) for told in (paid, nothing))
        return (left, *owed_lines(paid), text("what_if.result.slower", after=after, before=before))
    return (left, *owed_lines(paid), growth_line(paid))


def less_with_relief(turn: Turn, booked: BookedLoan, plan: Plan) -> list[Paragraph]:
    """What would be left of the plan if relief were granted today and still held by then."""
    return _relieved(turn, booked, plan, plan.payments[-1].on, "what_if.result.relief.left")


def enough_with_relief(turn: Turn, booked: BookedLoan, plan: Plan, day: date) -> list[Paragraph]:
    """What would be all that is due on the day, in that case."""
    return _relieved(turn, booked, plan, day, "what_if.result.relief.enough")


def _relieved(turn: Turn, booked: BookedLoan, plan: Plan, day: date, key: str) -> list[Paragraph]:
    relieved = relieved_today(turn, booked)
    if relieved is None or not relieved.holds_on(day):
        return []
    less = if_kept(turn, booked, relieved.loan, plan, day)
    total = money(less, less.outstanding.total)
    said = Text(key, {"percent": relieved.percent, "total": total})
    return [(said, *(holds_until(relieved) if less.outstanding.total else ()))]
