"""A product's terms as whole numbers, for a group of loans in one currency.

It must not charge anything. A rate a day is a numerator and a denominator by contract rate; what
does not fit in int64 with room to multiply is marked, and its loans are computed one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Final

import numpy as np

from bot.domain.money import Rounding
from bot.domain.terms import (
    AllocateBy,
    Allocation,
    Component,
    Grace,
    LateFee,
    Rate,
    Terms,
    Tiering,
    rate_per_day,
)
from bot.portfolio.columns import FOR_EVER, Bools, Ints

ROOM: Final = 2**60  # no product of ours is larger: twice it and a remainder still fit
WIDEST: Final = 2**40  # no numerator or denominator of a rate is larger
LARGEST: Final = 2**32  # no numerator or denominator of a fixed amount is larger
LONGEST: Final = 2**18  # days late are fewer
PARTS: Final = (Component.PRINCIPAL, Component.INTEREST, Component.FEE)
_PLACE: Final = {part: place for place, part in enumerate((*PARTS, Component.PENALTY))}


@dataclass(frozen=True, slots=True)
class Pace:
    """A rate a day: the fraction of the base for each contract rate of the group."""

    numerator: Ints
    denominator: Ints

    @property
    def is_common(self) -> bool:
        """Whether it is the same for every contract rate."""
        return len(self.numerator) == 1

    @property
    def is_nothing(self) -> bool:
        """Whether nobody is charged at this rate."""
        return not self.numerator.any()


@dataclass(frozen=True, slots=True)
class Stage:
    """From day late `from_day` until the next stage of its entry, the rate is `pace`."""

    from_day: int
    until_day: int
    pace: Pace


@dataclass(frozen=True, slots=True)
class FlatFee:
    """A late fee: (`fixed` + `share` x what is unpaid of `of`) / `divisor`, at least `minimum`."""

    of: tuple[int, int, int]
    fixed: int
    share: int
    minimum: int
    divisor: int
    after_days: int


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """One terms entry; `until` is the day before the next one starts."""

    since: int
    until: int
    base: tuple[int, int, int]
    stages: tuple[Stage, ...]
    is_whole: bool
    is_deductive: bool
    grace_days: int
    half_up: bool
    each_day: tuple[int, int] | None
    fee: FlatFee | None
    cap: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Plan:
    """How the loans of a group are charged and paid; `fits` says for which contract rates."""

    entries: tuple[EntryPlan, ...]
    order: tuple[int, ...]
    by_component: bool
    fits: Bools
    heaviest: int  # no base is multiplied by more, apart from the days


def plan_of(
    terms: Sequence[Terms],
    allocation: Allocation,
    contract_rates: Sequence[Fraction | None],
    minor_units: int,
) -> Plan | None:
    """The plan of a product; None when its terms alone do not fit."""
    entries = sorted(terms, key=lambda entry: entry.start)
    starts = [entry.start.toordinal() for entry in entries]
    ends = [*(start - 1 for start in starts[1:]), FOR_EVER][: len(starts)]
    fits = np.ones(len(contract_rates), dtype=np.bool_)
    try:
        plans = tuple(
            _entry(entry, since, until, contract_rates, minor_units, fits)
            for entry, since, until in zip(entries, starts, ends, strict=True)
        )
    except OverflowError:
        return None
    return Plan(
        entries=plans,
        order=tuple(_PLACE[part] for part in allocation.order),
        by_component=allocation.by is AllocateBy.COMPONENT,
        fits=fits,
        heaviest=max((_heaviest(entry) for entry in plans), default=1),
    )


def _entry(
    entry: Terms,
    since: int,
    until: int,
    contract_rates: Sequence[Fraction | None],
    minor_units: int,
    fits: Bools,
) -> EntryPlan:
    each_day = entry.fee.each_day if entry.fee else None
    return EntryPlan(
        since=since,
        until=until,
        base=_weights(entry.base),
        stages=_stages(entry, contract_rates, fits),
        is_whole=entry.tiering is Tiering.WHOLE,
        is_deductive=entry.grace is Grace.DEDUCTIVE,
        grace_days=entry.grace_days,
        half_up=entry.rounding is Rounding.HALF_UP,
        each_day=None if each_day is None else _fraction(each_day * minor_units),
        fee=_fee(entry.fee, minor_units) if entry.fee else None,
        cap=None if entry.cap is None else _fraction(entry.cap),
    )


def _stages(
    entry: Terms, contract_rates: Sequence[Fraction | None], fits: Bools
) -> tuple[Stage, ...]:
    tiers = sorted(entry.tiers, key=lambda tier: tier.from_day)
    steps = [(1, entry.rate), *((tier.from_day, tier.rate) for tier in tiers)]
    ends = [*(from_day - 1 for from_day, _ in steps[1:]), FOR_EVER]
    stages: list[Stage] = []
    for (from_day, rate), until in zip(steps, ends, strict=True):
        if until < from_day:
            continue
        pace = _pace(rate, contract_rates, fits)
        if stages and _alike(stages[-1].pace, pace):
            stages[-1] = Stage(stages[-1].from_day, until, pace)
            continue
        if stages:
            fits &= ~_meet(stages[-1].pace, pace)
        stages.append(Stage(from_day, until, pace))
    return tuple(stages)


def _pace(rate: Rate, contract_rates: Sequence[Fraction | None], fits: Bools) -> Pace:
    rates = [rate_per_day(rate, contract) for contract in contract_rates]
    known = [each or Fraction(0) for each in rates]
    for at, each in enumerate(rates):
        too_wide = max(known[at].numerator, known[at].denominator) > WIDEST
        if each is None or too_wide:
            fits[at], known[at] = False, Fraction(0)
    if len(set(known)) == 1:
        known = known[:1]
    numerators = np.array([each.numerator for each in known], dtype=np.int64)
    return Pace(numerators, np.array([each.denominator for each in known], dtype=np.int64))


def _alike(one: Pace, other: Pace) -> bool:
    same = np.array_equal(one.numerator, other.numerator)
    return same and np.array_equal(one.denominator, other.denominator)


def _meet(one: Pace, other: Pace) -> Bools:
    """For which contract rates two stages that differ for others charge the same."""
    same = (one.numerator == other.numerator) & (one.denominator == other.denominator)
    return np.asarray(same & (one.numerator != 0), dtype=np.bool_)


def _fee(fee: LateFee, minor_units: int) -> FlatFee | None:
    if fee.amount is None and fee.percent is None:
        return None
    fixed, minimum = (fee.amount or Fraction(0)), (fee.minimum or Fraction(0))
    share = fee.percent or Fraction(0)
    divisor = lcm(fixed.denominator, minimum.denominator, share.denominator)
    scaled = (fixed * minor_units, share, minimum * minor_units, Fraction(1))
    numbers = [int(each * divisor) for each in scaled]
    if max(numbers) > LARGEST:
        raise OverflowError
    return FlatFee(_weights(fee.of), numbers[0], numbers[1], numbers[2], divisor, fee.after_days)


def _fraction(ratio: Fraction) -> tuple[int, int]:
    if max(ratio.numerator, ratio.denominator) > LARGEST:
        raise OverflowError
    return ratio.numerator, ratio.denominator


def _heaviest(entry: EntryPlan) -> int:
    return max((1, *_factors(entry)))


def _factors(entry: EntryPlan) -> Iterator[int]:
    yield from (int(stage.pace.numerator.max()) for stage in entry.stages)
    if entry.fee:
        yield entry.fee.share
    if entry.cap:
        yield entry.cap[0]
    if entry.each_day:
        yield entry.each_day[0]


def _weights(components: frozenset[Component]) -> tuple[int, int, int]:
    principal, interest, fee = (int(part in components) for part in PARTS)
    return principal, interest, fee
