"""Time as the simulator sees it, and the bell that wakes whoever waits.

Nothing here sleeps for luck: a test moves the clock with `advance`, and every wait ends because
something happened.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


FIRST_MOMENT = 1_772_323_200.0  # 2026-03-01T00:00:00Z
# Real seconds before a wait is given up: only a failing test spends them, so they may be many.
PATIENCE_SECONDS = 60.0


def ticks() -> float:
    """Real seconds since some moment: what clocks and patience are measured with."""
    return time.monotonic()  # noqa: TID251 - the simulator's own clock stands on this one


class Clock:
    """Unix seconds that tick at `speed` times real time; `speed=0` moves by `advance` alone."""

    def __init__(self, starts_at: float = FIRST_MOMENT, *, speed: float = 1.0) -> None:
        self._origin = starts_at
        self._started = ticks()
        self._speed = speed
        self._moved = Bell()

    def now(self) -> float:
        """The simulator's present, unix seconds."""
        return self._origin + self._speed * (ticks() - self._started)

    def advance(self, seconds: float) -> None:
        """Jump forward; every sleeper whose moment has come wakes."""
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        self._origin += seconds
        self._moved.ring()

    async def sleep(self, seconds: float) -> None:
        """Return once `seconds` of simulated time have passed."""
        ends_at = self.now() + seconds
        while (left := ends_at - self.now()) > 0:
            await self._moved.wait(left / self._speed if self._speed else None)


class Bell:
    """Wakes every waiter on each ring; a waiter then looks whether what it wants has come."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake everyone who waits now."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, within: float | None = None) -> bool:
        """Whether the bell rang `within` so many real seconds (None: however long it takes)."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await asyncio.wait_for(waiter, within)
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(waiter)
        return True

    async def until(self, look: Callable[[], Found | None], within: float) -> Found:
        """The first true thing `look` sees; TimeoutError after `within` real seconds."""
        ends_at = ticks() + within
        while not (found := look()):
            left = ends_at - ticks()
            if left <= 0:
                raise TimeoutError
            await self.wait(left)
        return found
