"""A loan as the lender's books tell it: instalments, payments, freezes and waivers.

It must not say what is owed on a day: that is `accrual`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from bot.domain.money import Currency


@dataclass(frozen=True, slots=True)
class Instalment:
    """One planned repayment, in minor units. `no` is the lender's number, unique in the loan."""

    no: int
    due: date
    principal: int
    interest: int
    fee: int


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received on a day, in minor units, in the lender's document order."""

    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Freeze:
    """Days, both ends included, on which nothing is charged."""

    start: date
    until: date


@dataclass(frozen=True, slots=True)
class Waiver:
    """Penalty given up on a day, in minor units; what exceeds the day's penalty is void."""

    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Loan:
    """Everything a statement needs. `contract_rate` is a fraction a year (0.18), when known."""

    currency: Currency
    instalments: tuple[Instalment, ...]
    payments: tuple[Payment, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    contract_rate: Fraction | None = None
    principal: int | None = None
