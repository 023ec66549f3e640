"""Drains outgoing messages: claim, send through the channel, mark. A crash anywhere loses nothing.

It must not know what a message says or how a channel sends it.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from bot.metrics import Meters
from bot.store.connection import Conflict, Database, Op
from bot.store.outgoing import (
    Claim,
    Claimed,
    claim,
    mark_later,
    mark_sent,
    mark_unreachable,
    release,
)

log = structlog.get_logger()
_AT_ONCE = 64
_LEASE = timedelta(minutes=5)  # a claim that nobody gave back is taken up after this
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 300.0
_TRIES = 12  # bugs in a row before a message is dead; a channel's trouble is waited out


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
    meters: Meters = field(default_factory=Meters)
    _kicked: asyncio.Event | None = None
    _beginning: asyncio.Lock = field(default_factory=asyncio.Lock)  # one claim at a time
    _released: bool = False
    _closing: bool = False
    _full: bool = False
    _behind: set[str] = field(default_factory=set)  # chats of which more may wait
    _sending: dict[str, asyncio.Task[None]] = field(default_factory=dict)  # by message

    def kick(self) -> None:
        """There may be something to send."""
        if self._kicked is not None:
            self._kicked.set()

    def claim(self) -> Claim | None:
        """What a commit may claim to be sent from here; None while all of it must wait."""
        # Before `release`, which takes every claim for one that a dead process has left.
        if not self._released or self._closing or self._room() <= 0:
            return None
        return Claim(self.channels.keys(), self.clock() + _LEASE)

    def send(self, claim: Claim) -> None:
        """Begin to send what a commit has claimed; what it left is looked for."""
        self._start(claim.taken)
        if claim.left:
            self._behind.update(claim.left)
            self.kick()

    async def run(self) -> None:
        """Send what is ready, for as long as the process lives; a slow chat delays no other."""
        self._kicked = asyncio.Event()
        while True:
            self.meters.beat("outbox")
            self._kicked.clear()
            if await self._look():
                continue
            # Not `wait_for`: on 3.11 it swallows a cancellation that comes along with a kick.
            with suppress(TimeoutError):
                async with asyncio.timeout(self.patience):
                    await self._kicked.wait()

    async def drain(self) -> int:
        """Send until nothing is ready and nothing is on its way; how many were begun here."""
        begun = 0
        while True:
            new = await self._begin()
            if not new and not self._sending:
                return begun
            begun += new
            await asyncio.wait(set(self._sending.values()))

    async def close(self, grace: float) -> None:
        """Send for at most `grace` seconds; the rest goes out after the next start."""
        self._closing = True
        try:
            async with asyncio.timeout(grace):
                await self.drain()
        except TimeoutError:
            log.info("outbox.left", sending=len(self._sending))
        except Exception as failed:  # noqa: BLE001  # a full disk must not keep the rest from ending
            log.error("outbox.stumbled", error=type(failed).__name__)
        left = set(self._sending.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _look(self) -> int:
        """Begin what is ready; none when that fails: a full disk must not end it for good."""
        try:
            if not self._released:
                await release(self.database)
                self._released = True
            return await _to_its_end(self._begin())
        except Exception as failed:  # noqa: BLE001  # the next look may go well
            log.error("outbox.stumbled", error=type(failed).__name__)
            return 0

    async def _begin(self) -> int:
        """Claim what is ready, a chat's messages one at a time, and begin to send it.

        What another look has claimed is being sent by the time this one has its turn.
        """
        async with self._beginning:
            now, room = self.clock(), self._room()
            if room <= 0:
                return 0
            claimed = await claim(self.database, tuple(self.channels), now, now + _LEASE, room)
            # A process stopped past its lease finds messages that it is still sending itself.
            free = [message for message in claimed if message.message_id not in self._sending]
            self._behind.update(message.chat_id for message in free)
            self._start(free)
            return len(free)

    def _start(self, messages: Sequence[Claimed]) -> None:
        for message in messages:
            task = asyncio.get_running_loop().create_task(self._one(message))
            self._sending[message.message_id] = task
            task.add_done_callback(partial(self._done, message))

    def _room(self) -> int:
        """How many more may be sent at once; whoever finds none waits until one is sent."""
        room = _AT_ONCE - len(self._sending)
        self._full = self._full or room <= 0
        return room

    def _done(self, message: Claimed, _task: asyncio.Task[None]) -> None:
        """There may be room where there was none, or more of the chat that waits."""
        del self._sending[message.message_id]
        if self._full or message.chat_id in self._behind:
            self._full = False
            self._behind.discard(message.chat_id)
            self.kick()

    async def _one(self, message: Claimed) -> None:
        try:
            with self.meters.timed("send"):
                external_id = await self.channels[message.channel].deliver(message)
        except Later as later:
            await self._later(message, later)
        except Unreachable:
            self._count(message, "unreachable")
            await self._mark(*mark_unreachable(message, self.clock()))
        except Undeliverable:
            await self._dead(message, may_repeat=False)
        except Exception as failed:  # noqa: BLE001  # one message's bug must not stop the others
            log.error("outbox.failed", channel=message.channel, error=type(failed).__name__)
            await self._after_a_bug(message)
        else:
            self._count(message, "sent")
            await self._mark(mark_sent(message, external_id))

    async def _after_a_bug(self, message: Claimed) -> None:
        """Try again for a while: what it trips over may be mended, or pass."""
        if message.attempts < _TRIES:
            await self._later(message, Later(may_repeat=True))
            return
        await self._dead(message, may_repeat=True)

    async def _dead(self, message: Claimed, *, may_repeat: bool) -> None:
        log.error("outbox.dead", channel=message.channel)
        self._count(message, "dead")
        await self._mark(mark_later(message, "dead", None, may_repeat=may_repeat))

    async def _later(self, message: Claimed, later: Later) -> None:
        asked_to_wait = later.seconds is not None
        wait = _backoff(message.attempts) if later.seconds is None else later.seconds
        not_before = self.clock() + timedelta(seconds=wait)
        self._count(message, "asked_to_wait" if asked_to_wait else "later")
        await self._mark(
            mark_later(
                message,
                "ready",
                not_before,
                may_repeat=later.may_repeat,
                asked_to_wait=asked_to_wait,
            )
        )

    async def _mark(self, *ops: Op) -> None:
        """Note how it went, however long that takes: what is not noted is sent again."""
        while True:
            try:
                await self.database.commit(ops)
            except Conflict:
                # The lease ran out and another claim took the message over: its marking counts.
                log.warning("outbox.mark.lost")
            except sqlite3.OperationalError as failed:
                log.error("outbox.mark.failed", error=type(failed).__name__)
                await asyncio.sleep(self.patience)
                continue
            return

    def _count(self, message: Claimed, result: str) -> None:
        self.meters.sends[message.channel, result] += 1


async def _to_its_end(begun: Coroutine[None, None, int]) -> int:
    """What it answers; called off meanwhile, it ends first: a claim must not be left behind."""
    task = asyncio.ensure_future(begun)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


def _backoff(attempts: int) -> float:
    """Seconds to wait after so many failures in a row, jittered so that a crowd spreads out."""
    wait = min(_FIRST_WAIT * 2.0 ** min(attempts, 16), _LONGEST_WAIT)
    return wait * random.uniform(0.5, 1.0)  # noqa: S311  # spreads load, guards nothing
