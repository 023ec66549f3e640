"""What changed since the last look: parts that add up, and what each of them tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.accrual import Owed, Statement, statement
from bot.domain.changes import Change, Seen, Why, changes
from bot.domain.differences import Books
from bot.domain.loan import Freeze, Instalment, Loan, Payment, Waiver
from bot.domain.money import Currency, Rounding
from bot.domain.terms import (
    Allocation,
    Component,
    ContractMultiplier,
    Grace,
    PerDay,
    Terms,
    Tiering,
)
from bot.errors import Rejected
from tests.domain.generated_loans import allocations, days, loans, products
from tests.fuzz.often import tried

DUE = date(2026, 1, 10)
LOOKED = date(2026, 1, 20)
CNY = Currency("CNY", 2)
TERMS = Terms(
    date(2024, 1, 1), frozenset({Component.PRINCIPAL}), PerDay(Fraction(1, 1000)), (),
    Tiering.MARGINAL, 0, Grace.RETROACTIVE, None, None, Rounding.HALF_EVEN,
)  # fmt: skip
LOAN = Loan(
    CNY, (Instalment(1, DUE, 100_000, 0, 0), Instalment(2, date(2026, 1, 25), 50_000, 0, 0))
)


def told(loan: Loan, on: date, terms: Terms = TERMS) -> Statement:
    return statement(loan, (terms,), Allocation(), on)


def seen(loan: Loan = LOAN, on: date = LOOKED, difference: int = 0) -> Seen:
    return Seen(on, told(loan, on).outstanding, loan, difference)


def changed(
    loan: Loan, on: date = LOOKED, terms: Terms = TERMS, difference: int = 0
) -> dict[Why, Change]:
    """What changed since `seen()`, by kind; of every kind there is at most one here."""
    found = changes(seen(), Books(loan, (terms,), Allocation()), told(loan, on, terms), difference)
    assert (
        sum_of(found).total == told(loan, on, terms).outstanding.total - seen().total + difference
    )
    return {each.why: each for each in found}


def sum_of(found: tuple[Change, ...]) -> Owed:
    return Owed(
        sum(each.by.principal for each in found),
        sum(each.by.interest for each in found),
        sum(each.by.fee for each in found),
        sum(each.by.penalty for each in found),
    )


def test_nothing_changed_on_the_same_day_with_the_same_books() -> None:
    assert changed(LOAN) == {}


@pytest.mark.parametrize(("later", "statements"), [(0, 0), (3, 1)])
def test_books_nothing_was_put_right_in_are_reckoned_once_for_the_day_of_the_look(
    later: int, statements: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    reckoned: list[date] = []

    def counted(loan: Loan, terms: tuple[Terms, ...], order: Allocation, on: date) -> Statement:
        reckoned.append(on)
        return statement(loan, terms, order, on)

    now, copy = told(LOAN, LOOKED + timedelta(days=later)), replace(LOAN)
    monkeypatch.setattr("bot.domain.changes.statement", counted)
    changes(seen(), Books(copy, (TERMS,), Allocation()), now, 0)
    assert reckoned == [LOOKED] * statements


def test_days_that_passed_cost_their_penalty() -> None:
    found = changed(LOAN, LOOKED + timedelta(days=3))
    assert found == {Why.DAYS: Change(Why.DAYS, Owed(penalty=300), count=3)}


def test_an_instalment_that_fell_due_is_told_apart_from_the_days() -> None:
    found = changed(LOAN, LOOKED + timedelta(days=6))
    assert found[Why.FELL_DUE].by == Owed(principal=50_000)
    assert found[Why.FELL_DUE].on == date(2026, 1, 25)
    assert found[Why.FELL_DUE].count == 1
    assert found[Why.DAYS].by.penalty == 6 * 100 + 50


def test_a_payment_since_tells_what_it_covered() -> None:
    paid = replace(LOAN, payments=(Payment(date(2026, 1, 22), 5_000),))
    found = changed(paid, date(2026, 1, 23))
    went = found[Why.PAYMENT].went
    assert went is not None
    assert (found[Why.PAYMENT].on, found[Why.PAYMENT].amount) == (date(2026, 1, 22), 5_000)
    assert (went.penalty, went.principal) == (1_200, 3_800)
    assert found[Why.PAYMENT].by == Owed(principal=-3_800, penalty=-1_200)
    assert found[Why.DAYS].by == Owed(penalty=200 + 96)


def test_a_payment_entered_late_takes_back_the_penalty_of_the_days_between() -> None:
    paid = replace(LOAN, payments=(Payment(date(2026, 1, 12), 50_000),))
    (late,) = changed(paid).values()
    assert late.why is Why.LATE
    assert (late.on, late.amount) == (date(2026, 1, 12), 50_000)
    # Charged were 10 days of 1.00; now 2 of them, and 8 of 0.502 on what the payment left.
    assert late.by.total == -50_000 - (1_000 - 200 - 402)
    assert late.spared == 1_000 - 200 - 402
    assert late.went is not None
    assert (late.went.penalty, late.went.principal) == (200, 49_800)


def test_a_payment_that_went_beyond_what_is_due_lowers_only_what_is_due() -> None:
    paid = replace(LOAN, payments=(Payment(date(2026, 1, 21), 120_000),))
    found = changed(paid, date(2026, 1, 22))
    assert found[Why.PAYMENT].by.total == -120_000
    assert found[Why.AHEAD].by == Owed(principal=120_000 - 100_000 - 1_100)


def test_what_a_payment_ahead_covered_of_an_instalment_due_today_is_told_as_fallen_due() -> None:
    paid = replace(LOAN, payments=(Payment(date(2026, 1, 22), 121_200),))
    found = changed(paid, date(2026, 1, 25))
    assert found[Why.PAYMENT].by.total == -121_200
    assert found[Why.FELL_DUE].by == Owed(principal=50_000)
    assert Why.AHEAD not in found


def test_corrected_books_come_before_a_payment_that_was_entered_late() -> None:
    smaller = replace(LOAN, instalments=(Instalment(1, DUE, 80_000, 0, 0), LOAN.instalments[1]))
    found = changed(replace(smaller, payments=(Payment(DUE, 100_000),)))
    assert found[Why.BOOKS].by == Owed(principal=-20_000, penalty=-200)
    assert found[Why.LATE].by == Owed(principal=-80_000, penalty=-800)


def test_a_corrected_contract_rate_comes_before_it_too() -> None:
    terms = (replace(TERMS, rate=ContractMultiplier(Fraction(1), 360)),)
    low, high = (replace(LOAN, contract_rate=Fraction(rate, 100)) for rate in (18, 36))
    owed = statement(low, terms, Allocation(), LOOKED).outstanding
    paid = replace(high, payments=(Payment(DUE, 50_000),))
    books = Books(paid, terms, Allocation())
    now = statement(paid, terms, Allocation(), LOOKED)
    found = {each.why: each.by for each in changes(Seen(LOOKED, owed, low, 0), books, now, 0)}
    assert found[Why.BOOKS] == Owed(penalty=500)
    assert found[Why.LATE] == Owed(principal=-50_000, penalty=-500)


def test_a_payment_before_anything_more_is_due_is_told_although_it_moves_nothing() -> None:
    clear = replace(LOAN, payments=(Payment(DUE, 100_000),))
    more = replace(clear, payments=(*clear.payments, Payment(date(2026, 1, 15), 700)))
    told_now = told(more, LOOKED)
    found = changes(seen(clear), Books(more, (TERMS,), Allocation()), told_now, 0)
    assert [each.why for each in found] == [Why.LATE]
    assert found[0].by == Owed()
    assert found[0].went is not None
    assert found[0].went.principal == 700


def test_a_reversed_payment_counts_no_longer() -> None:
    paid = replace(LOAN, payments=(Payment(date(2026, 1, 12), 50_000),))
    found = changes(seen(paid), Books(LOAN, (TERMS,), Allocation()), told(LOAN, LOOKED), 0)
    assert [(each.why, each.on, each.amount) for each in found] == [
        (Why.REVERSED, date(2026, 1, 12), 50_000)
    ]
    assert found[0].by.total == 50_000 + 1_000 - 200 - 402
    assert found[0].spared == 200 + 402 - 1_000


def test_days_frozen_afterwards_are_taken_off_and_days_to_come_are_told() -> None:
    frozen = Freeze(date(2026, 1, 13), date(2026, 1, 14))
    found = changed(replace(LOAN, freezes=(frozen,)))
    assert found[Why.FREEZE] == Change(Why.FREEZE, Owed(penalty=-200), frozen=frozen)
    ahead = Freeze(date(2026, 1, 21), date(2026, 3, 1))
    found = changed(replace(LOAN, freezes=(ahead,)))
    assert found == {Why.FREEZE: Change(Why.FREEZE, Owed(), frozen=ahead)}


def test_frozen_days_that_return_are_charged_after_all() -> None:
    frozen = replace(LOAN, freezes=(Freeze(date(2026, 1, 13), date(2026, 1, 14)),))
    found = changes(seen(frozen), Books(LOAN, (TERMS,), Allocation()), told(LOAN, LOOKED), 0)
    assert found == (Change(Why.FREEZE, Owed(penalty=200)),)


def test_waivers_come_and_go() -> None:
    waived = replace(LOAN, waivers=(Waiver(LOOKED, 400),))
    (given_on,) = changed(waived).values()
    assert given_on == Change(Why.WAIVER, Owed(penalty=-400), LOOKED, 400)
    gone = changes(seen(waived), Books(LOAN, (TERMS,), Allocation()), told(LOAN, LOOKED), 0)
    assert gone == (Change(Why.WAIVER_GONE, Owed(penalty=400), LOOKED, 400),)
    later = replace(LOAN, waivers=(Waiver(date(2026, 1, 22), 400),))
    found = changed(later, date(2026, 1, 22))
    assert found[Why.WAIVED].by == Owed(penalty=-400)


def test_corrected_instalments_and_other_rules_are_told_apart() -> None:
    corrected = replace(LOAN, instalments=(Instalment(1, DUE, 90_000, 0, 0), LOAN.instalments[1]))
    found = changed(corrected)
    assert found == {Why.BOOKS: Change(Why.BOOKS, Owed(principal=-10_000, penalty=-100))}
    found = changed(LOAN, terms=replace(TERMS, rate=PerDay(Fraction(2, 1000))))
    assert found == {Why.RULES: Change(Why.RULES, Owed(penalty=1_000))}


def test_payments_of_one_day_in_another_order_are_a_correction_of_the_books() -> None:
    day, before_due = date(2026, 1, 12), date(2026, 1, 8)
    one, two = Payment(day, 50_000), Payment(before_due, 60_000)
    first = replace(LOAN, payments=(one, two))
    found = changes(
        seen(first),
        Books(replace(LOAN, payments=(two, one)), (TERMS,), Allocation()),
        told(first, LOOKED),
        0,
    )
    assert found == ()


def test_the_difference_under_review_counts() -> None:
    found = changed(LOAN, difference=250)
    assert found == {Why.DIFFERENCE: Change(Why.DIFFERENCE, Owed(penalty=250))}


def test_another_currency_or_a_clock_that_went_back_compare_nothing() -> None:
    yen = replace(LOAN, currency=Currency("JPY", 0))
    books = Books(yen, (TERMS,), Allocation())
    assert changes(seen(), books, told(yen, LOOKED), 0) == ()
    books = Books(LOAN, (TERMS,), Allocation())
    assert changes(seen(), books, told(LOAN, date(2026, 1, 19)), 0) == ()


def test_books_that_the_rules_of_today_cannot_read_change_by_the_sum() -> None:
    old = replace(LOAN, instalments=(Instalment(1, date(2020, 1, 1), 5_000, 0, 0),))
    look = Seen(LOOKED, Owed(principal=5_000, penalty=70), old)
    found = changes(look, Books(LOAN, (TERMS,), Allocation()), told(LOAN, LOOKED), 0)
    assert found == (Change(Why.BOOKS, Owed(principal=95_000, penalty=930)),)


@tried(200)
@given(
    st.tuples(loans(), loans()),
    st.tuples(products(), products()),
    allocations,
    st.tuples(days(-2, 50), st.integers(0, 30)),
    st.tuples(st.integers(0, 31), st.integers(-5, 5)),
)
def test_the_parts_add_up_to_the_minor_unit_whatever_changed(
    both: tuple[Loan, Loan],
    rules: tuple[tuple[Terms, ...], tuple[Terms, ...]],
    allocation: Allocation,
    when: tuple[date, int],
    more: tuple[int, int],
) -> None:
    (then, other), (looked, later), (kept, difference) = both, when, more
    now = mixed(then, other, kept)
    terms = rules[0] if kept % 2 else rules[1]
    today = looked + timedelta(days=later)
    try:
        look = Seen(looked, statement(then, rules[0], allocation, looked).outstanding, then, 2)
        after = statement(now, terms, allocation, today)
    except Rejected:
        assume(False)
    found = changes(look, Books(now, terms, allocation), after, difference)
    assert sum_of(found).total == after.outstanding.total + difference - look.total
    for part in ("principal", "interest", "fee"):
        assert sum(getattr(each.by, part) for each in found) == (
            getattr(after.outstanding, part) - getattr(look.owed, part)
        )


def mixed(then: Loan, other: Loan, kept: int) -> Loan:
    """The loan with some of its parts those of another: each bit of `kept` keeps one."""
    parts = ("instalments", "payments", "freezes", "waivers", "contract_rate")
    new = {part: getattr(other, part) for at, part in enumerate(parts) if not kept >> at & 1}
    return replace(then, **new)
