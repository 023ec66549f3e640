"""What a statement is made of: penalty lines, allocations, what is owed. Amounts in minor units.

It must not compute any of it: `charge` draws the lines, `ledger` applies the money.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from bot.domain.money import Currency
from bot.domain.terms import Terms


class Rule(StrEnum):
    """Which rule of the terms a penalty line comes from, in the order lines of one day stand."""

    RATE = "rate"  # a share of the base for each charged day
    EACH_DAY = "each_day"  # a fixed amount for each charged day
    FEE = "fee"  # the late fee, once per instalment


class Owed(Struct, frozen=True):
    """Unpaid minor units by component."""

    principal: int = 0
    interest: int = 0
    fee: int = 0
    penalty: int = 0

    @property
    def total(self) -> int:
        """The sum of the four."""
        return self.principal + self.interest + self.fee + self.penalty


class PenaltyLine(Struct, frozen=True):
    """A run of equal charged days (or a fee) of one instalment: `amount` minor units, rounded once.

    `start` to `until` inclusive. A fee line has `start == until` and `days` 0. For fee and each-day
    lines `base` is 0 and `rate` (per day) None. `terms` is the entry the rate came from, or for the
    other rules the one in force on the due date; `tier_from` is the first day late of the tier that
    set the rate on `start`, None for the top rate. `capped`: the cap cut the amount, not the days.
    """

    instalment: int
    start: date
    until: date
    days: int
    base: int
    rate: Fraction | None
    rule: Rule
    amount: int
    terms: Terms
    tier_from: int | None = None
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Allocated:
    """Where one payment went, in minor units; `credit` is what nothing was left to cover."""

    on: date
    amount: int
    penalty: int
    fee: int
    interest: int
    principal: int
    credit: int


class InstalmentOwed(Struct, frozen=True):
    """What one instalment still owes on the statement's day; `due` is for order and display."""

    no: int
    due: date
    owed: Owed


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of one loan as of a day, that day included. Amounts in minor units.

    `outstanding` counts instalments due on or before `as_of`; `instalments` lists all, by due date
    and number.
    """

    as_of: date
    currency: Currency
    days_overdue: int
    outstanding: Owed
    charged: int
    paid: int
    waived: int
    grows_by_per_day: int
    credit: int
    instalments: tuple[InstalmentOwed, ...]
    lines: tuple[PenaltyLine, ...]
    allocations: tuple[Allocated, ...]

    @property
    def penalty(self) -> int:
        """Penalty outstanding: charged less paid less waived."""
        return self.charged - self.paid - self.waived
