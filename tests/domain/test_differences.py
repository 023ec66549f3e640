"""Each single change that explains a difference is found, and nothing else is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import partial

import pytest

from bot.domain.differences import MOST_NAMED, Books, Cause, causes
from bot.domain.loan import Freeze, Instalment, Loan, Payment, Waiver
from bot.domain.money import Currency, Money, Rounding
from bot.domain.terms import Allocation, Component, Grace, LateFee, PerDay, Terms, Tier, Tiering

DUE = date(2026, 1, 10)
ON = date(2026, 3, 1)
CNY = Currency("CNY", 2)
PRINCIPAL, INTEREST, FEE = Component.PRINCIPAL, Component.INTEREST, Component.FEE
TERMS = Terms(
    start=date(2024, 1, 1),
    base=frozenset({PRINCIPAL, INTEREST}),
    rate=PerDay(Fraction(3, 4000)),
    tiers=(Tier(31, PerDay(Fraction(1, 1000))),),
    tiering=Tiering.MARGINAL,
    grace_days=3,
    grace=Grace.DEDUCTIVE,
    fee=LateFee(None, frozenset(), Fraction(7), None, None, 1),
    cap=Fraction(1, 10),
    rounding=Rounding.HALF_EVEN,
)
LOAN = Loan(
    CNY,
    (Instalment(1, DUE, 50_003, 1_251, 317),),
    payments=(Payment(DUE + timedelta(days=20), 1_000),),
    freezes=(Freeze(date(2026, 2, 10), date(2026, 2, 12)),),
    waivers=(Waiver(date(2026, 2, 20), 211),),
)
BOOKS = Books(LOAN, (TERMS,), Allocation())


def terms(**changed: object) -> Books:
    return BOOKS.with_terms(partial(replace, **changed))


def loan(**changed: object) -> Books:
    return replace(BOOKS, loan=replace(LOAN, **changed))  # type: ignore[arg-type]  # of the case


def reported(books: Books, on: date = ON) -> int:
    found = books.penalty(on)
    assert found is not None
    assert found != BOOKS.penalty(ON)
    return found


def keys(found: tuple[Cause, ...]) -> list[str]:
    return [cause.key for cause in found]


@pytest.mark.parametrize(
    ("theirs", "key"),
    [
        (terms(grace_days=4), "difference.grace"),
        (terms(grace_days=2), "difference.grace"),
        (terms(grace=Grace.RETROACTIVE), "difference.grace.retroactive"),
        (terms(base=frozenset({PRINCIPAL})), "difference.base.principal"),
        (
            terms(base=frozenset({PRINCIPAL, INTEREST, FEE})),
            "difference.base.principal_interest_fee",
        ),
        (terms(fee=None), "difference.without.late_fee"),
        (terms(tiers=()), "difference.without.tiers"),
        (loan(freezes=()), "difference.without.freezes"),
        (loan(waivers=()), "difference.without.waivers"),
        (loan(payments=()), "difference.payment_not_counted"),
    ],
)
def test_a_rule_or_fact_the_lender_sees_otherwise_is_named(theirs: Books, key: str) -> None:
    assert key in keys(causes(BOOKS, ON, reported(theirs)))


@pytest.mark.parametrize(("days", "key"), [(-1, "day_earlier"), (1, "day_later")])
def test_counting_one_day_more_or_less_comes_first(days: int, key: str) -> None:
    found = causes(BOOKS, ON, reported(BOOKS, ON + timedelta(days=days)))
    assert found[0] == Cause(f"difference.{key}")


def test_the_days_of_grace_that_explain_it_are_the_nearest() -> None:
    found = causes(BOOKS, ON, reported(terms(grace_days=5)))
    assert Cause("difference.grace", {"days": 5}) in found


def test_a_payment_the_tape_lacks_is_named_with_its_day_and_amount() -> None:
    more = loan(payments=(Payment(DUE, 30_000), *LOAN.payments))
    found = causes(BOOKS, ON, reported(more))
    said = next(cause for cause in found if cause.slots.get("day") == DUE)
    assert said.key == "difference.payment_unknown"
    money = said.slots["amount"]
    assert isinstance(money, Money)
    assert 0 < money.minor <= 30_000
    again = loan(payments=(Payment(DUE, money.minor), *LOAN.payments))
    assert again.penalty(ON) == reported(more)


def test_halves_rounded_another_way_are_named() -> None:
    half = replace(TERMS, rate=PerDay(Fraction(1, 2)), tiers=(), fee=None, cap=None, grace_days=0)
    one = Loan(CNY, (Instalment(1, ON - timedelta(days=1), 5, 0, 0),))
    books = Books(one, (half,), Allocation())
    assert books.penalty(ON) == 2
    assert "difference.rounding.half_up" in keys(causes(books, ON, 3))


def test_a_cap_the_lender_does_not_apply_is_named() -> None:
    late = ON + timedelta(days=200)
    theirs = terms(cap=None).penalty(late)
    assert theirs is not None
    assert "difference.without.cap" in keys(causes(BOOKS, late, theirs))


@pytest.mark.parametrize("reported_minor", [10**9, 10**9 + 1])
def test_what_no_single_change_explains_has_no_cause(reported_minor: int) -> None:
    assert causes(BOOKS, ON, reported_minor) == ()


def test_no_difference_has_no_cause() -> None:
    ours = BOOKS.penalty(ON)
    assert ours is not None
    assert causes(BOOKS, ON, ours) == ()


def test_what_cannot_be_computed_has_no_cause() -> None:
    assert causes(replace(BOOKS, terms=()), ON, 5) == ()


@pytest.mark.parametrize("amount", range(0, 4_000, 97))
def test_every_cause_named_explains_the_figure_and_there_are_few(amount: int) -> None:
    found = causes(BOOKS, ON, amount)
    assert len(found) <= MOST_NAMED
    for cause in found:
        assert explained(cause)(amount)


def explained(cause: Cause) -> Callable[[int], bool]:
    """Whether a payment that was named does what it was named for; other causes are cases above."""
    day, money = cause.slots.get("day"), cause.slots.get("amount")
    if cause.key != "difference.payment_unknown":
        return lambda _amount: True
    assert isinstance(day, date)
    assert isinstance(money, Money)
    more = loan(payments=(*LOAN.payments, Payment(day, money.minor)))
    return lambda amount: more.penalty(ON) == amount
