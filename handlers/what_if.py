"""What would happen: nothing paid for a while, or an amount on a day, with and without relief.

It must not promise: books may hold payments the lender has not told us of.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.accrual import Statement
from bot.domain.loan import Loan, Payment
from bot.domain.relief.settlement import offer_waiver
from bot.flow import Answers
from bot.form import Form, answered, answering, begin, conduct
from bot.steps.loan import (
    growth_line,
    has_open_case,
    loan_label,
    loan_or_choice,
    owed_lines,
)
from bot.steps.money import money
from bot.steps.questions import amount_question, day_question, loan_question
from bot.steps.verdict import verdict_of, would_grant
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
    days = [turn.today + timedelta(days=ahead) for ahead in _AHEAD]
    said: list[Paragraph] = [text("what_if.head", loan=loan_label(turn, booked))]
    said += [_on_day(turn, booked, day, relieved) for day in days]
    if turn.difference(booked):
        said.append(text("what_if.estimate"))
    said.append((text("what_if.nothing_paid"), *_holds_until(relieved)))
    buttons = (
        (Button(text("what_if.try"), Press("what_if", "try", booked.id)),),
        (
            Button(text("task.relief"), Press("relief", "", booked.id)),
            Button(text("task.how_to_pay"), Press("how_to_pay", "", booked.id)),
        ),
    )
    return Say(tuple(said), buttons)


def _on_day(
    turn: Turn, booked: BookedLoan, day: date, relieved: Relieved | None
) -> tuple[Text, ...]:
    """What would be owed on that day, and with relief where that still holds by then."""
    told = turn.statement(booked, day)
    owed = text(
        "what_if.today" if day == turn.today else "what_if.in_days",
        count=(day - turn.today).days or None,
        total=money(told, told.outstanding.total),
        penalty=money(told, told.outstanding.penalty),
    )
    if relieved is None or not relieved.holds_on(day):
        return (owed,)
    less = turn.statement(booked, day, relieved.loan)
    return owed, text("what_if.with_relief", total=money(less, less.outstanding.total))


# --- as if relief were granted today --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Relieved:
    """The loan with the waiver and the freeze of a grant; `pay_by` is when what remains is due."""

    loan: Loan
    pay_by: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the relief has not lapsed by then, when nothing is paid before."""
        return self.pay_by is None or day <= self.pay_by


def _with_relief(turn: Turn, booked: BookedLoan) -> Relieved | None:
    """The loan as the policy would relieve it today; None when it would not, or has already."""
    found = verdict_of(turn, booked)
    if has_open_case(turn, booked) or not found.eligible or not found.relief_minor:
        return None
    given, freeze = would_grant(turn, found)
    freezes = (*booked.loan.freezes, freeze) if freeze else booked.loan.freezes
    waivers = (*booked.loan.waivers, offer_waiver(given))
    return Relieved(replace(booked.loan, waivers=waivers, freezes=freezes), given.pay_by)


def _holds_until(relieved: Relieved | None) -> tuple[Text, ...]:
    if relieved is None or relieved.pay_by is None:
        return ()
    return (text("what_if.relief_until", day=relieved.pay_by),)


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
    if relieved is not None and relieved.holds_on(day):
        less = _after(turn, booked, relieved.loan, Payment(day, amount))
        total = text("what_if.result.relief", total=money(less, less.outstanding.total))
        said.append((total, *(_holds_until(relieved) if less.outstanding.total else ())))
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
    return (left, *owed_lines(told), growth_line(told))


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
