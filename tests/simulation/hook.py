"""Telegram posting to the webhook: several at once, a chat's in order, again until it hears 200.

It must not know what the assistant does with a post.
"""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.asgi import Application
from bot.channels.telegram.webhook import PATH
from tests.simulation.life import WEBHOOK_SECRET, Life
from tests.simulation.network import Network
from tests.simulation.post import Waiting

if TYPE_CHECKING:
    from tests.simulation.world import World

_AT_ONCE = 4
_AGAIN, _LONGEST = 1.0, 30.0  # seconds until a post is tried again
_ECHO = 0.01  # chance that a post comes once more although it was answered


@dataclass
class Poster:
    """The posts of one life; only once the assistant has asked for them."""

    world: World
    life: Life
    network: Network
    _flying: dict[int, asyncio.Future[None]] = field(default_factory=dict)

    async def work(self) -> None:
        """Post what waits, for as long as the life lasts."""
        assistant = self.life.assistant
        assert assistant.telegram is not None
        application = assistant.telegram.webhook(_nothing)
        while True:
            if "Webhook" in self.world.rooms.settings and self.world.webhook:
                for one in self._free():
                    flight = asyncio.ensure_future(self._post(application, one))
                    self._flying[id(one)] = flight
            await self.network.until_due(self.network.now() + 0.5)

    def _free(self) -> list[Waiting]:
        """What may be posted now: the first of each chat's messages and of its taps."""
        seen: set[tuple[int, bool]] = set()
        free = []
        for one in self.network.post.waiting(self.network.now()):
            queue = (one.chat, one.is_tap)
            if queue not in seen and id(one) not in self._flying:
                free.append(one)
            seen.add(queue)
        due = [one for one in free if one.not_before <= self.network.now()]
        return due[: _AT_ONCE - len(self._flying)]

    async def _post(self, application: Application, one: Waiting) -> None:
        chance, weather = self.network.chance, self.network.weather
        try:
            await asyncio.sleep(chance.random() * weather.latency)
            status = await self._answer(application, one.raw)
            drawn = chance.random()
            if status == 200 and drawn >= weather.lost:
                self.network.post.confirm(one)
            if status != 200 or drawn < weather.lost + _ECHO:
                self._again(one)
        finally:
            del self._flying[id(one)]
            self.network.bell.set()

    def _again(self, one: Waiting) -> None:
        one.tries += 1
        one.not_before = self.network.now() + min(_AGAIN * 2 ** min(one.tries, 9), _LONGEST)
        if one not in self.network.post.pending:
            self.network.post.pending.append(one)

    async def _answer(self, application: Application, raw: bytes) -> int:
        """The status of one post."""
        status: list[int] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(event: MutableMapping[str, Any]) -> None:
            if event["type"] == "http.response.start":
                status.append(int(event["status"]))

        headers = [(b"x-telegram-bot-api-secret-token", WEBHOOK_SECRET.encode())]
        scope = {"type": "http", "path": PATH, "method": "POST", "headers": headers}
        await application(scope, receive, send)
        return status[0]


async def _nothing(_scope: object, _receive: object, _send: object) -> None:
    raise AssertionError("only Telegram's posts come here")
