"""Which loan a task is about, and what the policy says of it today.

It must not answer the borrower: a task does, with what stands here.
"""

from __future__ import annotations

from bot.domain.accrual import Statement
from bot.domain.case import counted, open_case
from bot.domain.money import Money
from bot.domain.relief import Fired, ReliefFacts, Verdict, verdict
from bot.domain.relief.settlement import freeze_days_used
from bot.domain.word import Word
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


def verdict_of(turn: Turn, booked: BookedLoan, reason: str | None = None) -> Verdict:
    """The relief verdict on a loan today, as submission would compute it."""
    freezes = booked.case_freezes.values()
    facts = ReliefFacts(
        product=booked.product,
        grade=turn.borrower.grade if turn.borrower else "",
        loan_status=booked.status,
        statement=turn.statement(booked),
        earlier=counted(turn.cases, booked.id),
        freeze_days_used=freeze_days_used(freezes, turn.today),
        reason=reason,
        difference=turn.difference(booked) != 0,
    )
    return verdict(facts, turn.policy, turn.today)


def has_open_case(turn: Turn, booked: BookedLoan) -> bool:
    """Whether an application for the loan is on its way."""
    return open_case(turn.cases, booked.id) is not None


def fired_text(fired: Fired) -> Text:
    """A rule that fired, in words."""
    return Text(fired.key, {name: _worded(value) for name, value in fired.slots.items()})


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


def money(told: Statement, minor: int) -> Money:
    """Minor units of the statement's currency."""
    return Money(minor, told.currency)


def _worded(value: object) -> object:
    if isinstance(value, Word):
        return Text(value.key)
    if isinstance(value, tuple):
        return tuple(_worded(part) for part in value)
    return value
