"""When paying gets dearer than day by day, and the last day before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from bot.domain.days import add_days
from bot.domain.loan import Freeze, Loan, Payment
from bot.domain.terms import (
    Allocation,
    Component,
    ContractMultiplier,
    Grace,
    LateFee,
    PerDay,
    Terms,
    Tier,
)
from bot.domain.turning import AHEAD, Dearer, Turning, next_turning
from tests.domain.late_loan import DUE, HIGH, LOAN, LOW, PLAIN, TIERED, TWO, late, told


def paid(*payments: tuple[int, int]) -> Loan:
    """The loan with payments of (days late, amount)."""
    return replace(LOAN, payments=tuple(Payment(late(on), amount) for on, amount in payments))


def turning(on: date, loan: Loan, *terms: Terms) -> Turning | None:
    return next_turning(loan, terms or (PLAIN,), Allocation(), told(on, loan, *terms))


def test_a_rate_that_stays_makes_no_day_cheaper_than_another() -> None:
    assert turning(late(3), LOAN) is None
    falls = replace(PLAIN, tiers=(Tier(11, PerDay(Fraction(1, 2000))),))
    assert turning(late(3), LOAN, falls) is None


def test_the_day_before_a_tier_is_the_last_cheap_one_itself_included() -> None:
    expected = Turning(late(10), Dearer.TIER, 1, LOW, HIGH, 11)
    assert turning(late(3), LOAN, TIERED) == expected
    assert turning(late(10), LOAN, TIERED) == expected
    assert turning(late(11), LOAN, TIERED) is None


def test_of_several_instalments_the_first_to_get_dearer_counts() -> None:
    found = turning(late(12), TWO, TIERED)
    assert found == Turning(late(20), Dearer.TIER, 2, LOW, HIGH, 11)
    assert turning(late(9), TWO, TIERED) == Turning(late(10), Dearer.TIER, 1, LOW, HIGH, 11)


def test_a_tier_more_than_the_days_looked_ahead_is_not_told() -> None:
    far = replace(PLAIN, tiers=(Tier(AHEAD + 20, PerDay(HIGH)),))
    assert turning(late(3), LOAN, far) is None
    assert turning(late(20), LOAN, far) is not None


def test_new_terms_with_a_higher_rate_are_a_turning() -> None:
    later = replace(PLAIN, start=late(8), rate=PerDay(HIGH))
    assert turning(late(3), LOAN, PLAIN, later) == Turning(
        late(7), Dearer.TERMS, 1, LOW, HIGH, None
    )
    at_once = replace(PLAIN, start=late(1), rate=PerDay(HIGH))
    assert turning(DUE, LOAN, PLAIN, at_once) is None


def test_the_end_of_grace_is_the_last_free_day() -> None:
    grace = replace(PLAIN, grace_days=5)
    assert turning(late(2), LOAN, grace) == Turning(late(5), Dearer.GRACE, 1)
    assert turning(late(5), LOAN, grace) == Turning(late(5), Dearer.GRACE, 1)
    assert turning(late(6), LOAN, grace) is None


def test_frozen_days_put_off_deductive_grace_but_not_one_that_charges_all_days() -> None:
    frozen = replace(LOAN, freezes=(Freeze(late(6), late(8)),))
    grace = replace(PLAIN, grace_days=5)
    assert turning(late(2), frozen, grace) == Turning(late(5), Dearer.GRACE, 1)
    deductive = replace(grace, grace=Grace.DEDUCTIVE)
    assert turning(late(2), frozen, deductive) == Turning(late(8), Dearer.GRACE, 1)


def test_the_day_before_a_late_fee_is_a_turning_until_it_is_charged() -> None:
    fee = LateFee(Fraction(1, 20), frozenset({Component.PRINCIPAL}), None, None, None, 8)
    once = replace(PLAIN, fee=fee)
    assert turning(late(3), LOAN, once) == Turning(late(7), Dearer.FEE, 1)
    assert turning(late(8), LOAN, once) is None
    each_day = replace(PLAIN, fee=LateFee(None, frozenset(), None, None, Fraction(1), 0))
    assert turning(late(3), LOAN, each_day) is None


def test_frozen_days_are_cheap_to_their_end_and_put_off_a_tier() -> None:
    frozen = replace(LOAN, freezes=(Freeze(late(9), late(14)),))
    assert turning(late(9), frozen, TIERED) == Turning(late(14), Dearer.FREEZE, 1)
    assert turning(late(7), frozen, TIERED) == Turning(late(14), Dearer.TIER, 1, LOW, HIGH, 11)


def test_a_tier_above_a_cap_that_is_reached_makes_nothing_dearer() -> None:
    capped = replace(TIERED, cap=Fraction(1, 500))
    assert turning(late(4), LOAN, capped) is None


def test_what_is_paid_or_not_yet_due_does_not_get_dearer() -> None:
    assert turning(late(4), paid((3, 300 + 500 + 100_000)), TIERED) is None
    assert turning(add_days(DUE, -1), LOAN, TIERED) is None


def test_the_last_of_the_days_looked_ahead_is_told_and_the_next_is_not() -> None:
    far = replace(PLAIN, tiers=(Tier(AHEAD + 4, PerDay(HIGH)),))
    assert turning(late(3), LOAN, far) == Turning(
        late(AHEAD + 3), Dearer.TIER, 1, LOW, HIGH, AHEAD + 4
    )
    assert turning(late(2), LOAN, far) is None


def test_what_falls_due_today_gets_dearer_as_well() -> None:
    assert turning(DUE, LOAN, TIERED) == Turning(late(10), Dearer.TIER, 1, LOW, HIGH, 11)


def test_an_instalment_that_is_paid_hides_no_later_one() -> None:
    rest = replace(TWO, payments=(Payment(DUE, 100_500),))
    assert turning(late(12), rest, TIERED) == Turning(late(20), Dearer.TIER, 2, LOW, HIGH, 11)


def test_days_frozen_after_the_turning_put_it_off_only_when_they_follow_at_once() -> None:
    at_once = replace(LOAN, freezes=(Freeze(late(11), late(11)),))
    assert turning(late(3), at_once, TIERED) == Turning(late(11), Dearer.TIER, 1, LOW, HIGH, 11)
    later = replace(LOAN, freezes=(Freeze(late(12), late(14)),))
    assert turning(late(3), later, TIERED) == Turning(late(10), Dearer.TIER, 1, LOW, HIGH, 11)


def test_each_instalment_has_a_late_fee_of_its_own_and_one_at_once_leaves_the_due_day() -> None:
    fee = LateFee(Fraction(1, 20), frozenset({Component.PRINCIPAL}), None, None, None, 8)
    once = replace(PLAIN, fee=fee)
    assert turning(late(12), TWO, once) == Turning(late(17), Dearer.FEE, 2)
    at_once = replace(PLAIN, fee=replace(fee, after_days=1))
    assert turning(DUE, LOAN, at_once) == Turning(DUE, Dearer.FEE, 1)


def test_tiers_on_neighbouring_days_are_told_one_by_one() -> None:
    steep = Fraction(3, 1000)
    tiers = (Tier(2, PerDay(HIGH)), Tier(3, PerDay(steep)))
    neighbours = replace(PLAIN, tiers=tiers)
    assert turning(late(1), LOAN, neighbours) == Turning(late(1), Dearer.TIER, 1, LOW, HIGH, 2)
    assert turning(late(2), LOAN, neighbours) == Turning(late(2), Dearer.TIER, 1, HIGH, steep, 3)


def test_a_tier_with_the_rate_before_it_is_none_and_one_after_free_days_is() -> None:
    same = replace(PLAIN, tiers=(Tier(11, PerDay(LOW)),))
    assert turning(late(3), LOAN, same) is None
    free = replace(PLAIN, rate=PerDay(Fraction(0)), tiers=(Tier(11, PerDay(LOW)),))
    assert turning(late(3), LOAN, free) == Turning(late(10), Dearer.TIER, 1, Fraction(0), LOW, 11)


def test_a_multiple_of_the_contract_rate_is_a_rate_like_any_other() -> None:
    base, more = (ContractMultiplier(Fraction(times), 360) for times in (1, 2))
    of_contract = replace(PLAIN, rate=base, tiers=(Tier(11, more),))
    loan = replace(LOAN, contract_rate=Fraction(36, 100))
    assert turning(late(3), loan, of_contract) == Turning(late(10), Dearer.TIER, 1, LOW, HIGH, 11)
