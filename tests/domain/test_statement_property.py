"""The fast engine against the slow one on made-up loans, and what must hold of every statement."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.accrual import Statement, penalties, statement
from bot.domain.loan import Freeze, Instalment, Loan, Payment
from bot.domain.money import Currency
from bot.domain.terms import Allocation, NoTermsInForce, Terms
from tests.domain.generated_loans import allocations, days, loans, products
from tests.domain.slow_engine import slow_statement

ASKED = os.environ.get("REPRIEVE_EXAMPLES")
EVERY_RULE = settings(
    max_examples=int(ASKED or 400), derandomize=ASKED is None, deadline=None, database=None
)
FEW = settings(EVERY_RULE, max_examples=EVERY_RULE.max_examples // 4)

as_of_days = days(-2, 60)


@EVERY_RULE
@given(loans(), products(), allocations, as_of_days)
def test_the_fast_engine_tells_what_the_slow_one_tells(
    loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, as_of: date
) -> None:
    expected = told_or_refused(slow_statement, loan, terms, allocation, as_of)
    found = told_or_refused(statement, loan, terms, allocation, as_of)
    assert found == expected


@FEW
@given(loans(), products(), allocations, as_of_days)
def test_books_balance_and_nothing_is_negative(
    loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, as_of: date
) -> None:
    told = told_or_refused(statement, loan, terms, allocation, as_of)
    assume(isinstance(told, Statement))
    assert isinstance(told, Statement)
    assert told.charged == told.paid + told.waived + told.outstanding.penalty
    assert told.charged == sum(line.amount for line in told.lines)
    received = sum(each.amount for each in told.allocations)
    spread = sum(
        each.penalty + each.fee + each.interest + each.principal + each.credit
        for each in told.allocations
    )
    assert received == spread
    amounts = [told.charged, told.paid, told.waived, told.credit, told.grows_by_per_day]
    amounts += [part for each in told.instalments for part in parts(each.owed)]
    assert min(amounts) >= 0


@FEW
@given(loans(), products(), allocations, as_of_days)
def test_the_growth_per_day_is_tomorrow_less_today(
    loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, as_of: date
) -> None:
    until_today = replace(
        loan,
        payments=tuple(each for each in loan.payments if each.on <= as_of),
        waivers=tuple(each for each in loan.waivers if each.on <= as_of),
    )
    today = told_or_refused(statement, until_today, terms, allocation, as_of)
    tomorrow = told_or_refused(statement, until_today, terms, allocation, as_of + timedelta(days=1))
    assume(isinstance(today, Statement) and isinstance(tomorrow, Statement))
    assert isinstance(today, Statement)
    assert isinstance(tomorrow, Statement)
    assert today.grows_by_per_day == tomorrow.charged - today.charged


@FEW
@given(loans(), products(), allocations, as_of_days)
def test_a_payment_dated_on_the_due_date_that_covers_all_erases_all_penalty(
    loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, as_of: date
) -> None:
    first = min(each.due for each in loan.instalments)
    owed = sum(each.principal + each.interest + each.fee for each in loan.instalments)
    paid = replace(loan, payments=(*loan.payments, Payment(first, owed + 1)))
    told = statement(paid, terms, allocation, max(first, as_of))
    assert told.charged == 0
    assert told.lines == ()


@FEW
@given(loans(), products(), allocations, as_of_days, days(0, 50), st.integers(0, 9))
def test_freezing_never_raises_the_penalty_and_its_days_cost_nothing(
    loan: Loan,
    terms: tuple[Terms, ...],
    allocation: Allocation,
    as_of: date,
    start: date,
    length: int,
) -> None:
    unpaid = whole_daily_charges(loan)
    freeze = Freeze(start, start + timedelta(days=length))
    frozen = replace(unpaid, freezes=(*unpaid.freezes, freeze))
    before = told_or_refused(statement, unpaid, terms, allocation, as_of)
    after = told_or_refused(statement, frozen, terms, allocation, as_of)
    assume(isinstance(before, Statement) and isinstance(after, Statement))
    assert isinstance(before, Statement)
    assert isinstance(after, Statement)
    assert after.charged <= before.charged
    assert not [line for line in after.lines if covers(line.start, line.until, freeze)]


@FEW
@given(loans(), products(), allocations)
def test_the_penalties_of_many_days_are_those_of_their_statements(
    loan: Loan, terms: tuple[Terms, ...], allocation: Allocation
) -> None:
    asked = tuple(date(2024, 1, 29) + timedelta(days=step) for step in range(0, 60, 5))
    told = [told_or_refused(statement, loan, terms, allocation, day) for day in asked]
    assume(all(isinstance(each, Statement) for each in told))
    expected = tuple(each.penalty for each in told if isinstance(each, Statement))
    assert penalties(loan, terms, allocation, asked) == expected


def whole_daily_charges(loan: Loan) -> Loan:
    """The loan unpaid, in amounts on which each day's charge is whole.

    Otherwise a line that a freeze cuts in two is rounded twice, which may cost a minor unit.
    """
    scale = 4000 * 72 * 73
    return replace(
        loan,
        currency=Currency("XTS", 2),
        payments=(),
        waivers=(),
        instalments=tuple(
            Instalment(
                each.no, each.due, each.principal * scale, each.interest * scale, each.fee * scale
            )
            for each in loan.instalments
        ),
    )


def covers(start: date, until: date, freeze: Freeze) -> bool:
    return start <= freeze.until and until >= freeze.start


def parts(owed: object) -> list[int]:
    return [getattr(owed, part) for part in ("principal", "interest", "fee", "penalty")]


def told_or_refused(
    engine: object, loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, as_of: date
) -> Statement | str:
    assert callable(engine)
    try:
        told = engine(loan, terms, allocation, as_of)
    except NoTermsInForce as refused:
        return str(refused.slots["day"])
    assert isinstance(told, Statement)
    return told
