"""Money as whole minor units, and the only places where a fraction becomes one.

It must not let a float in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from msgspec import Struct

from bot.errors import Rejected, shown


class Rounding(StrEnum):
    """How a fraction of a minor unit is rounded, once per penalty line."""

    HALF_EVEN = "half_even"
    HALF_UP = "half_up"


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 code and how many digits its minor unit has (the lender may override)."""

    code: str
    digits: int

    @property
    def minor_units(self) -> int:
        """How many minor units make one unit: 100 for two digits."""
        return int(10**self.digits)


class Money(Struct, frozen=True):
    """`minor` whole minor units of `currency`; negative only as a difference."""

    minor: int
    currency: Currency


# ISO 4217: currencies whose minor unit does not have two digits.
_DIGITS: Final = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}


def iso_digits(code: str) -> int:
    """How many digits the minor unit of an ISO 4217 currency has."""
    return _DIGITS.get(code, 2)


_PLAIN = re.compile(r"([0-9]+)(?:\.([0-9]+))?\Z")
_MAX_DIGITS = 24
_POINT = 2  # the group of what stands behind the point


def parse_plain(text: str, digits: int) -> int:
    """Minor units of a plain decimal such as `512.50`: ASCII digits, one dot, no sign, no grouping.

    Raises Rejected `error.amount.*` when it is not one, or has more decimals than the currency.
    """
    whole, decimals = _parts(text)
    if len(decimals) == digits:
        return int(whole + decimals)
    if len(decimals) > digits:
        raise Rejected("error.amount.decimals", value=shown(text), digits=digits)
    return int(whole + decimals.ljust(digits, "0"))


def parse_ratio(text: str) -> Fraction:
    """The exact number of a plain decimal such as `0.00075`, for rates, percents and multipliers.

    Raises Rejected `error.amount.*` when it is not one.
    """
    whole, decimals = _parts(text)
    return Fraction(int(whole + decimals), 10 ** len(decimals))


def _parts(text: str) -> tuple[str, str]:
    found = _PLAIN.match(text)
    if found is None:
        negative = text.startswith("-") and _PLAIN.match(text[1:])
        raise Rejected(f"error.amount.{'negative' if negative else 'plain'}", value=shown(text))
    if len(text) > _MAX_DIGITS + (found.lastindex == _POINT):
        raise Rejected("error.amount.large", value=shown(text), digits=_MAX_DIGITS)
    return found[1], found[2] or ""


def plain_ratio(ratio: Fraction) -> str:
    """The plain decimal that `parse_ratio` reads as `ratio`; ValueError when there is none."""
    for digits in range(_MAX_DIGITS + 1):
        if 10**digits % ratio.denominator == 0:
            return plain(ratio.numerator * (10**digits // ratio.denominator), digits)
    raise ValueError("not a decimal")


def rate_text(rate: Fraction) -> str:
    """A rate as a plain decimal: exact when it ends, else to 12 significant digits."""
    rest = rate.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    context = Context(prec=400 if rest == 1 else 12, rounding=ROUND_HALF_EVEN)
    quotient = context.divide(Decimal(rate.numerator), Decimal(rate.denominator))
    return f"{quotient.normalize(context):f}"


def plain(minor: int, digits: int) -> str:
    """The plain decimal of whole minor units: `plain(51250, 2) == "512.50"`."""
    sign, minor = ("-", -minor) if minor < 0 else ("", minor)
    if digits == 0:
        return f"{sign}{minor}"
    whole, part = divmod(minor, 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}"


def rounded(amount: Fraction, how: Rounding) -> int:
    """`amount` (zero or more) as a whole number, halves as `how` says."""
    return rounded_quotient(amount.numerator, amount.denominator, how)


def rounded_quotient(dividend: int, divisor: int, how: Rounding) -> int:
    """`dividend / divisor` (zero or more) as a whole number, halves as `how` says."""
    whole, rest = divmod(dividend, divisor)
    twice = 2 * rest
    if twice > divisor or (twice == divisor and (how is Rounding.HALF_UP or whole % 2)):
        return whole + 1
    return whole


def rounded_up(amount: Fraction) -> int:
    """`amount` as a whole number, any rest rounded up: in the borrower's favour for relief."""
    return -((-amount.numerator) // amount.denominator)
