"""Telegram's queue of updates: numbered as they arrive, kept until confirmed, swapped and repeated.

It must not know what an update says.
"""

from __future__ import annotations

import heapq
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

TAP_KEPT, KEPT = 150.0, 86_400.0  # seconds until Telegram drops what nobody took


@dataclass
class Waiting:
    """An update in the queue; `act` is what a person did to cause it."""

    number: int
    act: int
    raw: bytes
    chat: int
    is_tap: bool
    dropped_at: float
    tries: int = 0
    not_before: float = 0.0


@dataclass
class Post:
    """The queue. `acked` are the numbers of updates the assistant said it has."""

    chance: random.Random
    next_number: int
    pending: list[Waiting] = field(default_factory=list)
    acked: set[int] = field(default_factory=set)
    act_of: dict[int, int] = field(default_factory=dict)  # by the number of the update
    _coming: list[tuple[float, int, int, bool, Mapping[str, object] | str]] = field(
        default_factory=list
    )
    _last: dict[tuple[int, bool], float] = field(default_factory=dict)
    _acts: int = 0

    def put(
        self, now: float, chat: int, update: Mapping[str, object] | str, *, is_tap: bool = False
    ) -> int:
        """Something a person did; messages keep their order, taps theirs, one not the other's."""
        self._acts += 1
        delay = self.chance.random() * (2.0 if self.chance.random() < 0.1 else 0.05)
        due = max(now + delay, self._last.get((chat, is_tap), 0.0) + 1e-6)
        self._last[chat, is_tap] = due
        heapq.heappush(self._coming, (due, self._acts, chat, is_tap, update))
        return self._acts

    def next_due(self) -> float | None:
        """When the next update arrives in the queue."""
        return self._coming[0][0] if self._coming else None

    def waiting(self, now: float, most: int = 100) -> list[Waiting]:
        """What is in the queue by now, the oldest first."""
        while self._coming and self._coming[0][0] <= now:
            self._arrive(*heapq.heappop(self._coming))
        self.pending = [each for each in self.pending if each.dropped_at > now]
        return self.pending[:most]

    def confirm_below(self, offset: int) -> None:
        """GetUpdates with an offset: everything with a lower number is taken."""
        for each in self.pending:
            if each.number < offset:
                self.acked.add(each.number)
        self.pending = [each for each in self.pending if each.number >= offset]

    def confirm(self, one: Waiting) -> None:
        """The webhook's 200."""
        self.acked.add(one.number)
        if one in self.pending:
            self.pending.remove(one)

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits or is on its way."""
        return not self.pending and not self._coming

    def _arrive(
        self, due: float, act: int, chat: int, is_tap: bool, update: Mapping[str, object] | str
    ) -> None:
        number = self.next_number
        self.next_number += 1
        self.act_of[number] = act
        raw = _raw(number, update)
        kept = TAP_KEPT if is_tap else KEPT
        self.pending.append(Waiting(number, act, raw, chat, is_tap, due + kept))


def _raw(number: int, update: Mapping[str, object] | str) -> bytes:
    """The update as Telegram writes it; a text in its place is one that nobody can read."""
    if isinstance(update, str):
        return b'{"update_id":%d,%s' % (number, update.encode())
    return json.dumps({"update_id": number, **update}).encode()
