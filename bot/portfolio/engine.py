"""The figures of many loans at once, exact to the minor unit with the one-loan engine.

It must not guess: a loan whose numbers might not fit in int64, or that a column form does not
cover, is computed by `domain.accrual.statement`, and says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np

from bot.domain.terms import Allocation, Terms
from bot.portfolio.columns import Columns, Ints
from bot.portfolio.figures import Figures, How
from bot.portfolio.late import late_figures
from bot.portfolio.one_by_one import one_by_one
from bot.portfolio.plans import Plan, plan_of

_LARGEST_AMOUNT: Final = 2**48  # with as many rows as a loan may have, sums fit in int64
_MOST_ROWS: Final = 2**12

# glibc gives memory back to the system at each step and takes it anew at the next, page by page,
# unless something larger was once taken and let go (mallopt(3)): measured, two thirds of the time.
np.empty(16 << 20, dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Product:
    """What the policy says of a product, as the engines take it."""

    terms: tuple[Terms, ...]
    allocation: Allocation


@dataclass(frozen=True, slots=True)
class Asked:
    """For which day, and how many days ahead a new tier is looked for."""

    as_of: date
    ahead: int = 0


def figures(columns: Columns, products: Mapping[str, Product], asked: Asked) -> Figures:
    """The figures of every loan; `products` must name all of theirs."""
    found = Figures.none(len(columns))
    for loans in _groups(columns):
        product = products[columns.heads.of(int(loans[0])).product]
        found.put(loans, _of_group(columns.taken(loans), product, asked))
    return found


def _groups(columns: Columns) -> list[Ints]:
    """The loans of each product and currency."""
    codes: dict[tuple[str, str, int], int] = {}
    code = [codes.setdefault(kind[:3], len(codes)) for kind in columns.heads.kinds]
    of = np.array(code, dtype=np.int64)[columns.heads.kind]
    groups = (np.flatnonzero(of == each) for each in range(len(codes)))
    return [loans for loans in groups if len(loans)]


def _of_group(columns: Columns, product: Product, asked: Asked) -> Figures:
    found = Figures.none(len(columns))
    large = _too_large(columns)
    found.how[large] = How.LARGE_NUMBERS
    fitting = np.flatnonzero(~large)
    some = columns.taken(fitting)
    plan, contract = _plan(some, product)
    if plan is None:
        found.how[fitting] = How.LARGE_NUMBERS
    elif len(some):
        found.put(fitting, late_figures(some, plan, contract, asked.as_of, asked.ahead))
    rest = np.flatnonzero(found.how)
    if len(rest):
        how = found.how[rest]
        alone = one_by_one(
            columns, rest, product.terms, product.allocation, asked.as_of, asked.ahead
        )
        alone.how[alone.how == 0] = how[alone.how == 0]
        found.put(rest, alone)
    return found


def _too_large(columns: Columns) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Loans with an amount, or so many rows, that their sums might not fit."""
    planned, acts = columns.planned, columns.acts
    large = np.zeros(len(columns), dtype=np.bool_)
    for first, amounts in (
        (planned.first, (planned.principal, planned.interest, planned.fee)),
        (acts.first, (acts.amount,)),
    ):
        large |= np.diff(first) > _MOST_ROWS
        for amount in amounts:
            if len(amount) and int(amount.max()) > _LARGEST_AMOUNT:
                at = np.flatnonzero(amount > _LARGEST_AMOUNT)
                large[np.searchsorted(first, at, side="right") - 1] = True
    return large


def _plan(columns: Columns, product: Product) -> tuple[Plan | None, Ints]:
    """The product's plan, and which contract rate of it each loan has."""
    heads = columns.heads
    present = np.unique(heads.kind)
    codes: dict[str | None, int] = {}
    place = np.zeros(len(heads.kinds), dtype=np.int64)
    for kind in present.tolist():
        place[kind] = codes.setdefault(heads.kinds[kind].contract_rate, len(codes))
    digits = heads.of(0).digits if len(heads) else 0
    plan = _compiled(product.terms, product.allocation, tuple(codes), 10**digits)
    return plan, place[heads.kind]


@lru_cache(maxsize=64)
def _compiled(
    terms: tuple[Terms, ...],
    allocation: Allocation,
    contract_rates: Sequence[str | None],
    minor_units: int,
) -> Plan | None:
    rates = [Fraction(rate) if rate else None for rate in contract_rates]
    return plan_of(terms, allocation, rates, minor_units)
