"""Made-up portfolios for measuring: a simple one as columns, a realistic mix as loans."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np

from bot.domain.loan import Freeze, Instalment, Loan, Payment
from bot.domain.money import Currency, Rounding
from bot.domain.terms import Allocation, Component, Grace, PerDay, Terms, Tier, Tiering
from bot.portfolio.columns import Acts, Columns, Frozen, Heads, Kind, Planned, offsets
from bot.portfolio.engine import Product

AS_OF = date(2026, 11, 23)
CNY = Currency("CNY", 2)
PRINCIPAL, INTEREST = Component.PRINCIPAL, Component.INTEREST
SIMPLE = Product(
    (
        Terms(
            start=date(2020, 1, 1),
            base=frozenset({PRINCIPAL, INTEREST}),
            rate=PerDay(Fraction(3, 4000)),
            tiers=(),
            tiering=Tiering.MARGINAL,
            grace_days=0,
            grace=Grace.RETROACTIVE,
            fee=None,
            cap=None,
            rounding=Rounding.HALF_EVEN,
        ),
    ),
    Allocation(),
)
_TIERED = replace(
    SIMPLE.terms[0],
    tiers=(Tier(31, PerDay(Fraction(1, 1000))), Tier(61, PerDay(Fraction(3, 2000)))),
    grace_days=3,
    cap=Fraction(3, 10),
)
REALISTIC = Product(
    (_TIERED, replace(_TIERED, start=date(2026, 9, 1), rate=PerDay(Fraction(1, 2000)))),
    Allocation(),
)
MONTHS = 12
PARTLY_PAID = 0.30
FROZEN = 0.05


def simple_columns(loans: int, instalments: int = 10) -> Columns:
    """Loans of overdue instalments nobody paid anything of: one rate, one currency."""
    chance = np.random.default_rng(7)
    rows = loans * instalments
    late = chance.integers(1, 400, rows).reshape(loans, instalments)
    due = AS_OF.toordinal() - np.sort(late, axis=1)[:, ::-1].reshape(-1)
    principal = chance.integers(5_000, 900_000, rows)
    interest = principal // 66
    nothing = np.zeros(0, dtype=np.int64)
    none = np.zeros(loans + 1, dtype=np.int64)
    return Columns(
        Heads(
            keys=[("", "")] * loans,
            kinds=(Kind("simple", "CNY", 2, None),),
            kind=np.zeros(loans, dtype=np.int64),
            grade=["A"] * loans,
        ),
        Planned(
            offsets(np.full(loans, instalments, dtype=np.int64)),
            due.astype(np.int64),
            principal,
            interest,
            np.zeros(rows, dtype=np.int64),
        ),
        Acts(none, nothing, nothing, nothing.astype(np.bool_)),
        Frozen(none, nothing, nothing),
    )


def realistic_loans(count: int, seed: int = 11) -> list[Loan]:
    """A year of instalments each, the first ones paid on time, the rest late.

    Of them 30 % have one to three late part payments, 5 % a freeze; the terms have two entries,
    tiers, grace and a cap.
    """
    chance = random.Random(seed)
    return [_loan(chance) for _ in range(count)]


def _loan(chance: random.Random) -> Loan:
    paid = chance.randrange(MONTHS)
    first_late = AS_OF - timedelta(days=chance.randint(1, 180))
    each = chance.randrange(20_000, 500_000)
    instalments = tuple(
        Instalment(no + 1, first_late + timedelta(days=30 * (no - paid)), each, each // 60, 0)
        for no in range(MONTHS)
    )
    payments = [Payment(row.due, row.principal + row.interest) for row in instalments[:paid]]
    freezes: tuple[Freeze, ...] = ()
    late = (AS_OF - first_late).days
    if chance.random() < PARTLY_PAID:
        days = sorted(chance.randint(1, late) for _ in range(chance.randint(1, 3)))
        payments += [
            Payment(first_late + timedelta(days=day), each * chance.randint(5, 60) // 100)
            for day in days
        ]
    if chance.random() < FROZEN:
        start = first_late + timedelta(days=chance.randint(0, late))
        freezes = (Freeze(start, start + timedelta(days=chance.randint(3, 30))),)
    return Loan(CNY, instalments, tuple(payments), freezes)
