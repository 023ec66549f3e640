"""How much penalty may come to in a year, and which rates exceed it.

It must not change a statement: it compares, for whoever owns the policy. Source: docs/policy.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from bot.domain.policy.relief_policy import Source
from bot.domain.terms import ContractMultiplier, Rate, Terms, rate_per_day

DAYS_A_YEAR: Final = 365


@dataclass(frozen=True, slots=True)
class YearlyCeiling:
    """The most a year of penalty may come to (24 % is 24/100), by a sourced rule.

    `contract_rate` is the highest rate a year the product is sold at; multiplier terms need it.
    """

    percent: Fraction
    contract_rate: Fraction | None
    source: Source


def needs_contract_rate(terms: Terms) -> bool:
    """Whether a rate of these terms depends on the loan's contract rate."""
    return any(isinstance(rate, ContractMultiplier) for _, rate in _rates(terms))


def rates_above(terms: Terms, ceiling: YearlyCeiling) -> Iterator[tuple[str, Fraction]]:
    """Each rate of `terms` that comes to more than the ceiling: its path inside, percent a year.

    A rate a day counts 365 times. Late fees are not compared.
    """
    for path, rate in _rates(terms):
        per_day = rate_per_day(rate, ceiling.contract_rate)
        if per_day is not None and per_day * DAYS_A_YEAR > ceiling.percent:
            yield path, per_day * DAYS_A_YEAR


def _rates(terms: Terms) -> Iterator[tuple[str, Rate]]:
    yield "rate", terms.rate
    for at, tier in enumerate(terms.tiers):
        yield f"tiers[{at}].rate", tier.rate
