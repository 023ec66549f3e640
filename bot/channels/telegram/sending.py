"""The calls that put one part of a message before a person: sent, edited, put away.

It must not try again, but for what Telegram refuses in one form and takes in another; each call
waits for its turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import msgspec
import structlog
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram.pace import Pace
from bot.channels.telegram.request import written
from bot.channels.telegram.shaping import Inline, Keyboard
from bot.outbox import Later
from bot.texts import plain_words

log = structlog.get_logger()
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_NO_PREVIEW_WRITTEN = _NO_PREVIEW.to_json()
_SAME = "message is not modified"
_PICTURE = "chart.png"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file under its name, and its caption as HTML."""

    name: str
    content: bytes
    caption: str


Shown = str | tuple[bytes, str]
"""Words as HTML, or a PNG and its caption."""
Part = Shown | Attached
"""What is sent: that, or a file."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Calls of one bot, each at the pace that all of them share."""

    bot: Bot
    pace: Pace

    async def part(self, address: int, part: Part, keyboard: Keyboard | None) -> str:
        """Send a part; Telegram's id of it, empty for a mere picture that it refuses."""
        if isinstance(part, str):
            return await self._text(address, part, keyboard)
        if isinstance(part, Attached):
            sent = await self._document(address, part, keyboard)
            return str(sent.message_id)
        return await self._photo(address, part, keyboard)

    async def edit(
        self, address: int, message_id: int, part: Shown, keyboard: Keyboard | None
    ) -> bool:
        """Put a part in the place of a message; False when Telegram refuses."""
        if isinstance(keyboard, ReplyKeyboardMarkup | ReplyKeyboardRemove):
            return False
        await self.pace.turn(address)
        try:
            await self._put(address, message_id, part, keyboard)
        except BadRequest as refused:
            # Telegram's only sign that an edit was done before is this sentence.
            return _SAME in str(refused).casefold()
        return True

    async def delete(self, address: int, message_id: int) -> None:
        """Take a message away; one too old to be taken away loses its buttons."""
        try:
            await self.pace.turn(address)
            await self.bot.delete_message(address, message_id)
        except BadRequest:
            with suppress(TelegramError, Later):
                await self.pace.turn(address)
                await self.bot.edit_message_reply_markup(address, message_id)
        except (TelegramError, Later) as failed:
            log.warning("telegram.delete.failed", error=type(failed).__name__)

    async def _put(
        self, address: int, message_id: int, part: Shown, keyboard: Inline | None
    ) -> None:
        markup = InlineKeyboardMarkup(_buttons(keyboard)) if keyboard is not None else None
        if isinstance(part, str):
            await self.bot.edit_message_text(
                part,
                chat_id=address,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=markup,
                link_preview_options=_NO_PREVIEW,
            )
            return
        png, caption = part
        media = InputMediaPhoto(png, caption=caption, parse_mode=ParseMode.HTML, filename=_PICTURE)
        await self.bot.edit_message_media(
            media, chat_id=address, message_id=message_id, reply_markup=markup
        )

    async def _text(self, address: int, html: str, keyboard: Keyboard | None) -> str:
        """One text; refused once, it goes again as plain words."""
        given = {"chat_id": str(address), "link_preview_options": _NO_PREVIEW_WRITTEN}
        if keyboard is not None:
            given["reply_markup"] = _written(keyboard)
        try:
            return await self._sent({**given, "text": html, "parse_mode": ParseMode.HTML})
        except BadRequest:
            log.warning("telegram.plain")
            return await self._sent({**given, "text": plain_words(html)})

    async def _sent(self, given: Mapping[str, str]) -> str:
        """The id of a text sent, past `Bot.send_message`: it costs as much as a turn is decided."""
        await self.pace.turn(int(given["chat_id"]))
        sent = await self.bot.request.post(f"{self.bot.base_url}/sendMessage", written(given))
        if not isinstance(sent, dict) or "message_id" not in sent:
            raise TelegramError("no message in the answer")
        return str(sent["message_id"])

    async def _photo(self, address: int, part: tuple[bytes, str], keyboard: Keyboard | None) -> str:
        """A photo with its caption; refused, the caption goes as a text, if there is one."""
        png, caption = part
        await self.pace.turn(address)
        try:
            sent = await self.bot.send_photo(
                address,
                png,
                caption=caption or None,
                parse_mode=ParseMode.HTML,
                reply_markup=_markup(keyboard),
                filename=_PICTURE,
            )
        except BadRequest:
            log.warning("telegram.photo.refused")
            return await self._text(address, caption, keyboard) if caption else ""
        return str(sent.message_id)

    async def _document(
        self, address: int, attached: Attached, keyboard: Keyboard | None
    ) -> Message:
        """A file, which the person may keep and pass on; refused once, with a plain caption."""
        given = InputFile(attached.content, filename=attached.name)
        await self.pace.turn(address)
        try:
            return await self.bot.send_document(
                address,
                given,
                caption=attached.caption or None,
                parse_mode=ParseMode.HTML,
                reply_markup=_markup(keyboard),
            )
        except BadRequest:
            log.warning("telegram.plain")
            caption = plain_words(attached.caption) or None
            await self.pace.turn(address)
            return await self.bot.send_document(
                address, given, caption=caption, reply_markup=_markup(keyboard)
            )


def _written(keyboard: Keyboard) -> str:
    """A keyboard as JSON."""
    if isinstance(keyboard, list):
        return msgspec.json.encode({"inline_keyboard": keyboard}).decode()
    return keyboard.to_json()


def _markup(
    keyboard: Keyboard | None,
) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    """A keyboard as the calls take it that also carry a file."""
    return InlineKeyboardMarkup(_buttons(keyboard)) if isinstance(keyboard, list) else keyboard


def _buttons(inline: Inline) -> list[list[InlineKeyboardButton]]:
    return [
        [
            InlineKeyboardButton(
                key["text"], url=key.get("url"), callback_data=key.get("callback_data")
            )
            for key in row
        ]
        for row in inline
    ]
