"""How often somebody may do something: token buckets in memory, oldest forgotten first.

It must not read a clock: the moment comes with each call, in seconds of a clock that only grows.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """`burst` requests at once, and `per_second` more as time goes by."""

    burst: float
    per_second: float


class Buckets:
    """The buckets of everybody lately heard."""

    def __init__(self) -> None:
        self._left: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def wait(self, what: str, who: str, allowance: Allowance, now: float) -> float:
        """Take one; 0 when it was there, else the seconds until it will be (and none is taken)."""
        left, at = self._left.pop((what, who), (allowance.burst, now))
        left = min(allowance.burst, left + (now - at) * allowance.per_second)
        taken = left >= 1
        self._left[what, who] = (left - 1 if taken else left, now)
        if len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return 0.0 if taken else (1 - left) / allowance.per_second
