"""One fault at one point: people walk while the process dies and is born again, then the count."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

from tests.chat.clock import STARTED
from tests.chat.house import SECRET
from tests.kills.lives import PATIENCE, Life, Nursery
from tests.kills.points import REACH, Blow, Mode
from tests.kills.reckoning import Toll, left, reckon, sending
from tests.kills.walker import Walker
from tests.simulator import Backoff, Simulator
from tests.simulator.clock import ticks
from tests.simulator.ports import free_port
from tests.telegram.desk import WEBHOOK_SECRET

CROWD: Final = 3  # people who walk at the same time
_A_MOMENT: Final = 0.02  # seconds
LEASE: Final = 300.0  # seconds, the product's own


@dataclass
class Stage:
    """What a scene plays on: files of its own, a Telegram, people, processes one after another."""

    nursery: Nursery
    folder: Path
    simulator: Simulator
    mode: Mode
    lease: float = LEASE
    room: int | None = None  # pages the database may still grow by
    people: list[Walker] = field(default_factory=list)
    met: list[str] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = field(default_factory=free_port)
    began: float = field(default_factory=ticks)

    async def born(self, blow: Blow | None = None) -> Life:
        """The next process, with a blow that waits for it."""
        order = {
            "settings": self._settings(),
            "log": str(self.folder / "log"),
            "lease": self.lease,
            "room": self.room,
        }
        return await self.nursery.born(order, blow or Blow())

    async def mourn(self, life: Life) -> None:
        """It is gone: note what it was sending."""
        await self.nursery.ended(life)
        self.note_sending()

    def note_sending(self) -> None:
        """What is on its way now may be repeated once."""
        self.met += sending(self.folder / "house.db")

    async def stop(self, life: Life) -> int:
        """Ask it to stop; its exit code."""
        life.signal(signal.SIGTERM)
        return await self.nursery.ended(life)

    async def crowd(self) -> None:
        """People walk, each link once, until the scene is done; then they end what they began."""
        links = iter(json.loads((self.folder / "links.json").read_text()))
        async with asyncio.TaskGroup() as group:
            for _ in range(CROWD):
                group.create_task(self._walk(links))

    async def _walk(self, links: Iterator[tuple[str, str]]) -> None:
        """One of the crowd after another; when no link is left, the last one goes on asking."""
        last = await self._next(links)
        while last is not None and not self.done.is_set():
            following = await self._next(links)
            if following is None:
                await last.ask()
            last = following or last

    async def _next(self, links: Iterator[tuple[str, str]]) -> Walker | None:
        link = next(links, None)
        if link is None:
            return None
        walker = Walker(self.simulator.person(), *link)
        self.people.append(walker)
        await walker.walk()
        return walker

    async def quiet(self) -> None:
        """Everything has come and been answered."""
        await self.simulator.until(lambda: not self.simulator.pending, PATIENCE)
        database, bell = self.folder / "house.db", self.simulator.world.bell
        until = ticks() + PATIENCE
        while left(database) and ticks() < until:
            await bell.wait(_A_MOMENT)  # the last mark follows the last send, and rings no bell

    def _settings(self) -> dict[str, object]:
        webhook = {
            "telegram_webhook_secret": WEBHOOK_SECRET,
            "public_url": f"http://127.0.0.1:{self.port}",
        }
        return {
            "database_url": f"sqlite:///{self.folder / 'house.db'}",
            "key_file": str(self.folder / "house.keys"),
            "secret_key": SECRET.decode(),
            "http_port": self.port,
            "timezone": "Asia/Shanghai",
            "clock": (STARTED + timedelta(seconds=ticks() - self.began)).isoformat(),
            "telegram_token": self.simulator.token,
            "telegram_base_url": self.simulator.base_url,
            "telegram_file_url": self.simulator.base_file_url,
            "telegram_mode": self.mode,
            **(webhook if self.mode == "webhook" else {}),
        }


Dying = Callable[[Stage, Random], Awaitable[int]]
"""Lets processes live and die; how many died."""


async def played(
    nursery: Nursery, folder: Path, toll: Toll, dying: Dying, seed: int, **given: object
) -> Toll:
    """A scene over the files of `folder`: people walk, processes die, all is counted."""
    async with Simulator(seed=seed, backoff=Backoff(most=0.1)) as simulator:
        stage = Stage(nursery, folder, simulator, toll.mode, **given)  # type: ignore[arg-type]  # fields of a stage
        async with asyncio.TaskGroup() as group:
            crowd = group.create_task(stage.crowd())
            toll.kills = await dying(stage, Random(f"{seed} {toll.point} {toll.mode}"))
            stage.done.set()
            stage.room = None
            life = await stage.born()
            await crowd
        await stage.quiet()
        code = await stage.stop(life)
        reckon(toll, folder, simulator, stage.people, stage.met)
        toll.unsound += [f"exit code {code}"] if code else []
    return toll


def killed_at(point: str, times: int) -> Dying:
    """SIGKILL at a point: each process dies one of the first times that it gets there."""

    async def dying(stage: Stage, random: Random) -> int:
        for _ in range(times):
            nth = random.randint(1, REACH.get(point, 3))
            life = await stage.born(Blow(point, nth, random.uniform(0.0, 0.004)))
            await stage.mourn(life)
            assert life.exit_code == -signal.SIGKILL, life
        return times

    return dying


def killed_at_random(times: int) -> Dying:
    """SIGKILL from outside, whatever it is doing."""

    async def dying(stage: Stage, random: Random) -> int:
        for _ in range(times):
            life = await stage.born()
            await asyncio.sleep(random.uniform(0.1, 0.8))
            life.signal(signal.SIGKILL)
            await stage.mourn(life)
        return times

    return dying
