"""What an update means for us, from the update alone.

It must not fetch, store or answer anything.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from bot.channels.telegram.wire import Contact, File, Membership, Message, Tap, Update
from bot.texts import cleaned

LONGEST = 4096
_PRIVATE = "private"
_KINDS = ("sticker", "dice", "voice", "video", "video_note", "audio", "animation")
_HEARD_AS = {"video_note": "video", "audio": "voice", "animation": "sticker"}
_SERVICE = (
    "pinned_message",
    "message_auto_delete_timer_changed",
    "write_access_allowed",
    "chat_background_set",
)


class UnknownKind(Exception):  # not a fault of ours: Telegram has learnt something new
    """An update of a kind that was never asked for."""


class Came(Struct, frozen=True):
    """An update read: the chat's address and language, what to tell the staircase, what to answer.

    `kind` and `body` are those of `serve.Update`, or 'link' {token}, 'file' {file_id, size, name},
    'member' {reachable}, 'group' {}, 'nothing' {}. `tap` is the callback to answer, `album` the
    group of files it came in, `once` names what deserves one hint, however often it comes.
    """

    address: str
    kind: str
    body: Mapping[str, object] = field(default_factory=dict)
    language: str | None = None
    tap: str | None = None
    album: str | None = None
    once: str | None = None


def read_update(update: Update, username: str = "") -> Came | None:
    """What came; None for what is not for us: channels, bots, commands of bots not called so.

    Raises UnknownKind for an update without anything that we know.
    """
    if update.message is not None:
        return _message(update.message, username)
    if update.edited_message is not None:
        return _edited(update.edited_message)
    if update.callback_query is not None:
        return _tap(update.callback_query)
    if update.my_chat_member is not None:
        return _member(update.my_chat_member)
    if update.channel_post is None and update.edited_channel_post is None:
        raise UnknownKind
    return None


def _message(message: Message, username: str) -> Came | None:
    sender = message.from_
    if message.chat.type == "channel" or (sender is not None and sender.is_bot):
        return None
    if message.text is not None and _for_another(message.text, username):
        return None
    if message.chat.type != _PRIVATE:
        return Came(str(message.chat.id), "group", language=_language(message))
    if sender is None or message.sender_chat is not None or _is_service(message):
        return None
    kind, body = _content(message)
    album = message.media_group_id if kind == "file" else None
    return Came(str(message.chat.id), kind, body, sender.language_code, album=album)


def _for_another(text: str, username: str) -> bool:
    """Whether it is a command to a bot of another name; nobody's name is known before getMe."""
    command = text.split(maxsplit=1)[0] if text.strip() else ""
    called = command.partition("@")[2]
    another = called.casefold() != username.casefold()
    return bool(username and called) and command.startswith("/") and another


def _is_service(message: Message) -> bool:
    return any(getattr(message, name) is not None for name in _SERVICE)


def _content(message: Message) -> tuple[str, dict[str, object]]:
    forwarded = message.forward_origin is not None
    if message.text is not None:
        return _text(message.text, forwarded=forwarded)
    if message.contact is not None:
        return "contact", _contact(message.contact, message, forwarded=forwarded)
    if message.photo:
        return "file", _file(max(message.photo, key=lambda size: size.width), "photo.jpg")
    if message.document is not None and message.animation is None:
        return "file", _file(message.document, "document")
    found = next((name for name in _KINDS if getattr(message, name) is not None), "unknown")
    return "unusable", {"kind": _HEARD_AS.get(found, found)}


def _text(text: str, *, forwarded: bool) -> tuple[str, dict[str, object]]:
    """A deep link is pressed by its reader: one that was forwarded here is only words."""
    command, _, payload = text.strip().partition(" ")
    if command.partition("@")[0] == "/start" and payload.strip() and not forwarded:
        return "link", {"token": payload.strip()}
    return "text", {"text": cleaned(text)[:LONGEST], "forwarded": forwarded}


def _contact(contact: Contact, message: Message, *, forwarded: bool) -> dict[str, object]:
    """A phone proves itself only when its owner shares it here, and not from elsewhere."""
    sender = message.from_.id if message.from_ else None
    own = contact.user_id is not None and contact.user_id == sender and not forwarded
    return {"phone": contact.phone_number, "own": own}


def _file(file: File, name: str) -> dict[str, object]:
    return {"file_id": file.file_id, "size": file.file_size or 0, "name": file.file_name or name}


def _edited(message: Message) -> Came | None:
    if message.chat.type != _PRIVATE or message.from_ is None or message.from_.is_bot:
        return None
    return Came(
        str(message.chat.id),
        "unusable",
        {"kind": "edited"},
        message.from_.language_code,
        once=f"edited:{message.message_id}",
    )


def _tap(tap: Tap) -> Came:
    """A tap in a private chat on a button with data; any other is answered and nothing else."""
    place = tap.message.chat if tap.message is not None else None
    if place is None or place.type != _PRIVATE or tap.data is None:
        return Came("", "nothing", tap=tap.id)
    body = {"button": tap.data}
    return Came(str(place.id), "button", body, tap.from_.language_code, tap.id)


def _member(change: Membership) -> Came | None:
    if change.chat.type != _PRIVATE:
        return None
    reachable = change.new_chat_member.status not in {"kicked", "left"}
    return Came(str(change.chat.id), "member", {"reachable": reachable})


def _language(message: Message) -> str | None:
    return message.from_.language_code if message.from_ else None
