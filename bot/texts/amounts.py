"""Numbers, money and percentages as one locale writes them, from exact values.

It must not round money, and no float enters: digits come from whole minor units.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

from babel import Locale
from babel.numbers import (
    NumberPattern,
    format_compact_decimal,
    get_currency_symbol,
    get_decimal_symbol,
    get_group_symbol,
    get_minus_sign_symbol,
    get_territory_currencies,
)

from bot.domain.money import Money

# The sign people know a currency by at home, where CLDR's wide form would say "CN¥" or "MX$".
# Source: CLDR 46, `symbol alt="narrow"`. The first currency listed for a sign owns it.
_SIGNS = {
    "CNY": "¥", "JPY": "¥", "USD": "$", "MXN": "$", "CAD": "$", "AUD": "$", "SGD": "$", "HKD": "$",
    "TWD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "IDR": "Rp", "VND": "₫", "PHP": "₱",
    "THB": "฿", "KRW": "₩", "BRL": "R$", "TRY": "₺", "RUB": "₽", "NGN": "₦", "UAH": "₴",
}  # fmt: skip
_NO_BREAK_SPACE = "\u00a0"
_LARGE = 10_000
_PERCENT_DECIMALS = 6
_SMALLEST_DECIMALS = 30


@dataclass(frozen=True, slots=True)
class Pattern:
    """What stands around the digits, for zero and more, and below zero."""

    before: str
    after: str
    before_minus: str
    after_minus: str

    def around(self, digits: str, *, minus: bool) -> str:
        """`digits` dressed."""
        if minus:
            return f"{self.before_minus}{digits}{self.after_minus}"
        return f"{self.before}{digits}{self.after}"


class Amounts:
    """How numbers look in `locale` (a language with, where known, the lender's region)."""

    def __init__(self, locale: Locale, region: str | None) -> None:
        self._locale = locale
        self._region = region
        self._group = get_group_symbol(locale)
        self._point = get_decimal_symbol(locale)
        self._plain = _pattern(locale.decimal_formats[None], "", locale)
        self._percent = _pattern(locale.percent_formats[None], "", locale)
        self._groups = locale.decimal_formats[None].grouping
        self._currencies: dict[str, Pattern] = {}

    def number(self, value: int) -> str:
        """A whole number, grouped."""
        return self._plain.around(self._grouped(abs(value)), minus=value < 0)

    def decimal(self, value: Decimal) -> str:
        """A decimal number, every digit of it."""
        digits = self._exact(format(abs(value), "f"))
        return self._plain.around(digits, minus=value < 0)

    def money(self, money: Money) -> str:
        """An amount with its currency's sign and as many decimals as its minor unit has."""
        shown = self._units(abs(money.minor), money.currency.digits)
        return self._pattern_of(money.currency.code).around(shown, minus=money.minor < 0)

    def short(self, money: Money) -> str:
        """The same where room is scarce: no empty decimals, and `1.5M` or its like when large."""
        digits = money.currency.digits
        units, part = divmod(abs(money.minor), money.currency.minor_units)
        if units >= _LARGE:
            shown = format_compact_decimal(units, locale=self._locale, fraction_digits=1)
        else:
            shown = self._units(abs(money.minor), digits) if part else self._grouped(units)
        return self._pattern_of(money.currency.code).around(shown, minus=money.minor < 0)

    def percent(self, share: Fraction) -> str:
        """A share as a percentage: exact up to six decimals, never 0 % for more than nothing."""
        digits = self._exact(_decimals(abs(share) * 100))
        return self._percent.around(digits, minus=share < 0)

    def _pattern_of(self, code: str) -> Pattern:
        found = self._currencies.get(code)
        if found is None:
            sign = currency_sign(code, self._locale, self._region)
            found = _pattern(self._locale.currency_formats["standard"], sign, self._locale)
            self._currencies[code] = found
        return found

    def _units(self, minor: int, digits: int) -> str:
        if digits == 0:
            return self._grouped(minor)
        whole, part = divmod(minor, 10**digits)
        return f"{self._grouped(whole)}{self._point}{part:0{digits}d}"

    def _exact(self, plain: str) -> str:
        whole, _, part = plain.partition(".")
        return self._grouped(int(whole)) + (f"{self._point}{part}" if part else "")

    def _grouped(self, whole: int) -> str:
        if self._groups == (3, 3):
            return f"{whole:,}".replace(",", self._group)
        return _grouped_unevenly(str(whole), self._groups, self._group)


@cache
def currency_sign(code: str, locale: Locale, region: str | None) -> str:
    """The sign of a currency: its short one where that is no other's, else a longer one.

    A short sign belongs to the currency of the lender's region, else to the first listed above:
    with no region `¥` is the yuan's, so an amount in yen says `JPY`.
    """
    sign = _SIGNS.get(code)
    if sign is not None and _owner(sign, region) == code:
        return sign
    # A language may write its own region's currency short (`$` for Taiwan's); English tells apart.
    wide = (str(get_currency_symbol(code, spoken)) for spoken in (locale, "en"))
    return next((each for each in wide if each not in _SIGNS.values()), code)


def _owner(sign: str, region: str | None) -> str:
    home = get_territory_currencies(region)[:1] if region else []
    owners = [*home, *_SIGNS]
    return next(code for code in owners if _SIGNS.get(code) == sign)


def _pattern(pattern: NumberPattern, sign: str, locale: Locale) -> Pattern:
    minus = get_minus_sign_symbol(locale)
    (before, before_minus), (after, after_minus) = pattern.prefix, pattern.suffix
    return Pattern(
        _leading(before, sign),
        after.replace("¤", sign),
        _leading(before_minus.replace("-", minus), sign),
        after_minus.replace("-", minus).replace("¤", sign),
    )


def _leading(part: str, sign: str) -> str:
    """What stands before the digits; letters do not touch them."""
    spaced = _NO_BREAK_SPACE if part.endswith("¤") and sign[-1].isalpha() else ""
    return part.replace("¤", sign + spaced)


def _decimals(value: Fraction) -> str:
    """The decimal digits of `value`: six decimals at most, more only while all of them are zero."""
    decimals = _PERCENT_DECIMALS
    while value and decimals < _SMALLEST_DECIMALS and round(value * 10**decimals) == 0:
        decimals += 1
    whole, part = divmod(round(value * 10**decimals), 10**decimals)
    return f"{whole}.{part:0{decimals}d}".rstrip("0").rstrip(".")


def _grouped_unevenly(digits: str, groups: tuple[int, int], mark: str) -> str:
    """`digits` in groups of uneven length from the right, as in the Indian 12,34,567."""
    last, other = groups
    head, tail = digits[:-last], digits[-last:]
    parts = [tail]
    while head:
        parts.append(head[-other:])
        head = head[:-other]
    return mark.join(reversed(parts))
