"""The whole assistant over the simulator, in a test: assembled as `reprieve run` does it.

Nothing is faked but Telegram itself, the clock, and the lender's tape, which is written and
imported. A `Desk` is one installation over one folder; it can be stopped, killed, started again.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import TypeVar

import uvicorn

from bot.app import Parts
from bot.app.assistant import assemble, web_application
from bot.channels.telegram import Telegram
from bot.channels.telegram.flooding import Floods
from bot.channels.telegram.pace import Window
from bot.domain.case import CaseFacts
from bot.domain.chart import Chart
from bot.serve import Update
from bot.settings import Settings, load_settings
from bot.store.connection import Database
from bot.store.load import load_cases
from bot.store.seal import Seals
from bot.texts import Texts
from tests.chat.clock import ZONE, Clock
from tests.chat.house import ROOT, SECRET, shipped_policy
from tests.simulator import Outcome, Simulator
from tests.simulator.clock import PATIENCE_SECONDS
from tests.simulator.ports import HeldPort

WEBHOOK_SECRET = "the-webhook-secret_1"
CODE_SECRET = "what the gateway knows too"
# A header is all that Telegram looks at.
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\x80\0\0\1\xe0\x08\2\0\0\0" + b"\0" * 64
Result = TypeVar("Result")


@cache
def words() -> Texts:
    """The catalogues, read once: others may edit them while the tests run."""
    return Texts(ROOT, zone=ZONE)


class Ticking(Clock):
    """Goes on as time does; `forward` jumps."""

    _began: float | None = None

    def __call__(self) -> datetime:
        ticks = asyncio.get_running_loop().time()
        self._began = self._began or ticks
        return self.now + timedelta(seconds=ticks - self._began)

    @property
    def today(self) -> date:
        """The lender's day."""
        return self().astimezone(ZONE).date()


async def quick_picture(_chart: Chart, _locale: str) -> bytes | None:
    """Stands in for the real painter, which starts a process of its own."""
    return PICTURE


def without_pace(telegram: Telegram) -> None:
    """People in tests do not wait for one another, and type faster than people do."""
    telegram.pace.in_all = Window(100_000, 1.0)
    telegram.pace.of_chat = lambda _chat: (Window(100_000, 1.0),)
    telegram.arrivals.floods = Floods(count(step=10.0).__next__)


