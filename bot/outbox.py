"""Drains outgoing messages: claim, send through the channel, mark. A crash anywhere loses nothing.

It must not know what a message says or how a channel sends it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.store.connection import Conflict, Database, Op
from bot.store.outgoing import Claimed, claim, mark_later, mark_sent

log = structlog.get_logger()
_AT_ONCE = 64
_LEASE = timedelta(seconds=60)  # a claim left behind by a crash is taken up after this
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 300.0
_TRIES = 12  # failures in a row before a message is dead and staff are told


class Later(Exception):  # not an error: the channel asks to wait
    """The channel cannot take the message now: after `seconds`, or with backoff when None."""

    def __init__(self, seconds: float | None = None, *, may_repeat: bool = False) -> None:
        super().__init__(seconds)
        self.seconds = seconds
        self.may_repeat = may_repeat


class Unreachable(Exception):  # a state of the chat, not an error
    """The chat cannot be reached: blocked, gone."""


class Undeliverable(Exception):  # a state of the message, not an error
    """The channel refuses this very message for good."""


class Channel(Protocol):
    """Sends one message; returns the channel's own id for it, or None."""

    async def deliver(self, message: Claimed) -> str | None: ...


@dataclass(slots=True)
class Outbox:
    """One drain for all channels; `kick` after a commit, `run` until cancelled."""

    database: Database
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime]
    patience: float = 1.0  # seconds between looks when nobody kicks
    _kicked: asyncio.Event | None = None

    def kick(self) -> None:
        """There may be something to send."""
        if self._kicked is not None:
            self._kicked.set()

    async def run(self) -> None:
        """Send what is ready, for as long as the process lives."""
        self._kicked = asyncio.Event()
        while True:
            sent = await self.drain()
            if sent:
                continue
            self._kicked.clear()
            try:
                await asyncio.wait_for(self._kicked.wait(), self.patience)
            except TimeoutError:
                continue

    async def drain(self) -> int:
        """Claim what is ready and deliver it, a chat's messages in order; how many were tried."""
        now = self.clock()
        claimed = await claim(self.database, tuple(self.channels), now, now + _LEASE, _AT_ONCE)
        await asyncio.gather(*(self._one(message) for message in claimed))
        return len(claimed)

    async def _one(self, message: Claimed) -> None:
        try:
            external_id = await self.channels[message.channel].deliver(message)
        except Later as later:
            await self._later(message, later)
        except Unreachable:
            await self._mark(mark_later(message, "unreachable", None))
        except Undeliverable:
            log.error("outbox.dead", channel=message.channel)
            await self._mark(mark_later(message, "dead", None))
        except Exception as failed:  # noqa: BLE001  # one message's bug must not stop the others
            log.error("outbox.failed", channel=message.channel, error=type(failed).__name__)
            await self._later(message, Later(may_repeat=True))
        else:
            await self._mark(mark_sent(message, external_id))

    async def _later(self, message: Claimed, later: Later) -> None:
        if later.seconds is None and message.attempts >= _TRIES:
            log.error("outbox.dead", channel=message.channel)
            await self._mark(mark_later(message, "dead", None, may_repeat=later.may_repeat))
            return
        wait = later.seconds if later.seconds is not None else _backoff(message.attempts)
        not_before = self.clock() + timedelta(seconds=wait)
        await self._mark(mark_later(message, "ready", not_before, may_repeat=later.may_repeat))

    async def _mark(self, op: Op) -> None:
        try:
            await self.database.commit([op])
        except Conflict:
            # The lease ran out and another claim took the message over: its marking counts.
            log.warning("outbox.mark.lost")


def _backoff(attempts: int) -> float:
    """Seconds to wait after so many failures in a row, jittered so that a crowd spreads out."""
    wait = min(_FIRST_WAIT * 2.0 ** min(attempts, 16), _LONGEST_WAIT)
    return wait * random.uniform(0.5, 1.0)  # noqa: S311  # spreads load, guards nothing
