"""The portfolio added up: loans and money by currency, and in it by bucket, product and grade.

It must not name a loan. Sums are Python integers, so that no portfolio is too large.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Final

import numpy as np

from bot.domain.money import Currency
from bot.portfolio.ahead import Ahead
from bot.portfolio.columns import Columns, Ints
from bot.portfolio.figures import Figures, How

BUCKETS: Final = ("0", "1-7", "8-30", "31-60", "61-90", "90+")
_FIRST_DAYS: Final = np.array([1, 8, 31, 61, 91])
_SUMMED: Final = (
    "principal", "interest", "fee", "penalty", "charged", "paid", "waived", "grows_by_per_day",
)  # fmt: skip
_ROOM: Final = 2**62


@dataclass(slots=True)
class Sums:
    """Loans that owe something due now, and their money in minor units.

    `principal` to `penalty` are outstanding; `charged`, `paid` and `waived` are penalty so far.
    """

    loans: int = 0
    principal: int = 0
    interest: int = 0
    fee: int = 0
    penalty: int = 0
    charged: int = 0
    paid: int = 0
    waived: int = 0
    grows_by_per_day: int = 0
    tier_ahead: int = 0
    window_ahead: int = 0

    @property
    def total(self) -> int:
        """Everything due and unpaid."""
        return self.principal + self.interest + self.fee + self.penalty

    def add(self, other: Sums) -> None:
        """Add another sum to this one."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


Cell = tuple[str, str, str]  # bucket, product, grade


@dataclass(slots=True)
class Totals:
    """All that was added up so far; `computed` counts loans by how they were."""

    loans: int = 0
    by_currency: dict[Currency, dict[Cell, Sums]] = field(default_factory=dict)
    computed: Counter[How] = field(default_factory=Counter)

    def add(self, columns: Columns, figures: Figures, ahead: Ahead) -> None:
        """Add a run of loans."""
        self.loans += len(columns)
        self.computed.update(How(how) for how in figures.how.tolist())
        owing = np.flatnonzero(owes(figures))
        names, cell = _cells(columns, figures, owing)
        for name, sums in zip(names, _sums(figures, ahead, owing, cell, len(names)), strict=True):
            currency, key = name[0], name[1:]
            mine = self.by_currency.setdefault(currency, {})
            mine.setdefault(key, Sums()).add(sums)

    def grouped(self, currency: Currency, place: int | None) -> dict[str, Sums]:
        """The sums of a currency by bucket (0), product (1), grade (2) or altogether (None)."""
        found: dict[str, Sums] = {}
        for cell, sums in self.by_currency[currency].items():
            name = "" if place is None else cell[place]
            found.setdefault(name, Sums()).add(sums)
        return dict(sorted(found.items()))

    @property
    def refused(self) -> int:
        """Loans without figures."""
        return self.computed[How.REFUSED]

    @property
    def one_by_one(self) -> int:
        """Loans the one-loan engine computed."""
        return sum(self.computed.values()) - self.computed[How.AT_ONCE] - self.refused


def owes(figures: Figures) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which loans have something due or a penalty growing."""
    parts = (figures.principal, figures.interest, figures.fee, figures.penalty)
    every = np.stack((*parts, figures.grows_by_per_day))
    return np.asarray(every.any(axis=0), dtype=np.bool_)


def bucket_of(days_overdue: Iterable[int]) -> list[str]:
    """The bucket of each number of days overdue."""
    places = np.searchsorted(_FIRST_DAYS, np.asarray(list(days_overdue)), side="right")
    return [BUCKETS[place] for place in places.tolist()]


def _cells(
    columns: Columns, figures: Figures, owing: Ints
) -> tuple[list[tuple[Currency, str, str, str]], Ints]:
    """The cells in which these loans are, and which one each is in."""
    heads = columns.heads
    currencies = [Currency(kind.currency, kind.digits) for kind in heads.kinds]
    buckets = bucket_of(figures.days_overdue[owing].tolist())
    codes: dict[tuple[int, str, str], int] = {}
    cell = [
        codes.setdefault((kind, bucket, heads.grade[at]), len(codes))
        for at, kind, bucket in zip(
            owing.tolist(), heads.kind[owing].tolist(), buckets, strict=True
        )
    ]
    names = [
        (currencies[kind], bucket, heads.kinds[kind].product, grade)
        for kind, bucket, grade in codes
    ]
    return names, np.array(cell, dtype=np.int64)


def _sums(figures: Figures, ahead: Ahead, owing: Ints, cell: Ints, size: int) -> list[Sums]:
    found = [Sums(loans=count) for count in np.bincount(cell, minlength=size).tolist()]
    for name in _SUMMED:
        for sums, value in zip(
            found, _by_cell(getattr(figures, name)[owing], cell, size), strict=True
        ):
            setattr(sums, name, value)
    tier = _by_cell((figures.tier_on[owing] > 0).astype(np.int64), cell, size)
    window = _by_cell((ahead.window_closes[owing] > 0).astype(np.int64), cell, size)
    for sums, tiers, windows in zip(found, tier, window, strict=True):
        sums.tier_ahead, sums.window_ahead = tiers, windows
    return found


def _by_cell(column: Ints, cell: Ints, size: int) -> list[int]:
    if len(column) and int(column.max()) > _ROOM // len(column):
        whole = [0] * size
        for value, at in zip(column.tolist(), cell.tolist(), strict=True):
            whole[at] += value
        return whole
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, cell, column)
    return [int(value) for value in found]