@dataclass
class Desk:
    """One installation; `mode` is 'polling' or 'webhook'."""

    simulator: Simulator
    folder: Path
    mode: str = "polling"
    clock: Ticking = field(default_factory=Ticking)
    more: dict[str, object] = field(default_factory=dict)  # settings beside the usual
    real_pictures: bool = False
    sent: int = 0  # updates of ours given keys so far
    port: HeldPort = field(default_factory=HeldPort)  # of the webhook

    async def start(self) -> None:
        """Open the files, join the parts and take updates."""
        self.settings = self._settings()
        self.database = await Database.open(self.folder / "house.db")
        self.seals = Seals(self.folder / "house.keys", SECRET)
        self.seals.create(["system"])
        self.texts = words()
        self.assistant = assemble(self._parts())
        self.assistant.outbox.patience = 0.1
        self.telegram = self._telegram()
        self._stack = AsyncExitStack()
        if self.mode == "webhook":
            await self._serve_http()
        else:
            await self._run()
        await self._taking()

    async def stop(self) -> None:
        """End as on SIGTERM: what was begun is finished and sent. The port is let go."""
        await self._over()
        self.port.close()

    async def kill(self) -> None:
        """End at once: nothing is finished, nothing is sent any more."""
        current = asyncio.current_task()
        ours = [task for task in asyncio.all_tasks() if _is_ours(task) and task is not current]
        for task in ours:
            task.cancel()
        await asyncio.gather(*ours, return_exceptions=True)
        await self.telegram.close()
        with suppress(Exception):
            await self._stack.aclose()
        await self._close()

    async def restart(self) -> None:
        """A new process over the same files."""
        await self._over()
        await self.start()

    async def _over(self) -> None:
        await self._stack.aclose()
        await self._close()

    async def _close(self) -> None:
        await self.database.close()
        self.seals.close()

    # --- what tests do to it ---

    def key(self) -> str:
        """A key no update of ours had before."""
        self.sent += 1
        return f"desk-{self.sent}"

    async def receive(self, update: Update) -> None:
        """An update down the staircase, as the console's."""
        await self.assistant.serve.receive(update)

    async def tick(self) -> None:
        """One look of the jobs at the inbox and the calendar."""
        await self.assistant.jobs.tick()

    async def settled(self) -> None:
        """Return once everything taken is served, and everything said is sent."""
        await self.telegram.arrivals.finished()
        await self.assistant.outbox.drain()

    async def link_token(self, ref: str) -> str:
        """The token of a fresh one-time link of the lender's."""
        chats = self.assistant.parts.chats
        hour = timedelta(hours=1)
        return (await chats.make_link(ref, self.clock.new_id(), self.clock(), hour)).token

    # --- looking ---

    async def read(self, look: Callable[[sqlite3.Connection], Result]) -> Result:
        """Look into the database."""

        def with_names(db: sqlite3.Connection) -> Result:
            db.row_factory = sqlite3.Row
            return look(db)

        return await self.database.read(with_names)

    async def rows(self, sql: str, **values: object) -> list[sqlite3.Row]:
        """The rows of a query."""
        return await self.read(lambda db: db.execute(sql, values).fetchall())

    async def count(self, sql: str, **values: object) -> int:
        """The first column of the only row, a number."""
        (row,) = await self.rows(sql, **values)
        return int(row[0])

    async def until_none(self, sql: str, within: float = PATIENCE_SECONDS) -> None:
        """Return once a count is zero: for what the machine does by itself."""
        async with asyncio.timeout(within):
            while await self.count(sql):  # noqa: ASYNC110  # no bell rings for a row
                await asyncio.sleep(0.02)

    async def cases(self, ref: str) -> tuple[CaseFacts, ...]:
        """All cases of a borrower, oldest first."""
        borrower_id = await self.assistant.parts.chats.borrower(ref)
        assert borrower_id is not None
        return await self.read(lambda db: load_cases(db, self.seals, borrower_id))

    async def inbox(self) -> list[tuple[str, str]]:
        """(kind, state) of everything that came and is not done."""
        rows = await self.rows("SELECT kind, state FROM inbox WHERE state <> 'done' ORDER BY key")
        return [(row[0], row[1]) for row in rows]

    # --- parts ---

    def _settings(self) -> Settings:
        webhook = {
            "telegram_webhook_secret": WEBHOOK_SECRET,
            "public_url": f"http://127.0.0.1:{self.port.number}",
        }
        given: dict[str, object] = {
            "_env_file": None,
            "database_url": f"sqlite:///{self.folder / 'house.db'}",
            "key_file": self.folder / "house.keys",
            "secret_key": SECRET.decode(),
            "telegram_token": self.simulator.token,
            "telegram_base_url": self.simulator.base_url,
            "telegram_file_url": self.simulator.base_file_url,
            "telegram_mode": self.mode,
            **(webhook if self.mode == "webhook" else {}),
        }
        return load_settings(**{**given, **self.more})

    def _parts(self) -> Parts:
        return Parts(
            self.settings,
            shipped_policy(),
            ZONE,
            self.clock,
            self.clock.new_id,
            self.database,
            self.seals,
            self.texts,
        )

    def _telegram(self) -> Telegram:
        telegram = self.assistant.telegram
        assert telegram is not None
        without_pace(telegram)
        telegram.arrivals.albums.quiet = 0.15
        if not self.real_pictures:
            telegram.delivery.paint = quick_picture
        return telegram

    async def _run(self) -> None:
        """Without a web server, which polling does not need."""
        tasks = self.assistant.working()
        self._stack.push_async_callback(self._end, tasks)
        await self._stack.enter_async_context(self.telegram.running(5.0))

    async def _end(self, tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.assistant.outbox.close(5.0)
        await self.telegram.close()
        await self.assistant.drawing.close()

    async def _serve_http(self) -> None:
        """The real web application, listening on loopback."""
        listening = self.port.socket()
        config = uvicorn.Config(
            web_application(self.assistant),
            log_config=None,
            access_log=False,
            ws="none",
            lifespan="on",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve([listening]))

        async def stop() -> None:
            server.should_exit = True
            await asyncio.gather(task, return_exceptions=True)
            listening.close()

        self._stack.push_async_callback(stop)

    async def _taking(self) -> None:
        """Return once Telegram's updates reach us."""
        if self.mode == "polling":
            await self.simulator.until(lambda: self.simulator.world.polling)
        else:
            await self.simulator.until(lambda: self.simulator.webhook)


def excuse(simulator: Simulator, error: str) -> None:
    """Refusals with these words were brought about by the test: none of the product's mistakes."""
    for call in simulator.refused:
        if error in call.error:
            call.outcome = Outcome.HINDERED


def _is_ours(task: asyncio.Task[object]) -> bool:
    """Whether a task is the product's, by where its code lives."""
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and "/bot/" in code.co_filename
