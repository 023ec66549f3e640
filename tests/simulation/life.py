"""One life of the process: the real assistant, joined as `reprieve run` joins it, until it ends.

It must not change what it joins, but for the clock, chance and the ways out of the process.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar
from unittest.mock import patch

from pydantic import SecretStr

from bot import chance as sources
from bot import importing, outbox
from bot.app import Parts
from bot.app import assistant as root
from bot.app.assistant import Assistant
from bot.channels import telegram
from bot.channels.telegram import CHANNEL, polling
from bot.channels.telegram.wire import update_id
from bot.domain.accrual import Statement, statement
from bot.printing.press import Printed
from bot.reminding import Look
from bot.serve import Serve, Update
from bot.settings import Settings
from bot.store.commit import Decided
from bot.store.outgoing import Claimed
from bot.store.seal import Seals
from bot.turn import BookedLoan, Outcome, Paper, Said, Task, Turn
from handlers import TASKS
from tests.chat.clock import STARTED, ZONE
from tests.simulation.disk import SimDatabase
from tests.simulation.image import SECRET, words
from tests.simulation.ledger import Ledger
from tests.simulation.network import SENDING, InProcess, Network, polling_over
from tests.simulation.people import FLAKY, POISON

if TYPE_CHECKING:
    from tests.simulation.world import World

Result = TypeVar("Result")
WEBHOOK_SECRET = "simulated"  # guards nothing
_UNFINISHED = """
SELECT 'inbox', source, key, kind, attempts, error FROM inbox WHERE state = 'waiting'
UNION ALL SELECT 'outbox', message_id, chat_id, state, attempts, not_before FROM outbox
WHERE state IN ('ready', 'sending') LIMIT 5
"""


class PlantedError(Exception):
    """A fault of a task, planted by what a person typed."""


class Painter:
    """Draws nothing worth looking at, at times late or not at all."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    async def paint(self, _chart: object, _locale: str) -> bytes | None:
        await asyncio.sleep(self._chance.random() * 0.1)
        return None if self._chance.random() < 0.1 else b"PNG"


class Press:
    """Prints nothing worth reading."""

    async def printed(self, paper: Paper[str]) -> Printed:
        return Printed(paper.name, "application/pdf", b"%PDF")


@dataclass
class Tagged:
    """The Telegram channel, telling the network which message is on its way."""

    delivery: Any
    ledger: Ledger

    async def deliver(self, message: Claimed) -> str | None:
        SENDING.set(message.message_id)
        self.ledger.note("  sending", message.message_id[:20], message.attempts)
        sent: str | None = await self.delivery.deliver(message)
        return sent


@dataclass
class Life:
    """The assistant of one life and what actors need of it."""

    world: World
    assistant: Assistant
    database: SimDatabase
    seals: Seals
    folder: Path
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    zone: tzinfo = ZONE

    @property
    def serve(self) -> Serve:
        """The staircase."""
        return self.assistant.serve

    @property
    def is_evening(self) -> bool:
        """Whether nobody begins anything any more."""
        return self.world.is_evening

    def today(self) -> date:
        """The lender's day."""
        return self.clock().astimezone(self.zone).date()

    def statement(self, booked: BookedLoan) -> Statement:
        """What is owed today, as the domain says."""
        policy = words().policy
        terms = policy.terms_for(booked.product)
        allocation = policy.allocation_for(booked.product)
        return statement(booked.loan, terms, allocation, self.today())

    async def look(self, look: Callable[[sqlite3.Connection], Result]) -> Result:
        """What is found in one snapshot, its rows by name."""

        def with_names(db: sqlite3.Connection) -> Result:
            db.row_factory = sqlite3.Row
            return look(db)

        return await self.database.read(with_names)

    async def unfinished(self) -> str:
        """What is under way or waits; empty when all has come to rest."""
        world = self.world
        rows = await self.database.read(
            lambda db: [tuple(row) for row in db.execute(_UNFINISHED).fetchall()]
        )
        parts = {
            "updates at Telegram": not world.post.is_empty,
            "an act of staff": not world.staff.is_done,
            "a tape": not world.lender.is_done,
        }
        return ", ".join([name for name, yes in parts.items() if yes] + [str(row) for row in rows])

    async def run(self, until: Callable[[], Awaitable[None]]) -> None:
        """As the web application runs it; `until` returns when it is time to stop."""
        async with self.assistant.living() as tasks:
            await until()
            ended = [task for task in tasks if task.done()]
            assert not ended, f"a part of the assistant ended by itself: {ended}"
        await self.database.close()


