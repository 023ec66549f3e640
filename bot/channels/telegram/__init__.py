"""Telegram: updates stored before they are confirmed, sends through the outbox.

It must not decide anything, and is the only part that imports `telegram`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

import structlog
from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.channels.telegram.arriving import CHANNEL, RAW, Arrivals
from bot.channels.telegram.delivery import Painter, TelegramDelivery
from bot.channels.telegram.polling import ALLOWED, Poller
from bot.channels.telegram.profile import Profile
from bot.channels.telegram.request import AiohttpRequest
from bot.channels.telegram.webhook import PATH, Application, Webhook
from bot.serve import Serve
from bot.settings import Settings
from bot.store.chats import Chats
from bot.texts import Texts
from bot.turn import Task

__all__ = ["CHANNEL", "RAW", "Application", "Around", "Telegram"]
log = structlog.get_logger()
_AGAIN = 30.0  # seconds until a failed set-up is tried again
_CONNECTIONS = 40  # of Telegram to us


@dataclass(frozen=True, slots=True)
class Around:
    """What Telegram stands on."""

    settings: Settings
    chats: Chats
    texts: Texts
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    paint: Painter


class Telegram:
    """One bot: its arrivals, its delivery, and the running of either mode."""

    def __init__(self, around: Around, serve: Serve, tasks: Sequence[Task]) -> None:
        settings = around.settings
        token = settings.telegram_token.get_secret_value() if settings.telegram_token else ""
        self._settings = settings
        self._request = AiohttpRequest()
        self.bot = Bot(
            token,
            base_url=settings.telegram_base_url,
            base_file_url=settings.file_url,
            request=self._request,
            get_updates_request=self._request,
        )
        self.arrivals = Arrivals(
            serve, around.chats, around.texts, self, around.clock, around.new_id
        )
        self.delivery = TelegramDelivery(self.bot, around.chats, around.paint, settings.public_url)
        self._profile = Profile(self.bot, around.texts, tasks)
        self._address = f"{settings.telegram_base_url}{token}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Set up and take updates until the end; what was begun is finished."""
        await self._request.initialize()
        tasks = [asyncio.create_task(self._set_up(), name="telegram-setup")]
        if self._settings.mode == "polling":
            tasks.append(asyncio.create_task(self._poll(), name="telegram-poll"))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.arrivals.finished()
            await self._request.shutdown()

    def webhook(self, inner: Application) -> Application:
        """The web application with Telegram's post before it, in webhook mode."""
        secret = self._settings.telegram_webhook_secret
        if self._settings.mode != "webhook" or secret is None:
            return inner
        return Webhook(inner, self.arrivals, secret.get_secret_value().encode())

    async def fetch(self, file_id: str) -> bytes | None:
        """The content of a file somebody sent; None when Telegram will not give it."""
        try:
            file = await self.bot.get_file(file_id)
            return bytes(await file.download_as_bytearray())
        except TelegramError:
            log.warning("telegram.file.failed")
            return None

    async def answer_tap(self, tap: str) -> None:
        """Stop the button's spinner; too late is no matter."""
        with suppress(TelegramError):
            await self.bot.answer_callback_query(tap)

    async def typing(self, address: str) -> None:
        """Show that an answer is being made."""
        with suppress(TelegramError):
            await self.bot.send_chat_action(int(address), ChatAction.TYPING)

    async def _poll(self) -> None:
        await self._until_done(self._no_webhook)
        await Poller(self._address, self.arrivals).run()

    async def _set_up(self) -> None:
        """Commands and descriptions, and the webhook in its mode; tried until it works."""
        if self._settings.mode == "webhook":
            await self._until_done(self._own_webhook)
        await self._until_done(self._profile.bring_up_to_date)

    async def _until_done(self, work: Callable[[], object]) -> None:
        while True:
            try:
                done = work()
                if asyncio.iscoroutine(done):
                    await done
            except TelegramError as failed:
                log.warning("telegram.setup.failed", error=type(failed).__name__)
                await asyncio.sleep(_AGAIN)
            else:
                return

    async def _no_webhook(self) -> None:
        """Polling and a webhook exclude each other; what waits at Telegram is kept."""
        if (await self.bot.get_webhook_info()).url:
            await self.bot.delete_webhook(drop_pending_updates=False)

    async def _own_webhook(self) -> None:
        secret = self._settings.telegram_webhook_secret
        await self.bot.set_webhook(
            f"{self._settings.url}{PATH}",
            secret_token=secret.get_secret_value() if secret else None,
            allowed_updates=list(ALLOWED),
            max_connections=_CONNECTIONS,
        )
