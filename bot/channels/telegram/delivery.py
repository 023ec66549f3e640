"""Sends one message of the outbox to a Telegram chat, or edits the one it replaces.

It must not decide when: the outbox claims, waits and marks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.channels.telegram.fetching import seconds_of
from bot.channels.telegram.sending import Attached, Part, Sending
from bot.channels.telegram.shaping import CAPTION_LIMIT, Shaped, length, shaped
from bot.domain.chart import Chart
from bot.errors import Broken
from bot.outbox import Later, Undeliverable, Unreachable
from bot.printing.press import Printed
from bot.store.chats import Chats
from bot.store.outgoing import Claimed, Outgoing, Stored
from bot.turn import Paper

log = structlog.get_logger()


Painter = Callable[[Chart, str], Awaitable[bytes | None]]
"""Draws a chart in a locale as PNG, or None when it cannot; the words stay."""
Printer = Callable[[Paper[str]], Awaitable[Printed | None]]
"""Prints a paper, or None when it cannot now."""


@dataclass(slots=True)
class TelegramDelivery:
    """The outbox's way to Telegram. `base_url` is ours, for buttons that open a page."""

    sending: Sending
    chats: Chats
    paint: Painter
    print_paper: Printer
    base_url: str | None
    unreached: Callable[[str, str], Awaitable[None]]  # told the chat and the message
    # What of a long message has gone out: after a 429 in its middle only the rest goes again.
    _sent: dict[str, list[str]] = field(default_factory=dict)

    async def deliver(self, message: Claimed) -> str | None:
        """Send; the id of the last part. Raises Later, Unreachable or Undeliverable."""
        outgoing = message.words or await self.chats.outgoing(message.chat_id, message.seq)
        if outgoing is None:
            raise Undeliverable
        stored = outgoing.message
        try:
            external_id = await self._delivered(outgoing)
        except RetryAfter as wait:
            self.sending.pace.hold(int(outgoing.address), seconds_of(wait))
            raise Later(seconds_of(wait)) from wait
        except Forbidden as gone:
            self._sent.pop(stored.id, None)
            await self.unreached(stored.chat_id, stored.id)
            raise Unreachable from gone
        except BadRequest as refused:
            self._sent.pop(stored.id, None)
            log.error("telegram.refused")
            raise Undeliverable from refused
        except TelegramError as trouble:
            # The network, an answer that cannot be read, a token being changed: it will pass.
            raise Later(may_repeat=True) from trouble
        self._sent.pop(stored.id, None)
        return external_id

    async def _delivered(self, outgoing: Outgoing) -> str:
        stored, address = outgoing.message, int(outgoing.address)
        form = shaped(stored.body, stored.id, self.base_url)
        chart = stored.body.picture
        png = await self.paint(chart, outgoing.locale) if chart else None
        printed = await self._printed(stored)
        if stored.replaces is not None and printed is None:
            edited = await self._edited(stored, address, form, png)
            if edited is not None:
                return edited
        sent = self._sent.setdefault(stored.id, [])
        parts = _parts(form, png) if printed is None else _with_file(form, printed)
        for number in range(len(sent), len(parts)):
            keyboard = form.keyboard if number == len(parts) - 1 else None
            sent.append(await self.sending.part(address, parts[number], keyboard))
        if stored.replaces is not None:
            await self._put_away(stored, address)
        return sent[-1]

    async def _printed(self, stored: Stored) -> Printed | None:
        """The document that the message brings; without it the words would promise too much."""
        if stored.body.paper is None:
            return None
        printed = await self.print_paper(stored.body.paper)
        if printed is None:
            raise Broken("error.paper")
        return printed

    async def _edited(
        self, stored: Stored, address: int, form: Shaped, png: bytes | None
    ) -> str | None:
        """Edit the card in place; None when that is not possible and it must be sent anew."""
        card = await self._card(stored)
        parts = _parts(form, png)
        if card is None or len(parts) > 1:
            return None
        message_id, was_picture = card
        if was_picture and png is None:
            return None  # Telegram cannot take the picture out of a message.
        if await self.sending.edit(address, message_id, parts[0], form.keyboard):
            return str(message_id)
        return None

    async def _put_away(self, stored: Stored, address: int) -> None:
        """The card that could not be edited: what took its place stands below."""
        card = await self._card(stored)
        if card is not None:
            await self.sending.delete(address, card[0])

    async def _card(self, stored: Stored) -> tuple[int, bool] | None:
        """Telegram's id of the message to replace, and whether it is a photo."""
        seq = stored.replaces or 0
        external_id = await self.chats.external_id(stored.chat_id, seq)
        before = await self.chats.numbered(stored.chat_id, seq)
        if external_id is None or before is None:
            return None
        return int(external_id), before.body.picture is not None


def _with_file(form: Shaped, printed: Printed) -> tuple[Part, ...]:
    """The file with the words as its caption when they fit, else after them."""
    fits = len(form.parts) == 1 and length(form.parts[0]) <= CAPTION_LIMIT
    before, caption = ((), form.parts[0]) if fits else (form.parts, "")
    return (*before, Attached(printed.name, printed.content, caption))


def _parts(form: Shaped, png: bytes | None) -> tuple[str | tuple[bytes, str], ...]:
    """What to send in order: texts, or a photo with the words as caption when they fit."""
    if png is None:
        return form.parts
    if len(form.parts) == 1 and length(form.parts[0]) <= CAPTION_LIMIT:
        return ((png, form.parts[0]),)
    return ((png, ""), *form.parts)
