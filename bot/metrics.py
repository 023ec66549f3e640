"""What the machine counts and times about itself, for whoever watches it.

It must not hold an id or anything personal: every label is a word of ours, and there are few.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Final, Literal, Self

Stage = Literal["load", "decide", "commit", "send"]
_MILLISECONDS = (0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
BOUNDS: Final = tuple(each / 1_000 for each in _MILLISECONDS)
"""Upper bounds of the buckets, seconds; one more bucket takes the rest."""


class Timing:
    """How long something took: a count for each bucket, and the seconds in all."""

    def __init__(self) -> None:
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


class Meters:
    """Counts and timings since the start; `ticks` are seconds of a clock that only grows.

    Written by the event loop alone; another thread may read.
    """

    def __init__(self, ticks: Callable[[], float] = lambda: 0.0) -> None:
        self.ticks = ticks
        self.turns: Counter[tuple[str, str, str]] = Counter()  # channel, task, outcome
        self.sends: Counter[tuple[str, str]] = Counter()  # channel, result
        self.reminders: Counter[str] = Counter()  # by what they told of
        self.timings: dict[str, Timing] = {
            stage: Timing() for stage in ("load", "decide", "commit", "send")
        }
        self.beats: dict[str, float] = {}

    def timed(self, stage: Stage) -> Stopwatch:
        """`with meters.timed("load"):` adds how long the block took."""
        return Stopwatch(self.timings[stage], self.ticks)

    def beat(self, task: str) -> None:
        """A task that must never stop has gone round once more."""
        self.beats[task] = self.ticks()


class Stopwatch:
    """Runs while its block does; `seconds` then tells for how long."""

    __slots__ = ("_begun", "_ticks", "_timing", "seconds")

    def __init__(self, timing: Timing, ticks: Callable[[], float]) -> None:
        self._timing = timing
        self._ticks = ticks
        self._begun = 0.0
        self.seconds = 0.0

    def __enter__(self) -> Self:
        """Start."""
        self._begun = self._ticks()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop; what failed took its time too."""
        self.seconds = self._ticks() - self._begun
        self._timing.add(self.seconds)
