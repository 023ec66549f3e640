"""What one turn needs from the store, as values.

It must not read: its neighbours do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from bot.domain.case import CaseFacts
from bot.domain.changes import Seen
from bot.store.rows import Body, ShownButton
from bot.turn import BookedLoan, Borrower, Chat, CodeFacts, Draft, LinkFacts, Reminders

NO_CHAT = "nowhere"  # the chat of an event whose borrower has none


class Wanted(Struct, frozen=True):
    """What to load: a chat or, for events, a borrower; the update's key; a pressed button's id."""

    source: str
    key: str
    chat_id: str | None = None
    borrower_id: str | None = None
    button: str | None = None
    cards: bool = False  # those still in sight
    phone: str | None = None
    reminding: bool = False  # also what only a reminder must know


class ChatRow(Struct, frozen=True):
    """A chat with what only the store and the outbox need."""

    chat: Chat
    borrower_id: str | None
    channel: str
    link_id: str | None
    last_seq: int
    version: int
    hidden_until: int = 0
    unreachable: bool = False  # as the channel said last
    address: bytes | None = None  # where the channel finds it, sealed; None: it finds us

    @property
    def shows_presses(self) -> bool:
        """Whether a press stands in this chat as words of the person's own."""
        return self.channel == "web"

    @property
    def subject_id(self) -> str:
        """Whose key seals what is written from now on."""
        return self.borrower_id or self.chat.id


class Tip(Struct, frozen=True):
    """The end of an append-only chain: the last row's number and hash."""

    seq: int = 0
    hash: bytes = b""


class Loaded(Struct, frozen=True):
    """A snapshot of one subject. `seen` says the update has had its effect already.

    `here` is the chat heard, or the one last written in; `chats` are all of the borrower's.
    `cards` are the latest messages with buttons, newest first, if they were wanted.
    """

    seen: str | None
    attempts: int
    here: ChatRow
    chats: tuple[ChatRow, ...]
    borrower: Borrower | None = None
    loans: tuple[BookedLoan, ...] = ()
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    cases: tuple[CaseFacts, ...] = ()
    looks: Mapping[str, Seen] = field(default_factory=dict)
    case_tips: Mapping[str, Tip] = field(default_factory=dict)
    rated: frozenset[str] = frozenset()
    reminders: Reminders = field(default_factory=Reminders)
    link: LinkFacts | None = None
    code: CodeFacts | None = None
    contact_of: Borrower | None = None
    attempt_tokens: tuple[bytes, ...] = ()
    tries: int = 0
    locked_until: datetime | None = None
    audit_tip: Tip = Tip()
    cards: tuple[Body, ...] = ()
    pressed: tuple[ShownButton, int] | None = None  # and the seq of its message
