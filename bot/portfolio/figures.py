"""What a portfolio needs of each loan's statement, as columns; and how each loan was computed.

It must not compute any of it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np

from bot.portfolio.columns import Ints


class How(IntEnum):
    """How the figures of a loan came about: all at once, or why by the one-loan engine instead."""

    AT_ONCE = 0
    LARGE_NUMBERS = 1  # a product of them might not fit in int64
    CONTRACT_RATE = 2  # the terms multiply a contract rate that is unknown or too fine
    NO_TERMS = 3  # no terms entry covers a late due date
    MANY_ACTS = 4  # more late payments and waivers than are worth replaying together
    FALLING = 5  # the terms took back a penalty already paid
    REFUSED = 6  # the one-loan engine refused it too: there are no figures


@dataclass(frozen=True, slots=True)
class Figures:
    """Of each loan: days and minor units as `Statement` has them, and when its next tier begins.

    `principal` to `penalty` are outstanding of what is due; `tier_on` is an ordinal, 0 for none
    within the days asked for; `how` is a `How`.
    """

    days_overdue: Ints
    principal: Ints
    interest: Ints
    fee: Ints
    penalty: Ints
    charged: Ints
    paid: Ints
    waived: Ints
    grows_by_per_day: Ints
    tier_on: Ints
    how: Ints

    @classmethod
    def none(cls, size: int) -> Figures:
        """Loans that owe nothing, to be filled in."""
        return cls(*(np.zeros(size, dtype=np.int64) for _ in fields(cls)))

    def put(self, at: Ints, other: Figures) -> None:
        """Fill in the figures of some loans."""
        for each in fields(self):
            getattr(self, each.name)[at] = getattr(other, each.name)

    def __len__(self) -> int:
        return len(self.how)
