"""The parts of Telegram's updates that are read, with the types Telegram promises.

It must not interpret them. What is missing or of another type raises msgspec.ValidationError.
"""

from __future__ import annotations

import msgspec


class User(msgspec.Struct):
    """Who wrote."""

    id: int
    is_bot: bool = False
    language_code: str | None = None


class Place(msgspec.Struct):
    """The chat: 'private', 'group', 'supergroup' or 'channel'."""

    id: int
    type: str


class Contact(msgspec.Struct):
    """A shared phone number; `user_id` is whose, when Telegram knows."""

    phone_number: str
    user_id: int | None = None


class File(msgspec.Struct):
    """A document, a size of a photo, a voice message and the like."""

    file_id: str
    file_size: int | None = None
    file_name: str | None = None
    width: int = 0


class Message(msgspec.Struct):
    """A message of any kind: what is not listed is none of our kinds."""

    message_id: int
    chat: Place
    from_: User | None = msgspec.field(default=None, name="from")
    sender_chat: Place | None = None
    text: str | None = None
    caption: str | None = None
    contact: Contact | None = None
    photo: list[File] | None = None
    document: File | None = None
    sticker: object | None = None
    dice: object | None = None
    voice: object | None = None
    video: object | None = None
    video_note: object | None = None
    audio: object | None = None
    animation: object | None = None
    forward_origin: object | None = None
    media_group_id: str | None = None


class Tap(msgspec.Struct):
    """A press on an inline button."""

    id: str
    from_: User = msgspec.field(name="from")
    message: Message | None = None
    data: str | None = None


class Member(msgspec.Struct):
    """Somebody's standing in a chat: 'member', 'kicked' and the like."""

    status: str


class Membership(msgspec.Struct):
    """The bot was blocked, or let in again."""

    chat: Place
    new_chat_member: Member


class Update(msgspec.Struct):
    """One update; every kind that is not listed is stored and left alone."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: Tap | None = None
    my_chat_member: Membership | None = None


class Envelope(msgspec.Struct):
    """Only what tells updates apart and in order; the rest may be anything."""

    update_id: int


_UPDATE = msgspec.json.Decoder(Update)
_ENVELOPE = msgspec.json.Decoder(Envelope)


def read(raw: bytes) -> Update:
    """The update; msgspec.ValidationError or DecodeError when it is none."""
    return _UPDATE.decode(raw)


def update_id(raw: bytes) -> int | None:
    """The number of an update whatever else is wrong with it; None without one."""
    try:
        return _ENVELOPE.decode(raw).update_id
    except msgspec.MsgspecError:
        return None
