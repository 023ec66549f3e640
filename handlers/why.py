"""Why the penalty is what it is: first how much, since when, why and what to do; then the proof.

It must not round or add up anything: every figure comes from the statement.
"""

from __future__ import annotations

from datetime import date

from bot.domain.accrual import Statement
from bot.domain.case import open_case
from bot.domain.chart import chart_values
from bot.domain.explaining import base_late, base_parts, charged_since, rate_changes, rates_today
from bot.domain.turning import Turning
from bot.steps.changed import changed_words, remembered
from bot.steps.explained import (
    estimate_words,
    frozen_words,
    growth_words,
    instalment_words,
    rate_change_text,
    rules_words,
    steady_words,
    turning_of,
    turning_text,
)
from bot.steps.loan import has_open_case, loan_label, loan_or_choice
from bot.steps.money import money
from bot.steps.paid import payment_words
from bot.steps.rules import base_words
from bot.steps.verdict import verdict_of
from bot.turn import (
    BookedLoan,
    Button,
    Buttons,
    Outcome,
    Paragraph,
    Press,
    Say,
    Task,
    Text,
    Turn,
    text,
)

_LINES = 24  # lines told at once; older ones are summed in one
_RATES = 6  # changes of the rate told, the latest ones


def handle(turn: Turn) -> Outcome:
    """Two messages: the answer, with the picture; then payments, each line, the rule."""
    booked = loan_or_choice(turn, "why")
    if isinstance(booked, Outcome):
        return booked
    told = turn.statement(booked)
    said = (_answer(turn, booked, told), _proof(turn, booked, told)) if told.lines else ()
    return Outcome(said or (_nothing(turn, booked),), remembered(turn, booked))


def _nothing(turn: Turn, booked: BookedLoan) -> Say:
    none = text("why.no_penalty", loan=loan_label(turn, booked))
    return Say(((none, growth_words(turn, booked)), *changed_words(turn, booked)))


def _answer(turn: Turn, booked: BookedLoan, told: Statement) -> Say:
    """How much, since when, at which rate and why, what changed, what to do."""
    said: list[Paragraph] = [_how_much(turn, booked, told)]
    if turn.difference(booked):
        ours, difference = money(told, told.penalty), money(told, turn.difference(booked))
        said.append(text("why.difference", amount=difference, ours=ours))
    turning = turning_of(turn, booked)
    said += [_since(told), _a_day(turn, booked, told, turning), *_reasons(turn, booked, told)]
    things = _to_do(turn, booked, told, turning)
    said += [*changed_words(turn, booked), text("why.do", things=things)]
    found = verdict_of(turn, booked)
    picture = chart_values(
        booked.ref,
        booked.loan,
        turn.policy.terms_for(booked.product),
        turn.policy.allocation_for(booked.product),
        turn.today,
        found.percent if found.eligible else None,
    )
    return Say(tuple(said), picture=picture)


def _how_much(turn: Turn, booked: BookedLoan, told: Statement) -> tuple[Text, ...]:
    """The penalty of today as it is to be paid; charged, less paid, less taken off, where told."""
    difference = turn.difference(booked)
    amount, total = told.penalty + difference, told.outstanding.total + difference
    label = loan_label(turn, booked)
    head = text("why.head", loan=label, amount=money(told, amount), total=money(told, total))
    if not told.paid and not told.waived:
        return (head,)
    sums = [text("why.charged", amount=money(told, told.charged))]
    if told.paid:
        sums.append(text("why.paid", amount=money(told, told.paid)))
    if told.waived:
        sums.append(text("why.waived", amount=money(told, told.waived)))
    return (head, *sums)


def _since(told: Statement) -> tuple[Text, ...]:
    day, first = charged_since(told)
    more = len({line.instalment for line in told.lines if line.instalment != first.no})
    said = text("why.since", day=day, no=str(first.no), due=first.due)
    return (said, text("why.since.more", count=more)) if more else (said,)


def _a_day(
    turn: Turn, booked: BookedLoan, told: Statement, turning: Turning | None
) -> tuple[Text, ...]:
    """What a day adds now and until when, and of which part at which rate."""
    growth = steady_words(turn, booked, turning)
    rates = sorted(rates_today(told))
    if not told.grows_by_per_day or not rates:
        return (growth,)
    terms = turn.policy.terms_for(booked.product)
    base = money(told, base_late(told, terms, turn.today))
    parts = base_words(base_parts(told, terms, turn.today))
    return (growth, text("why.rate.now", rates=tuple(rates), base=base, parts=parts))


def _reasons(turn: Turn, booked: BookedLoan, told: Statement) -> tuple[Paragraph, ...]:
    """Why the rate changed, and which days were free."""
    said: list[Paragraph] = []
    changes = rate_changes(told, turn.policy.terms_for(booked.product))
    if changes:
        lines = tuple(rate_change_text(change) for change in changes[-_RATES:])
        said.append(text("why.rate.head", changes=lines))
    frozen = frozen_words(turn, booked, _first_late(told))
    if frozen:
        said.append(text("why.frozen.head", days=frozen))
    return tuple(said)


def _first_late(told: Statement) -> date:
    """The first day of the first instalment that was charged; a statement with lines has one."""
    charged = {line.instalment for line in told.lines}
    return min(each.due for each in told.instalments if each.no in charged)


def _to_do(
    turn: Turn, booked: BookedLoan, told: Statement, turning: Turning | None
) -> tuple[Text, ...]:
    """Pay today, pay before it gets dearer, apply for relief or wait for its answer."""
    total = told.outstanding.total + turn.difference(booked)
    said = [text("why.do.pay", total=money(told, total))] if total else []
    if turning is not None:
        said.append(turning_text(turn, booked, turning))
    said += estimate_words(turn, booked)
    case = open_case(turn.cases, booked.id)
    if case is not None:
        status = text(f"case.status.{case.status.value}")
        said.append(text("why.do.case", reference=case.reference, status=status))
        return tuple(said)
    found = verdict_of(turn, booked)
    if found.eligible and found.relief_minor:
        relief = money(found, found.relief_minor)
        said.append(text("why.do.relief", percent=found.percent, relief=relief))
        if found.file_by:
            said.append(text("why.do.relief_by", day=found.file_by))
    return (*said, text("why.do.person"))


def _proof(turn: Turn, booked: BookedLoan, told: Statement) -> Say:
    """What each payment did, each line of the calculation, the rule and its source."""
    paragraphs: tuple[Paragraph, ...] = (
        *payment_words(turn, booked, told),
        (text("why.lines.head"), text("why.lines.how")),
        *instalment_words(turn, booked, told, _LINES),
        *rules_words(booked, told),
        text("balance.books", day=booked.books_on),
    )
    return Say(paragraphs, _buttons(turn, booked))


def _buttons(turn: Turn, booked: BookedLoan) -> Buttons:
    relief = "status" if has_open_case(turn, booked) else "relief"
    return (
        (
            Button(text("task.what_if"), Press("what_if", "", booked.id)),
            Button(text(f"task.{relief}"), Press(relief, "", booked.id)),
        ),
        (
            Button(text("task.statement"), Press("statement", "", booked.id)),
            Button(text("task.how_to_pay"), Press("how_to_pay", "", booked.id)),
        ),
    )


TASK = Task("why", handle)
