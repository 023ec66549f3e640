"""Minor units as money of whatever they belong to."""

from __future__ import annotations

from typing import Protocol

from bot.domain.money import Currency, Money


class Priced(Protocol):
    """What has a currency: a statement, a loan, a case, a verdict."""

    @property
    def currency(self) -> Currency: ...


def money(of: Priced, minor: int | None) -> Money:
    """Minor units in its currency; None is nothing."""
    return Money(minor or 0, of.currency)
