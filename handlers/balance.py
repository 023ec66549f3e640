"""What is overdue today, loan by loan, to the cent.

It must not explain why: that is `why`.
"""

from __future__ import annotations

from bot.steps.changed import changed_words, remembered
from bot.steps.explained import growth_words
from bot.steps.loan import due_next, has_open_case, loan_label, overdue, owed_lines
from bot.steps.money import money
from bot.turn import BookedLoan, Button, Buttons, Outcome, Press, Say, Task, Text, Turn, Write, text

_MOST = 5  # loans told one by one


def handle(turn: Turn) -> Outcome:
    """One message a loan with something to pay, longest overdue first; else that all is well."""
    late = overdue(turn)
    told, cleared = late[:_MOST], _cleared(turn)
    said = [_loan(turn, booked) for booked in told]
    if len(late) > _MOST:
        said.append(Say((text("balance.more", count=len(late) - _MOST),)))
    said += [_nothing_left(turn, booked) for booked in cleared]
    if not late:
        said.append(_all_well(turn))
    return Outcome(tuple(said), _looked(turn, (*told, *cleared)))


def _loan(turn: Turn, booked: BookedLoan) -> Say:
    told = turn.statement(booked)
    difference = turn.difference(booked)
    head = text("balance.loan", loan=loan_label(turn, booked))
    days = _days(told.days_overdue)
    total = text("balance.today", amount=money(told, told.outstanding.total + difference))
    under_review = _difference(turn, booked, difference)
    books = text("balance.books", day=booked.books_on)
    parts = (*owed_lines(told), *under_review)
    first = ((head, days), (total, growth_words(turn, booked)))
    return Say((*first, *changed_words(turn, booked), parts, books), _buttons(turn, booked))


def _cleared(turn: Turn) -> tuple[BookedLoan, ...]:
    """The loans that owed something at the last look and owe nothing now."""
    owing = {loan_id for loan_id, seen in turn.looks.items() if seen.total}
    return tuple(
        booked
        for booked in turn.loans
        if booked.id in owing and not turn.statement(booked).outstanding.total
    )


def _nothing_left(turn: Turn, booked: BookedLoan) -> Say:
    head = text("balance.cleared", loan=loan_label(turn, booked))
    return Say((head, *changed_words(turn, booked)))


def _days(days: int) -> Text:
    return text("balance.days", count=days) if days else text("balance.not_late")


def _looked(turn: Turn, shown: tuple[BookedLoan, ...]) -> tuple[Write, ...]:
    return tuple(write for booked in shown for write in remembered(turn, booked))


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
    coming = [(*due, booked) for booked in turn.loans if (due := due_next(turn, booked))]
    if not coming:
        return Say((text("balance.all_paid"),))
    day, amount, booked = min(coming, key=lambda each: (each[0], each[2].ref))
    return Say((text("balance.next", loan=loan_label(turn, booked), amount=amount, day=day),))


TASK = Task("balance", handle)
