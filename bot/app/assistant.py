"""The assistant that runs: staircase, channels and jobs joined; the only importer of handlers.

It must not decide anything: it joins the parts and starts and stops them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

from bot.app import Parts, only_one, opened, policy_file
from bot.asgi import Application, Living, OnDemand
from bot.chance import chance_maker
from bot.channels.web.bridge import CHANNEL, Bridge, Waking, WebDelivery
from bot.channels.web.machine import Demo
from bot.chart.drawing_process import DrawingProcess
from bot.chart.png import Painter
from bot.garbage import spare_the_collector, start_spared
from bot.jobs import Jobs
from bot.listening import DRAIN_SECONDS, serve_http
from bot.metrics import Meters
from bot.outbox import Channel, Outbox
from bot.printing.press import Press
from bot.reminding import Reminding
from bot.serve import Machine, Serve
from bot.settings import Settings
from bot.understand import Understanding, Understood
from bot.watch import Health, Readiness
from handlers import TASKS

if TYPE_CHECKING:  # each brings a library that not every assistant needs
    from bot.channels.hooks import Gateway
    from bot.channels.telegram import Telegram


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
            async with self.telegram.running(DRAIN_SECONDS) if self.telegram else nullcontext():
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

    def scraped(self) -> AbstractContextManager[object]:
        """The figures at the port the settings name, meanwhile."""
        parts, settings = self.parts, self.parts.settings
        if settings.metrics_port is None:
            return nullcontext()
        from bot.watch.figures import Figures  # Prometheus' client, for whoever wants figures
        from bot.watch.scraping import scraped  # the same

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
    telegram = _telegram(parts, serve, painter, press, channels)
    gateway = _gateway(parts)
    return Assistant(
        parts, serve, outbox, jobs, reminding, waking, bridge, telegram, drawing, painter, gateway
    )


def _gateway(parts: Parts) -> Gateway | None:
    settings = parts.settings
    if settings.code_hook_url is None or settings.code_hook_secret is None:
        return None
    from bot.channels.hooks import Gateway  # an HTTP client, for a lender who has a gateway

    secret = settings.code_hook_secret.get_secret_value().encode()
    return Gateway(parts.database, parts.seals, settings.code_hook_url, secret, parts.clock)


def _telegram(
    parts: Parts, serve: Serve, painter: Painter, press: Press, channels: dict[str, Channel]
) -> Telegram | None:
    """Telegram as the settings have it, known to staircase and outbox."""
    settings = parts.settings
    if settings.mode == "off":
        return None
    from bot.channels import telegram  # its library and an HTTP client, for whoever has a bot

    around = telegram.Around(
        settings, parts.chats, parts.texts, parts.clock, parts.new_id, painter.paint, press.printed
    )
    bot = telegram.Telegram(around, serve, TASKS)
    channels[telegram.CHANNEL] = bot.delivery
    serve.interpreters[telegram.RAW] = bot.arrivals.interpret
    return bot


def web_application(assistant: Assistant, demo: Demo | None = None) -> Application:
    """All that answers HTTP, as one ASGI application; outbox and jobs run while it lives."""

    @asynccontextmanager
    async def life() -> AsyncIterator[None]:
        with assistant.scraped():
            async with assistant.living():
                yield

    pages = OnDemand(partial(_load_pages, assistant, demo))
    application: Application = Health(pages, assistant.readiness())
    if assistant.telegram is not None:
        application = assistant.telegram.webhook(application)
    return Living(application, life)


def _load_pages(assistant: Assistant, demo: Demo | None) -> Callable[[], Application]:
    from bot.app.pages import pages  # the framework, once somebody wants to see a page

    return partial(pages, assistant.parts, assistant.bridge, assistant.serve, demo)


async def run(settings: Settings, ready: Callable[[int], None]) -> None:
    """`reprieve run`: everything, until it is asked to stop."""
    async with only_one(settings.database), opened(settings) as parts:
        with start_spared():
            assistant = assemble(parts)
            application = web_application(assistant)
        spare_the_collector()
        await serve_http(application, settings, ready, assistant.waking.stop)
