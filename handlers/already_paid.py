"""I have already paid: how much, when, a proof; it reaches staff.

It must not change the books: the next tape does.
"""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.money import plain
from bot.flow import Answers
from bot.form import Form, answer_lines, answered, conduct
from bot.steps.loan import overdue
from bot.steps.questions import (
    amount_question,
    day_question,
    days_from,
    files_question,
    loan_question,
)
from bot.turn import (
    AskStaff,
    BookedLoan,
    CloseDraft,
    Draft,
    Outcome,
    Paragraph,
    Say,
    Task,
    Turn,
    text,
)

_BACK = 180
_MOST_FILES = 3
_MOST_TIMES = 10  # of what is owed: more is a slip of the finger


def handle(turn: Turn) -> Outcome:
    """The form from the first question to the hand-over."""
    return conduct(FORM, turn)


def _before(turn: Turn) -> Outcome | None:
    return None if overdue(turn) else Outcome((Say((text("loan.none_overdue"),)),))


def _most(turn: Turn, booked: BookedLoan) -> int:
    told = turn.statement(booked)
    return max(1, sum(owed.owed.total for owed in told.instalments)) * _MOST_TIMES


def _days(turn: Turn, _answers: Answers) -> tuple[date, date]:
    return turn.today - timedelta(days=_BACK), turn.today


def _review(turn: Turn, answers: Answers) -> tuple[Paragraph, ...]:
    return (text("already_paid.review"), answer_lines(FORM, turn, answers))


def _finish(turn: Turn, draft: Draft, answers: Answers) -> Outcome:
    booked = answered(answers, "loan", BookedLoan)
    day, amount = answered(answers, "day", date), answered(answers, "amount", int)
    currency = booked.loan.currency
    told = f"{booked.ref} {currency.code} {plain(amount, currency.digits)} {day.isoformat()}"
    files = answered(answers, "files", tuple)
    request = AskStaff(turn.ids[0], "already_paid", told, booked.id, files)
    return Outcome((Say((text("already_paid.done"),)),), (CloseDraft(draft, "submitted"), request))


FORM = Form(
    "already_paid",
    (
        loan_question("already_paid", overdue),
        amount_question("already_paid", _most),
        day_question("already_paid", _days, offered=days_from(0, -1, -2, -3, -5, -7)),
        files_question("already_paid", _MOST_FILES, lambda _turn, _answers: True),
    ),
    _finish,
    _review,
    _before,
    restarts=True,
)

TASK = Task("already_paid", handle)
