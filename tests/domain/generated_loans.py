"""Loans made up by hypothesis: small amounts and few days, so that every rule meets every other."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from bot.domain.loan import Freeze, Instalment, Loan, Payment, Waiver
from bot.domain.money import Currency, Rounding
from bot.domain.terms import (
    DEFAULT_ORDER,
    AllocateBy,
    Allocation,
    Component,
    ContractMultiplier,
    Grace,
    LateFee,
    PerDay,
    PerYear,
    Rate,
    Terms,
    Tier,
    Tiering,
)

FIRST_DUE = date(2024, 2, 1)
CHARGEABLE = (Component.PRINCIPAL, Component.INTEREST, Component.FEE)


def days(low: int, high: int) -> st.SearchStrategy[date]:
    return st.integers(low, high).map(lambda step: FIRST_DUE + timedelta(days=step))


components = st.sets(st.sampled_from(CHARGEABLE), min_size=1).map(frozenset)
rates_per_day = st.sampled_from(
    [Fraction(0), Fraction(1, 1000), Fraction(3, 4000), Fraction(1, 200), Fraction(1, 40)]
)
amounts = st.sampled_from([0, 1, 5, 10, 50, 99, 100, 333, 1000, 5125])
grace_days = st.sampled_from([0, 0, 1, 3, 5])


@st.composite
def rates(draw: st.DrawFn) -> Rate:
    per_day = draw(rates_per_day)
    count = draw(st.sampled_from([360, 365]))
    kind = draw(st.sampled_from([PerDay, PerYear, ContractMultiplier]))
    if kind is PerDay:
        return PerDay(per_day)
    if kind is PerYear:
        return PerYear(per_day * 365, count)
    return ContractMultiplier(per_day * 2000, count)


@st.composite
def terms_entries(draw: st.DrawFn, start: date, *, may_fall: bool) -> Terms:
    tier_days = sorted(draw(st.sets(st.sampled_from([1, 2, 4, 5, 8, 15]), max_size=2)))
    steps = draw(st.lists(rates(), min_size=len(tier_days) + 1, max_size=len(tier_days) + 1))
    tiering = draw(st.sampled_from(Tiering))
    if tiering is Tiering.WHOLE or not may_fall:
        steps = sorted(steps, key=per_day)
    return Terms(
        start=start,
        base=draw(components),
        rate=steps[0],
        tiers=tuple(Tier(day, rate) for day, rate in zip(tier_days, steps[1:], strict=True)),
        tiering=tiering,
        grace_days=draw(grace_days),
        grace=draw(st.sampled_from(Grace)),
        fee=draw(st.none() | fees()),
        cap=draw(st.none() | st.sampled_from([Fraction(0), Fraction(1, 20), Fraction(1, 3)])),
        rounding=draw(st.sampled_from(Rounding)),
    )


def per_day(rate: Rate) -> Fraction:
    if isinstance(rate, PerDay):
        return rate.rate
    if isinstance(rate, PerYear):
        return rate.rate / rate.day_count
    return rate.multiplier * CONTRACT_RATE / rate.day_count


CONTRACT_RATE = Fraction(18, 100)


@st.composite
def fees(draw: st.DrawFn) -> LateFee:
    percent = draw(st.none() | st.sampled_from([Fraction(3, 200), Fraction(1, 20)]))
    amount = draw(st.none() | st.sampled_from([Fraction(0), Fraction(1, 4), Fraction(3)]))
    return LateFee(
        percent=percent,
        of=draw(components) if percent is not None else frozenset(),
        amount=amount,
        minimum=None
        if percent is None and amount is None
        else draw(st.none() | st.sampled_from([Fraction(1, 2), Fraction(2)])),
        each_day=draw(st.none() | st.sampled_from([Fraction(1, 100), Fraction(1, 2)])),
        after_days=draw(st.sampled_from([0, 1, 3, 8])),
    )


@st.composite
def products(draw: st.DrawFn) -> tuple[Terms, ...]:
    starts = {FIRST_DUE + timedelta(days=draw(st.sampled_from([-30, -30, -30, 0, 3])))}
    starts |= draw(st.sets(days(1, 40), max_size=2))
    entries = []
    may_fall = True
    for start in sorted(starts):
        entries.append(draw(terms_entries(start, may_fall=may_fall)))
        may_fall = may_fall and entries[-1].tiering is Tiering.MARGINAL
    return tuple(draw(st.permutations(entries)))


@st.composite
def loans(draw: st.DrawFn) -> Loan:
    dues = draw(st.lists(days(0, 30), min_size=1, max_size=3))
    freezes = draw(st.lists(st.tuples(days(-3, 45), st.integers(0, 9)), max_size=2))
    return Loan(
        currency=Currency("XTS", draw(st.sampled_from([0, 2, 3]))),
        instalments=tuple(
            Instalment(no, due, draw(amounts), draw(amounts), draw(amounts))
            for no, due in enumerate(dues, start=1)
        ),
        payments=tuple(
            Payment(on, amount)
            for on, amount in draw(
                st.lists(
                    st.tuples(days(-5, 50), st.sampled_from([1, 7, 60, 150, 400, 1200, 6000])),
                    max_size=4,
                )
            )
        ),
        freezes=tuple(Freeze(start, start + timedelta(days=length)) for start, length in freezes),
        waivers=tuple(
            Waiver(on, amount)
            for on, amount in draw(
                st.lists(st.tuples(days(-2, 50), st.sampled_from([0, 1, 5, 30, 900])), max_size=2)
            )
        ),
        contract_rate=CONTRACT_RATE,
    )


allocations = st.builds(
    Allocation,
    order=st.permutations(DEFAULT_ORDER).map(tuple),
    by=st.sampled_from(AllocateBy),
)
