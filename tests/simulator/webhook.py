"""Delivers updates to the bot's webhook: each queue in order, queues side by side.

A chat's messages are one queue, a person's taps another, as on Telegram's servers; a non-2xx
answer holds its own queue back and is tried again, later each time.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.simulator.calls import Json
from tests.simulator.clock import Clock
from tests.simulator.mailbox import Mailbox, Pending

DEFAULT_CONNECTIONS = 40
Answered = Callable[[Json], Awaitable[None]]


@dataclass
class Backoff:
    """Waits between tries in simulated seconds; Telegram's own begin at 1 and double."""

    first: float = 0.02
    most: float = 1.0

    def after(self, tries: int) -> float:
        """The wait after that many failures."""
        doubled: float = self.first * 2.0 ** max(0, tries - 1)
        return min(self.most, doubled)


@dataclass
class Webhook:
    """Where updates go, and how it went lately."""

    url: str
    secret: str
    mailbox: Mailbox
    clock: Clock
    backoff: Backoff
    timeout: float
    answered: Answered
    max_connections: int = DEFAULT_CONNECTIONS
    last_error_at: float | None = None
    last_error: str = ""
    deliveries: list[tuple[int, int]] = field(default_factory=list)
    _draining: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Deliver until `stop`."""
        self._running = asyncio.create_task(self._deliver())

    async def stop(self) -> None:
        """Stop delivering; what is undelivered stays in the mailbox."""
        running = [self._running, *self._draining.values()]
        tasks = [task for task in running if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _deliver(self) -> None:
        slots = asyncio.Semaphore(self.max_connections)
        timeout = aiohttp.ClientTimeout(total=self.timeout)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                for queue in dict.fromkeys(one.queue for one in self.mailbox.pending):
                    self._drain(queue, session, slots)
                await self.mailbox.arrived.wait()

    def _drain(self, queue: str, session: aiohttp.ClientSession, slots: asyncio.Semaphore) -> None:
        busy = self._draining.get(queue)
        if busy is None or busy.done():
            work = self._empty(queue, session, slots)
            self._draining[queue] = asyncio.create_task(work)

    async def _empty(
        self, queue: str, session: aiohttp.ClientSession, slots: asyncio.Semaphore
    ) -> None:
        """Deliver a queue one by one until nothing is left in it."""
        while pending := self._next(queue):
            async with slots:
                done = await self._post(pending, session)
            if done:
                self.mailbox.forget(pending)
            else:
                pending.tries += 1
                self.last_error_at = self.clock.now()
                self.mailbox.arrived.ring()
                await self.clock.sleep(self.backoff.after(pending.tries))

    def _next(self, queue: str) -> Pending | None:
        self.mailbox.expire()
        return next((one for one in self.mailbox.pending if one.queue == queue), None)

    async def _post(self, pending: Pending, session: aiohttp.ClientSession) -> bool:
        """Whether the bot took the update; what went wrong stands in `last_error`."""
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret
        body = json.dumps(pending.update).encode()
        try:
            async with session.post(self.url, data=body, headers=headers) as answer:
                told = await answer.read()
                status, reason = answer.status, answer.reason
        except TimeoutError:
            return self._failed(pending, 0, "Read timeout expired")
        except aiohttp.ClientConnectorError:
            return self._failed(pending, 0, "Connection refused")
        except aiohttp.ClientError:
            return self._failed(pending, 0, "Webhook connection closed")
        self.deliveries.append((pending.id, status))
        if not 200 <= status <= 299:
            complaint = f"Wrong response from the webhook: {status} {reason}"
            return self._failed(pending, status, complaint)
        await self._obey(told)
        return True

    def _failed(self, pending: Pending, status: int, complaint: str) -> bool:
        if not status:
            self.deliveries.append((pending.id, status))
        self.last_error = complaint
        return False

    async def _obey(self, told: bytes) -> None:
        """A method in the answer's body is a call of its own."""
        try:
            asked: Any = json.loads(told) if told.strip() else {}
        except ValueError:
            return
        method = str(asked.get("method", "")).lower() if isinstance(asked, dict) else ""
        if method and not method.startswith("get") and "webhook" not in method:
            await self.answered(asked)
