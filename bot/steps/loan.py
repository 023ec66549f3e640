"""Which loan a task is about, and its figures in lines.

It must not answer the borrower: a task does, with what stands here.
"""

from __future__ import annotations

from datetime import date

from bot.domain.accrual import Statement, statement
from bot.domain.case import open_case
from bot.domain.money import Money
from bot.domain.policy import Policy
from bot.steps.money import money
from bot.turn import (
    BookedLoan,
    Button,
    Buttons,
    Named,
    Outcome,
    Press,
    Pressed,
    Say,
    Text,
    Turn,
    text,
)

_MANY = 40  # loans offered to choose from


def overdue(turn: Turn) -> tuple[BookedLoan, ...]:
    """The loans with something overdue or a penalty still unpaid, longest overdue first."""
    late = [(turn.statement(booked), booked) for booked in turn.loans if booked.status != "closed"]
    owing = [(told, booked) for told, booked in late if told.outstanding.total > 0]
    owing.sort(key=lambda pair: (-pair[0].days_overdue, pair[1].ref))
    return tuple(booked for _told, booked in owing)


def statement_on(policy: Policy, booked: BookedLoan, day: date) -> Statement:
    """The statement of a loan on a day outside a turn, by the terms of its product."""
    terms, order = policy.terms_for(booked.product), policy.allocation_for(booked.product)
    return statement(booked.loan, terms, order, day)


def due_next(turn: Turn, booked: BookedLoan) -> tuple[date, Money] | None:
    """The next day from today on which something unpaid falls due, and how much; None for none."""
    told = turn.statement(booked)
    coming = [each for each in told.instalments if each.due >= turn.today and each.owed.total]
    if not coming:
        return None
    day = min(each.due for each in coming)
    return day, money(told, sum(each.owed.total for each in coming if each.due == day))


def loan_or_choice(turn: Turn, task: str) -> BookedLoan | Outcome:
    """The loan the press names or the only one overdue; else which one, or that none is."""
    heard = turn.heard
    if isinstance(heard, Pressed) and heard.press.task == task and heard.press.value:
        named = turn.loan(heard.press.value)
        return named or Outcome((Say((text("heard.lost"),)),))
    late = overdue(turn)
    if len(late) == 1:
        return late[0]
    if not late:
        return Outcome((Say((text("loan.none_overdue"),)),))
    return Outcome((Say((text("loan.which"),), loan_buttons(turn, task, late)),))


def loan_buttons(turn: Turn, task: str, loans: tuple[BookedLoan, ...]) -> Buttons:
    """A button a loan: product, reference and days overdue."""
    return tuple(
        (Button(loan_label(turn, booked), Press(task, "", booked.id)),) for booked in loans[:_MANY]
    )


def loan_label(turn: Turn, booked: BookedLoan) -> Text:
    """A loan in a line."""
    product = Named(f"product.{booked.product}", booked.product)
    return text("loan.label", product=product, ref=booked.ref)


def has_open_case(turn: Turn, booked: BookedLoan) -> bool:
    """Whether an application for the loan is on its way."""
    return open_case(turn.cases, booked.id) is not None


def owed_lines(told: Statement) -> tuple[Text, ...]:
    """Each component that is overdue, in the order people read it."""
    owed = told.outstanding
    parts = {
        "principal": owed.principal,
        "interest": owed.interest,
        "fee": owed.fee,
        "penalty": owed.penalty,
    }
    return tuple(
        text(f"balance.{name}", amount=money(told, amount))
        for name, amount in parts.items()
        if amount
    )


def growth_line(told: Statement) -> Text:
    """What each further day adds, or that nothing does."""
    if told.grows_by_per_day > 0:
        return text("balance.grows", amount=money(told, told.grows_by_per_day))
    return text("balance.still")
