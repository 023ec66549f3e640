"""The lender's numbers: penalty terms by product, payment order, the relief programme.

It must not open a file: it reads a text. Keys, units and defaults: docs/policy.md.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bot.domain.policy.document import (
    ProductTerms,
    products_of,
    read_allocations,
    read_ceilings,
    read_holidays,
    read_reliefs,
    read_terms,
    read_timezone,
    read_toml,
)
from bot.domain.policy.relief_policy import ReliefPolicy
from bot.domain.policy.yearly_ceiling import YearlyCeiling, rates_above
from bot.domain.reading import Fields
from bot.domain.terms import Allocation, Terms
from bot.errors import Fault, Faulty, Rejected

_SECTION: Final = re.compile(
    r"terms|relief|relief\[\d+\]\.(?:scope|percent|reasons|window|conditions|decision|deadlines|appeal"
    r"|credit_record)"
)


class NoPolicyInForce(Rejected):
    """A day is needed that no relief programme covers; slot `day`. Never answered by a default."""

    def __init__(self, day: date) -> None:
        super().__init__("error.policy.none", day=day)


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy file without a fault. `entries` and `relief` stand in the order of the file.

    `policy_id` is twelve characters of the SHA-256 of its contents, without comments and layout.
    """

    policy_id: str
    entries: tuple[ProductTerms, ...]
    allocation: Mapping[str, Allocation]
    relief: tuple[ReliefPolicy, ...]
    ceilings: Mapping[str, YearlyCeiling] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()
    timezone: str | None = None

    @property
    def products(self) -> tuple[str, ...]:
        """The products that have terms, in the order of the file."""
        return tuple(dict.fromkeys(entry.product for entry in self.entries))

    def terms_for(self, product: str) -> tuple[Terms, ...]:
        """The terms of a product; empty for a product the lender has no terms for."""
        return tuple(entry.terms for entry in self.entries if entry.product == product)

    def allocation_for(self, product: str) -> Allocation:
        """How payments of a product are applied; the usual order when the file names none."""
        return self.allocation.get(product, Allocation())

    def relief_on(self, day: date) -> ReliefPolicy:
        """The relief programme in force on `day`; raises NoPolicyInForce before the first one."""
        started = [relief for relief in self.relief if relief.start <= day]
        if not started:
            raise NoPolicyInForce(day)
        return max(started, key=lambda relief: relief.start)


def load_policy(text: str) -> Policy:
    """The policy a TOML text holds; raises Faulty naming every fault by path."""
    policy, faults = _parsed(text)
    if faults:
        raise Faulty(faults)
    return policy


def load_piece(text: str) -> tuple[Policy, frozenset[str]]:
    """A policy that may lack whole sections, as a preset does, and the paths of those it lacks.

    A section that is lacking holds stand-ins: nobody may be told of it, let alone be charged by it.
    Raises Faulty naming every fault by path when there is any other.
    """
    policy, faults = _parsed(text)
    lacking = frozenset(fault.path for fault in faults if _is_lacking(fault))
    if lacking >= {"terms", "relief"} or len(lacking) < len(faults):
        raise Faulty(faults)
    return policy, lacking


def _parsed(text: str) -> tuple[Policy, list[Fault]]:
    faults: list[Fault] = []
    raw = read_toml(text, faults)
    if faults:
        raise Faulty(faults)
    return _read(raw, faults), faults


def _is_lacking(fault: Fault) -> bool:
    return fault.key == "error.field.missing" and _SECTION.fullmatch(fault.path) is not None


def check(text: str) -> tuple[tuple[Fault, ...], tuple[Fault, ...]]:
    """The faults of a policy text and, when it has none, its warnings: for `policy check`."""
    try:
        return (), warnings(load_policy(text))
    except Faulty as faulty:
        return faulty.faults, ()


def warnings(policy: Policy) -> tuple[Fault, ...]:
    """What is allowed but worth a second look, by path.

    Rates above the yearly ceiling of their product (slots `percent`, `ceiling`, `source`), matrix
    percents above the ceiling of relief (slots `percent`, `ceiling`).
    """
    return (*_yearly_warnings(policy), *_matrix_warnings(policy))


def _yearly_warnings(policy: Policy) -> Iterator[Fault]:
    for at, entry in enumerate(policy.entries):
        ceiling = policy.ceilings.get(entry.product)
        if ceiling is not None:
            slots = {"ceiling": ceiling.percent, "source": ceiling.source.text}
            for path, percent in rates_above(entry.terms, ceiling):
                more = {"percent": percent, **slots}
                yield Fault(f"terms[{at}].{path}", "warning.policy.yearly", more)


def _matrix_warnings(policy: Policy) -> Iterator[Fault]:
    for at, relief in enumerate(policy.relief):
        for row, band in enumerate(relief.percent.bands):
            for grade, percent in band.percent.items():
                if percent > relief.percent.ceiling:
                    path = f"relief[{at}].percent.bands[{row}].percent.{grade}"
                    slots = {"percent": percent, "ceiling": relief.percent.ceiling}
                    yield Fault(path, "warning.policy.ceiling", slots)


def _fingerprint(raw: Mapping[str, object]) -> str:
    canonical = json.dumps(raw, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:12]


def _read(raw: Mapping[str, object], faults: list[Fault]) -> Policy:
    fields = Fields(raw, "", faults)
    products = products_of(fields)
    entries = read_terms(fields, faults)
    holidays = read_holidays(fields)
    policy = Policy(
        policy_id=_fingerprint(raw),
        entries=tuple(entry for entry in entries if entry is not None),
        allocation=read_allocations(fields, products, faults),
        relief=read_reliefs(fields, products, holidays, faults),
        ceilings=read_ceilings(fields, entries, faults),
        holidays=holidays,
        timezone=read_timezone(fields),
    )
    fields.close()
    return policy
