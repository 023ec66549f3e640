"""Why the penalty is what it is: the borrower's own lines, the rule, the payments, the picture.

It must not round or add up anything: every figure comes from the statement.
"""

from __future__ import annotations

from bot.domain.accrual import Allocated, Statement
from bot.domain.chart import chart_values
from bot.steps.loan import loan_label, loan_or_choice
from bot.steps.money import money
from bot.steps.rules import line_text, rule_words
from bot.steps.verdict import verdict_of
from bot.turn import BookedLoan, Button, Outcome, Paragraph, Press, Say, Task, Text, Turn, text

_LINES = 24  # lines told at once; older ones are summed in one
_PAYMENTS = 12


def handle(turn: Turn) -> Outcome:
    """Two messages: how the penalty grew, with the picture; the rule and where payments went."""
    booked = loan_or_choice(turn, "why")
    if isinstance(booked, Outcome):
        return booked
    told = turn.statement(booked)
    if not told.lines:
        return Outcome((Say((text("why.no_penalty", loan=loan_label(turn, booked)),)),))
    return Outcome((_grew(turn, booked, told), _rules(turn, booked, told)))


def _grew(turn: Turn, booked: BookedLoan, told: Statement) -> Say:
    head = text("why.head", loan=loan_label(turn, booked), amount=money(told, told.charged))
    ended: list[Paragraph] = [head, _lines(told), _sums(told)]
    if turn.difference(booked):
        ended.append(text("why.difference", amount=money(told, turn.difference(booked))))
    found = verdict_of(turn, booked)
    picture = chart_values(
        booked.ref,
        booked.loan,
        turn.policy.terms_for(booked.product),
        turn.policy.allocation_for(booked.product),
        turn.today,
        found.percent if found.eligible else None,
    )
    return Say(tuple(ended), picture=picture)


def _lines(told: Statement) -> tuple[Text, ...]:
    """Each line as arithmetic, under its instalment; what is too old to list is summed."""
    older, shown = told.lines[:-_LINES], told.lines[-_LINES:]
    said: list[Text] = []
    if older:
        amount = money(told, sum(line.amount for line in older))
        said.append(text("why.older", count=len(older), amount=amount))
    instalment = None
    for line in shown:
        if line.instalment != instalment:
            instalment = line.instalment
            due = next(owed.due for owed in told.instalments if owed.no == instalment)
            said.append(text("why.instalment", no=str(instalment), day=due))
        said.append(line_text(line, told))
    return tuple(said)


def _sums(told: Statement) -> tuple[Text, ...]:
    """Charged, less paid, less waived: what is left."""
    said = [text("why.charged", amount=money(told, told.charged))]
    if told.paid:
        said.append(text("why.paid", amount=money(told, told.paid)))
    if told.waived:
        said.append(text("why.waived", amount=money(told, told.waived)))
    return (*said, text("why.left", amount=money(told, told.penalty)))


def _rules(turn: Turn, booked: BookedLoan, told: Statement) -> Say:
    used = tuple(dict.fromkeys(line.terms for line in told.lines))
    paragraphs: list[Paragraph] = [text("why.rule.head")]
    for terms in used:
        since = (text("rule.since", day=terms.start),) if len(used) > 1 else ()
        paragraphs.append((*since, *rule_words(terms, told.currency, booked.loan.contract_rate)))
    if booked.loan.freezes:
        paragraphs.append(text("why.frozen"))
    paragraphs.append(_payments(told))
    buttons = (
        (
            Button(text("task.what_if"), Press("what_if", "", booked.id)),
            Button(text("task.relief"), Press("relief", "", booked.id)),
        ),
        (Button(text("task.statement"), Press("statement", "", booked.id)),),
    )
    return Say(tuple(paragraphs), buttons)


def _payments(told: Statement) -> tuple[Text, ...]:
    if not told.allocations:
        return (text("why.no_payments"),)
    shown = told.allocations[-_PAYMENTS:]
    return (text("why.payments.head"), *(_payment(told, paid) for paid in shown))


def _payment(told: Statement, paid: Allocated) -> Text:
    went = {
        "penalty": paid.penalty,
        "fee": paid.fee,
        "interest": paid.interest,
        "principal": paid.principal,
        "credit": paid.credit,
    }
    parts = tuple(
        text("why.payment.part", amount=money(told, amount), to=text(f"component.{name}"))
        for name, amount in went.items()
        if amount
    )
    return text("why.payment", day=paid.on, amount=money(told, paid.amount), parts=parts)


TASK = Task("why", handle)
