"""A machine in memory that keeps the web chat's bargain: one effect a key, cookies hashed, no leak.

What it answers is given by the test: a function from the update to what is said.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from bot.channels.web.machine import Choice, Message, OpenedChat, Update
from bot.errors import Rejected
from bot.printing.press import Printed
from bot.texts import Texts, escaped

STARTED = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 69"><title>chart</title>'
    '<path d="M0 69 99 9v60z" fill="#f0a35e"/></svg>'
)


PAPER = b"%PDF-1.7 made up"


@dataclass(frozen=True, slots=True)
class Line:
    """One message to say: HTML, rows of button labels, perhaps with a picture or a document."""

    html: str
    rows: tuple[tuple[str, ...], ...] = ()
    alt: str | None = None
    in_place: bool = False
    paper: str | None = None
    speaker: str = "reprieve"


Answer = Callable[[Update, str], Sequence[Line]]


def echo(update: Update, heard: str) -> Sequence[Line]:
    """Says what it heard, with two choices."""
    del update
    return [Line(f"You said {escaped(heard)}", rows=(("Yes", "No"),))]


@dataclass(slots=True)
class KeptChat:
    """A chat as stored."""

    token_hash: bytes
    locale: str
    messages: list[Message] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    uploads: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)
    hidden_until: int = 0
    grown: asyncio.Event = field(default_factory=asyncio.Event)


class WebMachine:
    """The fake itself; `heard` are the updates that had an effect, in order."""

    def __init__(self, texts: Texts, answer: Answer = echo) -> None:
        self.chats: dict[str, KeptChat] = {}
        self.heard: list[Update] = []
        self.answer = answer
        self.fail_next: Exception | None = None
        self.hold_next = False  # accepted, its turn comes later
        self.loop: asyncio.AbstractEventLoop | None = None  # where a server runs it
        self._texts = texts
        self._made = 0
        self._stopped = False

    async def find_chat(self, token: bytes) -> OpenedChat | None:
        wanted = sha256(token).digest()
        for chat_id, chat in self.chats.items():
            if chat.token_hash == wanted:
                return OpenedChat(chat_id, token, chat.locale, hidden_until=chat.hidden_until)
        return None

    async def open_chat(self, token: bytes | None, accept_language: str | None) -> OpenedChat:
        self.loop = asyncio.get_running_loop()
        if token and (known := await self.find_chat(token)):
            return known
        self._made += 1
        fresh = sha256(f"token {self._made}".encode()).digest()[:16]
        chat_id = f"chat{self._made}"
        locale = self._texts.negotiate_accept_language(accept_language)
        self.chats[chat_id] = KeptChat(sha256(fresh).digest(), locale)
        return OpenedChat(chat_id, fresh, locale, is_new=True)

    async def receive(self, update: Update) -> int:
        chat = self.chats[update.chat_id]
        if self.fail_next is not None:
            error, self.fail_next = self.fail_next, None
            raise error
        if self.hold_next:
            self.hold_next = False
            chat.keys[update.key] = len(chat.messages)
        if update.key not in chat.keys:
            heard, pressed = self._heard(chat, update)
            self.heard.append(update)
            self._say(chat, Line(escaped(heard), speaker="me"), None)
            for line in self.answer(update, heard):
                self._say(chat, line, pressed)
            chat.keys[update.key] = len(chat.messages)
            self._wake(chat)
        return len(chat.messages)

    async def messages(self, chat_id: str, after: int) -> Sequence[Message]:
        return [message for message in self.chats[chat_id].messages if message.seq > after]

    async def paper(self, chat_id: str, message_id: str) -> Printed | None:
        own = self.chats[chat_id].messages if chat_id in self.chats else []
        named = (each.paper for each in own if each.id == message_id and each.paper)
        return next((Printed(name, "application/pdf", PAPER) for name in named), None)

    async def picture(self, chat_id: str, message_id: str) -> str | None:
        own = self.chats[chat_id].messages
        return next((PICTURE for each in own if each.id == message_id and each.picture), None)

    async def store_upload(self, chat_id: str, name: str, kind: str, content: bytes) -> str:
        uploads = self.chats[chat_id].uploads
        upload_id = f"upload{len(uploads) + 1}"
        uploads[upload_id] = (name, kind, content)
        return upload_id

    async def wake(self, chat_id: str) -> AsyncGenerator[int, None]:
        chat = self.chats[chat_id]
        while not self._stopped:
            grown = chat.grown
            yield len(chat.messages)
            await grown.wait()

    def tell(self, chat_id: str, *lines: Line) -> None:
        """Says something nobody asked for, as a decision does."""
        chat = self.chats[chat_id]
        for line in lines:
            self._say(chat, line, None)
        self._wake(chat)

    def stop(self) -> None:
        """Ends every subscription."""
        self._stopped = True
        for chat in self.chats.values():
            self._wake(chat)

    def stop_soon(self) -> None:
        """The same, from another thread."""
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.stop)

    def _wake(self, chat: KeptChat) -> None:
        chat.grown.set()
        chat.grown = asyncio.Event()

    def _heard(self, chat: KeptChat, update: Update) -> tuple[str, int | None]:
        if update.kind == "link" and update.value.startswith("unknown"):
            raise Rejected("error.link")
        if update.kind != "button":
            return update.value, None
        for message in reversed(chat.messages):
            for row in message.buttons:
                for choice in row:
                    if choice.id == update.value:
                        return choice.label, message.seq
        return "", None

    def _say(self, chat: KeptChat, line: Line, pressed: int | None) -> None:
        seq = len(chat.messages) + 1
        rows = tuple(
            tuple(Choice(f"{seq}.{y}.{x}", label) for x, label in enumerate(row))
            for y, row in enumerate(line.rows)
        )
        made = Message(
            seq=seq,
            id=f"m{seq}",
            speaker=line.speaker,
            html=line.html,
            text=line.html,
            at=STARTED + timedelta(minutes=seq),
            buttons=rows,
            picture=line.alt is not None,
            paper=line.paper,
            alt=line.alt,
        )
        chat.messages.append(replace(made, replaces=pressed if line.in_place else None))
