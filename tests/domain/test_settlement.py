from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from bot.domain.accrual import statement
from bot.domain.loan import Freeze, Instalment, Loan, Payment, Waiver
from bot.domain.money import Currency, Money
from bot.domain.relief.settlement import (
    Grant,
    freeze_at_grant,
    freeze_at_settlement,
    freeze_at_submission,
    freeze_days_used,
    freeze_when_lost,
    grant,
    grant_range,
    is_settled,
    offer_waiver,
    relief_of,
    remaining_after,
    settled_on,
    year_after,
    year_before,
)
from tests.domain.relief_cases import percent, worked_policy
from tests.domain.saying_no import says_no

CNY = Currency("CNY", 2)
ONE = worked_policy().relief_on(date(2026, 3, 2))
TWO = worked_policy().relief_on(date(2026, 11, 2))
THREE = worked_policy().relief_on(date(2027, 2, 1))
OFFERED = date(2026, 3, 2)
PENALTY = Money(10_00, CNY)

# One instalment of CNY 1,000.00, late since 10 February; 0.05 % a day makes 0.50 a day.
LATE = Loan(CNY, (Instalment(1, date(2026, 2, 10), 1_000_00, 0, 0),))
TERMS = worked_policy().terms_for("card")
ORDER = worked_policy().allocation_for("card")
WAIVER = Waiver(OFFERED, 5_00)


def paid(*payments: tuple[date, int], freezes: tuple[Freeze, ...] = ()) -> Loan:
    return replace(
        LATE, payments=tuple(Payment(on, amount) for on, amount in payments), freezes=freezes
    )


# --- grants ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "penalty", "relief"),
    [("0", 10_00, 0), ("33.3", 10_01, 334), ("33.3", 10_00, 333), ("100", 7, 7), ("0.1", 1, 1)],
)
def test_relief_is_rounded_up_in_favour_of_the_borrower(
    share: str, penalty: int, relief: int
) -> None:
    assert relief_of(percent(share), penalty) == relief


@pytest.mark.parametrize(
    ("matrix", "low", "high"), [("50", "40", "60"), ("5", "0", "15"), ("95", "85", "100")]
)
def test_staff_may_depart_by_ten_points_within_nothing_and_all(
    matrix: str, low: str, high: str
) -> None:
    assert grant_range(percent(matrix), ONE) == (percent(low), percent(high))


@pytest.mark.parametrize("share", ["40", "60"])
def test_a_grant_at_the_edge_of_the_range_is_made(share: str) -> None:
    given = grant(percent(share), percent("50"), PENALTY, ONE, OFFERED)
    assert given.percent == percent(share)


@pytest.mark.parametrize("share", ["39.9", "60.1"])
def test_a_grant_outside_the_range_is_refused_with_the_range(share: str) -> None:
    with says_no("case.percent.range", low=percent("40"), high=percent("60")):
        grant(percent(share), percent("50"), PENALTY, ONE, OFFERED)


def test_a_grant_of_nothing_is_refused() -> None:
    with says_no("case.percent.nothing"):
        grant(Fraction(0), Fraction(0), PENALTY, ONE, OFFERED)


def test_a_grant_carries_its_days_and_money() -> None:
    assert grant(percent("55"), percent("50"), PENALTY, ONE, OFFERED) == Grant(
        percent=percent("55"),
        relief_minor=5_50,
        second_approver_needed=False,
        on=OFFERED,
        answer_by=date(2026, 3, 9),
        pay_by=date(2026, 3, 16),
    )


def test_an_answer_is_never_due_after_the_money() -> None:
    given = grant(percent("50"), percent("50"), PENALTY, THREE, date(2027, 2, 1))
    assert given.answer_by == given.pay_by == date(2027, 2, 6)


def test_a_grant_without_a_condition_has_no_pay_by_day() -> None:
    given = grant(percent("100"), percent("100"), PENALTY, TWO, date(2026, 11, 2))
    assert given.pay_by is None
    assert given.answer_by == date(2026, 11, 9)


