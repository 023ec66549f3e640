"""The portfolio added up, as JSON tells it: money as plain decimals, no loan by name.

It must not compute any of it.
"""

from __future__ import annotations

from datetime import date

from bot.domain.money import Currency, plain
from bot.portfolio.figures import How
from bot.portfolio.totals import BUCKETS, Sums, Totals

_GROUPS = {"products": 1, "grades": 2}
_MONEY = ("principal", "interest", "fee", "penalty", "total")


def document(totals: Totals, as_of: date, ahead: int) -> dict[str, object]:
    """Everything `reprieve portfolio` knows, by currency."""
    found = sorted(totals.by_currency, key=lambda currency: (currency.code, currency.digits))
    return {
        "as_of": as_of.isoformat(),
        "ahead_days": ahead,
        "loans": totals.loans,
        "computed": {how.name.lower(): totals.computed[how] for how in How},
        "currencies": [_currency(totals, currency) for currency in found],
    }


def _currency(totals: Totals, currency: Currency) -> dict[str, object]:
    buckets = totals.grouped(currency, 0)
    groups: dict[str, object] = {
        name: {key: _sums(sums, currency) for key, sums in totals.grouped(currency, place).items()}
        for name, place in _GROUPS.items()
    }
    return {
        "currency": currency.code,
        "all": _sums(totals.grouped(currency, None)[""], currency),
        "buckets": {name: _sums(buckets.get(name, Sums()), currency) for name in BUCKETS},
        **groups,
    }


def _sums(sums: Sums, currency: Currency) -> dict[str, object]:
    def money(name: str) -> str:
        return plain(getattr(sums, name), currency.digits)

    return {
        "loans": sums.loans,
        "outstanding": {name: money(name) for name in _MONEY},
        "penalty": {name: money(name) for name in ("charged", "paid", "waived")},
        "grows_by_per_day": money("grows_by_per_day"),
        "tier_ahead": sums.tier_ahead,
        "window_ahead": sums.window_ahead,
    }
