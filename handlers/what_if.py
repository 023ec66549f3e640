"""What would happen: nothing paid for a while, or an amount on a day, with and without relief.

It must not promise: books may hold payments the lender has not told us of.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.accrual import Statement
from bot.domain.loan import Loan, Payment, Waiver
from bot.flow import Answers
from bot.form import Form, answered, answering, begin, conduct
from bot.steps.loan import loan_label, loan_or_choice, money, owed_lines, verdict_of
from bot.steps.questions import amount_question, day_question, loan_question
from bot.turn import (
    BookedLoan,
    Button,
    CloseDraft,
    Draft,
    Outcome,
    Paragraph,
    Press,
    Pressed,
    Say,
    Task,
    Text,
    Turn,
    text,
)

_AHEAD = (0, 7, 30)
_LONGEST = 365


def handle(turn: Turn) -> Outcome:
    """The card of now, in 7 and in 30 days; or the form for an amount on a day."""
    heard = turn.heard
    if isinstance(heard, Pressed) and heard.press.step == "try":
        return begin(FORM, turn, heard.press.value)
    if answering(FORM, turn):
        return conduct(FORM, turn)
    booked = loan_or_choice(turn, "what_if")
    return booked if isinstance(booked, Outcome) else Outcome((_card(turn, booked),))


def _card(turn: Turn, booked: BookedLoan) -> Say:
    relieved = _with_relief(turn, booked)
    lines: list[Text] = []
    for days in _AHEAD:
        told = turn.statement(booked, turn.today + timedelta(days=days))
        lines.append(
            text(
                "what_if.today" if days == 0 else "what_if.in_days",
                count=days or None,
                total=money(told, told.outstanding.total),
                penalty=money(told, told.outstanding.penalty),
            )
        )
        if relieved is not None:
            less = turn.statement(booked, told.as_of, relieved)
            lines.append(text("what_if.with_relief", total=money(less, less.outstanding.total)))
    head = text("what_if.head", loan=loan_label(turn, booked))
    estimate = (text("what_if.estimate"),) if turn.difference(booked) else ()
    buttons = (
        (Button(text("what_if.try"), Press("what_if", "try", booked.id)),),
        (
            Button(text("task.relief"), Press("relief", "", booked.id)),
            Button(text("task.how_to_pay"), Press("how_to_pay", "", booked.id)),
        ),
    )
    return Say((head, tuple(lines), *estimate, text("what_if.nothing_paid")), buttons)


def _with_relief(turn: Turn, booked: BookedLoan) -> Loan | None:
    """The loan with the waiver the policy would give today; None when it would give none."""
    found = verdict_of(turn, booked)
    if not found.eligible or not found.relief_minor:
        return None
    waiver = Waiver(turn.today, found.relief_minor)
    return replace(booked.loan, waivers=(*booked.loan.waivers, waiver))


# --- an amount on a day ---------------------------------------------------------------------------


def _most(turn: Turn, booked: BookedLoan) -> int:
    """Everything still unpaid, due or not, as it would stand after the longest wait."""
    told = turn.statement(booked, turn.today + timedelta(days=_LONGEST))
    return sum(owed.owed.total for owed in told.instalments)


def _days(turn: Turn, _answers: Answers) -> tuple[date, date]:
    return turn.today, turn.today + timedelta(days=_LONGEST)


def _finish(turn: Turn, draft: Draft, answers: Answers) -> Outcome:
    booked = answered(answers, "loan", BookedLoan)
    amount, day = answered(answers, "amount", int), answered(answers, "day", date)
    paid = _after(turn, booked, booked.loan, Payment(day, amount))
    nothing = turn.statement(booked, day)
    said: list[Paragraph] = [
        text("what_if.result.head", amount=money(paid, amount), day=day),
        _left(paid),
        text("what_if.result.nothing", total=money(nothing, nothing.outstanding.total)),
    ]
    relieved = _with_relief(turn, booked)
    if relieved is not None:
        less = _after(turn, booked, relieved, Payment(day, amount))
        said.append(text("what_if.result.relief", total=money(less, less.outstanding.total)))
    if turn.difference(booked):
        said.append(text("what_if.estimate"))
    again = ((Button(text("what_if.again"), Press("what_if", "try", booked.id)),),)
    return Outcome((Say(tuple(said), again),), (CloseDraft(draft, "submitted"),))


def _after(turn: Turn, booked: BookedLoan, loan: Loan, payment: Payment) -> Statement:
    return turn.statement(booked, payment.on, replace(loan, payments=(*loan.payments, payment)))


def _left(told: Statement) -> tuple[Text, ...]:
    if told.outstanding.total == 0:
        return (text("what_if.result.clear"),)
    left = text("what_if.result.left", total=money(told, told.outstanding.total))
    grows = text("balance.grows", amount=money(told, told.grows_by_per_day))
    return (left, *owed_lines(told), grows)


FORM = Form(
    "what_if",
    (
        loan_question("what_if"),
        amount_question("what_if", _most),
        day_question("what_if", _days, ahead=(0, 1, 3, 7, 14, 30)),
    ),
    _finish,
    restarts=True,
)

TASK = Task("what_if", handle)
