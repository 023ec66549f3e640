"""What is overdue today, loan by loan, to the cent.

It must not explain why: that is `why`.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta

from bot.domain.accrual import Statement
from bot.steps.loan import growth_line, has_open_case, loan_label, overdue, owed_lines
from bot.steps.money import money
from bot.turn import BookedLoan, Button, Buttons, Outcome, Press, Say, Task, Text, Turn, text

_MOST = 5  # loans told one by one
_AHEAD = 90  # days looked ahead for the end of a standstill


def handle(turn: Turn) -> Outcome:
    """One message a loan with something to pay, longest overdue first; else that all is well."""
    late = overdue(turn)
    if not late:
        return Outcome((_all_well(turn),))
    said = [_loan(turn, booked) for booked in late[:_MOST]]
    if len(late) > _MOST:
        said.append(Say((text("balance.more", count=len(late) - _MOST),)))
    return Outcome(tuple(said))


def _loan(turn: Turn, booked: BookedLoan) -> Say:
    told = turn.statement(booked)
    difference = turn.difference(booked)
    head = text("balance.loan", loan=loan_label(turn, booked))
    days = _days(told.days_overdue)
    total = text("balance.today", amount=money(told, told.outstanding.total + difference))
    under_review = _difference(turn, booked, difference)
    books = text("balance.books", day=booked.books_on)
    parts = (*owed_lines(told), *under_review)
    grows = _standstill(turn, booked, told) or growth_line(told)
    return Say(((head, days), (total, grows), parts, books), _buttons(turn, booked))


def _days(days: int) -> Text:
    return text("balance.days", count=days) if days else text("balance.not_late")


def _standstill(turn: Turn, booked: BookedLoan, told: Statement) -> Text | None:
    """Until when nothing is added, in days of grace or frozen ones; None when that ends nowhere."""

    def dearer(ahead: int) -> bool:
        return turn.statement(booked, turn.today + timedelta(days=ahead)).charged > told.charged

    if told.days_overdue == 0 or told.grows_by_per_day > 0:
        return None
    # Nothing is paid in days to come, so what is charged by then only grows.
    first = bisect_left(range(1, _AHEAD), x=True, key=dearer) + 1
    if first in {1, _AHEAD}:
        return None
    until = turn.today + timedelta(days=first - 1)
    return text("balance.grace" if told.charged == 0 else "balance.still_until", day=until)


def _difference(turn: Turn, booked: BookedLoan, difference: int) -> tuple[Text, ...]:
    if difference == 0:
        return ()
    told = turn.statement(booked)
    return (text("balance.difference", amount=money(told, difference)),)


def _buttons(turn: Turn, booked: BookedLoan) -> Buttons:
    relief = "status" if has_open_case(turn, booked) else "relief"
    return (
        (
            Button(text("task.why"), Press("why", "", booked.id)),
            Button(text("task.what_if"), Press("what_if", "", booked.id)),
        ),
        (
            Button(text(f"task.{relief}"), Press(relief, "", booked.id)),
            Button(text("task.how_to_pay"), Press("how_to_pay", "", booked.id)),
        ),
        (Button(text("task.statement"), Press("statement", "", booked.id)),),
    )


def _all_well(turn: Turn) -> Say:
    """Nothing overdue: what is due next, if anything."""
    coming = [
        (owed, booked)
        for booked in turn.loans
        for owed in turn.statement(booked).instalments
        if owed.due >= turn.today and owed.owed.total
    ]
    if not coming:
        return Say((text("balance.all_paid"),))
    owed, booked = min(coming, key=lambda pair: (pair[0].due, pair[1].ref))
    amount = money(turn.statement(booked), owed.owed.total)
    label = loan_label(turn, booked)
    return Say((text("balance.next", loan=label, amount=amount, day=owed.due),))


TASK = Task("balance", handle)
