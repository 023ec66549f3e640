"""Which codes are currencies, and how many digits their minor unit has.

It must not know an amount.
"""

from __future__ import annotations

from functools import cache

from babel.numbers import list_currencies

from bot.domain.money import iso_digits


def currency_digits(code: str) -> int | None:
    """The minor digits of an ISO 4217 code in capitals; None for a code that is no currency."""
    return iso_digits(code) if code in _codes() else None


@cache
def _codes() -> frozenset[str]:
    return frozenset(list_currencies())
