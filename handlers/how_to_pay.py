"""How to pay a loan, with the reference to quote and today's amount.

It must not take money: the lender's own channels do.
"""

from __future__ import annotations

from bot.steps.loan import due_next, loan_label, loan_or_choice
from bot.steps.money import money
from bot.turn import BookedLoan, Button, Outcome, Press, Say, Task, Text, Turn, text


def handle(turn: Turn) -> Outcome:
    """The amount, the reference, and what becomes of a part payment."""
    booked = loan_or_choice(turn, "how_to_pay")
    if isinstance(booked, Outcome):
        return booked
    said = (
        _amount(turn, booked),
        text("how_to_pay.steps", ref=booked.ref),
        text("how_to_pay.order"),
        text("how_to_pay.after"),
    )
    buttons = (
        (
            Button(text("task.already_paid"), Press("already_paid")),
            Button(text("task.what_if"), Press("what_if", "", booked.id)),
        ),
    )
    return Outcome((Say(said, buttons),))


def _amount(turn: Turn, booked: BookedLoan) -> Text:
    """What is to be paid today; where nothing is, what falls due next."""
    told, label = turn.statement(booked), loan_label(turn, booked)
    total = money(told, told.outstanding.total + turn.difference(booked))
    coming = due_next(turn, booked)
    if total.minor or coming is None:
        return text("how_to_pay.head", loan=label, amount=total)
    day, amount = coming
    return text("how_to_pay.next", loan=label, amount=amount, day=day)


TASK = Task("how_to_pay", handle)
