"""Sends one message of the outbox to a Telegram chat, or edits the one it replaces.

It must not decide when: the outbox claims, waits and marks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from telegram import Bot, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.channels.telegram.shaping import CAPTION_LIMIT, Keyboard, Shaped, length, shaped
from bot.domain.chart import Chart
from bot.outbox import Later, Undeliverable, Unreachable
from bot.store.chats import Chats, Stored
from bot.store.outgoing import Claimed
from bot.texts import plain_words

log = structlog.get_logger()
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_SAME = "message is not modified"
Painter = Callable[[Chart, str], Awaitable[bytes | None]]


@dataclass(slots=True)
class TelegramDelivery:
    """`paint` draws a chart in a locale as PNG, or None when it cannot; the words stay."""

    bot: Bot
    chats: Chats
    paint: Painter
    base_url: str | None

    async def deliver(self, message: Claimed) -> str | None:
        """Send; the id of the last part. Raises Later, Unreachable or Undeliverable."""
        stored = await self.chats.numbered(message.chat_id, message.seq)
        address = await self.chats.address(message.chat_id)
        if stored is None or address is None:
            raise Undeliverable
        try:
            return await self._delivered(stored, int(address))
        except RetryAfter as wait:
            raise Later(_seconds(wait)) from wait
        except Forbidden as gone:
            raise Unreachable from gone
        except TimedOut as silent:
            raise Later(may_repeat=True) from silent
        except BadRequest as refused:
            log.error("telegram.refused")
            raise Undeliverable from refused
        except NetworkError as trouble:
            raise Later(may_repeat=True) from trouble

    async def _delivered(self, stored: Stored, address: int) -> str:
        form = shaped(stored.body, stored.id, self.base_url)
        if stored.replaces is not None and len(form.parts) == 1:
            edited = await self._edited(stored, address, form)
            if edited is not None:
                return edited
        if stored.body.picture is not None:
            return await self._with_picture(stored, address, form)
        return await self._texts(address, form.parts, form.keyboard)

    async def _texts(self, address: int, parts: tuple[str, ...], keyboard: Keyboard | None) -> str:
        sent = None
        for number, part in enumerate(parts, start=1):
            last = number == len(parts)
            sent = await self._text(address, part, keyboard if last else None)
        if sent is None:
            raise Undeliverable
        return str(sent.message_id)

    async def _text(self, address: int, html: str, keyboard: Keyboard | None) -> Message:
        """One text; refused once, it goes again as plain words."""
        try:
            return await self.bot.send_message(
                address,
                html,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest:
            log.warning("telegram.plain")
            return await self.bot.send_message(
                address, plain_words(html), reply_markup=keyboard, link_preview_options=_NO_PREVIEW
            )

    async def _with_picture(self, stored: Stored, address: int, form: Shaped) -> str:
        """A photo with the words as caption when they fit, else the photo and then the words."""
        chart = stored.body.picture
        row = await self.chats.row(stored.chat_id)
        png = await self.paint(chart, row.chat.locale) if chart and row else None
        if png is None:
            return await self._texts(address, form.parts, form.keyboard)
        if length(stored.body.html) <= CAPTION_LIMIT:
            sent = await self.bot.send_photo(
                address,
                png,
                caption=stored.body.html,
                parse_mode=ParseMode.HTML,
                reply_markup=form.keyboard,
                filename="chart.png",
            )
            return str(sent.message_id)
        await self.bot.send_photo(address, png, filename="chart.png")
        return await self._texts(address, form.parts, form.keyboard)

    async def _edited(self, stored: Stored, address: int, form: Shaped) -> str | None:
        """Edit the card in place; None when that is not possible and it must be sent anew."""
        target = await self.chats.external_id(stored.chat_id, stored.replaces or 0)
        if target is None or stored.body.picture is not None:
            return None
        try:
            await self.bot.edit_message_text(
                form.parts[0],
                chat_id=address,
                message_id=int(target),
                parse_mode=ParseMode.HTML,
                reply_markup=form.keyboard,  # type: ignore[arg-type]  # inline, as no contact replaces
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest as refused:
            # Telegram's only sign that an edit was done before is this sentence.
            return target if _SAME in str(refused) else None
        return target


def _seconds(wait: RetryAfter) -> float:
    after = wait.retry_after
    return float(after if isinstance(after, int | float) else after.total_seconds())