@pytest.mark.parametrize(("penalty", "needed"), [(400_00, False), (400_02, True)])
def test_a_grant_above_the_threshold_needs_a_second_approver(penalty: int, needed: bool) -> None:
    given = grant(percent("50"), percent("50"), Money(penalty, CNY), ONE, OFFERED)
    assert given.second_approver_needed is needed


# --- settlement -----------------------------------------------------------------------------------


def test_a_waiver_is_dated_the_day_of_the_offer() -> None:
    given = grant(percent("50"), percent("50"), PENALTY, ONE, OFFERED)
    assert offer_waiver(given) == Waiver(OFFERED, 5_00)


@pytest.mark.parametrize(("waived", "left"), [(5_00, 1_005_00), (10_00, 1_000_00)])
def test_what_remains_is_the_statement_less_the_waiver(waived: int, left: int) -> None:
    today = statement(LATE, TERMS, ORDER, OFFERED)
    assert today.outstanding.penalty == 10_00
    assert remaining_after(today, Waiver(OFFERED, waived)) == left


def test_a_waiver_never_reaches_into_the_principal() -> None:
    today = statement(LATE, TERMS, ORDER, OFFERED)
    assert remaining_after(today, Waiver(OFFERED, 99_00)) == 1_000_00


@pytest.mark.parametrize(("amount", "settled"), [(1_005_00, True), (1_004_99, False)])
def test_a_case_settles_when_what_remains_is_paid_to_the_cent(amount: int, settled: bool) -> None:
    assert is_settled(paid((OFFERED, amount)), TERMS, ORDER, WAIVER, OFFERED) is settled


def test_penalty_that_grew_after_the_offer_is_part_of_what_remains() -> None:
    later = date(2026, 3, 6)
    assert not is_settled(paid((later, 1_005_00)), TERMS, ORDER, WAIVER, later)
    assert is_settled(paid((later, 1_007_00)), TERMS, ORDER, WAIVER, later)


def test_a_freeze_keeps_what_remains_as_it_was_offered() -> None:
    later = date(2026, 3, 6)
    frozen = paid((later, 1_005_00), freezes=(Freeze(date(2026, 3, 3), date(2026, 3, 16)),))
    assert is_settled(frozen, TERMS, ORDER, WAIVER, later)


def waived(loan: Loan) -> Loan:
    return replace(loan, waivers=(WAIVER,))


@pytest.mark.parametrize("until", [date(2026, 3, 6), date(2026, 3, 16)])
def test_the_settling_day_is_the_day_of_the_payment(until: date) -> None:
    loan = waived(paid((date(2026, 3, 4), 500_00), (date(2026, 3, 6), 506_50)))
    assert settled_on(loan, TERMS, ORDER, OFFERED, until) == date(2026, 3, 6)


def test_a_payment_after_the_pay_by_day_does_not_settle() -> None:
    loan = waived(paid((date(2026, 3, 17), 2_000_00)))
    assert settled_on(loan, TERMS, ORDER, OFFERED, date(2026, 3, 16)) is None


def test_a_borrower_who_had_paid_all_but_the_waiver_settles_on_the_day_of_the_offer() -> None:
    loan = waived(paid((date(2026, 3, 1), 1_004_50)))
    assert statement(loan, TERMS, ORDER, date(2026, 3, 1)).outstanding.penalty == 5_00
    assert settled_on(loan, TERMS, ORDER, OFFERED, OFFERED) == OFFERED


def test_an_instalment_that_falls_due_later_does_not_undo_the_settling_day() -> None:
    two = replace(
        waived(paid((date(2026, 3, 6), 1_007_00))),
        instalments=(*LATE.instalments, Instalment(2, date(2026, 3, 10), 1_000_00, 0, 0)),
    )
    assert settled_on(two, TERMS, ORDER, OFFERED, date(2026, 3, 16)) == date(2026, 3, 6)


def test_without_any_payment_nothing_settles() -> None:
    assert settled_on(waived(LATE), TERMS, ORDER, OFFERED, date(2026, 3, 16)) is None


