"""What the web chat needs of the machine behind it, and the demo's page of the demo: protocols.

It must not do anything.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from bot.printing.press import Printed


@dataclass(frozen=True, slots=True)
class OpenedChat:
    """A chat found or made by its cookie; `token` are the 16 bytes the cookie holds.

    Messages up to and including `hidden_until` are withheld: the proof of who reads has aged.
    """

    chat_id: str
    token: bytes
    locale: str
    is_new: bool = False
    hidden_until: int = 0


@dataclass(frozen=True, slots=True)
class Update:
    """What came in: `kind` is 'text', 'button', 'upload' or 'link', `value` the text or the id.

    The same `chat_id` and `key` again has one effect, whatever the rest says.
    """

    source: str
    key: str
    chat_id: str
    kind: str
    value: str


class Choice(NamedTuple):
    """A button as shown: `id` goes back when it is pressed; with `url` it opens that instead."""

    id: str
    label: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the transcript. `speaker` is 'me', 'reprieve' or 'person'.

    `html` holds only the tags the text layer makes, escaped; `paper` is the file name of a document
    that comes with it; `replaces` is the seq of the message whose place it takes.
    """

    seq: int
    id: str
    speaker: str
    html: str
    text: str
    at: datetime
    buttons: tuple[tuple[Choice, ...], ...] = ()
    picture: bool = False
    paper: str | None = None
    alt: str | None = None
    replaces: int | None = None


class Machine(Protocol):
    """The staircase as the web chat climbs it. Errors are Rejected, Refused or Broken."""

    async def find_chat(self, token: bytes) -> OpenedChat | None:
        """The chat this cookie belongs to; None for any other."""

    async def open_chat(self, token: bytes | None, accept_language: str | None) -> OpenedChat:
        """The same, or a new chat with a token of its own making (never the one given)."""

    async def receive(self, update: Update) -> int:
        """Hear it and commit the turn; the chat's last seq then."""

    async def messages(self, chat_id: str, after: int) -> Sequence[Message]:
        """The chat's messages with a higher seq, in order; the machine may cut a long list."""

    async def picture(self, chat_id: str, message_id: str) -> str | None:
        """The picture of this chat's message as SVG; None when there is none."""

    async def paper(self, chat_id: str, message_id: str) -> Printed | None:
        """The document of this chat's message as a file; None when there is none."""

    async def store_upload(self, chat_id: str, name: str, kind: str, content: bytes) -> str:
        """Seal and keep a file already sniffed as 'jpeg', 'png', 'webp' or 'pdf'; its id."""

    def wake(self, chat_id: str) -> AsyncGenerator[int, None]:
        """The chat's last seq at once, then again whenever it has grown, until it stops."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A made-up borrower to be: reference in the tape, words, and the digits the chat will ask."""

    ref: str
    title_key: str
    line_key: str
    id_last4: str


@dataclass(frozen=True, slots=True)
class SentCode:
    """A one-time code as the lender's gateway would send it, and when it is over."""

    phone: str
    code: str
    expires_at: datetime


class Demo(Protocol):
    """What the demo's page can do; the deeds go down the same staircase as everybody's."""

    @property
    def staff_name(self) -> str:
        """The staff login shown on the page."""

    @property
    def staff_password(self) -> str:
        """Its password."""

    def situations(self) -> Sequence[Situation]:
        """The borrowers to choose from, in the order shown."""

    async def codes(self) -> Sequence[SentCode]:
        """The one-time codes that are still good, newest first."""

    async def make_link(self, ref: str) -> str:
        """A one-time link for that borrower; Refused for an unknown reference."""

    async def is_linked(self, chat_id: str) -> bool:
        """Whether a borrower was proven in this chat."""

    async def pay_what_remains(self, chat_id: str) -> None:
        """The chat's borrower pays what is due: the next tape shows it."""
