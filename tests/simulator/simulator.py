"""The Telegram a test talks to: a Bot API server, the people behind it, and trouble on demand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from random import Random
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web

from tests.simulator.calls import Call, Json, Outcome
from tests.simulator.clock import PATIENCE_SECONDS, Bell, Clock
from tests.simulator.faults import Fault, Plan, RateLimits
from tests.simulator.files import Files, StoredFile
from tests.simulator.mailbox import Mailbox, Pending
from tests.simulator.people import Person
from tests.simulator.rooms import Room, User
from tests.simulator.server import Server
from tests.simulator.webhook import Backoff, Webhook
from tests.simulator.world import World

BOT_ID = 7_000_000_001
TOKEN = f"{BOT_ID}:AAsimulator-token_not-a-secret-000000"
FIRST_PERSON_ID = 5_000_000_000
Found = TypeVar("Found")


class Simulator:
    """`async with Simulator() as simulator:` starts it on a free loopback port."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        seed: int = 0,
        token: str = TOKEN,
        bot_name: str = "Reprieve",
        username: str = "reprieve_test_bot",
        reads_all_group_messages: bool = False,
        backoff: Backoff | None = None,
    ) -> None:
        """`seed` fixes every id; `backoff` is the webhook's, in simulated seconds."""
        self.clock = clock or Clock()
        random = Random(seed)
        bell = Bell()
        self.world = World(
            token=token,
            bot=User(int(token.partition(":")[0]), bot_name, username=username, is_bot=True),
            clock=self.clock,
            random=random,
            bell=bell,
            mailbox=Mailbox(self.clock, random, bell),
            files=Files(random),
            limits=RateLimits(self.clock),
            backoff=backoff or Backoff(),
            reads_all_group_messages=reads_all_group_messages,
        )
        self._server = Server(self.world)
        self.port = 0

    async def start(self, port: int = 0) -> None:
        """Listen; a fixed `port` lets a bot find the simulator again after a restart."""
        self.port = await self._server.start(port)

    async def stop(self) -> None:
        """Stop the webhook's deliveries and the server."""
        if self.world.webhook is not None:
            await self.world.webhook.stop()
        await self._server.stop()
        if self.world.crashes:
            raise ExceptionGroup("the simulator itself is wrong", self.world.crashes)

    def serve_also(self, extend: Callable[[web.Application], None]) -> None:
        """Let other routes be served beside the Bot API; before `start`."""
        self._server.extensions.append(extend)

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """Nobody answers on the port inside the block; afterwards all is as it was."""
        await self._server.pause()
        try:
            yield
        finally:
            await self._server.start()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def token(self) -> str:
        return self.world.token

    @property
    def base_url(self) -> str:
        """As python-telegram-bot's `base_url`: the token is appended."""
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def base_file_url(self) -> str:
        """As python-telegram-bot's `base_file_url`."""
        return f"http://127.0.0.1:{self.port}/file/bot"

    # People and rooms

    def person(
        self,
        first_name: str = "Ana",
        *,
        last_name: str = "",
        username: str = "",
        language_code: str | None = "en",
        phone: str | None = None,
        user_id: int | None = None,
        is_bot: bool = False,
    ) -> Person:
        """Somebody with an account; ids are above 32 bits, phones differ, digits only."""
        number = len(self.world.people) + 1
        user = User(
            id=FIRST_PERSON_ID + number if user_id is None else user_id,
            first_name=first_name,
            last_name=last_name,
            username=username,
            language_code=language_code,
            phone=f"861380000{number:04d}" if phone is None else phone,
            is_bot=is_bot,
        )
        self.world.people[user.id] = user
        self.world.rooms[user.id] = Room(user.id, "private", person=user)
        return Person(self.world, user)

    # What the bot did

    @property
    def calls(self) -> list[Call]:
        """Every call, in order of arrival."""
        return self.world.calls

    @property
    def refused(self) -> list[Call]:
        """The calls Telegram would never accept: the bot's own mistakes."""
        return [call for call in self.calls if call.outcome is Outcome.REFUSED]

    @property
    def sent(self) -> list[Call]:
        """The calls besides polling and downloads."""
        return [call for call in self.calls if call.method.lower() not in {"getupdates", "file"}]

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    def file(self, file_id: str) -> StoredFile:
        """A file by its id; KeyError if there is none."""
        stored = self.world.files.get(file_id)
        if stored is None:
            raise KeyError(file_id)
        return stored

    @property
    def webhook(self) -> Webhook | None:
        """The webhook in force, with its deliveries."""
        return self.world.webhook

    # Trouble

    def fail(
        self,
        method: str,
        fault: Fault,
        *,
        times: int | None = 1,
        chat_id: int | None = None,
        where: Callable[[Call], bool] | None = None,
    ) -> Plan:
        """Let `fault` strike the next calls of `method` ("*" any, "file" downloads)."""

        def hit(call: Call) -> bool:
            here = chat_id is None or call.params.get("chat_id") == str(chat_id)
            return here and (where is None or where(call))

        plan = Plan(fault, method.lower(), times, hit)
        self.world.plans.append(plan)
        return plan

    def limit_rates(self, *, enabled: bool = True) -> RateLimits:
        """Enforce 30/s in all, 1/s a chat and 20/min a group, by the simulator's clock."""
        self.world.limits.enabled = enabled
        return self.world.limits

    # Updates

    @property
    def pending(self) -> list[Json]:
        """Updates not yet confirmed."""
        return [one.update for one in self.world.mailbox.pending]

    def push(self, update: Json, queue: str = "raw") -> None:
        """Any update at all: of a future type, malformed, or with an id of one's own."""
        self.world.mailbox.put(update, queue)

    @contextmanager
    def held(self) -> Iterator[list[Pending]]:
        """Hold updates back until the end of the block; reorder the list at will."""
        with self.world.mailbox.held() as waiting:
            yield waiting

    @contextmanager
    def swapped(self) -> Iterator[None]:
        """Deliver what happens in the block in reverse, as a tap can overtake a message."""
        with self.world.mailbox.held() as waiting:
            yield
            waiting.reverse()
            for one in waiting:  # a webhook's queues would race, and might swap them back
                one.queue = waiting[0].queue

    def duplicate_next(self, copies: int = 1) -> None:
        """The next update is delivered that many times more, under the same id."""
        self.world.mailbox.duplicate_next(copies)

    def redeliver(self, update_id: int | None = None) -> None:
        """Deliver an update once more, confirmed or not: the last, or the one named."""
        self.world.mailbox.redeliver(update_id)

    def jump_update_ids(self, to: int | None = None) -> None:
        """Let update ids go on elsewhere, as after a quiet week."""
        self.world.mailbox.jump_ids(to)

    # Waiting

    async def until(
        self, look: Callable[[], Found | None], within: float = PATIENCE_SECONDS
    ) -> Found:
        """The first true thing `look` sees, looked at whenever anything happens."""
        return await self.world.bell.until(look, within)

    async def confirmed(self, within: float = PATIENCE_SECONDS) -> None:
        """Return once the bot has confirmed every update."""
        await self.until(lambda: not self.world.mailbox.pending, within)

    async def polled(self, within: float = PATIENCE_SECONDS) -> None:
        """Return once the bot waits in a long poll with nothing left to fetch."""
        await self.until(lambda: self.world.polling and not self.world.mailbox.pending, within)
