"""Telegram as a bot sees it, fast enough not to be what is measured: posts updates, takes messages.

It must not check what a bot says beyond its first answer: `bots` does.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count, cycle
from time import monotonic, time

from benchmarks.turns.wire import Messages

TOKEN = "7000000001:benchmark-of-turns"  # guards nothing
SECRET = "benchmark"  # the same
PATH = "/telegram/webhook"
FIRST_CHAT = 7_000_000_000  # beyond 32 bits, as Telegram's are today
CONNECTIONS = 40  # that Telegram opens to a webhook, unless told otherwise
PATIENCE = 120.0  # seconds the last turns may take: a bot may be far behind
# In a form, in JSON and in a multipart body.
_CHAT_ID = re.compile(rb'chat_id(?:=|"\s*:\s*"?|"\r\n(?:[^\r\n]+\r\n)*\r\n)(\d+)')
_SENT = (
    b'{"ok":true,"result":{"message_id":%d,"date":1780000000,"chat":{"id":%d,"type":"private",'
    b'"first_name":"Ann"},"text":"."}}'
)
_OTHERS = {
    b"getMe": b'{"id":7000000001,"is_bot":true,"first_name":"Bench","username":"benchbot"}',
    b"getWebhookInfo": b'{"url":"","has_custom_certificate":false,"pending_update_count":0}',
    b"getMyCommands": b"[]",
    b"getMyDescription": b'{"description":""}',
    b"getMyShortDescription": b'{"short_description":""}',
    b"getChatMenuButton": b'{"type":"commands"}',
}
_UPDATE = (
    '{"update_id":%d,"message":{"message_id":%d,"from":{"id":%d,"is_bot":false,"first_name":"Ann",'
    '"username":"ann","language_code":"en"},"chat":{"id":%d,"first_name":"Ann","username":"ann",'
    '"type":"private"},"date":%d,"text":"/balance","entities":[{"offset":0,"length":8,'
    '"type":"bot_command"}]}}'
)
_POST = (
    f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: %d\r\n\r\n%s"
)


@dataclass(slots=True)
class Turn:
    """One update on its way: when it was due, when it was acknowledged, when its answer came."""

    chat: int
    due: float
    acknowledged: float | None = None
    answered: float | None = None


@dataclass(slots=True)
class Telegram:
    """One bot's Telegram: so many conversations, each so-manieth chat, in an order of chance."""

    port: int  # of the bot
    conversations: int
    step: int = 1
    seed: int = 1
    last_message: bytes = b""
    _turns: dict[int, Turn] = field(default_factory=dict)
    _finished: list[Turn] = field(default_factory=list)
    _idle: deque[_Webhook] = field(default_factory=deque)
    _queue: deque[Turn] = field(default_factory=deque)
    _chats: Iterator[int] = field(init=False)
    _updates: Iterator[int] = field(init=False)
    _messages: Iterator[int] = field(default_factory=lambda: count(1))
    _on_end: Callable[[], None] = field(default=lambda: None)
    _server: asyncio.AbstractServer | None = None  # uvloop closes one that nobody holds

    def __post_init__(self) -> None:
        order = list(range(FIRST_CHAT, FIRST_CHAT + self.conversations * self.step, self.step))
        random.Random(self.seed).shuffle(order)
        self._chats = cycle(order)
        self._updates = count(int(time() * 1000))

    async def listen(self) -> str:
        """Answer as the Bot API; its address, which ends in `/bot`."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _BotApi(self), "127.0.0.1", 0)
        self._server = server
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot"

    async def _connect(self) -> None:
        """Open the connections on which updates are posted, as far as the bot has closed them."""
        loop = asyncio.get_running_loop()
        while len(self._idle) < CONNECTIONS:
            await loop.create_connection(lambda: _Webhook(self), "127.0.0.1", self.port)

    async def closed(self, turns: int, at_once: int = CONNECTIONS) -> list[Turn]:
        """So many turns, each begun when another one has ended, both 200 and answer."""
        await self._connect()
        left = turns
        done = asyncio.get_running_loop().create_future()

        def next_one() -> None:
            nonlocal left
            if left:
                left -= 1
                self._begin(monotonic())
            elif not self._turns and not done.done():
                done.set_result(None)

        self._on_end = next_one
        self._finished = []
        for _ in range(min(at_once, turns)):
            next_one()
        await asyncio.wait_for(done, PATIENCE + turns / 50)
        return self._finished

    async def open(self, rate: float, seconds: float) -> list[Turn]:
        """Turns that become due by chance, `rate` a second, however the bot keeps up."""
        await self._connect()
        chance = random.Random(self.seed)
        one_less = asyncio.Event()
        self._on_end = one_less.set
        self._finished = []
        due = monotonic()
        end = due + seconds
        while due < end:
            wait = due - monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            self._begin(due)
            due += chance.expovariate(rate)
        async with asyncio.timeout(PATIENCE):
            while self._turns:
                one_less.clear()
                await one_less.wait()
        return self._finished

    def _begin(self, due: float) -> None:
        chat = next(self._chats)
        if chat in self._turns:
            raise RuntimeError("a conversation came round before its turn had ended")
        turn = self._turns[chat] = Turn(chat, due)
        if self._idle:
            self._idle.popleft().post(turn, next(self._updates))
        else:
            self._queue.append(turn)

    def free(self, webhook: _Webhook) -> None:
        """A connection may take an update."""
        self._idle.append(webhook)

    def gone(self, webhook: _Webhook) -> None:
        """The bot closed a connection, as it may when nothing comes."""
        if webhook not in self._idle:
            raise RuntimeError("the bot hung up on an update")
        self._idle.remove(webhook)

    def acknowledged(self, webhook: _Webhook, turn: Turn, head: bytes) -> None:
        """The bot took an update: its connection is free for the next."""
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"the bot refused an update: {head[:60]!r}")
        turn.acknowledged = monotonic()
        if self._queue:
            webhook.post(self._queue.popleft(), next(self._updates))
        else:
            self.free(webhook)
        self._end(turn)

    def called(self, method: bytes, body: bytes) -> bytes:
        """What a call is answered with."""
        if method != b"sendMessage":
            return b'{"ok":true,"result":%s}' % _OTHERS.get(method, b"true")
        found = _CHAT_ID.search(body)
        chat = int(found[1]) if found else 0
        self.last_message = body
        turn = self._turns.get(chat)
        if turn is None or turn.answered is not None:
            raise RuntimeError("the bot said something nobody asked for")
        turn.answered = monotonic()
        self._end(turn)
        return _SENT % (next(self._messages), chat)

    def _end(self, turn: Turn) -> None:
        if turn.acknowledged is not None and turn.answered is not None:
            del self._turns[turn.chat]
            self._finished.append(turn)
            self._on_end()


class _Webhook(Messages):
    """One of Telegram's connections to the bot."""

    def __init__(self, telegram: Telegram) -> None:
        super().__init__()
        self._telegram = telegram
        self._turn: Turn | None = None

    def connection_made(self, transport: asyncio.WriteTransport) -> None:  # type: ignore[override]  # as streams are
        super().connection_made(transport)
        self._telegram.free(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # why is no matter
        self._telegram.gone(self)

    def post(self, turn: Turn, update_id: int) -> None:
        """Post an update; the turn is acknowledged when the answer comes."""
        self._turn = turn
        chat = turn.chat
        update = _UPDATE % (update_id, update_id & 0xFFFFFFF, chat, chat, int(time()))
        self.write((_POST % (len(update), update)).encode())

    def heard(self, head: bytes, body: bytes) -> None:  # noqa: ARG002  # nobody says anything in it
        turn, self._turn = self._turn, None
        if turn is not None:
            self._telegram.acknowledged(self, turn, head)


class _BotApi(Messages):
    """One of the bot's connections to the Bot API."""

    def __init__(self, telegram: Telegram) -> None:
        super().__init__()
        self._telegram = telegram

    def heard(self, head: bytes, body: bytes) -> None:
        method = head.split(b" ", 2)[1].rpartition(b"/")[2]
        answer = self._telegram.called(method, body)
        self.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (len(answer), answer)
        )
