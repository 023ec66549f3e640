"""Bounded ticks beside the turns: what waits in the inbox, what a passed day means, its head.

It must not change a case: it makes updates that go down the staircase.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from bot.serve import Serve, Update
from bot.store.connection import Database
from bot.store.heads import close_day
from bot.store.queries import SQL
from bot.store.rows import stamp

log = structlog.get_logger()
_STALE = timedelta(days=1)  # forms untouched for less are nobody's concern


@dataclass(slots=True)
class Jobs:
    """`run` until cancelled; `zone_day` answers the lender's day."""

    serve: Serve
    database: Database
    clock: Callable[[], datetime]
    zone_day: Callable[[], str]
    every: float = 0.5  # seconds between looks at the inbox
    _day: str = field(default="", init=False)

    async def run(self) -> None:
        """Look at the inbox often, at the calendar with it."""
        while True:
            self._beat()
            try:
                await self.tick()
            except Exception as failed:  # noqa: BLE001  # the next tick may go well
                log.error("jobs.failed", error=type(failed).__name__)
            await asyncio.sleep(self.every)

    async def tick(self) -> None:
        """Take up what waits; on a new day of the lender, pass it to whom it concerns."""
        self.serve.machine.seals.refresh()
        await self.serve.resume()
        day = self.zone_day()
        if day != self._day:
            await self._pass(day)
            await self._close_head(day)
            self._day = day

    async def _pass(self, day: str) -> None:
        for borrower_id in await self._concerned():
            self._beat()
            update = Update("system", f"day:{day}:{borrower_id}", borrower_id, "day_passed")
            await self.serve.receive(update)

    async def _close_head(self, day: str) -> None:
        """Seal the chains as they stand; the log is a place where a head can be looked up later."""
        store = (self.database, self.serve.machine.seals)
        for head in await close_day(*store, day, self.clock()):
            log.info("audit.head", day=head.day, number=head.number, hmac=(head.hmac or b"").hex())

    def _beat(self) -> None:
        self.serve.machine.meters.beat("jobs")

    async def _concerned(self) -> list[str]:
        """Borrowers with an open case or an old form."""
        stale = stamp(self.clock().astimezone(UTC) - _STALE)

        def look(db: sqlite3.Connection) -> list[str]:
            return [str(row[0]) for row in db.execute(SQL["due_cases"], {"stale": stale})]

        return await self.database.read(look)
