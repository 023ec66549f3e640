"""Updates from Telegram onto the staircase: stored first, read after, each chat in its order.

It must not acknowledge anything: `polling` and `webhook` do, once `keep` has returned.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import msgspec
import structlog

from bot.channels.files import LARGEST_FILE, sniffed
from bot.channels.telegram.reading import Came, read_update
from bot.channels.telegram.wire import read, update_id
from bot.serve import Serve, Update
from bot.store.chats import Chats
from bot.store.connection import Conflict
from bot.store.load import ChatRow
from bot.texts import Texts

log = structlog.get_logger()
CHANNEL = "telegram"
RAW = "telegram"  # the kind of an update that is kept but not read yet
_TYPING_AFTER = 0.3  # seconds
_START = {"text": "/start"}


class Talk(Protocol):
    """What is done at Telegram while a turn runs, each at its best effort."""

    async def fetch(self, file_id: str) -> bytes | None: ...
    async def answer_tap(self, tap: str) -> None: ...
    async def typing(self, address: str) -> None: ...


@dataclass(slots=True)
class Arrivals:
    """Keeps, reads and serves what comes from Telegram."""

    serve: Serve
    chats: Chats
    texts: Texts
    talk: Talk
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    _orders: dict[str, asyncio.Lock] = field(default_factory=dict)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    async def keep(self, raws: Sequence[bytes]) -> list[Update]:
        """Store what came, in one commit; what had come before is left out. Durable on return."""
        return await self.serve.keep([_kept(raw) for raw in raws])

    def begin(self, kept: Sequence[Update]) -> None:
        """Serve what was kept, chats side by side, each chat in its order."""
        for update in kept:
            task = asyncio.get_running_loop().create_task(self._one(update))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def finished(self) -> None:
        """Wait until everything begun has ended."""
        while self._running:
            await asyncio.wait(set(self._running))

    async def interpret(self, kept: Update) -> Update | None:
        """The update for the staircase; None when it is dealt with, set aside or not for us."""
        came = await self._read(kept)
        return await self._prepared(kept, came) if came is not None else None

    async def _one(self, kept: Update) -> None:
        try:
            came = await self._read(kept)
            if came is not None:
                async with self._orders.setdefault(came.address, asyncio.Lock()):
                    await self._served(kept, came)
        except Exception as failed:  # noqa: BLE001  # kept already: the inbox tries it again
            log.error("telegram.update.failed", error=type(failed).__name__)
        finally:
            self.serve.let_go(kept)

    async def _read(self, kept: Update) -> Came | None:
        raw = str(kept.body["raw"]).encode("latin-1")
        try:
            came = read_update(read(raw))
        except msgspec.MsgspecError as unreadable:
            await self.serve.set_aside(kept, type(unreadable).__name__)
            log.warning("telegram.update.unreadable")
            return None
        if came is None:
            await self.serve.finish(kept)
        return came

    async def _served(self, kept: Update, came: Came) -> None:
        update = await self._prepared(kept, came)
        if update is not None:
            await self._while_typing(came.address, self.serve.receive(update))
        if came.tap is not None:
            await self.talk.answer_tap(came.tap)

    async def _while_typing(self, address: str, turn: Awaitable[None]) -> None:
        """Show that an answer is on its way when it takes a moment."""
        task = asyncio.ensure_future(turn)
        done, _ = await asyncio.wait({task}, timeout=_TYPING_AFTER)
        if not done:
            await self.talk.typing(address)
        await task

    async def _prepared(self, kept: Update, came: Came) -> Update | None:
        """All input and output that a turn needs beforehand: chat, link, file."""
        row, is_new = await self._chat(came)
        if came.kind == "member":
            await self.chats.set_reachable(
                row.chat.id, reachable=bool(came.body["reachable"]), at=self.clock()
            )
            await self.serve.finish(kept)
            return None
        await self.chats.set_reachable(row.chat.id, reachable=True)
        if came.kind == "group":
            return await self._group(kept, row, is_new=is_new)
        kind, body = came.kind, dict(came.body)
        if kind == "link":
            kind, body = await self._link(str(came.body["token"]), row)
        elif kind == "file":
            kind, body = await self._file(came, row)
        return Update(CHANNEL, kept.key, row.chat.id, kind, body)

    async def _chat(self, came: Came) -> tuple[ChatRow, bool]:
        found = await self.chats.find(CHANNEL, came.address)
        if found is not None:
            return found, False
        locale = self.texts.negotiate(came.language)
        chat_id = self.new_id()
        row = await self.chats.open(CHANNEL, came.address, locale, chat_id, keep_address=True)
        return row, row.chat.id == chat_id

    async def _group(self, kept: Update, row: ChatRow, *, is_new: bool) -> Update | None:
        """One 'write to me privately', then silence."""
        if is_new:
            return Update(CHANNEL, kept.key, row.chat.id, "public")
        await self.serve.finish(kept)
        return None

    async def _link(self, token: str, row: ChatRow) -> tuple[str, dict[str, object]]:
        """A good link is consumed; junk, replays and old ones are a plain start."""
        link_id = await self.chats.good_link(token, self.clock())
        if link_id is None:
            return "text", dict(_START)
        with suppress(Conflict):
            await self.chats.press_link(link_id, row.chat.id, self.clock())
            return "link", {}
        return "text", dict(_START)

    async def _file(self, came: Came, row: ChatRow) -> tuple[str, dict[str, object]]:
        """Size first, then the content's own kind; never unpacked."""
        if int(str(came.body["size"])) > LARGEST_FILE:
            return "unusable", {"kind": "too_large"}
        content = await self.talk.fetch(str(came.body["file_id"]))
        if content is None:
            return "unusable", {"kind": "unknown"}
        if len(content) > LARGEST_FILE:
            return "unusable", {"kind": "too_large"}
        kind = sniffed(content)
        if kind is None:
            return "unusable", {"kind": "wrong_type"}
        upload_id = self.new_id()
        file = (str(came.body["name"]), kind, content)
        await self.chats.keep_upload(upload_id, row.chat.id, file, self.clock())
        return "upload", {"upload_id": upload_id, "kind": kind, "size": len(content)}


def _kept(raw: bytes) -> Update:
    """The raw update under its own number, padded so that text sorts as numbers do."""
    number = update_id(raw)
    key = f"{number:020d}" if number is not None else hashlib.sha256(raw).hexdigest()
    return Update(CHANNEL, key, "", RAW, {"raw": raw.decode("latin-1")})
