"""What is measured of a bot that runs: processor time a turn, and how long turns take under a load.

It must not know which bot it measures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from benchmarks.turns.bots import Running
from benchmarks.turns.telegram import Turn


@dataclass
class Pace:
    """Processor time of one bot, round by round."""

    running: Running
    each: list[float] = field(default_factory=list)  # processor seconds a turn

    @property
    def a_second(self) -> float:
        """Turns for each second of the processor: the median of the rounds."""
        return 1 / median(self.each)

    @property
    def span(self) -> str:
        """The slowest and the fastest round."""
        return f"{1 / max(self.each):,.0f} to {1 / min(self.each):,.0f}"

    async def round(self, turns: int) -> None:
        """One more round: as many at once as Telegram opens connections."""
        before = self.running.cpu_seconds()
        await self.running.telegram.closed(turns)
        self.each.append((self.running.cpu_seconds() - before) / turns)


@dataclass(frozen=True)
class Load:
    """Turns that came by chance, `rate` a second; how long each took, in milliseconds."""

    rate: float
    acknowledged: Sequence[float]
    answered: Sequence[float]

    @property
    def p50(self) -> float:
        """Half of the answers came within so many milliseconds."""
        return median(self.answered)

    @property
    def p99(self) -> float:
        """Of a hundred answers ninety-nine came within so many milliseconds."""
        return quantiles(self.answered, n=100)[98]

    def told(self) -> str:
        """The 50th and 99th percentile of the answer, and of the acknowledgement."""
        acknowledged = quantiles(self.acknowledged, n=100)
        return (
            f"p50 {self.p50:.1f} ms, p99 {self.p99:.1f} ms"
            f" (200: {acknowledged[49]:.1f} and {acknowledged[98]:.1f})"
        )


async def load(running: Running, rate: float, seconds: float) -> Load:
    """What a load that waits for nobody does to the bot."""
    turns = await running.telegram.open(rate, seconds)
    return Load(
        rate,
        _milliseconds(turns, lambda turn: turn.acknowledged),
        _milliseconds(turns, lambda turn: turn.answered),
    )


def _milliseconds(turns: list[Turn], end: Callable[[Turn], float | None]) -> list[float]:
    return [((end(turn) or turn.due) - turn.due) * 1e3 for turn in turns]
