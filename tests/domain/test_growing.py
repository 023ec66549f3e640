"""How long each further day adds the same, and what comes then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from bot.domain.growing import Steady, Then, steady_until
from bot.domain.loan import Freeze, Loan, Payment
from bot.domain.terms import Allocation, Terms
from bot.domain.turning import next_turning
from tests.domain.late_loan import LOAN, PLAIN, TIERED, TWO, late, told

CAPPED = replace(PLAIN, cap=Fraction(2, 100))  # reached on day 20 late, to the cent


def steady(on: date, loan: Loan, terms: Terms) -> Steady | None:
    """As the task asks it: with the next turning."""
    known = told(on, loan, terms)
    turning = next_turning(loan, (terms,), Allocation(), known)
    return steady_until(loan, (terms,), Allocation(), known, turning)


def frozen(first: int, last: int) -> Loan:
    return replace(LOAN, freezes=(Freeze(late(first), late(last)),))


def test_without_an_end_in_sight_none_is_told() -> None:
    assert steady(late(3), LOAN, PLAIN) is None


def test_until_the_last_day_before_a_tier_then_more() -> None:
    assert steady(late(3), LOAN, TIERED) == Steady(late(10), Then.MORE)
    assert steady(late(9), LOAN, TIERED) == Steady(late(10), Then.MORE)


def test_on_that_last_day_tomorrow_is_dearer_already() -> None:
    assert steady(late(10), LOAN, TIERED) is None


def test_until_the_day_before_frozen_days_then_nothing() -> None:
    assert steady(late(3), frozen(8, 9), TIERED) == Steady(late(7), Then.NOTHING)
    assert steady(late(3), frozen(5, 9), PLAIN) == Steady(late(4), Then.NOTHING)
    assert steady(late(3), frozen(1, 2), PLAIN) is None  # over


@pytest.mark.parametrize("on", [3, 18, 19])
def test_until_the_day_on_which_the_cap_is_reached(on: int) -> None:
    assert steady(late(on), LOAN, CAPPED) == Steady(late(20), Then.CAP)
    part = replace(PLAIN, cap=Fraction(205, 10_000))
    assert steady(late(on), LOAN, part) == Steady(late(21), Then.CAP)  # adds half of a day's


def test_of_two_instalments_one_at_its_cap_leaves_less() -> None:
    assert steady(late(12), TWO, CAPPED) == Steady(late(20), Then.LESS)
    assert steady(late(20), TWO, CAPPED) is None  # tomorrow adds less already
    assert steady(late(21), TWO, CAPPED) == Steady(late(30), Then.CAP)


def test_what_ends_first_is_told() -> None:
    capped = replace(TIERED, cap=Fraction(1))
    assert steady(late(3), LOAN, capped) == Steady(late(10), Then.MORE)


def test_a_part_payment_puts_the_day_of_the_cap_off() -> None:
    part = replace(LOAN, payments=(Payment(late(10), 51_500),))  # 1,000 of it penalty, 500 interest
    assert steady(late(12), part, CAPPED) == Steady(late(30), Then.CAP)
