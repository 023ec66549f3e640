"""The values of the penalty chart: every point is a statement's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.accrual import penalties, statement
from bot.domain.chart import Chart, chart_values
from bot.domain.loan import Freeze, Instalment, Loan, Payment, Waiver
from bot.domain.money import Currency, Rounding
from bot.domain.terms import (
    Allocation,
    Component,
    Grace,
    LateFee,
    PerDay,
    Terms,
    Tier,
    Tiering,
)
from tests.fuzz.often import tried

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 3, 1)
CNY = Currency("CNY", 2)
TERMS = Terms(
    start=date(2024, 1, 1),
    base=frozenset({Component.PRINCIPAL, Component.INTEREST}),
    rate=PerDay(Fraction(5, 10_000)),
    tiers=(Tier(31, PerDay(Fraction(1, 1_000))), Tier(61, PerDay(Fraction(15, 10_000)))),
    tiering=Tiering.MARGINAL,
    grace_days=0,
    grace=Grace.RETROACTIVE,
    fee=None,
    cap=None,
    rounding=Rounding.HALF_EVEN,
)
FEE = LateFee(None, frozenset({Component.PRINCIPAL}), Fraction(300), None, Fraction(50), 1)


def owing(days_late: int, count: int = 1, principal: int = 1_750_000) -> Loan:
    """A loan whose oldest of `count` monthly instalments is `days_late` today."""
    first = TODAY - timedelta(days=days_late)
    return Loan(
        CNY,
        tuple(
            Instalment(no + 1, first + timedelta(days=30 * no), principal, 0, 0)
            for no in range(count)
        ),
    )


def charted(loan: Loan, terms: Terms = TERMS, relief: Fraction | None = Fraction(1, 2)) -> Chart:
    """The chart of `loan` today, which must exist."""
    chart = chart_values("LN-2024-0817", loan, (terms,), Allocation(), TODAY, relief)
    assert chart is not None
    return chart


PAID = replace(
    owing(95, 3),
    payments=(Payment(TODAY - timedelta(days=20), 300_000),),
    waivers=(Waiver(TODAY - timedelta(days=5), 1_000),),
)
FROZEN = replace(owing(20), freezes=(Freeze(date(2025, 1, 1), date(2027, 1, 1)),))
# Made when asked for, so that a fault of the chart fails the tests and not their collection.
MADE: dict[str, Callable[[], Chart]] = {
    "design": partial(charted, owing(38)),
    "no_relief": partial(charted, owing(38), relief=None),
    "one_band": partial(charted, owing(20), replace(TERMS, tiers=()), Fraction(3, 10)),
    "capped": partial(charted, owing(70), replace(TERMS, cap=Fraction(3, 100))),
    "wide": partial(charted, owing(38, principal=98_765_432_100)),
    "no_penalty": partial(charted, FROZEN),
    "in_grace": partial(charted, owing(2), replace(TERMS, grace_days=3)),
    "paid_between": partial(charted, PAID),
    "fixed_a_day": partial(
        charted,
        owing(25),
        replace(TERMS, tiers=(), rate=PerDay(Fraction(0)), fee=FEE, grace_days=3,
                grace=Grace.DEDUCTIVE),
    ),
    "a_day_of_its_own": partial(
        charted,
        owing(38),
        replace(TERMS, tiers=(Tier(40, PerDay(Fraction(1, 100))), Tier(41, TERMS.rate)), fee=FEE),
    ),
    "long_ago": partial(charted, owing(400), relief=Fraction(1, 3)),
}  # fmt: skip
CASES = {name: make() for name, make in MADE.items()}


def test_the_design_shows_the_amounts_it_was_drawn_with() -> None:
    marks = {mark.kind: (mark.day, mark.amount) for mark in MADE["design"]().marks}
    assert marks == {
        "today": (38, 40250),
        "in_7": (45, 52500),
        "in_30": (68, 99750),
        "relief": (38, 20125),
    }
    assert MADE["design"]().base == 1_750_000
    assert [(band.start, band.until) for band in MADE["design"]().bands] == [
        (1, 30),
        (31, 60),
        (61, None),
    ]


@pytest.mark.parametrize(
    ("loan", "terms"),
    [
        (owing(38), TERMS),
        (PAID, TERMS),
        (PAID, replace(TERMS, tiering=Tiering.WHOLE)),
        (owing(70, 3), replace(TERMS, cap=Fraction(3, 100))),
        (owing(2), replace(TERMS, grace_days=3)),
        (owing(25), replace(TERMS, fee=FEE)),
        (FROZEN, TERMS),
        (owing(400, 12), TERMS),
    ],
)
def test_every_point_is_the_statement_of_its_day_to_the_cent(loan: Loan, terms: Terms) -> None:
    chart = charted(loan, terms)
    oldest = TODAY - timedelta(days=chart.today)
    for day, total in zip(chart.days, chart.totals, strict=True):
        told = statement(loan, (terms,), Allocation(), oldest + timedelta(days=day))
        assert total == told.penalty, day


@tried(25)
@given(
    days_late=st.integers(1, 90),
    count=st.integers(1, 4),
    paid=st.lists(st.tuples(st.integers(-20, 100), st.integers(1, 3_000_000)), max_size=4),
    waived=st.lists(st.tuples(st.integers(1, 90), st.integers(1, 50_000)), max_size=2),
    grace=st.integers(0, 5),
    tiering=st.sampled_from(Tiering),
)
def test_points_and_statements_agree_for_any_loan(
    days_late: int,
    count: int,
    paid: list[tuple[int, int]],
    waived: list[tuple[int, int]],
    grace: int,
    tiering: Tiering,
) -> None:
    def on(day: int) -> date:
        return TODAY - timedelta(days=days_late) + timedelta(days=day)

    loan = replace(
        owing(days_late, count),
        payments=tuple(Payment(on(day), amount) for day, amount in paid),
        waivers=tuple(Waiver(on(day), amount) for day, amount in waived),
    )
    terms = replace(TERMS, grace_days=grace, tiering=tiering)
    days = tuple(on(day) for day in range(days_late + 31))
    told = tuple(statement(loan, (terms,), Allocation(), day).penalty for day in days)
    assert penalties(loan, (terms,), Allocation(), days) == told


def test_a_payment_still_to_come_is_not_counted_on() -> None:
    hoped_for = replace(owing(38), payments=(Payment(TODAY + timedelta(days=3), 9_000_000),))
    assert charted(hoped_for) == charted(owing(38))


def test_a_loan_with_nothing_overdue_has_no_chart() -> None:
    assert chart_values("LN", owing(0), (TERMS,), Allocation(), TODAY) is None
    settled = replace(owing(5), payments=(Payment(TODAY - timedelta(days=9), 1_750_000),))
    assert chart_values("LN", settled, (TERMS,), Allocation(), TODAY) is None


def test_relief_is_rounded_up_in_the_borrowers_favour() -> None:
    chart = charted(owing(38), relief=Fraction(1, 3))
    assert {mark.kind: mark.amount for mark in chart.marks}["relief"] == 40250 - 13417


def test_where_there_is_no_penalty_yet_no_relief_is_drawn() -> None:
    assert MADE["in_grace"]().relief is None
    assert [mark.kind for mark in MADE["in_grace"]().marks] == ["today", "in_7", "in_30"]


def test_layers_never_fall_below_nothing_and_start_with_the_first_band() -> None:
    for chart in (make() for make in MADE.values()):
        assert all(amount >= 0 for layer in chart.layers for amount in layer)
        assert len(chart.layers) == len(chart.bands)
        assert chart.bands[-1].until is None


def test_a_loan_overdue_for_years_is_drawn_with_fewer_points_but_all_that_matter() -> None:
    chart = MADE["long_ago"]()
    assert len(chart.days) < 140
    assert {0, 30, 31, 60, 61, 400, 407, 430, chart.days[-1]} <= set(chart.days)


def test_days_of_grace_that_are_never_charged_are_a_band_of_their_own() -> None:
    first, second = MADE["fixed_a_day"]().bands
    assert (first.until, first.each_day) == (3, 0)
    assert (second.start, second.each_day) == (4, 5000)
