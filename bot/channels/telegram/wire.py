"""The parts of Telegram's updates that are read, with the types Telegram promises.

It must not interpret them. What is missing or of another type raises msgspec.ValidationError.
"""

from __future__ import annotations

import json
import re
from typing import TypeVar

import msgspec

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


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
    # What Telegram itself tells in a chat: nobody said it.
    pinned_message: object | None = None
    message_auto_delete_timer_changed: object | None = None
    write_access_allowed: object | None = None
    chat_background_set: object | None = None


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
    """One update of a kind we know; the channels' two are known to be none of our business."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: Tap | None = None
    my_chat_member: Membership | None = None
    channel_post: object | None = None
    edited_channel_post: object | None = None


class Envelope(msgspec.Struct):
    """Only what tells updates apart and in order; the rest may be anything."""

    update_id: int


class Answer(msgspec.Struct):
    """What getUpdates answers; each update stays as it came."""

    ok: bool
    result: list[msgspec.Raw] = []
    description: str = ""


_UPDATE = msgspec.json.Decoder(Update)
_ENVELOPE = msgspec.json.Decoder(Envelope)
_ANSWER = msgspec.json.Decoder(Answer)
Kind = TypeVar("Kind")


def read(raw: bytes) -> Update:
    """The update; msgspec.ValidationError or DecodeError when it is none."""
    return _decoded(_UPDATE, raw)


def read_answer(raw: bytes) -> Answer:
    """The answer to getUpdates; msgspec.ValidationError or DecodeError when it is none."""
    return _decoded(_ANSWER, raw)


def update_id(raw: bytes) -> int | None:
    """The number of an update whatever else is wrong with it; None without one."""
    try:
        return _decoded(_ENVELOPE, raw).update_id
    except msgspec.MsgspecError:
        return None


def _decoded(decoder: msgspec.json.Decoder[Kind], raw: bytes) -> Kind:
    """As it stands; what msgspec cannot read for a lone surrogate, with U+FFFD in its place.

    Bytes that are no UTF-8 are replaced alike: msgspec says so by an error that is none of its own.
    """
    try:
        return decoder.decode(raw)
    except UnicodeDecodeError:
        return _decoded(decoder, raw.decode("utf-8", "replace").encode())
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError as unreadable:
        return decoder.decode(_mended(raw, unreadable))


def _mended(raw: bytes, unreadable: msgspec.DecodeError) -> bytes:
    """One half of an emoji in one message must not keep a hundred others from being read."""
    try:
        plain = json.dumps(json.loads(raw), ensure_ascii=False)
    except (ValueError, RecursionError):
        raise unreadable from None
    return _LONE_SURROGATE.sub("\ufffd", plain).encode()
