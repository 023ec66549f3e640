"""What is behind a statement: since when, rates, standstills, and when it gets dearer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import assume, given

from bot.domain.accrual import PenaltyLine, Statement, statement
from bot.domain.explaining import (
    RateChange,
    Standstill,
    Still,
    allocation_of,
    base_late,
    base_owed,
    base_parts,
    charged_since,
    frozen_runs,
    rate_changes,
    rates_today,
    received,
    standstill,
)
from bot.domain.loan import Freeze, Instalment, Loan, Payment, Waiver
from bot.domain.terms import (
    Allocation,
    Component,
    Grace,
    PerDay,
    Terms,
    Tier,
    Tiering,
)
from bot.domain.turning import next_turning
from bot.errors import Rejected
from tests.domain.generated_loans import allocations, days, loans, products
from tests.domain.late_loan import DUE, HIGH, LOAN, LOW, PLAIN, TIERED, TWO, late, told
from tests.fuzz.often import tried


def paid(*payments: tuple[int, int], loan: Loan = LOAN) -> Loan:
    """The loan with payments of (days late, amount)."""
    return replace(loan, payments=tuple(Payment(late(on), amount) for on, amount in payments))


# --- since when, on what --------------------------------------------------------------------------


def test_penalty_is_charged_since_the_first_day_of_the_oldest_that_owes_some() -> None:
    day, first = charged_since(told(late(15), TWO))
    assert (day, first.no) == (late(1), 1)
    rest = paid((12, 1_200 + 500 + 100_000), loan=TWO)
    day, first = charged_since(told(late(15), rest))
    assert (day, first.no) == (late(11), 2)


def test_penalty_that_is_all_paid_began_with_the_first_that_was_charged() -> None:
    day, _ = charged_since(told(late(15), paid((3, 300 + 500 + 100_000))))
    assert day == late(1)


def test_the_base_counts_what_is_late_on_the_day() -> None:
    assert base_late(told(late(10), TWO), (PLAIN,), late(10)) == 100_000
    assert base_late(told(late(10), TWO), (PLAIN,), late(11)) == 150_000
    wide = replace(PLAIN, base=frozenset({Component.PRINCIPAL, Component.INTEREST}))
    assert base_late(told(late(1), LOAN, wide), (wide,), late(1)) == 100_500
    assert base_parts(told(late(1), LOAN, wide), (wide,), late(1)) == wide.base
    assert base_parts(told(DUE), (PLAIN,), DUE) == frozenset()


def test_an_instalment_that_is_paid_needs_no_terms() -> None:
    old = replace(LOAN, instalments=(Instalment(1, date(2020, 1, 1), 700, 0, 0),))
    clear = replace(old, payments=(Payment(date(2020, 1, 1), 700),))
    (owed,) = told(late(1), clear).instalments
    assert base_owed(owed, (PLAIN,)) == 0


def test_the_rates_of_the_day_are_those_of_lines_that_hold_it() -> None:
    assert rates_today(told(late(10), TWO, TIERED)) == {LOW}
    assert rates_today(told(late(12), TWO, TIERED)) == {LOW, HIGH}
    assert rates_today(told(late(12), paid((3, 300 + 500 + 100_000)))) == frozenset()


# --- why the rate changed -------------------------------------------------------------------------


def test_a_tier_that_is_reached_changes_the_rate_from_its_first_day() -> None:
    assert rate_changes(told(late(10), LOAN, TIERED), (TIERED,)) == ()
    assert rate_changes(told(late(12), TWO, TIERED), (TIERED,)) == (
        RateChange(1, late(11), LOW, HIGH, 11),
    )


def test_a_tier_reached_in_frozen_days_changes_the_rate_of_the_day_after_them() -> None:
    frozen = replace(LOAN, freezes=(Freeze(late(9), late(14)),))
    (change,) = rate_changes(told(late(20), frozen, TIERED), (TIERED,))
    assert (change.on, change.day_late) == (late(15), 11)


def test_new_terms_change_the_rate_on_their_first_day() -> None:
    later = replace(PLAIN, start=late(6), rate=PerDay(HIGH))
    assert rate_changes(told(late(8), LOAN, PLAIN, later), (PLAIN, later)) == (
        RateChange(1, late(6), LOW, HIGH, None, late(6)),
    )
    same = replace(PLAIN, start=late(6))
    assert rate_changes(told(late(8), LOAN, PLAIN, same), (PLAIN, same)) == ()


def test_each_instalment_changes_its_rate_on_its_own_day() -> None:
    assert rate_changes(told(late(22), TWO, TIERED), (TIERED,)) == (
        RateChange(1, late(11), LOW, HIGH, 11),
        RateChange(2, late(21), LOW, HIGH, 11),
    )


def test_new_terms_that_bring_a_tier_are_told_as_new_terms() -> None:
    steep = Fraction(3, 1000)
    later = replace(TIERED, start=late(13), tiers=(Tier(11, PerDay(steep)),))
    *_, change = rate_changes(told(late(14), LOAN, TIERED, later), (TIERED, later))
    assert change == RateChange(1, late(13), HIGH, steep, None, late(13))


def test_whole_tiers_are_those_of_each_instalment_alone() -> None:
    steep = Fraction(3, 1000)
    tiers = (Tier(11, PerDay(HIGH)), Tier(21, PerDay(steep)))
    whole = replace(PLAIN, tiering=Tiering.WHOLE, tiers=tiers)
    first = RateChange(1, late(11), None, HIGH, 11)
    assert rate_changes(told(late(12), TWO, whole), (whole,)) == (first,)
    both = rate_changes(told(late(22), TWO, whole), (whole,))
    assert both == (
        RateChange(1, late(21), None, steep, 21),
        RateChange(2, late(21), None, HIGH, 11),
    )
    rest = replace(TWO, payments=(Payment(DUE, 100_500),))
    assert rate_changes(told(late(22), rest, whole), (whole,)) == both[1:]
    soon = replace(whole, tiers=(Tier(2, PerDay(HIGH)),))
    assert rate_changes(told(late(3), LOAN, soon), (soon,)) == (
        RateChange(1, late(2), None, HIGH, 2),
    )


def test_whole_tiers_change_the_rate_of_every_day() -> None:
    whole = replace(TIERED, tiering=Tiering.WHOLE)
    assert rate_changes(told(late(10), LOAN, whole), (whole,)) == ()
    assert rate_changes(told(late(13), TWO, whole), (whole,)) == (
        RateChange(1, late(11), None, HIGH, 11),
    )
    from_the_start = replace(whole, tiers=(Tier(1, PerDay(HIGH)),))
    assert rate_changes(told(late(13), LOAN, from_the_start), (from_the_start,)) == ()


# --- payments and frozen days ---------------------------------------------------------------------


def test_payments_stand_in_the_order_of_their_allocations() -> None:
    loan = paid((5, 700), (2, 300), (5, 900), (40, 1))
    order = received(loan.payments, late(9))
    assert [each.amount for each in order] == [300, 700, 900]
    now = told(late(9), loan)
    assert [each.amount for each in now.allocations] == [300, 700, 900]
    assert allocation_of(loan, now, Payment(late(5), 900)).amount == 900
    with pytest.raises(ValueError, match="not in list"):
        allocation_of(loan, now, Payment(late(40), 1))


def test_frozen_days_are_cut_to_the_days_asked_for_and_joined_where_they_touch() -> None:
    freezes = (Freeze(late(9), late(10)), Freeze(late(1), late(4)), Freeze(late(5), late(6)))
    assert frozen_runs(freezes, late(3), late(9)) == (
        Freeze(late(3), late(6)),
        Freeze(late(9), late(9)),
    )
    held = (Freeze(late(1), late(9)), Freeze(late(2), late(3)))
    assert frozen_runs(held, DUE, late(20)) == (Freeze(late(1), late(9)),)
    assert frozen_runs(freezes, late(30), late(40)) == ()


# --- why nothing is added -------------------------------------------------------------------------


def still(on: date, loan: Loan, *terms: Terms) -> Standstill | None:
    return standstill(loan, terms or (PLAIN,), told(on, loan, *terms))


def test_frozen_days_before_the_first_asked_for_are_left_out_and_free_days_between_stay() -> None:
    freezes = tuple(Freeze(late(first), late(first + 1)) for first in (1, 5, 8))
    assert frozen_runs(freezes, late(4), late(20)) == freezes[1:]


def test_a_penalty_that_grows_does_not_stand_still() -> None:
    assert still(late(3), LOAN) is None


def test_nothing_left_and_penalty_alone_stand_still() -> None:
    assert still(late(4), paid((3, 300 + 500 + 100_000))) == Standstill(Still.PAID)
    alone = Allocation((Component.FEE, Component.INTEREST, Component.PRINCIPAL, Component.PENALTY))
    loan = paid((3, 100_500))
    now = statement(loan, (PLAIN,), alone, late(4))
    assert standstill(loan, (PLAIN,), now) == Standstill(Still.BASE_PAID)


def test_frozen_days_stand_still_until_the_last_that_follows_on() -> None:
    frozen = replace(LOAN, freezes=(Freeze(late(4), late(6)), Freeze(late(7), late(9))))
    assert still(late(3), frozen) == Standstill(Still.FROZEN, late(9))
    assert still(late(9), frozen) is None
    one = replace(LOAN, freezes=(Freeze(late(4), late(4)),))
    assert still(late(3), one) == Standstill(Still.FROZEN, late(4))


def test_days_of_grace_stand_still_until_the_first_of_them_ends() -> None:
    grace = replace(PLAIN, grace_days=5)
    for day in (DUE, late(2), late(4)):
        assert still(day, LOAN, grace) == Standstill(Still.GRACE, late(5))
    deductive = replace(grace, grace=Grace.DEDUCTIVE)
    assert still(late(2), LOAN, deductive) == Standstill(Still.GRACE, late(5))
    assert still(late(5), LOAN, deductive) is None


def test_a_cap_that_is_reached_and_terms_that_charge_nothing_stand_still() -> None:
    capped = replace(PLAIN, cap=Fraction(1, 500))
    assert still(late(2), LOAN, capped) == Standstill(Still.CAP)
    free = replace(PLAIN, rate=PerDay(Fraction(0)))
    assert still(late(2), LOAN, free) == Standstill(Still.FREE)
    assert still(late(2), LOAN, replace(free, cap=Fraction(1))) == Standstill(Still.FREE)


@tried(100)
@given(loans(), products(), allocations, days(-2, 60))
def test_what_is_said_of_made_up_loans_agrees_with_their_statements(
    loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, as_of: date
) -> None:
    loan = until(loan, as_of)
    try:
        now = statement(loan, terms, allocation, as_of)
        found = next_turning(loan, terms, allocation, now)
    except Rejected:
        assume(False)
    assert (standstill(loan, terms, now) is None) == (now.grows_by_per_day > 0)
    assert len(received(loan.payments, as_of)) == len(now.allocations)
    if found is not None:
        then = statement(loan, terms, allocation, found.pay_by)
        assert found.pay_by >= as_of
        assert then.grows_by_per_day > 0
    if now.lines:
        assert charged_since(now)[0] == min(line.start for line in now.lines if owes(now, line))
    for change in rate_changes(now, terms):
        assert change.before != change.after


def owes(now: Statement, line: PenaltyLine) -> bool:
    """Whether the line's instalment owes penalty, or none does."""
    (each,) = (each for each in now.instalments if each.no == line.instalment)
    return bool(each.owed.penalty) or not now.penalty


def until(loan: Loan, day: date) -> Loan:
    """The loan without what comes after `day`."""
    payments = tuple(each for each in loan.payments if each.on <= day)
    waivers: tuple[Waiver, ...] = tuple(each for each in loan.waivers if each.on <= day)
    return replace(loan, payments=payments, waivers=waivers)
