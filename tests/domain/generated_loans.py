"""Questions made up from chance: small amounts and few days, so that every rule meets every other.

One generator, two sources of chance: a seed, cheap enough for tens of thousands of loans, or
hypothesis, which shrinks what it finds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import NamedTuple, TypeVar

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
    rate_per_day,
)

Made = TypeVar("Made")

FIRST_DUE = date(2024, 2, 1)  # a leap day and three ends of months lie ahead
CHARGEABLE = (Component.PRINCIPAL, Component.INTEREST, Component.FEE)
CONTRACT_RATE = Fraction(18, 100)
RATES_PER_DAY = tuple(Fraction(text) for text in ("0", "0.001", "0.00075", "0.005", "0.025"))
CURRENCIES = (Currency("XTS", 0), Currency("XTS", 2), Currency("XTS", 3))
TIERINGS, GRACES = tuple(Tiering), tuple(Grace)
ROUNDINGS, WAYS = tuple(Rounding), tuple(AllocateBy)


class Question(NamedTuple):
    """What a statement answers."""

    loan: Loan
    terms: tuple[Terms, ...]
    allocation: Allocation
    as_of: date


def question(seed: int) -> Question:
    """The question of a seed, the same on every machine."""
    return a_question(Random(seed))


def a_question(chance: Random) -> Question:
    return Question(a_loan(chance), a_product(chance), an_allocation(chance), a_day(chance, -2, 60))


def a_loan(chance: Random) -> Loan:
    return Loan(
        currency=chance.choice(CURRENCIES),
        instalments=tuple(
            Instalment(no, a_day(chance, 0, 30), *(an_amount(chance) for _ in CHARGEABLE))
            for no in range(1, chance.choice((1, 1, 2, 3)) + 1)
        ),
        payments=tuple(
            Payment(a_day(chance, -5, 50), chance.choice((1, 7, 60, 150, 400, 1200, 6000)))
            for _ in range(chance.choice((0, 1, 2, 4)))
        ),
        freezes=tuple(a_freeze(chance) for _ in range(chance.choice((0, 0, 1, 2)))),
        waivers=tuple(
            Waiver(a_day(chance, -2, 50), chance.choice((0, 1, 5, 30, 900)))
            for _ in range(chance.choice((0, 0, 1, 2)))
        ),
        contract_rate=chance.choice((CONTRACT_RATE,) * 9 + (None,)),
    )


def a_product(chance: Random) -> tuple[Terms, ...]:
    """One to three terms entries, in any order; rates never fall once an entry says `whole`."""
    starts = {FIRST_DUE + timedelta(days=chance.choice((-30, -30, -30, 0, 3)))}
    starts |= {a_day(chance, 1, 40) for _ in range(chance.choice((0, 0, 1, 2)))}
    entries: list[Terms] = []
    may_fall = True
    for start in sorted(starts):
        entries.append(a_terms_entry(chance, start, may_fall=may_fall))
        may_fall = may_fall and entries[-1].tiering is Tiering.MARGINAL
    return tuple(chance.sample(entries, len(entries)))


def a_terms_entry(chance: Random, start: date, *, may_fall: bool) -> Terms:
    tier_days = sorted(chance.sample((1, 2, 4, 5, 8, 15), chance.choice((0, 1, 2))))
    rates = [a_rate(chance) for _ in (0, *tier_days)]
    tiering = chance.choice(TIERINGS)
    if tiering is Tiering.WHOLE or not may_fall:
        rates.sort(key=lambda rate: rate_per_day(rate, CONTRACT_RATE) or 0)
    return Terms(
        start=start,
        base=some_components(chance),
        rate=rates[0],
        tiers=tuple(Tier(day, rate) for day, rate in zip(tier_days, rates[1:], strict=True)),
        tiering=tiering,
        grace_days=chance.choice((0, 0, 1, 3, 5)),
        grace=chance.choice(GRACES),
        fee=a_late_fee(chance) if chance.choice((True, False)) else None,
        cap=chance.choice((None, None, None, Fraction(0), Fraction(1, 20), Fraction(333, 1000))),
        rounding=chance.choice(ROUNDINGS),
    )


def a_rate(chance: Random) -> Rate:
    per_day = chance.choice(RATES_PER_DAY)
    kind = chance.choice((PerDay, PerYear, ContractMultiplier))
    if kind is PerDay:
        return PerDay(per_day)
    count = chance.choice((360, 365))
    if kind is PerYear:
        return PerYear(per_day * 365, count)
    return ContractMultiplier(per_day * 2000, count)


def a_late_fee(chance: Random) -> LateFee:
    percent = chance.choice((None, Fraction(3, 200), Fraction(1, 20)))
    amount = chance.choice((None, Fraction(0), Fraction(1, 4), Fraction(3)))
    least = chance.choice((None, None, Fraction(1, 2), Fraction(2)))
    return LateFee(
        percent=percent,
        of=frozenset() if percent is None else some_components(chance),
        amount=amount,
        minimum=None if percent is None and amount is None else least,
        each_day=chance.choice((None, None, Fraction(1, 100), Fraction(1, 2))),
        after_days=chance.choice((0, 1, 3, 8)),
    )


def an_allocation(chance: Random) -> Allocation:
    order = tuple(chance.sample(DEFAULT_ORDER, len(DEFAULT_ORDER)))
    return Allocation(order, chance.choice(WAYS))


def a_freeze(chance: Random) -> Freeze:
    start = a_day(chance, -3, 45)
    return Freeze(start, start + timedelta(days=chance.randint(0, 9)))


def a_day(chance: Random, low: int, high: int) -> date:
    return FIRST_DUE + timedelta(days=chance.randint(low, high))


def an_amount(chance: Random) -> int:
    return chance.choice((0, 1, 5, 10, 50, 99, 100, 333, 1000, 5125))


def some_components(chance: Random) -> frozenset[Component]:
    return frozenset(chance.sample(CHARGEABLE, chance.randint(1, len(CHARGEABLE))))


# --- the same, drawn by hypothesis ----------------------------------------------------------------


def drawn(make: Callable[[Random], Made]) -> st.SearchStrategy[Made]:
    return st.randoms(use_true_random=False).map(make)


def loans() -> st.SearchStrategy[Loan]:
    return drawn(a_loan)


def products() -> st.SearchStrategy[tuple[Terms, ...]]:
    return drawn(a_product)


def days(low: int, high: int) -> st.SearchStrategy[date]:
    return st.integers(low, high).map(lambda step: FIRST_DUE + timedelta(days=step))


allocations = drawn(an_allocation)
