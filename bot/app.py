"""The composition root: the only reader of the clock, the only importer of handlers.

It must not decide anything: it joins the parts and starts and stops them.
"""

from __future__ import annotations

import asyncio
import fcntl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, closing, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, partial
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from litestar import Litestar

from bot.chance import chance_maker, id_maker
from bot.channels.hooks import Gateway
from bot.channels.telegram import CHANNEL as TELEGRAM
from bot.channels.telegram import RAW, Application, Around, Telegram
from bot.channels.web import Demo, web_routes
from bot.channels.web.bridge import CHANNEL, Bridge, Waking, WebDelivery
from bot.chart.drawing_process import DrawingProcess
from bot.chart.png import Painter
from bot.console import console_routes
from bot.domain.policy import Policy, load_policy
from bot.errors import Broken, Fault, Faulty
from bot.garbage import spare_the_collector
from bot.jobs import Jobs
from bot.listening import DRAIN_SECONDS, serve_http
from bot.metrics import Meters
from bot.outbox import Channel, Outbox
from bot.printing.press import Press
from bot.reminding import Reminding
from bot.resources import resource_root
from bot.serve import Machine, Serve
from bot.settings import Settings
from bot.store.chats import Chats
from bot.store.connection import Database
from bot.store.seal import Seals
from bot.texts import Texts
from bot.understand import Understanding, Understood
from bot.watch import Figures, Readiness, health_routes, scraped
from handlers import TASKS


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


@dataclass(slots=True)
class Assistant:
    """The running machine: staircase, outbox, jobs, and the web application over them."""

    parts: Parts
    serve: Serve
    outbox: Outbox
    jobs: Jobs
    reminding: Reminding
    waking: Waking
    bridge: Bridge
    telegram: Telegram | None
    drawing: DrawingProcess
    painter: Painter
    gateway: Gateway | None

    def working(self) -> list[asyncio.Task[None]]:
        """Outbox, jobs, reminders and gateway as tasks that run until they are cancelled."""
        works = [self.outbox.run(), self.jobs.run()]
        if self.reminding.a_week:
            works.append(self.reminding.run())
        if self.gateway is not None:
            works.append(self.gateway.run())
        return [asyncio.create_task(work) for work in works]

    @asynccontextmanager
    async def living(self) -> AsyncIterator[list[asyncio.Task[None]]]:
        """Work and take updates, meanwhile; at the end what was begun is finished."""
        tasks = self.working()
        try:
            async with self.telegram.running() if self.telegram else nullcontext():
                yield tasks
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.outbox.close(DRAIN_SECONDS)
            if self.telegram is not None:
                await self.telegram.close()
            await self.drawing.close()

    def readiness(self) -> Readiness:
        """Whether all of it can do its work."""
        telegram = self.telegram
        takes_updates = None if telegram is None else lambda: telegram.takes_updates
        parts, meters = self.parts, self.serve.machine.meters
        return Readiness(parts.database, meters, parts.clock, takes_updates)

    def scraped(self) -> AbstractContextManager[int | None]:
        """The figures at the port the settings name, meanwhile."""
        parts, settings = self.parts, self.parts.settings
        figures = Figures(self.serve.machine.meters, parts.database.path, parts.clock)
        return scraped(figures, settings.metrics_host, settings.metrics_port)


def assemble(parts: Parts) -> Assistant:
    """Join the staircase, the channels and the jobs; nothing runs yet."""
    settings = parts.settings
    idle = timedelta(minutes=settings.idle_minutes)
    waking = Waking()
    channels: dict[str, Channel] = {CHANNEL: WebDelivery(waking)}
    meters = Meters(time.monotonic)
    outbox = Outbox(parts.database, channels, parts.clock, meters=meters)
    # Learnt at the first free words: until then a fifth of the memory and of the start is spared.
    learnt = cache(partial(Understanding, parts.texts))

    def understand(words: str, locale: str) -> Understood:
        return learnt()(words, locale)

    machine = Machine(
        database=parts.database,
        seals=parts.seals,
        texts=parts.texts,
        menu={task.name: task for task in TASKS},
        policy=parts.policy,
        zone=parts.zone,
        clock=parts.clock,
        new_id=parts.new_id,
        chance=chance_maker(),
        understand=understand,
        idle=idle,
        demo=settings.demo,
        can_code=settings.code_hook_url is not None or settings.demo,
        meters=meters,
    )
    serve = Serve(machine, outbox)
    jobs = Jobs(serve, parts.database, parts.clock, lambda: parts.today().isoformat())
    reminding = Reminding.of(serve, settings, policy_file(settings))
    drawing = DrawingProcess()
    painter = Painter(parts.texts, drawing)
    press = Press(parts.texts, settings.lender_name, drawing)
    bridge = Bridge(
        serve, parts.chats, parts.texts, parts.clock, parts.new_id, idle, waking, press.printed
    )
    telegram = _telegram(parts, serve, painter, press)
    if telegram is not None:
        channels[TELEGRAM] = telegram.delivery
        serve.interpreters[RAW] = telegram.arrivals.interpret
    gateway = _gateway(parts)
    return Assistant(
        parts, serve, outbox, jobs, reminding, waking, bridge, telegram, drawing, painter, gateway
    )


def _gateway(parts: Parts) -> Gateway | None:
    settings = parts.settings
    if settings.code_hook_url is None or settings.code_hook_secret is None:
        return None
    secret = settings.code_hook_secret.get_secret_value().encode()
    return Gateway(parts.database, parts.seals, settings.code_hook_url, secret, parts.clock)


def _telegram(parts: Parts, serve: Serve, painter: Painter, press: Press) -> Telegram | None:
    settings = parts.settings
    if settings.mode == "off":
        return None
    around = Around(
        settings, parts.chats, parts.texts, parts.clock, parts.new_id, painter.paint, press.printed
    )
    return Telegram(around, serve, TASKS)


def web_application(assistant: Assistant, demo: Demo | None = None) -> Application:
    """Chat and console as one ASGI application; outbox and jobs run while it lives."""
    parts = assistant.parts

    @asynccontextmanager
    async def lifespan(_application: Litestar) -> AsyncIterator[None]:
        with assistant.scraped():
            async with assistant.living():
                yield

    web = web_routes(assistant.bridge, parts.texts, parts.settings, time.monotonic, demo=demo)
    console = console_routes(
        assistant.serve,
        parts.database,
        parts.seals,
        parts.texts,
        parts.settings,
        parts.clock,
        policy=parts.policy,
        zone=parts.zone,
    )
    application = Litestar(
        route_handlers=[*web, *console, *health_routes(assistant.readiness())],
        lifespan=[lifespan],
        openapi_config=None,
        logging_config=None,
    )
    return assistant.telegram.webhook(application) if assistant.telegram else application


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


async def run(settings: Settings, ready: Callable[[int], None]) -> None:
    """`reprieve run`: everything, until it is asked to stop."""
    async with only_one(settings.database), opened(settings) as parts:
        assistant = assemble(parts)
        application = web_application(assistant)
        spare_the_collector()
        await serve_http(application, settings, ready, assistant.waking.stop)
