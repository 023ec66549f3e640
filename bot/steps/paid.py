"""What each payment did, in words: what it covered, from when it counts, what it lowered.

It must not apply a payment: the statement does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import reduce

from bot.domain.accrual import Allocated, Statement
from bot.domain.explaining import base_late
from bot.domain.loan import Payment
from bot.steps.changed import went_to
from bot.steps.money import money
from bot.turn import BookedLoan, Paragraph, Received, Text, Turn, text

_MOST = 6  # payments told one by one, the latest ones
_DAY = timedelta(days=1)


def payment_words(turn: Turn, booked: BookedLoan, told: Statement) -> tuple[Paragraph, ...]:
    """A paragraph a payment, those that were reversed last; or that none has come."""
    counted = _counted(booked, told)
    gone = [each for each in booked.received if each.reversed_on is not None]
    if not counted and not gone:
        return (text("why.no_payments"),)
    said: list[Paragraph] = [text("why.payments.head")]
    older, shown = counted[:-_MOST], counted[-_MOST:]
    if older:
        amount = money(told, sum(went.amount for _, went in older))
        said.append(text("why.payments.older", count=len(older), amount=amount))
    said += _payments(turn, booked, told, shown)
    if gone:
        said.append(tuple(_gone(told, each) for each in gone[-_MOST:]))
    return tuple(said)


def _counted(booked: BookedLoan, told: Statement) -> list[tuple[Received, Allocated]]:
    """The payments that count by then, each with where it went: both stand in order of day."""
    standing = [each for each in booked.received if each.reversed_on is None]
    standing.sort(key=lambda each: each.on)
    return list(zip(standing, told.allocations, strict=False))


def _payments(
    turn: Turn, booked: BookedLoan, told: Statement, shown: list[tuple[Received, Allocated]]
) -> Iterator[Paragraph]:
    """A paragraph each; what needs explaining is explained where it first comes up."""
    order, interest = False, False
    for received, went in shown:
        why: list[Text] = []
        if went.interest and not interest:
            why.append(text("why.payment.interest"))
        if not order and _passed_over(turn, booked, went):
            components = turn.policy.allocation_for(booked.product).order
            names = [text(f"component.{each.value}") for each in components]
            why.append(text("why.payment.order", order=reduce(_then, names)))
            order = True
        interest = interest or bool(went.interest)
        yield (_payment(turn, booked, went), *why, *_counts(turn, booked, told, received))


def _then(before: Text, after: Text) -> Text:
    return text("why.payment.then", before=before, after=after)


def _payment(turn: Turn, booked: BookedLoan, went: Allocated) -> Text:
    amount = money(booked.loan, went.amount)
    parts = went_to(booked.loan, went, turn.policy.allocation_for(booked.product).order)
    return text("why.payment", day=went.on, amount=amount, parts=parts)


def _passed_over(turn: Turn, booked: BookedLoan, went: Allocated) -> bool:
    """Whether nothing of it went to the penalty, though there was some."""
    return not went.penalty and turn.statement(booked, went.on).penalty > 0


def _counts(turn: Turn, booked: BookedLoan, told: Statement, received: Received) -> Iterator[Text]:
    """From when it counts, whenever it was entered, and what it lowered."""
    entered, lowered = _entered_on(turn, received), _lowered(turn, booked, told, received)
    if entered is not None and entered > received.on:
        yield text("why.payment.late", day=received.on, entered=entered)
    elif lowered:
        yield text("why.payment.counts")
    yield from lowered


def _entered_on(turn: Turn, received: Received) -> date | None:
    return received.entered_at.astimezone(turn.zone).date() if received.entered_at else None


def _lowered(
    turn: Turn, booked: BookedLoan, told: Statement, received: Received
) -> tuple[Text, ...]:
    """From the day after on, how much penalty is charged on, instead of how much."""
    day, loan = received.on, booked.loan
    payments = [*loan.payments]
    payments.remove(Payment(day, received.amount))
    without = turn.statement(booked, day, replace(loan, payments=tuple(payments)))
    terms = turn.policy.terms_for(booked.product)
    before, after = (
        base_late(told, terms, day + _DAY) for told in (without, turn.statement(booked, day))
    )
    if before == after:
        return ()
    less, more = money(loan, after), money(loan, before)
    # Of two payments of one day each is told what it lowered, neither what the day began with.
    began = sum(each.base for each in told.lines if each.start <= day <= each.until)
    key = "why.payment.lowered.charged" if began == before else "why.payment.lowered"
    return (text(key, day=day + _DAY, after=less, before=more),)


def _gone(told: Statement, each: Received) -> Text:
    amount = money(told, each.amount)
    return text("why.payment.reversed", day=each.on, amount=amount, reversed=each.reversed_on)
