"""The way between the assistant and Telegram: slow, refusing, losing answers after acceptance.

It must not decide what Telegram answers: `rooms` does.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Self

import aiohttp
from telegram._utils.defaultvalue import DEFAULT_NONE
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from tests.simulation.ledger import Ledger
from tests.simulation.post import Post
from tests.simulation.rooms import Rooms
from tests.simulator.refusals import Refusal, too_many_requests

SENDING: ContextVar[str] = ContextVar("sending", default="")
"""The message of the outbox that is being delivered, as far as the assistant's own task knows."""
_ACCEPTING = frozenset(
    {"sendMessage", "sendPhoto", "sendDocument", "editMessageText", "editMessageMedia"}
)
_SECONDS = 15.0  # until a call is given up


@dataclass(frozen=True)
class Weather:
    """Chances by call, each of its own kind of trouble; `latency` is seconds at most."""

    busy: float = 0.0  # 429
    refused: float = 0.0  # a connection that is not made
    broken: float = 0.0  # 5xx, nothing done
    lost: float = 0.0  # done, and the answer lost
    late: float = 0.0  # done, and the answer later than anybody waits
    latency: float = 0.1


CALM = Weather()


@dataclass
class Network:
    """Calls of one bot, and what Telegram holds for it."""

    chance: random.Random
    rooms: Rooms
    post: Post
    ledger: Ledger
    weather: Weather = CALM
    busy_until: float = 0.0
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> float:
        """Made-up seconds."""
        return asyncio.get_running_loop().time()

    async def call(self, method: str, params: Mapping[str, str]) -> tuple[int, bytes]:
        """Status and body; TimedOut or NetworkError as the assistant's own request raises them."""
        await asyncio.sleep(self.chance.random() * self.weather.latency)
        drawn = self.chance.random()
        weather = self.weather
        for chance, trouble in (
            (weather.busy, self._busy),
            (weather.refused, self._refused),
            (weather.broken, self._broken),
        ):
            if drawn < chance:
                return trouble()
            drawn -= chance
        if self.busy_until > self.now():
            return self._busy()
        answer = self._done(method, params)
        if drawn < weather.lost + weather.late:
            await asyncio.sleep(_SECONDS if drawn > weather.lost else 0.2)
            self.ledger.excuse(SENDING.get(), "its answer was lost")
            raise TimedOut if drawn > weather.lost else NetworkError("ServerDisconnectedError")
        await asyncio.sleep(self.chance.random() * self.weather.latency)
        return answer

    def _busy(self) -> tuple[int, bytes]:
        self.busy_until = max(self.busy_until, self.now() + 1.0)
        return _refusal(too_many_requests(self.chance.randrange(1, 4)))

    def _refused(self) -> tuple[int, bytes]:
        raise NetworkError("ClientConnectorError")

    def _broken(self) -> tuple[int, bytes]:
        page = b"<html><body>502 Bad Gateway</body></html>"
        return (502, page) if self.chance.random() < 0.5 else (500, b'{"ok":false}')

    def _done(self, method: str, params: Mapping[str, str]) -> tuple[int, bytes]:
        try:
            result = self.rooms.answer(method, params)
        except Refusal as refusal:
            self.ledger.refused(SENDING.get(), method, refusal)
            return _refusal(refusal)
        if method in _ACCEPTING:
            chat, words = int(params["chat_id"]), params.get("text", params.get("caption", ""))
            self.ledger.accepted(SENDING.get(), chat, method, words)
        return 200, json.dumps({"ok": True, "result": result}).encode()

    async def fetched(self, path: str) -> tuple[int, bytes]:
        """A file's content."""
        await asyncio.sleep(self.chance.random() * self.weather.latency)
        if self.chance.random() < self.weather.refused:
            raise NetworkError("ClientConnectorError")
        return 200, self.rooms.files[path.rpartition("/")[2]]

    async def updates(self, asked: Mapping[str, Any]) -> bytes:
        """The answer to getUpdates."""
        await asyncio.sleep(self.chance.random() * self.weather.latency)
        if self.chance.random() < self.weather.refused + self.weather.broken:
            raise aiohttp.ClientConnectionError
        if "offset" in asked:
            self.post.confirm_below(int(asked["offset"]))
        until = self.now() + float(asked["timeout"])
        while not (found := self.post.waiting(self.now(), int(asked["limit"]))):
            if self.now() >= until:
                break
            await self.until_due(until)
        if self.chance.random() < self.weather.lost:
            raise aiohttp.ClientConnectionError
        return b'{"ok":true,"result":[%s]}' % b",".join(each.raw for each in found)

    async def until_due(self, until: float) -> None:
        """Wait for the next update on its way, for one that is put, or until then."""
        due = self.post.next_due()
        if due is not None and due > self.now():  # what is there already is for others to take
            until = min(until, due)
        wait = until - self.now()
        self.bell.clear()
        # Not `wait_for`: on 3.11 it swallows a cancellation that comes along with the bell.
        with suppress(TimeoutError):
            async with asyncio.timeout(max(wait, 0.001)):
                await self.bell.wait()


class InProcess(BaseRequest):
    """python-telegram-bot's requests, answered by the network of a simulation."""

    def __init__(self, network: Network) -> None:
        self._network = network

    @property
    def read_timeout(self) -> float:
        return _SECONDS

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = DEFAULT_NONE,
        write_timeout: object = DEFAULT_NONE,
        connect_timeout: object = DEFAULT_NONE,
        pool_timeout: object = DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        del method, read_timeout, write_timeout, connect_timeout, pool_timeout
        if "/file/bot" in url:
            return await self._network.fetched(url)
        params = request_data.json_parameters if request_data else {}
        return await self._network.call(url.rpartition("/")[2], params)


class _Answer:
    def __init__(self, body: bytes) -> None:
        self.status = 200
        self._body = body

    async def read(self) -> bytes:
        return self._body


class _Session:
    """As much of aiohttp's session as the poller uses."""

    def __init__(self, network: Network) -> None:
        self._network = network

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing to close."""

    @asynccontextmanager
    async def post(self, _url: str, *, json: Mapping[str, Any], **_: Any) -> AsyncIterator[_Answer]:
        yield _Answer(await self._network.updates(json))


def polling_over(network: Network) -> SimpleNamespace:
    """What the poller knows as `aiohttp`."""

    def session() -> _Session:
        return _Session(network)

    return SimpleNamespace(
        ClientSession=session,
        ClientTimeout=aiohttp.ClientTimeout,
        ClientError=aiohttp.ClientError,
    )


def _refusal(refusal: Refusal) -> tuple[int, bytes]:
    return refusal.code, json.dumps(refusal.body()).encode()
