"""The web chat's way onto the staircase: cookies to chats, updates down, messages up.

It must not speak HTTP: that is the pages' and the API's.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.web.machine import Choice, Message, OpenedChat, Update
from bot.chart import draw
from bot.errors import Broken, Refused
from bot.printing.press import Printed
from bot.serve import Serve
from bot.serve import Update as Came
from bot.store.chats import Chats
from bot.store.connection import Conflict
from bot.store.load import ChatRow
from bot.store.outgoing import Claimed, Stored
from bot.texts import Texts, plain_words
from bot.turn import Paper

CHANNEL = "web"
_TOKEN_BYTES = 16


@dataclass(slots=True)
class Waking:
    """Who waits for which chat to grow: the outbox delivers to a browser by waking it."""

    waiting: dict[str, set[asyncio.Event]] = field(default_factory=lambda: defaultdict(set))
    stopped: bool = False

    def grown(self, chat_id: str) -> None:
        """The chat has more messages."""
        for event in self.waiting.get(chat_id, ()):
            event.set()

    def stop(self) -> None:
        """Nobody waits any longer: the server is about to stop."""
        self.stopped = True
        for chat_id in self.waiting:
            self.grown(chat_id)


@dataclass(slots=True)
class Bridge:
    """`machine.Machine` as the real store and staircase are."""

    serve: Serve
    chats: Chats
    texts: Texts
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    idle: timedelta
    waking: Waking
    print_paper: Callable[[Paper[str]], Awaitable[Printed | None]]

    async def find_chat(self, token: bytes) -> OpenedChat | None:
        """The chat of a cookie."""
        row = await self.chats.find(CHANNEL, token.hex())
        return self._opened(row, token) if row else None

    async def open_chat(self, token: bytes | None, accept_language: str | None) -> OpenedChat:
        """The chat of a cookie, or a new one under a fresh token."""
        found = await self.find_chat(token) if token else None
        if found is not None:
            return found
        fresh = secrets.token_bytes(_TOKEN_BYTES)
        locale = self.texts.negotiate_accept_language(accept_language)
        row = await self.chats.open(CHANNEL, fresh.hex(), locale, self.new_id(), keep_address=False)
        return OpenedChat(row.chat.id, fresh, row.chat.locale, is_new=True)

    async def receive(self, update: Update) -> int:
        """Down the staircase; the chat's last seq after the commit."""
        body = await self._body(update)
        source = f"{CHANNEL}:{update.chat_id}"
        await self.serve.receive(Came(source, update.key, update.chat_id, update.kind, body))
        row = await self.chats.row(update.chat_id)
        return row.last_seq if row else 0

    async def messages(self, chat_id: str, after: int) -> Sequence[Message]:
        """What the chat says after a seq."""
        return [_message(stored) for stored in await self.chats.messages(chat_id, after)]

    async def picture(self, chat_id: str, message_id: str) -> str | None:
        """The picture of a message, drawn from the values it holds."""
        stored, row = await self._shown(chat_id, message_id)
        if stored is None or stored.body.picture is None or row is None:
            return None
        locale = row.chat.locale
        return await asyncio.to_thread(
            draw, stored.body.picture, self.texts, locale, "auto", narrow=True
        )

    async def paper(self, chat_id: str, message_id: str) -> Printed | None:
        """The document of a message, printed from the words it holds."""
        stored, _ = await self._shown(chat_id, message_id)
        if stored is None or stored.body.paper is None:
            return None
        printed = await self.print_paper(stored.body.paper)
        if printed is None:
            raise Broken("error.paper")
        return printed

    async def store_upload(self, chat_id: str, name: str, kind: str, content: bytes) -> str:
        """Seal and keep a file; its id."""
        upload_id = self.new_id()
        await self.chats.keep_upload(upload_id, chat_id, (name, kind, content), self.clock())
        return upload_id

    async def wake(self, chat_id: str) -> AsyncGenerator[int, None]:
        """The chat's last seq at once, then whenever it has grown."""
        event = asyncio.Event()
        self.waking.waiting[chat_id].add(event)
        try:
            while not self.waking.stopped:
                row = await self.chats.row(chat_id)
                yield row.last_seq if row else 0
                await event.wait()
                event.clear()
        finally:
            self.waking.waiting[chat_id].discard(event)
            if not self.waking.waiting[chat_id]:
                del self.waking.waiting[chat_id]

    async def _body(self, update: Update) -> dict[str, object]:
        """What the staircase is told; a link is consumed here, by the press and nothing else."""
        if update.kind == "link":
            await self._press_link(update.value, update.chat_id)
            return {}
        if update.kind == "upload":
            known = await self.chats.upload(update.value, update.chat_id)
            if known is None:
                return {"upload_id": "", "kind": "unknown", "size": 0}
            kind, size = known
            return {"upload_id": update.value, "kind": kind, "size": size}
        return {update.kind: update.value}

    async def _press_link(self, token: str, chat_id: str) -> None:
        link_id = await self.chats.good_link(token, self.clock())
        if link_id is not None:
            with suppress(Conflict):
                await self.chats.press_link(link_id, chat_id, self.clock())
                return
        # Pressed twice, or again after a crash in between: still this chat's link.
        if not await self.chats.pressed_here(token, chat_id):
            raise Refused("web.link.unusable.title")

    async def _shown(self, chat_id: str, message_id: str) -> tuple[Stored | None, ChatRow | None]:
        """A message of that very chat, unless it waits for the digits; and the chat."""
        stored = await self.chats.message(chat_id, message_id)
        row = await self.chats.row(chat_id)
        hidden = stored is None or row is None or stored.seq <= self._hidden_until(row)
        return (None if hidden else stored), row

    def _opened(self, row: ChatRow, token: bytes) -> OpenedChat:
        return OpenedChat(row.chat.id, token, row.chat.locale, hidden_until=self._hidden_until(row))

    def _hidden_until(self, row: ChatRow) -> int:
        """Up to where messages wait for the digits: all of them as soon as the proof has aged."""
        proven = row.chat.proven_at
        if row.borrower_id is None or (proven is not None and self.clock() - proven <= self.idle):
            return 0
        return row.hidden_until or row.last_seq


def _message(stored: Stored) -> Message:
    body = stored.body
    return Message(
        seq=stored.seq,
        id=stored.id,
        speaker=stored.speaker,
        html=body.html,
        text=plain_words(body.html),
        at=stored.at,
        buttons=tuple(
            tuple(
                Choice(f"{stored.id}.{r}.{c}", shown.label, shown.url or None)
                for c, shown in enumerate(row)
                if not shown.contact
            )
            for r, row in enumerate(body.buttons)
        ),
        picture=body.picture is not None,
        paper=body.paper.name if body.paper else None,
        alt=body.alt or None,
        replaces=stored.replaces,
    )


@dataclass(frozen=True, slots=True)
class WebDelivery:
    """The outbox's way to browsers: the message stands in the transcript, they are told to look."""

    waking: Waking

    async def deliver(self, message: Claimed) -> str | None:
        """Wake whoever has the chat open; the transcript keeps it for everybody else."""
        self.waking.grown(message.chat_id)
        return None
