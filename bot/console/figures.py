"""The figures of one case: its statements, the policy's verdict that day, what staff may grant.

It must not decide: the domain does, and staff.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from bot.domain.accrual import Statement, statement
from bot.domain.case import CaseFacts, counted
from bot.domain.loan import Loan
from bot.domain.money import Money
from bot.domain.policy import Policy
from bot.domain.relief import ReliefFacts, Verdict, verdict
from bot.domain.relief.settlement import Grant, freeze_days_used, grant, grant_range
from bot.errors import Rejected
from bot.store.desk_case import CaseView
from bot.turn import BookedLoan

_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Figures:
    """What a case page counts with. None: no terms or programme cover the day, `problem` says so.

    `difference` is the lender's reported penalty less ours on its day; `books_moved` says that the
    penalty of the submission day, computed again, is not the case's.
    """

    then: Statement | None
    now: Statement | None
    verdict: Verdict | None
    low: Fraction
    high: Fraction
    difference: int
    books_moved: bool
    problem: Rejected | None


def told(policy: Policy, booked: BookedLoan, as_of: date, loan: Loan | None = None) -> Statement:
    """The statement of a loan (or of `loan` in its place) on a day, by the terms of its product."""
    terms, allocation = policy.terms_for(booked.product), policy.allocation_for(booked.product)
    return statement(loan or booked.loan, terms, allocation, as_of)


def figures(policy: Policy, view: CaseView, today: date) -> Figures:
    """Everything the page of a case counts."""
    facts, booked = view.facts, view.loan
    try:
        low, high = grant_range(facts.matrix_percent, policy.relief_on(facts.submitted_on))
        then = told(policy, booked, facts.submitted_on, _as_filed(booked, facts.id))
        return Figures(
            then=then,
            now=told(policy, booked, today),
            verdict=_verdict(policy, view, then),
            low=low,
            high=high,
            difference=difference(policy, booked),
            books_moved=then.outstanding.penalty != facts.penalty_minor,
            problem=None,
        )
    except Rejected as missing:
        zero = Fraction(0)
        return Figures(None, None, None, zero, zero, 0, books_moved=False, problem=missing)


def difference(policy: Policy, booked: BookedLoan) -> int:
    """The lender's own penalty figure less ours on its day, minor units; 0 when it gives none."""
    if booked.reported is None or booked.reported_on is None:
        return 0
    return booked.reported - told(policy, booked, booked.reported_on).outstanding.penalty


def previewed(policy: Policy, facts: CaseFacts, percent: Fraction, today: date) -> Grant:
    """What an offer of that percent made today would be; Refused `case.percent.*` out of range."""
    penalty = Money(facts.penalty_minor, facts.currency)
    rules = policy.relief_on(facts.submitted_on)
    return grant(percent, facts.matrix_percent, penalty, rules, today)


def in_hundred(share: Fraction) -> str:
    """A share as the plain number of percent a form field takes: 3/10 is `30`."""
    hundred = share * _HUNDRED
    shown = Decimal(hundred.numerator) / Decimal(hundred.denominator)
    return f"{shown:.4f}".rstrip("0").rstrip(".")


def _as_filed(booked: BookedLoan, case_id: str) -> Loan:
    """The loan without the case's own waiver: an offer of the same day took it off afterwards."""
    waivers = list(booked.loan.waivers)
    own = booked.case_waivers.get(case_id)
    if own in waivers:
        waivers.remove(own)
    return replace(booked.loan, waivers=tuple(waivers))


def _verdict(policy: Policy, view: CaseView, then: Statement) -> Verdict | None:
    """The verdict of the submission day, computed again; None when today's file cannot say."""
    facts, booked = view.facts, view.loan
    before = tuple(case for case in view.others if case.submitted_on < facts.submitted_on)
    freezes = (freeze for case_id, freeze in booked.case_freezes.items() if case_id != facts.id)
    asked = ReliefFacts(
        product=booked.product,
        grade=facts.grade,
        loan_status=booked.status,
        statement=then,
        earlier=counted(before, booked.id),
        freeze_days_used=freeze_days_used(freezes, facts.submitted_on),
        reason=facts.reason or None,
        difference=difference(policy, booked) != 0,
    )
    try:
        return verdict(asked, policy, facts.submitted_on)
    except Rejected:
        return None
