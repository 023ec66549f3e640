"""Penalty terms and payment allocation as the calc document and the policy file tell them.

It must not read a file: a mapping comes in, values come out, faults are named by path.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from bot.domain.money import Rounding
from bot.domain.reading import Fields
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
    rates_fall,
)
from bot.errors import Fault

MOST_TIERS: Final = 100
MOST_DAYS: Final = 36_525  # a century: no tier, grace or fee waits longer
DAY_COUNTS: Final = (360, 365)
TERMS_KEYS: Final = frozenset(
    {"from", "base", "rate", "tiers", "tiering", "grace_days", "grace", "fee", "cap", "rounding"}
)


def parse_terms(
    raw: object, path: str, faults: list[Fault], contract_rate: Fraction | None = None
) -> Terms | None:
    """One terms entry, or None after noting in `faults` what is wrong and where.

    `from`, `base` and `rate` are required; unknown keys are faults, so a caller with keys of its
    own (`product`, `source`) hands over the `TERMS_KEYS` only. `contract_rate` sharpens the check
    that rates do not fall under `whole`, when the loan is known.
    """
    fields = Fields(raw, path, faults)
    terms = Terms(
        start=fields.day("from"),
        base=_components(fields, "base"),
        rate=_rate(fields.child("rate")),
        tiers=_tiers(fields),
        tiering=fields.choice("tiering", Tiering, Tiering.MARGINAL),
        grace_days=fields.whole("grace_days", 0, MOST_DAYS, 0),
        grace=fields.choice("grace", Grace, Grace.RETROACTIVE),
        fee=_fee(fields.child("fee")) if fields.has("fee") else None,
        cap=_cap(fields.child("cap")) if fields.has("cap") else None,
        rounding=fields.choice("rounding", Rounding, Rounding.HALF_EVEN),
    )
    if fields.sound and terms.tiering is Tiering.WHOLE and rates_fall(terms, contract_rate):
        fields.fault("tiers", "error.terms.falling")
    return terms if fields.close() else None


def parse_allocation(raw: object, path: str, faults: list[Fault]) -> Allocation | None:
    """How payments are applied, or None after noting in `faults` what is wrong and where.

    `order` names all four components once; both keys have the defaults of `Allocation`.
    """
    fields = Fields(raw, path, faults)
    order = fields.choices("order", Component) if fields.has("order") else DEFAULT_ORDER
    if fields.sound and len(order) < len(Component):
        fields.fault("order", "error.allocation.order")
    by = fields.choice("by", AllocateBy, AllocateBy.INSTALMENT)
    return Allocation(order, by) if fields.close() else None


def note_repeated_starts(entries: Sequence[Terms | None], path: str, faults: list[Fault]) -> None:
    """Note each entry of one product that starts on the day another one starts."""
    seen = set()
    for at, entry in enumerate(entries):
        if entry is not None and entry.start in seen:
            faults.append(Fault(f"{path}[{at}].from", "error.terms.twice", {"day": entry.start}))
        seen.add(entry.start if entry is not None else None)


def _components(fields: Fields, key: str) -> frozenset[Component]:
    found = fields.choices(key, Component)
    if fields.sound and not found:
        fields.fault(key, "error.field.empty")
    if Component.PENALTY in found:
        fields.fault(key, "error.terms.penalty_on_penalty")
    return frozenset(found)


def _rate(fields: Fields) -> Rate:
    kinds = [kind for kind in ("per_day", "per_year", "contract_multiplier") if fields.has(kind)]
    if len(kinds) != 1:
        fields.fault_here("error.terms.rate")
        return PerDay(Fraction(0))
    amount = fields.ratio(kinds[0])
    if kinds[0] == "per_day":
        rate: Rate = PerDay(amount)
    elif kinds[0] == "per_year":
        rate = PerYear(amount, _day_count(fields))
    else:
        rate = ContractMultiplier(amount, _day_count(fields))
    fields.close()
    return rate


def _day_count(fields: Fields) -> int:
    count = fields.whole("day_count", 1, MOST_DAYS)
    if fields.sound and count not in DAY_COUNTS:
        fields.fault("day_count", "error.terms.day_count")
    return count


def _tiers(fields: Fields) -> tuple[Tier, ...]:
    tiers = []
    for row in fields.objects("tiers", MOST_TIERS):
        tiers.append(Tier(row.whole("from_day", 1, MOST_DAYS), _rate(row.child("rate"))))
        if row.sound and tiers[-1].from_day in {tier.from_day for tier in tiers[:-1]}:
            row.fault("from_day", "error.tier.twice", day=tiers[-1].from_day)
        row.close()
    return tuple(sorted(tiers, key=lambda tier: tier.from_day))


def _fee(fields: Fields) -> LateFee:
    percent = fields.optional_ratio("percent")
    fee = LateFee(
        percent=None if percent is None else percent / 100,
        of=_components(fields, "of") if percent is not None else _unused_components(fields),
        amount=fields.optional_ratio("amount"),
        minimum=fields.optional_ratio("minimum"),
        each_day=fields.optional_ratio("each_day"),
        after_days=fields.whole("after_days", 0, MOST_DAYS, 1),
    )
    if fee.minimum is not None and fee.percent is None and fee.amount is None:
        fields.fault("minimum", "error.terms.minimum")
    fields.close()
    return fee


def _unused_components(fields: Fields) -> frozenset[Component]:
    # Without a percent `of` says nothing, and an empty list is as good as none.
    return frozenset(fields.choices("of", Component)) if fields.has("of") else frozenset()


def _cap(fields: Fields) -> Fraction:
    percent = fields.ratio("percent_of_base")
    fields.close()
    return percent / 100
