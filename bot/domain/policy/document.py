"""The top level of the policy file, piece by piece: terms, payment order, ceilings, calendar.

It must not decide which entry holds on a day: that is `policy`. Every fault is named by path; after
faults the pieces hold stand-ins and must not be used. Keys: docs/policy.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.domain.days import EARLIEST, parse_day
from bot.domain.policy.relief_document import read_id, read_relief, read_source
from bot.domain.policy.relief_policy import ReliefPolicy
from bot.domain.policy.yearly_ceiling import YearlyCeiling, needs_contract_rate
from bot.domain.reading import Fields
from bot.domain.terms import Allocation, Terms
from bot.domain.terms_document import parse_allocation, parse_terms
from bot.errors import Fault, Rejected, shown

MOST_ENTRIES: Final = 1_000
MOST_CHARACTERS: Final = 1_000_000
_ZONE: Final = re.compile(r"[A-Za-z0-9_+-]{1,40}(?:/[A-Za-z0-9_+-]{1,40}){0,2}\Z")
_OWN_KEYS: Final = frozenset({"product", "source", "checked_on"})
_LINE: Final = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class ProductTerms:
    """One `[[terms]]` entry: whose terms they are."""

    product: str
    terms: Terms


def read_toml(text: str, faults: list[Fault]) -> Mapping[str, object]:
    """The tables of a TOML text; empty after noting the line where it is not TOML."""
    if len(text) > MOST_CHARACTERS:
        faults.append(Fault("document", "error.policy.large", {"limit": MOST_CHARACTERS}))
        return {}
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = _LINE.search(str(error))
        line = int(place[1]) if place else text.rstrip("\n").count("\n") + 1
        faults.append(Fault("document", "error.policy.toml", {"line": line}))
        return {}


def read_terms(fields: Fields, faults: list[Fault]) -> tuple[ProductTerms | None, ...]:
    """The `[[terms]]` entries in the order of the file; None for one with a fault of its rules."""
    rows = fields.rows("terms", MOST_ENTRIES, required=True)
    if not rows and isinstance(fields.raw("terms"), list):
        fields.fault("terms", "error.field.empty")
    entries = [_entry(raw, f"terms[{at}]", faults) for at, raw in enumerate(rows)]
    _note_repeated([_start(entry) for entry in entries], "terms", faults)
    return tuple(entries)


def products_of(fields: Fields) -> frozenset[str]:
    """The products that `[[terms]]` names, whether or not their rules are sound."""
    rows = fields.rows("terms", MOST_ENTRIES)
    named = [row.get("product") for row in rows if isinstance(row, Mapping)]
    return frozenset(name for name in named if isinstance(name, str))


def read_allocations(
    fields: Fields, products: frozenset[str], faults: list[Fault]
) -> dict[str, Allocation]:
    """`[allocation.PRODUCT]` by product."""
    found = {}
    for product, raw in _by_product(fields, "allocation", products):
        path = f"allocation.{product}"
        own = _without_source(raw, path, faults) if isinstance(raw, Mapping) else raw
        allocation = parse_allocation(own, path, faults)
        if allocation is not None:
            found[product] = allocation
    return found


def read_ceilings(
    fields: Fields, entries: tuple[ProductTerms | None, ...], faults: list[Fault]
) -> dict[str, YearlyCeiling]:
    """`[yearly_ceiling.PRODUCT]` by product; multiplier terms need a contract rate to compare."""
    multiplied = {entry.product for entry in entries if entry and needs_contract_rate(entry.terms)}
    found = {}
    for product, raw in _by_product(fields, "yearly_ceiling", products_of(fields)):
        row = Fields(raw, f"yearly_ceiling.{product}", faults)
        found[product] = _ceiling(row)
        if row.sound and product in multiplied and found[product].contract_rate is None:
            row.fault("contract_rate_per_year", "error.field.missing")
        row.close()
    return found


def read_reliefs(
    fields: Fields, products: frozenset[str], holidays: frozenset[date], faults: list[Fault]
) -> tuple[ReliefPolicy, ...]:
    """The `[[relief]]` entries in the order of the file; at least one, no `from` twice."""
    rows = fields.objects("relief", MOST_ENTRIES, required=True)
    reliefs = tuple(read_relief(row, products, holidays) for row in rows)
    if not reliefs and isinstance(fields.raw("relief"), list):
        fields.fault("relief", "error.field.empty")
    _note_repeated([("relief", relief.start) for relief in reliefs], "relief", faults)
    return reliefs


def read_holidays(fields: Fields) -> frozenset[date]:
    """The lender's days off besides Saturday and Sunday: `[calendar]`."""
    if not fields.has("calendar"):
        return frozenset()
    table = fields.child("calendar")
    rows = table.rows("holidays", MOST_ENTRIES, required=True)
    days = frozenset(_listed_day(table, f"holidays[{at}]", raw) for at, raw in enumerate(rows))
    read_source(table)
    table.close()
    return days


def read_timezone(fields: Fields) -> str | None:
    """The IANA name in `timezone`, checked by its form only: the settings see whether it exists."""
    if not fields.has("timezone"):
        return None
    name = fields.text("timezone")
    if isinstance(fields.raw("timezone"), str) and not _ZONE.match(name):
        fields.fault("timezone", "error.policy.timezone")
    return name


def _entry(raw: object, path: str, faults: list[Fault]) -> ProductTerms | None:
    if not isinstance(raw, Mapping):
        faults.append(Fault(path, "error.field.object"))
        return None
    row = Fields(raw, path, faults)
    product, source = read_id(row, "product"), read_source(row)
    rules = {key: value for key, value in raw.items() if key not in _OWN_KEYS}
    terms = parse_terms(rules, path, faults)
    if terms is None:
        return None
    return ProductTerms(product, replace(terms, source=source.text, checked_on=source.checked_on))


def _start(entry: ProductTerms | None) -> tuple[str, date] | None:
    return None if entry is None else (entry.product, entry.terms.start)


def _note_repeated(starts: list[tuple[str, date] | None], path: str, faults: list[Fault]) -> None:
    for at, start in enumerate(starts):
        if start is not None and start[1] != EARLIEST and start in starts[:at]:
            faults.append(Fault(f"{path}[{at}].from", "error.policy.from_twice", {"day": start[1]}))


def _by_product(fields: Fields, key: str, products: frozenset[str]) -> Iterator[tuple[str, object]]:
    if not fields.has(key):
        return
    table = fields.child(key)
    raw = fields.raw(key)
    for product in raw if isinstance(raw, Mapping) else ():
        if product in products:
            yield product, table.raw(product)
        else:
            table.fault(shown(product), "error.policy.product")


def _without_source(raw: Mapping[str, object], path: str, faults: list[Fault]) -> object:
    fields = Fields(raw, path, faults)
    if fields.has("source") or fields.has("checked_on"):
        read_source(fields)
    return {key: value for key, value in raw.items() if key not in _OWN_KEYS}


def _ceiling(row: Fields) -> YearlyCeiling:
    return YearlyCeiling(
        percent=row.ratio("percent") / 100,
        contract_rate=row.optional_ratio("contract_rate_per_year"),
        source=read_source(row),
    )


def _listed_day(table: Fields, key: str, raw: object) -> date:
    try:
        return parse_day(raw)
    except Rejected as error:
        table.fault(key, error.key, **error.slots)
        return EARLIEST