# --- freezes --------------------------------------------------------------------------------------

FROZEN = Freeze(date(2026, 3, 3), date(2026, 4, 1))


@pytest.mark.parametrize(("used", "until"), [(0, date(2026, 4, 1)), (29, date(2026, 3, 3))])
def test_filing_freezes_the_days_that_are_left_from_tomorrow(used: int, until: date) -> None:
    assert freeze_at_submission(ONE, used, OFFERED) == Freeze(date(2026, 3, 3), until)


@pytest.mark.parametrize("used", [30, 31])
def test_without_days_left_nothing_is_frozen(used: int) -> None:
    assert freeze_at_submission(ONE, used, OFFERED) is None


def test_a_programme_without_a_freeze_freezes_nothing() -> None:
    assert freeze_at_submission(TWO, 0, OFFERED) is None


def granted(on: date, rules_on: date = OFFERED) -> Grant:
    rules = worked_policy().relief_on(rules_on)
    matrix = percent("100" if rules is TWO else "50")
    return grant(matrix, matrix, PENALTY, rules, on)


def test_an_offer_freezes_until_the_pay_by_day() -> None:
    assert freeze_at_grant(FROZEN, granted(date(2026, 3, 5))) == Freeze(
        date(2026, 3, 3), date(2026, 3, 19)
    )


def test_an_offer_never_makes_a_freeze_longer() -> None:
    assert freeze_at_grant(FROZEN, granted(date(2026, 3, 30))) == FROZEN


def test_without_a_condition_a_freeze_ends_with_the_answer() -> None:
    ended = freeze_at_grant(FROZEN, granted(date(2026, 3, 5), date(2026, 11, 2)))
    assert ended == Freeze(date(2026, 3, 3), date(2026, 3, 12))


@pytest.mark.parametrize(
    ("on", "left"),
    [
        (date(2026, 3, 10), Freeze(date(2026, 3, 3), date(2026, 3, 10))),
        (date(2026, 3, 3), Freeze(date(2026, 3, 3), date(2026, 3, 3))),
        (date(2026, 3, 2), None),
    ],
)
def test_a_settled_case_ends_its_freeze_that_day(on: date, left: Freeze | None) -> None:
    assert freeze_at_settlement(FROZEN, on) == left


def test_a_lost_case_gives_its_days_back_where_the_policy_says_so() -> None:
    assert freeze_when_lost(FROZEN, ONE, date(2026, 3, 10)) is None


def test_a_lost_case_keeps_its_days_where_the_policy_says_so() -> None:
    kept = freeze_when_lost(FROZEN, THREE, date(2026, 3, 10))
    assert kept == Freeze(date(2026, 3, 3), date(2026, 3, 10))


@pytest.mark.parametrize(
    ("freezes", "used"),
    [
        ((), 0),
        ((Freeze(date(2026, 3, 1), date(2026, 3, 2)),), 2),
        ((Freeze(date(2026, 3, 1), date(2026, 3, 9)),), 2),
        ((Freeze(date(2025, 2, 20), date(2025, 3, 2)),), 0),
        ((Freeze(date(2025, 2, 20), date(2025, 3, 3)),), 1),
        (
            (
                Freeze(date(2026, 1, 1), date(2026, 1, 5)),
                Freeze(date(2026, 1, 4), date(2026, 1, 6)),
            ),
            6,
        ),
    ],
)
def test_freeze_days_count_within_twelve_months_and_once(
    freezes: tuple[Freeze, ...], used: int
) -> None:
    assert freeze_days_used(freezes, OFFERED) == used


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (date(2026, 3, 2), date(2025, 3, 2), date(2027, 3, 2)),
        (date(2024, 2, 29), date(2023, 2, 28), date(2025, 3, 1)),
        (date(2024, 2, 28), date(2023, 2, 28), date(2025, 2, 28)),
    ],
)
def test_a_year_is_the_same_day_of_another_year(day: date, before: date, after: date) -> None:
    assert year_before(day) == before
    assert year_after(day) == after
