"""What goes to the one-loan engine: counted by reason, and exact all the same."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from bot.domain.loan import Instalment, Loan, Payment
from bot.domain.money import Currency, Rounding
from bot.domain.terms import (
    Allocation,
    Component,
    ContractMultiplier,
    Grace,
    PerDay,
    Terms,
    Tier,
    Tiering,
)
from bot.portfolio.figures import How
from bot.portfolio.late import MOST_ACTS
from tests.portfolio.test_engine import computed, expected, told

DUE = date(2026, 1, 10)
AS_OF = date(2026, 3, 1)
LOAN = Loan(Currency("CNY", 2), (Instalment(1, DUE, 50_000, 1_250, 0),))
TERMS = Terms(
    start=date(2024, 1, 1),
    base=frozenset({Component.PRINCIPAL, Component.INTEREST}),
    rate=PerDay(Fraction(3, 4000)),
    tiers=(),
    tiering=Tiering.MARGINAL,
    grace_days=3,
    grace=Grace.RETROACTIVE,
    fee=None,
    cap=None,
    rounding=Rounding.HALF_EVEN,
)
MULTIPLE = replace(TERMS, rate=ContractMultiplier(Fraction(3, 2), 360))
BEYOND = 2**62
FINE = Fraction(1, 10**20)
TOOK_BACK = replace(
    TERMS,
    tiering=Tiering.WHOLE,
    tiers=(Tier(31, PerDay(Fraction(1, 100_000))),),
    grace_days=0,
)


def grown(amount: int) -> Loan:
    return replace(LOAN, instalments=(Instalment(1, DUE, amount, 0, 0),))


def paid(*days: int, amount: int = 1) -> Loan:
    return replace(LOAN, payments=tuple(Payment(DUE + timedelta(days=d), amount) for d in days))


@pytest.mark.parametrize(
    ("loan", "terms", "how"),
    [
        pytest.param(LOAN, TERMS, How.AT_ONCE, id="the usual"),
        pytest.param(paid(*range(1, MOST_ACTS + 1)), TERMS, How.AT_ONCE, id="as many acts as go"),
        pytest.param(paid(*range(1, MOST_ACTS + 2)), TERMS, How.MANY_ACTS, id="one more"),
        pytest.param(grown(2**47), TERMS, How.AT_ONCE, id="a large amount that fits"),
        pytest.param(grown(2**53), TERMS, How.LARGE_NUMBERS, id="an amount too large"),
        pytest.param(grown(BEYOND), TERMS, How.LARGE_NUMBERS, id="an amount that would overflow"),
        pytest.param(paid(5, amount=2**53), TERMS, How.LARGE_NUMBERS, id="too large a payment"),
        pytest.param(
            LOAN, replace(TERMS, rate=PerDay(FINE)), How.CONTRACT_RATE, id="too fine a rate"
        ),
        pytest.param(
            LOAN, replace(TERMS, cap=1 + FINE), How.LARGE_NUMBERS, id="a cap that does not fit"
        ),
        pytest.param(
            replace(LOAN, contract_rate=Fraction(18, 100)), MULTIPLE, How.AT_ONCE, id="a multiple"
        ),
        pytest.param(LOAN, MULTIPLE, How.REFUSED, id="a multiple of an unknown rate"),
        pytest.param(
            LOAN, replace(TERMS, start=DUE + timedelta(days=1)), How.REFUSED, id="no terms"
        ),
        pytest.param(paid(30, amount=60_000), TOOK_BACK, How.AT_ONCE, id="paid before it fell"),
        pytest.param(paid(30, amount=1_000), TOOK_BACK, How.REFUSED, id="fell after it was paid"),
    ],
)
def test_a_loan_the_columns_do_not_cover_is_computed_alone(
    loan: Loan, terms: Terms, how: How
) -> None:
    company = replace(LOAN, contract_rate=Fraction(18, 100))
    portfolio = [company, loan, company]
    found = computed(portfolio, (terms,), Allocation(), AS_OF)
    assert found.how[1] == how
    for at, each in enumerate(portfolio):
        assert told(found, at) == expected(each, (terms,), Allocation(), AS_OF)


def test_nothing_overdue_needs_no_terms() -> None:
    found = computed([LOAN], (), Allocation(), DUE - timedelta(days=1))
    assert found.how[0] == How.AT_ONCE


def test_what_serves_borrowers_does_not_load_numpy() -> None:
    program = "import bot.app.assistant, bot.command_line, sys; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
