"""A loan that is late under plain terms, what it becomes with tiers, and its statement on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from bot.domain.accrual import Statement, statement
from bot.domain.days import add_days
from bot.domain.loan import Instalment, Loan
from bot.domain.money import Currency, Rounding
from bot.domain.terms import Allocation, Component, Grace, PerDay, Terms, Tier, Tiering

DUE = date(2026, 1, 10)
LOW, HIGH = Fraction(1, 1000), Fraction(2, 1000)
PLAIN = Terms(
    date(2024, 1, 1), frozenset({Component.PRINCIPAL}), PerDay(LOW), (), Tiering.MARGINAL, 0,
    Grace.RETROACTIVE, None, None, Rounding.HALF_EVEN,
)  # fmt: skip
TIERED = replace(PLAIN, tiers=(Tier(11, PerDay(HIGH)),))
LOAN = Loan(Currency("CNY", 2), (Instalment(1, DUE, 100_000, 500, 0),))
TWO = replace(LOAN, instalments=(*LOAN.instalments, Instalment(2, date(2026, 1, 20), 50_000, 0, 0)))


def late(days_late: int) -> date:
    """The day on which the first instalment is so many days late."""
    return add_days(DUE, days_late)


def told(on: date, loan: Loan = LOAN, *terms: Terms) -> Statement:
    return statement(loan, terms or (PLAIN,), Allocation(), on)
