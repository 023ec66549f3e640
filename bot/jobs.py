"""Bounded ticks beside the turns: what waits in the inbox, what a passed day means.

It must not change a case: it makes updates that go down the staircase.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from bot.serve import Serve, Update
from bot.store.connection import Database
from bot.store.queries import SQL
from bot.store.rows import stamp

log = structlog.get_logger()
_STALE = timedelta(days=1)  # forms untouched for less are nobody's concern


class Drains(Protocol):
    """Sends what waits for the lender's gateways."""

    async def drain(self) -> int: ...


@dataclass(slots=True)
class Jobs:
    """`run` until cancelled; `zone_day` answers the lender's day."""

    serve: Serve
    database: Database
    clock: Callable[[], datetime]
    zone_day: Callable[[], str]
    gateway: Drains | None = None
    every: float = 0.5  # seconds between looks at the inbox
    _day: str = field(default="", init=False)

    async def run(self) -> None:
        """Look at the inbox often, at the calendar with it."""
        while True:
            try:
                await self.tick()
            except Exception as failed:  # noqa: BLE001  # the next tick may go well
                log.error("jobs.failed", error=type(failed).__name__)
            await asyncio.sleep(self.every)

    async def tick(self) -> None:
        """Take up what waits; on a new day of the lender, pass it to whom it concerns."""
        await self.serve.resume()
        if self.gateway is not None:
            await self.gateway.drain()
        day = self.zone_day()
        if day != self._day:
            await self._pass(day)
            self._day = day

    async def _pass(self, day: str) -> None:
        for borrower_id in await self._concerned():
            update = Update("system", f"day:{day}:{borrower_id}", borrower_id, "day_passed")
            await self.serve.receive(update)

    async def _concerned(self) -> list[str]:
        """Borrowers with an open case or an old form."""
        stale = stamp(self.clock().astimezone(UTC) - _STALE)

        def look(db: sqlite3.Connection) -> list[str]:
            return [str(row[0]) for row in db.execute(SQL["due_cases"], {"stale": stale})]

        return await self.database.read(look)
