"""What a turn needs beforehand: the chat's row, the link consumed, the file fetched and sealed.

It must not decide what is answered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from bot.channels.files import LARGEST_FILE, sniffed
from bot.channels.telegram.reading import Came
from bot.serve import Serve, Update
from bot.store.chats import Chats
from bot.store.connection import Conflict
from bot.store.load import ChatRow
from bot.texts import Texts

CHANNEL = "telegram"
AT_ONCE = ("text", "button")  # what needs nothing beforehand but the chat
_CHATS = 10_000  # remembered at a time
_START = {"text": "/start"}
_ID = 32  # hex digits of an id


class FileTooLarge(Exception):  # a state of the file, not an error
    """The file is larger than what was asked for."""


class FileGone(Exception):  # a state of the file, not an error
    """Telegram does not give it, though it was tried for a while."""


class Fetch(Protocol):
    """The content of a file, at most `most` bytes; raises FileTooLarge or FileGone."""

    async def __call__(self, file_id: str, most: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Preparing:
    """All input and output that a turn needs beforehand."""

    serve: Serve
    chats: Chats
    texts: Texts
    fetch: Fetch
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    _met: OrderedDict[str, str] = field(default_factory=OrderedDict)  # chat ids by address

    async def prepared(self, kept: Update, came: Came) -> Update | None:
        """The update for the staircase; None when it is dealt with already."""
        if came.kind == "nothing":
            await self.serve.finish(kept)
            return None
        met = self._met.get(came.address) if came.kind in AT_ONCE else None
        if met is not None:
            return Update(CHANNEL, kept.key, met, came.kind, dict(came.body))
        row, is_new = await self._chat(came)
        self._meet(came.address, row.chat.id)
        reachable = bool(came.body.get("reachable", True))
        if reachable is row.unreachable:
            await self.chats.set_reachable(row.chat.id, reachable=reachable, at=self.clock())
        if came.kind == "member" or (came.kind == "group" and not is_new):
            await self.serve.finish(kept)
            return None
        if came.kind == "group":
            return Update(CHANNEL, kept.key, row.chat.id, "public")
        kind, body = came.kind, dict(came.body)
        if kind == "link":
            kind, body = await self._link(str(came.body["token"]), row)
        elif kind == "file":
            kind, body = await self._file(kept, came, row)
        return Update(CHANNEL, kept.key, row.chat.id, kind, body)

    def _meet(self, address: str, chat_id: str) -> None:
        """Remember whose address it is: a chat keeps its id for good."""
        self._met[address] = chat_id
        if len(self._met) > _CHATS:
            self._met.popitem(last=False)

    async def _chat(self, came: Came) -> tuple[ChatRow, bool]:
        found = await self.chats.find(CHANNEL, came.address)
        if found is not None:
            return found, found.last_seq == 0
        locale = self.texts.negotiate(came.language)
        new_id = self.new_id()
        row = await self.chats.open(CHANNEL, came.address, locale, new_id, keep_address=True)
        return row, True

    async def _link(self, token: str, row: ChatRow) -> tuple[str, dict[str, object]]:
        """A good link is consumed; junk, replays and old ones are a plain start."""
        link_id = await self.chats.good_link(token, self.clock())
        if link_id is not None:
            with suppress(Conflict):
                await self.chats.press_link(link_id, row.chat.id, self.clock())
                return "link", {}
        # Pressed again, or anew after a crash in between: still this chat's link.
        if await self.chats.pressed_here(token, row.chat.id):
            return "link", {}
        return "text", dict(_START)

    async def _file(self, kept: Update, came: Came, row: ChatRow) -> tuple[str, dict[str, object]]:
        """Size first, then the content's own kind; never unpacked. The same update, the same id."""
        if int(str(came.body["size"])) > LARGEST_FILE:
            return "unusable", {"kind": "too_large"}
        upload_id = sha256(f"{CHANNEL} {kept.key}".encode()).hexdigest()[:_ID]
        known = await self.chats.upload(upload_id, row.chat.id)
        if known is not None:
            return "upload", {"upload_id": upload_id, "kind": known[0], "size": known[1]}
        try:
            content = await self.fetch(str(came.body["file_id"]), LARGEST_FILE)
        except FileTooLarge:
            return "unusable", {"kind": "too_large"}
        except FileGone:
            return "unusable", {"kind": "not_fetched"}
        return await self._kept_file(upload_id, str(came.body["name"]), content, row)

    async def _kept_file(
        self, upload_id: str, name: str, content: bytes, row: ChatRow
    ) -> tuple[str, dict[str, object]]:
        kind = sniffed(content)
        if kind is None:
            return "unusable", {"kind": "wrong_type"}
        with suppress(Conflict):
            await self.chats.keep_upload(
                upload_id, row.chat.id, (name, kind, content), self.clock()
            )
        return "upload", {"upload_id": upload_id, "kind": kind, "size": len(content)}
