"""The composition root: the only reader of the clock; what every command needs, joined.

It must not decide anything, nor import what only the running assistant needs (`assistant.py`).
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from bot.chance import id_maker
from bot.domain.policy import Policy, load_policy
from bot.errors import Broken, Fault, Faulty
from bot.resources import resource_root
from bot.settings import Settings
from bot.store.chats import Chats
from bot.store.connection import Database
from bot.store.seal import Seals
from bot.texts import Texts


def real_clock() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


def clock_from(start: datetime | None) -> Callable[[], datetime]:
    """The real clock, or one that starts at `start` now and ticks: rehearsals and tests."""
    if start is None:
        return real_clock
    begun = time.monotonic()
    return lambda: start.astimezone(UTC) + timedelta(seconds=time.monotonic() - begun)


def policy_file(settings: Settings) -> Path:
    """The lender's policy: the file set, or the one shipped."""
    return settings.policy or resource_root() / "policy" / "default.toml"


def read_policy(settings: Settings) -> Policy:
    """The lender's policy; Faulty names every fault by path."""
    path = policy_file(settings)
    try:
        return load_policy(path.read_text(encoding="utf-8"))
    except OSError as unreadable:
        raise Faulty([Fault(str(path), "setting.policy")]) from unreadable


def zone_of(settings: Settings, policy: Policy) -> tzinfo:
    """The zone of the lender's day: the setting's, the policy's, or UTC."""
    name = settings.timezone or policy.timezone
    return ZoneInfo(name) if name else UTC


@dataclass(slots=True)
class Parts:
    """What every command that touches the database needs, joined once."""

    settings: Settings
    policy: Policy
    zone: tzinfo
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    database: Database
    seals: Seals
    texts: Texts

    @property
    def chats(self) -> Chats:
        """Chats, messages, links, uploads."""
        return Chats(self.database, self.seals)

    def today(self) -> date:
        """The lender's day."""
        return self.clock().astimezone(self.zone).date()


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Parts]:
    """The parts over an open database; closed again at the end."""
    policy = read_policy(settings)
    zone = zone_of(settings, policy)
    clock = clock_from(settings.clock)
    # What may refuse comes before the database, whose threads would keep a refused start alive.
    texts = Texts(resource_root(), settings.default_locale, zone=zone)
    with closing(Seals(settings.keys, settings.secret())) as seals:
        seals.create(["system"])
        database = await Database.open(settings.database)
        try:
            yield Parts(settings, policy, zone, clock, id_maker(clock), database, seals, texts)
        finally:
            await database.close()


@asynccontextmanager
async def only_one(database: Path) -> AsyncIterator[None]:
    """Hold the database for this `run`; Broken `run.second` when another one does."""
    lock: IO[str] = database.with_name(database.name + ".run").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as held:
        lock.close()
        raise Broken("run.second", path=str(database)) from held
    try:
        yield
    finally:
        lock.close()
