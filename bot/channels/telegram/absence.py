"""Gaps in which nothing from Telegram reached us: it forgets taps sooner than it forgets messages.

It must not guess what was tapped: whoever may have pressed in vain is asked to press again.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.channels.telegram.pace import loop_seconds
from bot.channels.telegram.preparing import CHANNEL
from bot.serve import Serve, Update
from bot.store.chats import Chats
from bot.store.connection import Op
from bot.store.queries import KEEPING
from bot.store.rows import stamp

log = structlog.get_logger()
TAPS_KEPT: Final = 150.0  # seconds
NOTED_EVERY: Final = 30.0  # seconds
_NOTE: Final = "telegram_reached_at"
# Whoever was in a talk then may have pressed; older cards are seldom returned to at that moment.
_TALKED_WITHIN: Final = timedelta(hours=1)


@dataclass(slots=True)
class Absence:
    """`here` whenever Telegram reaches us; what one life of the process leaves, the next reads."""

    serve: Serve
    chats: Chats
    clock: Callable[[], datetime]
    seconds: Callable[[], float] = loop_seconds
    _noted: tuple[datetime, float] | None = None

    async def here(self) -> None:
        """Updates reach us now; after a long gap, those whose taps may be lost are told."""
        try:
            await self._here()
        except Exception as failed:  # noqa: BLE001  # a full disk must not keep updates from coming
            log.error("telegram.absence.failed", error=type(failed).__name__)

    async def _here(self) -> None:
        now, seconds = self.clock(), self.seconds()
        noted = self._noted or await self._by_another_life(now, seconds)
        last, then = noted
        if seconds - then > TAPS_KEPT:
            await self._tell(last)
        if seconds - then > NOTED_EVERY or last == now:
            note = Op(KEEPING["note"], {"name": _NOTE, "value": stamp(now)})
            await self.serve.machine.database.commit([note])
            noted = now, seconds
        self._noted = noted

    async def _by_another_life(self, now: datetime, seconds: float) -> tuple[datetime, float]:
        """Only the clock can tell of it; within one life the clock may be set anew."""
        found = await self.serve.machine.database.read(_noted)
        before = now if found is None else min(found, now)
        return before, seconds - (now - before).total_seconds()

    async def _tell(self, last: datetime) -> None:
        """One turn a chat, under a key that makes telling it again no second one."""
        chats = await self.chats.talking(CHANNEL, last - _TALKED_WITHIN)
        log.warning("telegram.absence", chats=len(chats))
        keys = (f"away:{stamp(last)}:{chat_id}" for chat_id in chats)
        told = (Update("system", *each, "away") for each in zip(keys, chats, strict=True))
        await asyncio.gather(*map(self.serve.receive, told))


def _noted(db: sqlite3.Connection) -> datetime | None:
    row = db.execute(KEEPING["noted"], {"name": _NOTE}).fetchone()
    return datetime.fromisoformat(row[0]) if row else None
