"""Messages, their outbox rows, and the chats they move on.

It must not word them: they come spoken.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace

from bot.store.commit.chat import chat_values, is_fresh
from bot.store.commit.decided import Decided, Spoken
from bot.store.connection import Op
from bot.store.load import NO_CHAT, ChatRow
from bot.store.outgoing import Claim, Claimed, Outgoing, Stored
from bot.store.queries import SQL
from bot.store.rows import encode, stamp
from bot.store.seal import Seals


@dataclass(frozen=True, slots=True)
class Messages:
    """The messages of a decided turn; `here` is the chat heard, as the turn leaves it.

    `claim` says which of them the commit claims for the process that makes it.
    """

    decided: Decided
    seals: Seals
    new_id: Callable[[], str]
    here: ChatRow
    claim: Claim | None = None

    def ops(self) -> Iterator[Op]:
        """Messages and outbox rows, each chat's numbers going up, then the chats themselves."""
        rows = {row.chat.id: row for row in self.decided.loaded.chats}
        rows[self.here.chat.id] = self.here
        moved = {self.here.chat.id} if self.here.chat.id != NO_CHAT else set()
        for spoken in self.decided.spoken:
            row = rows[spoken.chat_id] = self._numbered(rows[spoken.chat_id])
            moved.add(spoken.chat_id)
            yield from self._message(row, spoken)
        for chat_id in sorted(moved):
            yield Op(SQL["move_chat"], chat_values(rows[chat_id]))

    def _numbered(self, row: ChatRow) -> ChatRow:
        """The chat with one more message, hidden if it came by itself and nobody is proven."""
        seq = row.last_seq + 1
        by_itself = not self.decided.heard_here or row.chat.id != self.here.chat.id
        hidden = seq if by_itself and not is_fresh(row, self.decided) else row.hidden_until
        return replace(row, last_seq=seq, hidden_until=hidden)

    def _message(self, row: ChatRow, spoken: Spoken) -> Iterator[Op]:
        message_id = self.new_id()
        subject = row.subject_id
        place = (subject, "message", "body", message_id)
        same = {"message_id": message_id, "chat_id": row.chat.id, "seq": row.last_seq}
        yield Op(
            SQL["new_message"],
            {
                **same,
                "borrower_id": row.borrower_id,
                "subject_id": subject,
                "turn_id": self.decided.turn_id,
                "at": stamp(self.decided.at),
                "speaker": spoken.speaker,
                "body": self.seals.seal(*place, encode(spoken.body)),
                "replaces": spoken.replaces,
            },
        )
        if spoken.speaker != "me":
            yield self._outgoing(row, spoken, message_id)

    def _outgoing(self, row: ChatRow, spoken: Spoken, message_id: str) -> Op:
        """The outbox row: claimed with the words at hand, or left to be claimed."""
        claim = self.claim
        values = {
            "message_id": message_id,
            "chat_id": row.chat.id,
            "seq": row.last_seq,
            "channel": row.channel,
        }
        if claim is None or row.channel not in claim.channels:
            return Op(SQL["new_outbox"], values)
        words = self._words(row, spoken, message_id)
        claimed = Claimed(
            message_id,
            row.chat.id,
            row.last_seq,
            row.channel,
            attempts=1,
            may_repeat=False,
            words=words,
        )
        told = partial(_taken, claim, claimed)
        return Op(SQL["new_claimed"], {**values, "until": stamp(claim.until)}, None, told)

    def _words(self, row: ChatRow, spoken: Spoken, message_id: str) -> Outgoing | None:
        if row.address is None:
            return None
        chat_id = row.chat.id
        address = self.seals.open(chat_id, "chat", "address", chat_id, row.address).decode()
        stored = Stored(
            seq=row.last_seq,
            id=message_id,
            chat_id=chat_id,
            speaker=spoken.speaker,
            at=self.decided.at,
            body=spoken.body,
            replaces=spoken.replaces,
        )
        return Outgoing(stored, address, row.chat.locale)


def _taken(claim: Claim, claimed: Claimed, found: sqlite3.Cursor) -> None:
    """Take the message if the statement claimed it."""
    (is_claimed,) = found.fetchone()
    if is_claimed:
        claim.taken.append(claimed)
    else:
        claim.left.append(claimed.chat_id)
