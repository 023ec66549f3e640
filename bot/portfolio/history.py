"""What was unpaid from which day on, for many instalments: a few slots each, grown as needed.

It must not know what is counted: the base of a penalty, or what a late fee is a share of.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.portfolio.columns import FOR_EVER, Ints, Rows


@dataclass(slots=True)
class History:
    """`value[slot]` holds from `since[slot]` until the next slot; of a row `count` are used."""

    since: Ints
    value: Ints
    count: Ints

    @classmethod
    def begun(cls, since: Ints, value: Ints) -> History:
        """One slot a row."""
        return cls(
            since[None, :].copy(), value[None, :].copy(), np.ones(len(since), dtype=np.int64)
        )

    def put(self, rows: Ints, since: Ints, value: Ints) -> None:
        """From these days on it is these values; no day is before the last one put."""
        changed = self.value[self.count[rows] - 1, rows] != value
        if not changed.all():
            rows, since, value = rows[changed], since[changed], value[changed]
        new = self.since[self.count[rows] - 1, rows] != since
        self.count[rows[new]] += 1
        slots = self.count[rows] - 1
        if int(slots.max(initial=0)) == len(self.since):
            self.since = np.vstack([self.since, np.zeros_like(self.since[:1])])
            self.value = np.vstack([self.value, np.zeros_like(self.value[:1])])
        self.since[slots, rows] = since
        self.value[slots, rows] = value

    def next_since(self, slot: int, rows: Rows) -> Ints:
        """The day the slot after this one begins; FOR_EVER when it is the last."""
        if slot + 1 == len(self.since):
            return np.full(len(self.count[rows]), FOR_EVER, dtype=np.int64)
        return np.where(self.count[rows] > slot + 1, self.since[slot + 1][rows], FOR_EVER)

    def on(self, rows: Rows, day: Ints) -> Ints:
        """What it was at the start of a day each, none before the first slot."""
        found = self.value[0][rows].copy()
        for slot in range(1, len(self.since)):
            later = (self.count[rows] > slot) & (self.since[slot][rows] <= day)
            np.copyto(found, self.value[slot][rows], where=later)
        return np.asarray(found)
