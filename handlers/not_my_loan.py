"""This is not my loan: which one and what happened; it reaches staff.

It must not unlink anything: people decide that.
"""

from __future__ import annotations

from bot.flow import Answers
from bot.form import Form, answered, conduct
from bot.steps.questions import loan_question, words_question
from bot.turn import AskStaff, BookedLoan, CloseDraft, Draft, Outcome, Say, Task, Turn, text

_LONGEST = 1000


def handle(turn: Turn) -> Outcome:
    """The form from the first question to the hand-over."""
    return conduct(FORM, turn)


def _before(turn: Turn) -> Outcome | None:
    return None if turn.loans else Outcome((Say((text("loan.none"),)),))


def _finish(turn: Turn, draft: Draft, answers: Answers) -> Outcome:
    booked = answered(answers, "loan", BookedLoan)
    told = answered(answers, "details", str)
    request = AskStaff(turn.ids[0], "not_my_loan", told, booked.id)
    writes = (CloseDraft(draft, "submitted"), request)
    return Outcome((Say((text("not_my_loan.done"), text("not_my_loan.meanwhile"))),), writes)


FORM = Form(
    "not_my_loan",
    (loan_question("not_my_loan"), words_question("not_my_loan", "details", _LONGEST)),
    _finish,
    before=_before,
    restarts=True,
)

TASK = Task("not_my_loan", handle)
