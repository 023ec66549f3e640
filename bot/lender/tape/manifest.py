"""Reads `manifest.json`: the day the books stood at, and how the lender writes its currencies.

It must not read rows; every key of it is optional.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bot.domain.days import parse_day
from bot.errors import Rejected, shown
from bot.lender.tape.archive import UNREADABLE, Files
from bot.lender.tape.findings import Findings

MANIFEST: Final = "manifest.json"
_LONGEST: Final = 65_536  # bytes
_KNOWN: Final = ("as_of", "minor_digits")
_MOST_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Manifest:
    """`as_of` is None when not told; `minor_digits` overrides ISO 4217 by currency code."""

    as_of: date | None = None
    minor_digits: Mapping[str, int] = field(default_factory=dict)


def read_manifest(found: Files, digest: hashlib._Hash, findings: Findings) -> Manifest:
    """The manifest of a tape; an empty one when there is none or after noting what is wrong."""
    if MANIFEST not in found:
        return Manifest()
    content = _content(found, digest)
    if content is None:
        findings.fault(MANIFEST, "tape.manifest.json")
        return Manifest()
    for name in content:
        if name not in _KNOWN:
            findings.note(f"{MANIFEST}: {shown(name)}", "tape.column.unknown")
    return Manifest(_as_of(content, findings), _minor_digits(content, findings))


def _content(found: Files, digest: hashlib._Hash) -> dict[str, object] | None:
    try:
        with found[MANIFEST]() as raw:
            body = raw.read(_LONGEST)
        content = json.loads(body.decode("utf-8-sig"))
    except (*UNREADABLE, ValueError, RecursionError):
        return None
    digest.update(body)
    return content if isinstance(content, dict) else None


def _as_of(content: Mapping[str, object], findings: Findings) -> date | None:
    if content.get("as_of") is None:
        return None
    try:
        return parse_day(content["as_of"])
    except Rejected as error:
        findings.fault(f"{MANIFEST}: as_of", error.key, **error.slots)
        return None


def _minor_digits(content: Mapping[str, object], findings: Findings) -> dict[str, int]:
    told = content.get("minor_digits")
    if told is None:
        return {}
    if isinstance(told, dict) and all(_is_digits(digits) for digits in told.values()):
        return {str(code).upper(): int(digits) for code, digits in told.items()}
    findings.fault(f"{MANIFEST}: minor_digits", "tape.manifest.digits", high=_MOST_DIGITS)
    return {}


def _is_digits(digits: object) -> bool:
    return isinstance(digits, int) and not isinstance(digits, bool) and 0 <= digits <= _MOST_DIGITS
