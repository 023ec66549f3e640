"""Chats, their messages, one-time links and uploads: what channels read and make beside turns.

It must not decide a turn.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import Refused
from bot.store.connection import Database, Op
from bot.store.load import ChatRow, body_of, chat_row
from bot.store.outgoing import Outgoing, Stored
from bot.store.queries import SQL
from bot.store.rows import stamp
from bot.store.seal import Seals, token_hash
from bot.store.tokens import borrower_token

_AT_ONCE = 500  # messages read at a time
_MOST_TOLD = 2_000  # chats
_TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link just made; `token` is nowhere stored."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Chats:
    """What channels need of the store."""

    database: Database
    seals: Seals

    async def find(self, channel: str, address: str) -> ChatRow | None:
        """The chat of that address on that channel."""
        token = self.seals.blind(f"chat.{channel}", address)

        def look(db: sqlite3.Connection) -> ChatRow | None:
            db.row_factory = sqlite3.Row
            values = {"channel": channel, "address_token": token}
            row = db.execute(SQL["chat_by_address"], values).fetchone()
            return chat_row(row) if row else None

        return await self.database.read(look)

    async def talking(self, channel: str, since: datetime) -> list[str]:
        """The chats of a channel in which something was said since then, the latest first."""
        values = {"channel": channel, "since": stamp(since), "most": _MOST_TOLD}

        def look(db: sqlite3.Connection) -> list[str]:
            return [str(chat_id) for (chat_id,) in db.execute(SQL["talking"], values)]

        return await self.database.read(look)

    async def open(
        self, channel: str, address: str, locale: str, chat_id: str, *, keep_address: bool
    ) -> ChatRow:
        """A new chat for that address, or the one there is; its own key is made first."""
        self.seals.create([chat_id])
        sealed = None
        if keep_address:
            sealed = self.seals.seal(chat_id, "chat", "address", chat_id, address.encode())
        values = {
            "chat_id": chat_id,
            "channel": channel,
            "address_token": self.seals.blind(f"chat.{channel}", address),
            "address": sealed,
            "locale": locale,
        }
        await self.database.commit([Op(SQL["new_chat"], values, None)])
        found = await self.find(channel, address)
        if found is None:
            raise Refused("error.chat.unknown")
        return found

    async def row(self, chat_id: str) -> ChatRow | None:
        """The chat as it stands."""

        def look(db: sqlite3.Connection) -> ChatRow | None:
            db.row_factory = sqlite3.Row
            row = db.execute(SQL["chat"], {"chat_id": chat_id}).fetchone()
            return chat_row(row) if row else None

        return await self.database.read(look)

    async def messages(self, chat_id: str, after: int) -> Sequence[Stored]:
        """The messages of a chat after a seq, oldest first, at most 500."""
        values = {"chat_id": chat_id, "after": after, "most": _AT_ONCE}
        return await self._stored("messages_after", values)

    async def message(self, chat_id: str, message_id: str) -> Stored | None:
        """One message of that very chat."""
        values = {"chat_id": chat_id, "message_id": message_id}
        found = await self._stored("message_by_id", values)
        return found[0] if found else None

    async def numbered(self, chat_id: str, seq: int) -> Stored | None:
        """The message of a chat with that seq."""
        found = await self._stored("message_by_seq", {"chat_id": chat_id, "seq": seq})
        return found[0] if found else None

    async def outgoing(self, chat_id: str, seq: int) -> Outgoing | None:
        """The message of a chat with that seq; None also for a browser's, which finds us."""

        def look(db: sqlite3.Connection) -> Outgoing | None:
            db.row_factory = sqlite3.Row
            row = db.execute(SQL["outgoing"], {"chat_id": chat_id, "seq": seq}).fetchone()
            if row is None or row["address"] is None:
                return None
            address = self.seals.open(chat_id, "chat", "address", chat_id, row["address"])
            return Outgoing(_stored(self.seals, row), address.decode(), row["locale"])

        return await self.database.read(look)

    async def external_id(self, chat_id: str, seq: int) -> str | None:
        """The channel's own id of a message that was sent."""

        def look(db: sqlite3.Connection) -> str | None:
            row = db.execute(SQL["external_id"], {"chat_id": chat_id, "seq": seq}).fetchone()
            return row[0] if row else None

        return await self.database.read(look)

    async def set_reachable(
        self, chat_id: str, *, reachable: bool, at: datetime | None = None
    ) -> None:
        """The channel says if the chat can be reached; when it can again, what waited goes out."""
        values: dict[str, object] = {"chat_id": chat_id}
        if not reachable:
            gone = {**values, "at": stamp(at) if at else ""}
            await self.database.commit([Op(SQL["set_unreachable"], gone, None)])
            return

        def look(db: sqlite3.Connection) -> bool:
            db.row_factory = sqlite3.Row
            row = db.execute(SQL["chat"], values).fetchone()
            return row is not None and row["unreachable_at"] is not None

        if await self.database.read(look):
            ops = [Op(SQL["set_reachable"], values, None), Op(SQL["revive"], values, None)]
            await self.database.commit(ops)

    async def transcript(self, borrower_id: str) -> Sequence[Stored]:
        """All messages of a borrower's chats since they were linked, oldest first."""
        return await self._stored("transcript", {"borrower_id": borrower_id})

    async def keep_upload(
        self, upload_id: str, chat_id: str, file: tuple[str, str, bytes], at: datetime
    ) -> None:
        """Seal and keep a file: (name, sniffed kind, content); durable on return."""
        name, kind, content = file
        values = {
            "subject_id": chat_id,
            "upload_id": upload_id,
            "kind": kind,
            "size": len(content),
            "at": stamp(at),
            "name": self.seals.seal(chat_id, "upload", "name", upload_id, name.encode()),
            "content": self.seals.seal(chat_id, "upload", "content", upload_id, content),
        }
        await self.database.commit([Op(SQL["new_upload"], values)])

    async def upload(self, upload_id: str, chat_id: str) -> tuple[str, int] | None:
        """Kind and size of a file this chat sent; None for any other."""

        def look(db: sqlite3.Connection) -> tuple[str, int] | None:
            db.row_factory = sqlite3.Row
            row = db.execute(SQL["upload"], {"upload_id": upload_id}).fetchone()
            mine = row is not None and row["subject_id"] == chat_id
            return (row["kind"], row["size"]) if mine else None

        return await self.database.read(look)

    async def borrower(self, borrower_ref: str) -> str | None:
        """The id of the borrower the lender calls so."""
        token = borrower_token(self.seals, borrower_ref)

        def look(db: sqlite3.Connection) -> str | None:
            row = db.execute(SQL["borrower_by_token"], {"ref_token": token}).fetchone()
            return str(row[0]) if row else None

        return await self.database.read(look)

    async def make_link(
        self, borrower_ref: str, link_id: str, now: datetime, good_for: timedelta
    ) -> Link:
        """A one-time link of 128 bits; Refused `link.borrower.unknown` for an unknown reference."""
        borrower_id = await self.borrower(borrower_ref)
        if borrower_id is None:
            raise Refused("link.borrower.unknown")
        token, expires_at = secrets.token_urlsafe(_TOKEN_BYTES), now + good_for
        values = {
            "link_id": link_id,
            "token_hash": token_hash(token),
            "borrower_id": borrower_id,
            "expires_at": stamp(expires_at),
        }
        await self.database.commit([Op(SQL["new_link"], values)])
        return Link(token, expires_at)

    async def good_link(self, token: str, now: datetime) -> str | None:
        """The id of a link that may still be pressed; looking consumes nothing."""

        def look(db: sqlite3.Connection) -> str | None:
            db.row_factory = sqlite3.Row
            row = db.execute(SQL["link_by_token"], {"token_hash": token_hash(token)}).fetchone()
            good = row and row["opened_at"] is None and row["expires_at"] > stamp(now)
            return str(row["link_id"]) if good else None

        return await self.database.read(look)

    async def press_link(self, link_id: str, chat_id: str, now: datetime) -> None:
        """Consume a link for a chat: Conflict when somebody was first."""
        opened = Op(SQL["open_link"], {"link_id": link_id, "at": stamp(now)})
        claimed = Op(SQL["claim_link"], {"link_id": link_id, "chat_id": chat_id})
        await self.database.commit([opened, claimed])

    async def pressed_here(self, token: str, chat_id: str) -> bool:
        """Whether this chat pressed that link, and still has to prove itself."""
        values = {"token_hash": token_hash(token), "chat_id": chat_id}
        found = await self.database.read(
            lambda db: db.execute(SQL["link_pressed_here"], values).fetchone()
        )
        return found is not None

    async def _stored(self, query: str, values: Mapping[str, object]) -> list[Stored]:
        def look(db: sqlite3.Connection) -> list[Stored]:
            db.row_factory = sqlite3.Row
            return [_stored(self.seals, row) for row in db.execute(SQL[query], values)]

        return await self.database.read(look)


def _stored(seals: Seals, row: sqlite3.Row) -> Stored:
    return Stored(
        seq=row["seq"],
        id=row["message_id"],
        chat_id=row["chat_id"],
        speaker=row["speaker"],
        at=datetime.fromisoformat(row["at"]),
        body=body_of(seals, row),
        replaces=row["replaces"],
    )
