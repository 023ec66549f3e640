"""Penalty terms of a product: values with a start date each, and the look-up by day.

It must not compute a penalty, and never falls back to a default rate. Reading terms from a
document is `terms_document`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from bot.domain.money import Rounding
from bot.errors import Rejected


class Component(StrEnum):
    """What an instalment is made of; penalty is what grew on top of it."""

    PRINCIPAL = "principal"
    INTEREST = "interest"
    FEE = "fee"
    PENALTY = "penalty"


@dataclass(frozen=True, slots=True)
class PerDay:
    """A rate charged each day, as a fraction of the base."""

    rate: Fraction


@dataclass(frozen=True, slots=True)
class PerYear:
    """A rate a year, divided by `day_count` (360 or 365) days."""

    rate: Fraction
    day_count: int


@dataclass(frozen=True, slots=True)
class ContractMultiplier:
    """`multiplier` times the loan's contract rate a year, divided by `day_count` days."""

    multiplier: Fraction
    day_count: int


Rate = PerDay | PerYear | ContractMultiplier


@dataclass(frozen=True, slots=True)
class Tier:
    """From day late `from_day` (1 is the day after the due date) the rate is `rate`."""

    from_day: int
    rate: Rate


class Tiering(StrEnum):
    """How tiers apply to the days before them."""

    MARGINAL = "marginal"  # each day has the rate of its own tier
    WHOLE = "whole"  # all charged days have the tier of the latest charged day


class Grace(StrEnum):
    """What becomes of the days of grace once they are over."""

    RETROACTIVE = "retroactive"  # one day later, all days are charged
    DEDUCTIVE = "deductive"  # the first days are never charged


@dataclass(frozen=True, slots=True)
class LateFee:
    """A late fee of an instalment. Amounts are plain decimals kept exact, as currency digits vary.

    `percent` is of what is unpaid of the components `of` (Fraction(5, 100) is 5 %).
    """

    percent: Fraction | None
    of: frozenset[Component]
    amount: Fraction | None
    minimum: Fraction | None
    each_day: Fraction | None
    after_days: int


@dataclass(frozen=True, slots=True)
class Terms:
    """The penalty rules of one product from `start` until the next entry starts.

    `cap` is a fraction of the base left unpaid at the end of the due date, or None.
    `source` and `checked_on` say where the lender took the rule from (policy files carry them).
    """

    start: date
    base: frozenset[Component]
    rate: Rate
    tiers: tuple[Tier, ...]
    tiering: Tiering
    grace_days: int
    grace: Grace
    fee: LateFee | None
    cap: Fraction | None
    rounding: Rounding
    source: str = ""
    checked_on: date | None = None


class AllocateBy(StrEnum):
    """Which way a payment walks through what is due."""

    INSTALMENT = "instalment"  # oldest first, the whole order inside it
    COMPONENT = "component"  # one component across instalments, then the next


DEFAULT_ORDER = (Component.PENALTY, Component.FEE, Component.INTEREST, Component.PRINCIPAL)


@dataclass(frozen=True, slots=True)
class Allocation:
    """In which order a payment covers components, and which way it walks."""

    order: tuple[Component, ...] = DEFAULT_ORDER
    by: AllocateBy = AllocateBy.INSTALMENT


class NoTermsInForce(Rejected):
    """A day is needed that no terms entry covers; slot `day`. Never answered by a default."""

    def __init__(self, day: date) -> None:
        super().__init__("error.terms.none", day=day)


def in_force(entries: Sequence[Terms], day: date) -> Terms:
    """The entry in force on `day`: the one with the latest start on or before it.

    Raises NoTermsInForce when `day` comes before the first start.
    """
    started = [entry for entry in entries if entry.start <= day]
    if not started:
        raise NoTermsInForce(day)
    return max(started, key=lambda entry: entry.start)


def rate_per_day(rate: Rate, contract_rate: Fraction | None) -> Fraction | None:
    """The fraction of the base that `rate` charges a day, exact.

    None when it is a multiple of a contract rate that is not known.
    """
    if isinstance(rate, PerDay):
        return rate.rate
    if isinstance(rate, PerYear):
        return rate.rate / rate.day_count
    if contract_rate is None:
        return None
    return rate.multiplier * contract_rate / rate.day_count


def tier_of(entry: Terms, day_late: int) -> Tier | None:
    """The tier that sets the rate of day `day_late`; None while the top rate holds."""
    reached = [tier for tier in entry.tiers if tier.from_day <= day_late]
    return max(reached, key=lambda tier: tier.from_day) if reached else None


def rates_fall(entry: Terms, contract_rate: Fraction | None) -> bool:
    """Whether a later tier charges less a day than the one before it.

    Under `whole` that would lower a penalty already paid, so such terms are refused. A multiple of
    a contract rate that is not known is compared only with other multiples.
    """
    first_day = min((tier.from_day for tier in entry.tiers), default=1)
    tiers = sorted(entry.tiers, key=lambda tier: tier.from_day)
    rates = [entry.rate] * (first_day > 1) + [tier.rate for tier in tiers]
    if contract_rate is not None:
        return _falls([rate_per_day(rate, contract_rate) for rate in rates])
    multiples = [rate for rate in rates if isinstance(rate, ContractMultiplier)]
    return _falls([rate_per_day(rate, contract_rate) for rate in rates]) or _falls(
        [rate.multiplier / rate.day_count for rate in multiples]
    )


def _falls(rates: Sequence[Fraction | None]) -> bool:
    known = [rate for rate in rates if rate is not None]
    return any(later < earlier for earlier, later in pairwise(known))
