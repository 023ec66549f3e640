"""The reminder job: once a day, in waking hours, who may be told of what comes in the next days.

It must not decide who is reminded or of what: it makes updates that go down the staircase.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from bot.errors import Broken
from bot.serve import Serve, Update
from bot.settings import Settings
from bot.store.connection import Op
from bot.store.queries import KEEPING

log = structlog.get_logger()
_PATIENCE: Final = 1_800.0  # seconds one look at all books may take
_AGAIN: Final = 300.0  # seconds before another try after a failed one
_DONE: Final = "reminded_on"

Look = Callable[[date], Awaitable[list[str]]]
"""The borrowers to whom the days from that one on may bring something."""


@dataclass(frozen=True, slots=True)
class Daytime:
    """From `start` to before `end`, hours of the day in `zone`, whatever its clocks do."""

    start: int
    end: int
    zone: tzinfo

    def holds(self, at: datetime) -> bool:
        """Whether that moment is among them."""
        return self.start <= at.astimezone(self.zone).hour < self.end

    def ends(self, at: datetime) -> datetime:
        """When those of that moment's day end, UTC."""
        day = at.astimezone(self.zone).date()
        midnight = datetime.combine(day + timedelta(days=self.end // 24), time(), self.zone)
        return midnight.replace(hour=self.end % 24).astimezone(UTC)


class Ahead(NamedTuple):
    """How many days ahead to look: for anything, and for an instalment that falls due (0: not)."""

    days: int
    due_days: int


@dataclass(slots=True)
class Reminding:
    """`run` until cancelled; `tick` does what this moment asks for."""

    serve: Serve
    daytime: Daytime
    look: Look
    ahead: Ahead
    a_week: int
    every: float = 30.0  # seconds between looks at the clock
    _day: str = field(default="", init=False)

    @classmethod
    def of(cls, serve: Serve, settings: Settings, policy: Path) -> Reminding:
        """As the settings say, by the policy in that file."""
        hours = Daytime(settings.reminders_from, settings.reminders_until, serve.machine.zone)
        ahead = Ahead(settings.reminder_days, settings.reminder_due_days)
        return cls(serve, hours, looking(settings, policy), ahead, settings.reminders_a_week)

    async def run(self) -> None:
        """Look at the clock now and then, not at once: a start has enough to do."""
        wait = self.every
        while True:
            await asyncio.sleep(wait)
            try:
                await self.tick()
                wait = self.every
            except Exception as failed:  # noqa: BLE001  # the next try may go well
                log.error("reminders.failed", error=type(failed).__name__)
                wait = _AGAIN

    async def tick(self) -> None:
        """In waking hours, once a day: an update for each borrower, of whom no day has two."""
        self.serve.machine.meters.beat("reminders")
        now = self.serve.machine.clock()
        day = now.astimezone(self.daytime.zone).date()
        if not self.daytime.holds(now) or await self._is_done(day):
            return
        until = self.daytime.ends(now)
        ahead = self.ahead._asdict()
        body = {**ahead, "a_week": self.a_week, "until": until.isoformat()}
        for borrower_id in await self.look(day):
            if self.serve.machine.clock() >= until:
                return  # tomorrow looks again, for these too
            key = f"remind:{day}:{borrower_id}"
            await self.serve.receive(Update("system", key, borrower_id, "remind", body))
        await self._done(day)

    async def _is_done(self, day: date) -> bool:
        """Whether all of that day were told; a restart need not look at all books again."""
        if not self._day:
            row = await self.serve.machine.database.read(
                lambda db: db.execute(KEEPING["noted"], {"name": _DONE}).fetchone()
            )
            self._day = str(row[0]) if row else "never"
        return self._day == day.isoformat()

    async def _done(self, day: date) -> None:
        values = {"name": _DONE, "value": day.isoformat()}
        await self.serve.machine.database.commit([Op(KEEPING["note"], values)])
        self._day = day.isoformat()


def looking(settings: Settings, policy: Path) -> Look:
    """Looks in a process of its own, which holds numpy, and its memory, only for so long."""

    async def look(day: date) -> list[str]:
        ahead = (str(settings.reminder_days), str(settings.reminder_due_days))
        given = (str(settings.database), str(policy), str(day), *ahead)
        command = (sys.executable, "-P", "-m", "bot.portfolio.soon", *given)
        process = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, start_new_session=True
        )
        try:
            async with asyncio.timeout(_PATIENCE):
                told, _ = await process.communicate()
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.communicate()
        if process.returncode:
            raise Broken("error.reminders.look")
        return told.decode().split()

    return look
