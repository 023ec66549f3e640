"""Money as whole minor units, and the only places where a fraction becomes one.

It must not let a float in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from bot.errors import Rejected


class Rounding(StrEnum):
    """How a fraction of a minor unit is rounded, once per penalty line."""

    HALF_EVEN = "half_even"
    HALF_UP = "half_up"


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 code and how many digits its minor unit has (the lender may override)."""

    code: str
    digits: int


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` whole minor units of `currency`; negative only as a difference."""

    minor: int
    currency: Currency


_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?\Z")


def parse_plain(text: str, digits: int) -> int:
    """Minor units of a plain decimal such as `512.50`: ASCII digits, one dot, no sign, no grouping.

    Raises Rejected `error.amount.*` when it is not one, or has more decimals than the currency.
    """
    if not _PLAIN.match(text):
        raise Rejected("error.amount.plain", value=text[:40])
    whole, _, decimals = text.partition(".")
    if len(whole) + len(decimals) > 24:
        raise Rejected("error.amount.large", value=text[:40])
    if decimals[digits:].strip("0") or (len(decimals) > digits and digits == 0 and "." in text):
        raise Rejected("error.amount.decimals", value=text[:40], digits=digits)
    return int(whole) * 10**digits + int((decimals + "0" * digits)[:digits] or "0")


def plain(minor: int, digits: int) -> str:
    """The plain decimal of whole minor units: `plain(51250, 2) == "512.50"`."""
    sign, minor = ("-", -minor) if minor < 0 else ("", minor)
    if digits == 0:
        return f"{sign}{minor}"
    whole, part = divmod(minor, 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}"


def rounded(amount: Fraction, how: Rounding) -> int:
    """`amount` (zero or more) as a whole number, halves as `how` says."""
    whole, rest = divmod(amount.numerator, amount.denominator)
    twice = 2 * rest
    if twice > amount.denominator:
        return whole + 1
    if twice < amount.denominator:
        return whole
    return whole + 1 if how is Rounding.HALF_UP else whole + whole % 2


def rounded_up(amount: Fraction) -> int:
    """`amount` as a whole number, any rest rounded up: in the borrower's favour for relief."""
    return -((-amount.numerator) // amount.denominator)
