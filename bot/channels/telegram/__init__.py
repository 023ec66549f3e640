"""Telegram: updates stored before they are confirmed, sends through the outbox.

It must not decide anything, and is the only part that imports `telegram`.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

import structlog
from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.asgi import Application
from bot.channels.telegram.absence import NOTED_EVERY, Absence
from bot.channels.telegram.arriving import RAW, Arrivals
from bot.channels.telegram.delivery import Painter, Printer, TelegramDelivery
from bot.channels.telegram.fetching import Fetching
from bot.channels.telegram.pace import Pace, in_all
from bot.channels.telegram.polling import ALLOWED, Poller
from bot.channels.telegram.preparing import CHANNEL, Preparing
from bot.channels.telegram.profile import Profile
from bot.channels.telegram.request import AiohttpRequest
from bot.channels.telegram.sending import Sending
from bot.channels.telegram.webhook import PATH, Webhook
from bot.serve import Serve, Update
from bot.settings import Settings
from bot.store.chats import Chats
from bot.texts import Texts
from bot.turn import Task

__all__ = [
    "CHANNEL",
    "RAW",
    "Around",
    "Painter",
    "Printer",
    "Telegram",
    "username_of",
]
log = structlog.get_logger()
_AGAIN, _LONGEST = 1.0, 60.0  # seconds until a failed set-up is tried again
_CONNECTIONS = 40  # of Telegram to us
_CATCHING_UP = 10.0  # seconds that what waited may take before more is fetched

# Its lines hold what people write and are told; what went wrong we say ourselves.
logging.getLogger("telegram").setLevel(logging.CRITICAL)
# Waits come as durations; without this each 429 is a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")


@dataclass(frozen=True, slots=True)
class Around:
    """What Telegram stands on."""

    settings: Settings
    chats: Chats
    texts: Texts
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    paint: Painter
    print_paper: Printer


class Telegram:
    """One bot: its arrivals, its delivery, and the running of either mode."""

    def __init__(self, around: Around, serve: Serve, tasks: Sequence[Task]) -> None:
        settings = around.settings
        token = settings.telegram_token.get_secret_value() if settings.telegram_token else ""
        self.username = ""
        self.takes_updates = False  # once Telegram has agreed to how they reach us
        self._settings = settings
        self._serve = serve
        self._request = AiohttpRequest()
        self.bot = _bot(settings, self._request)
        self.arrivals = Arrivals(serve, _preparing(around, serve, self.bot), self)
        self.pace = Pace(in_all(settings.telegram_a_second))
        self.delivery = TelegramDelivery(
            Sending(self.bot, self.pace),
            around.chats,
            around.paint,
            around.print_paper,
            settings.public_url,
            self._unreached,
        )
        self.absence = Absence(serve, around.chats, around.clock)
        self._profile = Profile(self.bot, around.texts, tasks)
        self._address = f"{settings.telegram_base_url}{token}"

    @asynccontextmanager
    async def running(self, drain: float) -> AsyncIterator[None]:
        """Set up and take updates until the end; what was begun has `drain` seconds to finish."""
        await self._request.initialize()
        await self._catch_up()
        tasks = [asyncio.create_task(self._set_up(), name="telegram-setup")]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.arrivals.close(drain)

    async def close(self) -> None:
        """Let go of the connections: nothing is sent any more."""
        await self._request.shutdown()

    def webhook(self, inner: Application) -> Application:
        """The web application with Telegram's post before it, in webhook mode."""
        secret = self._settings.telegram_webhook_secret
        if self._settings.mode != "webhook" or secret is None:
            return inner
        return Webhook(inner, self.arrivals, secret.get_secret_value().encode())

    async def answer_tap(self, tap: str) -> None:
        """Stop the button's spinner; too late is no matter."""
        with suppress(TelegramError):
            await self.bot.answer_callback_query(tap)

    async def typing(self, address: str) -> None:
        """Show that an answer is being made, unless that would delay a message."""
        if not self.pace.takes_now(int(address)):
            return
        with suppress(TelegramError):
            await self.bot.send_chat_action(int(address), ChatAction.TYPING)

    async def _unreached(self, chat_id: str, message_id: str) -> None:
        """A turn of its own: whether anybody must know is decided like everything else."""
        update = Update("system", f"unreached:{message_id}", chat_id, "unreached")
        await self._serve.receive(update)

    async def _catch_up(self) -> None:
        """What was kept before a restart is served before what comes after it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_CATCHING_UP):
                await self._serve.resume()

    async def _set_up(self) -> None:
        """The bot's name, then the taking of updates and the profile side by side."""
        await self._until_done(self._learn_name)
        await asyncio.gather(self._take_updates(), self._until_done(self._profile.bring_up_to_date))

    async def _take_updates(self) -> None:
        if self._settings.mode == "webhook":
            await self._until_done(self._own_webhook)
            self.takes_updates = True
            await self._note_reach()
        await self._until_done(self._no_webhook)
        self.takes_updates = True
        reached = self.absence.here
        await Poller(self._address, self.arrivals, self._look_for_webhook, reached).run()

    async def _note_reach(self) -> None:
        """With a webhook, Telegram reaches us for as long as we live."""
        while True:
            await self.absence.here()
            await asyncio.sleep(NOTED_EVERY)

    async def _until_done(self, work: Callable[[], Awaitable[object]]) -> None:
        """Try until it works: Telegram may be away when we start."""
        wait = _AGAIN
        while True:
            try:
                await work()
            except Exception as failed:  # noqa: BLE001  # the rest of the assistant goes on
                log.warning("telegram.setup.failed", error=type(failed).__name__)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST)
            else:
                return

    async def _learn_name(self) -> None:
        self.username = (await self.bot.get_me()).username or ""

    async def _no_webhook(self) -> None:
        """Polling and a webhook exclude each other; what waits at Telegram is kept."""
        if (await self.bot.get_webhook_info()).url:
            await self.bot.delete_webhook(drop_pending_updates=False)

    async def _look_for_webhook(self) -> None:
        """A 409: a webhook that is still set is taken away; another poller is only waited for."""
        with suppress(TelegramError):
            await self._no_webhook()

    async def _own_webhook(self) -> None:
        secret = self._settings.telegram_webhook_secret
        await self.bot.set_webhook(
            f"{self._settings.url}{PATH}",
            secret_token=secret.get_secret_value() if secret else None,
            allowed_updates=list(ALLOWED),
            max_connections=_CONNECTIONS,
        )


async def username_of(settings: Settings) -> str | None:
    """What the bot is called: as set, else as Telegram says; None when it cannot be learnt."""
    if settings.telegram_username or settings.mode == "off":
        return settings.telegram_username
    request = AiohttpRequest()
    try:
        return (await _bot(settings, request).get_me()).username
    except TelegramError as failed:
        log.warning("telegram.name.failed", error=type(failed).__name__)
        return None
    finally:
        await request.shutdown()


def _bot(settings: Settings, request: AiohttpRequest) -> Bot:
    token = settings.telegram_token.get_secret_value() if settings.telegram_token else ""
    return Bot(
        token,
        base_url=settings.telegram_base_url,
        base_file_url=settings.file_url,
        request=request,
        get_updates_request=request,
    )


def _preparing(around: Around, serve: Serve, bot: Bot) -> Preparing:
    return Preparing(serve, around.chats, around.texts, Fetching(bot), around.clock, around.new_id)
