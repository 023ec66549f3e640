"""Whether the assistant can do its work now: what does not is named by a word of ours.

It must not wait long, nor write more than one row every few seconds, however often it is asked.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.errors import Broken
from bot.metrics import Meters
from bot.store.connection import Database, Op, newest_schema, schema_version
from bot.store.queries import KEEPING
from bot.store.rows import stamp

_STALLED: Final = 120.0  # seconds without a beat; a day's tick over many cases beats as it goes
_AGAIN: Final = 5.0  # seconds between two tries to write
_PATIENCE: Final = 5.0  # seconds one try may take
_WORKING: Final = ("outbox", "jobs")


@dataclass(slots=True)
class Readiness:
    """`takes_updates` says whether Telegram is set up; None when it is off."""

    database: Database
    meters: Meters
    clock: Callable[[], datetime]
    takes_updates: Callable[[], bool] | None = None
    _store: list[str] = field(default_factory=list)
    _tried_at: float | None = None
    _trying: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def failing(self) -> list[str]:
        """What does not work: of database, schema, outbox, jobs, telegram; empty when ready."""
        telegram = self.takes_updates is None or self.takes_updates()
        return [*await self._of_the_store(), *self._stalled(), *([] if telegram else ["telegram"])]

    def _stalled(self) -> list[str]:
        now = self.meters.ticks()
        beats = self.meters.beats
        return [name for name in _WORKING if name not in beats or now - beats[name] > _STALLED]

    async def _of_the_store(self) -> list[str]:
        """As of the last try, which is at most a few seconds old."""
        async with self._trying:
            now = self.meters.ticks()
            if self._tried_at is None or now - self._tried_at >= _AGAIN:
                self._store = await self._try()
                self._tried_at = self.meters.ticks()
            return self._store

    async def _try(self) -> list[str]:
        try:
            await asyncio.wait_for(self._write(), _PATIENCE)
            known = await self.database.read(schema_version)
        except (sqlite3.Error, Broken, TimeoutError, ValueError):
            return ["database"]  # ValueError: the connection is closed already
        return [] if known == newest_schema() else ["schema"]

    async def _write(self) -> None:
        values = {"name": "ready_at", "value": stamp(self.clock())}
        await self.database.commit([Op(KEEPING["note"], values)])