def born(world: World, database: SimDatabase, seals: Seals, *, webhook: bool) -> Life:
    """Join the assistant over the disk as it stands."""
    loop = asyncio.get_running_loop()

    def clock() -> datetime:
        return STARTED + timedelta(seconds=loop.time()) + world.leapt

    new_id = sources.id_maker(clock)
    texts, policy = words().texts, words().policy
    settings = settings_of(webhook=webhook)
    parts = Parts(settings, policy, ZONE, clock, new_id, database, seals, texts)
    assistant = root.assemble(parts)
    assistant.reminding.look = _everybody(database)
    _watch(assistant, world.ledger)
    database.left = world.ledger.versions
    return Life(world, assistant, database, seals, world.folder, clock, new_id)


def _everybody(database: SimDatabase) -> Look:
    """In place of the process that looks: all of them, whom the turns then judge."""

    async def look(_day: date) -> list[str]:
        rows = await database.read(
            lambda db: db.execute("SELECT borrower_id FROM borrower").fetchall()
        )
        return [str(row[0]) for row in rows]

    return look


@cache
def settings_of(*, webhook: bool) -> Settings:
    """Telegram by webhook or polling; nothing read from the surroundings."""
    return Settings(
        _env_file=None,
        secret_key=SecretStr(SECRET),
        telegram_token=SecretStr("1:simulated"),
        telegram_base_url="https://telegram.invalid/bot",
        telegram_mode="webhook" if webhook else "polling",
        telegram_webhook_secret=SecretStr(WEBHOOK_SECRET),
        public_url="https://reprieve.invalid",
        timezone=str(ZONE),
    )


@contextmanager
def ways_out(world: World, network: Network) -> Iterator[None]:
    """Everything by which the process reaches out of itself, led into the simulation."""
    chance = random.Random(world.chance.random())
    bits = SimpleNamespace(randbits=chance.getrandbits)
    with ExitStack() as stack:
        for where, name, what in (
            (sources, "secrets", bits),
            (root, "Understanding", lambda _texts: words().understand),
            (root, "Painter", lambda _texts, _process: Painter(chance)),
            (root, "Press", lambda _texts, _lender, _process: Press()),
            (root, "TASKS", tuple(_breakable(task, world.stumbles) for task in TASKS)),
            (telegram, "AiohttpRequest", lambda: InProcess(network)),
            (polling, "aiohttp", polling_over(network)),
            (outbox, "random", chance),
            (importing, "_read", lambda _path, _given: world.lender.pending),
            (importing, "CHUNK_ROWS", 2),
        ):
            stack.enter_context(patch.object(where, name, what))
        yield


def _breakable(task: Task, stumbles: dict[str, int]) -> Task:
    """The task, failing where a person typed what breaks it."""

    def handle(turn: Turn) -> Outcome:
        if isinstance(turn.heard, Said):
            _stumble(turn.heard.text, stumbles)
        return task.handle(turn)

    return replace(task, handle=handle)


def _stumble(typed: str, stumbles: dict[str, int]) -> None:
    if typed.startswith(POISON):
        raise PlantedError(typed)
    if typed.startswith(FLAKY):
        stumbles[typed] = stumbles.get(typed, 0) + 1
        if stumbles[typed] <= int(typed[-1]):
            raise PlantedError(typed)


def _watch(assistant: Assistant, ledger: Ledger) -> None:
    """Note which turns commit for which update, and which message is sent when."""
    serve = assistant.serve
    keep, receive, commit = serve.keep, serve.receive, serve._commit

    async def watched_keep(updates: list[Update]) -> list[Update]:
        for update in updates:
            number = update_id(str(update.body["raw"]).encode("latin-1"))
            if number is not None:
                ledger.numbers[update.source, update.key] = number
        return await keep(updates)

    async def watched_receive(update: Update) -> None:
        number = update.key.partition(".")[0]  # of an update that is decided at once
        if update.source == CHANNEL and number.isdecimal():
            ledger.numbers[update.source, update.key] = int(number)
        await receive(update)

    async def watched_commit(decided: Decided, following: Update | None) -> None:
        ledger.turns[decided.source, decided.key].add(decided.turn_id)
        if following is not None:
            ledger.followed[decided.turn_id] = (following.source, following.key)
        ledger.note("  turn", decided.source, decided.key[-12:], decided.kind)
        await commit(decided, following)

    serve.keep, serve._commit = watched_keep, watched_commit  # type: ignore[method-assign,assignment]  # watched, not changed
    serve.receive = watched_receive  # type: ignore[method-assign]  # the same
    channels = assistant.outbox.channels
    assert isinstance(channels, dict), "as assembled"
    channels[CHANNEL] = Tagged(channels[CHANNEL], ledger)
