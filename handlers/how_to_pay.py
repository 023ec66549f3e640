"""How to pay a loan, with the reference to quote and today's amount.

It must not take money: the lender's own channels do.
"""

from __future__ import annotations

from bot.steps.loan import loan_label, loan_or_choice
from bot.steps.money import money
from bot.turn import Button, Outcome, Press, Say, Task, Turn, text


def handle(turn: Turn) -> Outcome:
    """The amount, the reference, and what becomes of a part payment."""
    booked = loan_or_choice(turn, "how_to_pay")
    if isinstance(booked, Outcome):
        return booked
    told = turn.statement(booked)
    total = money(told, told.outstanding.total + turn.difference(booked))
    said = (
        text("how_to_pay.head", loan=loan_label(turn, booked), amount=total),
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


TASK = Task("how_to_pay", handle)
