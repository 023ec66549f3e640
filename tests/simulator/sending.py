"""The methods that put a new message into a chat, and the typing sign."""

from __future__ import annotations

from tests.simulator.calls import Json, Upload
from tests.simulator.files import StoredFile
from tests.simulator.formatted import message_caption, message_text
from tests.simulator.keyboards import Markup, MarkupKind, reply_markup
from tests.simulator.refusals import bad_request
from tests.simulator.rooms import Message, Room, describe
from tests.simulator.wire import Asked
from tests.simulator.world import World

CHAT_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def send_message(world: World, asked: Asked) -> Json:
    """The method sendMessage."""
    content = message_text(asked).as_text()
    return deliver(world, asked, content, preview=preview_options(asked)).json()


def send_photo(world: World, asked: Asked) -> Json:
    """sendPhoto: an upload, or the file_id of a photo."""
    caption = message_caption(asked)
    content, attachment = photo_content(world, asked, "photo", asked.text("photo"))
    return deliver(world, asked, content | caption.as_caption(), attachment=attachment).json()


def send_document(world: World, asked: Asked) -> Json:
    """sendDocument: an upload, or the file_id of a document."""
    caption = message_caption(asked)
    content, attachment = document_content(world, asked, "document", asked.text("document"))
    return deliver(world, asked, content | caption.as_caption(), attachment=attachment).json()


def send_chat_action(world: World, asked: Asked) -> bool:
    """The method sendChatAction."""
    action = asked.text("action").lower()
    if action not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    room = world.writable(asked.text("chat_id"))
    room.actions.append((world.clock.now(), action))
    world.bell.ring()
    return True


def deliver(
    world: World,
    asked: Asked,
    content: Json,
    *,
    attachment: StoredFile | None = None,
    preview: Json | None = None,
) -> Message:
    """Check the rest of the call, then put the message into the room."""
    chat_id = asked.text("chat_id")
    markup = reply_markup(asked, private=not chat_id.startswith(("-", "@")))
    room = world.writable(chat_id)
    reply_to = replied(room, asked)
    world.limits.check(room.id)
    message = Message(
        id=world.new_message_id(room),
        room=room,
        sender=None if room.kind == "channel" else world.bot,
        sender_chat=room if room.kind == "channel" else None,
        at=world.clock.now(),
        content=content,
        markup=markup,
        reply_to=reply_to,
        attachment=attachment,
        protected=asked.flag("protect_content"),
        silent=asked.flag("disable_notification"),
        from_bot=True,
        preview=preview or {},
    )
    room.messages[message.id] = message
    show_keyboard(room, markup)
    note_shown(message, world.bot.name)
    world.change(message)
    return message


def show_keyboard(room: Room, markup: Markup | None) -> None:
    if markup is not None and markup.kind is MarkupKind.KEYBOARD:
        room.shown_keyboard = markup
    elif markup is not None and markup.kind is MarkupKind.REMOVE:
        room.shown_keyboard = None


def note_shown(message: Message, who: str) -> None:
    """Write what the person now sees into the transcript."""
    lines = [describe(message.content)]
    rows = message.markup.rows if message.markup else []
    lines += [" ".join(f"[{button['text']}]" for button in row) for row in rows]
    message.room.note(who, "\n".join(lines))


def replied(room: Room, asked: Asked) -> Message | None:
    """The message answered to; Refusal if it is gone and the call insists."""
    given = asked.json("reply_parameters", "Can't parse reply parameters JSON object")
    if given is None and asked.text("reply_to_message_id"):
        given = {
            "message_id": asked.integer("reply_to_message_id"),
            "allow_sending_without_reply": asked.flag("allow_sending_without_reply"),
        }
    if given is None:
        return None
    if not isinstance(given, dict):
        raise bad_request("Object expected as reply parameters")
    found = room.messages.get(given.get("message_id", 0))
    if found is None or found.deleted:
        if given.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")
    return found


def preview_options(asked: Asked) -> Json:
    """The parameter `link_preview_options`, or its older short form."""
    given = asked.json("link_preview_options", "Can't parse link preview options JSON object")
    if not asked.text("link_preview_options"):
        return {"is_disabled": True} if asked.flag("disable_web_page_preview") else {}
    if not isinstance(given, dict):
        raise bad_request("Object expected as link preview options")
    flags = ("is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text")
    for name in flags:
        if not isinstance(given.get(name, False), bool):
            raise bad_request(f'Field "{name}" must be of type Boolean')
    if not isinstance(given.get("url", ""), str):
        raise bad_request('Field "url" must be of type String')
    return {name: value for name, value in given.items() if value and name in {*flags, "url"}}


def photo_content(world: World, asked: Asked, name: str, reference: str) -> tuple[Json, StoredFile]:
    """The member `photo` and the picture itself."""
    given = input_file(world, asked, name, reference, "photo")
    photos = world.files.add_photo(given.data) if isinstance(given, Upload) else [given]
    return {"photo": [photo.size_json() for photo in photos]}, photos[-1]


def document_content(
    world: World, asked: Asked, name: str, reference: str
) -> tuple[Json, StoredFile]:
    """The member `document` and the file itself."""
    given = input_file(world, asked, name, reference, "document")
    if isinstance(given, Upload):
        if not given.data:
            raise bad_request("file must be non-empty")
        given = world.files.add(
            "document", given.data, name=given.file_name, mime=given.content_type
        )
    return {"document": given.document_json()}, given


def input_file(
    world: World, asked: Asked, name: str, reference: str, kind: str
) -> Upload | StoredFile:
    """An upload under `name`, one attached elsewhere, or a file Telegram already has."""
    if reference and not reference.startswith("attach://"):
        return known_file(world, reference, kind)
    found = asked.files.get(reference.removeprefix("attach://") or name)
    if found is None:
        raise bad_request(f"there is no {kind} in the request")
    return found


def known_file(world: World, reference: str, kind: str) -> StoredFile:
    if "://" in reference:
        raise bad_request("failed to get HTTP URL content")
    stored = world.files.get(reference)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        raise bad_request(
            f"can't use file of type {stored.kind.capitalize()} as {kind.capitalize()}"
        )
    return stored


def media_content(world: World, asked: Asked, given: Json) -> tuple[Json, StoredFile]:
    """InputMedia of editMessageMedia: its content without caption, and the file."""
    kind, reference = given.get("type"), given.get("media", "")
    if not isinstance(reference, str) or not reference:
        raise bad_request("Can't parse InputMedia: media not found")
    if kind == "photo":
        return photo_content(world, asked, "media", reference)
    if kind == "document":
        return document_content(world, asked, "media", reference)
    raise bad_request("Can't parse InputMedia: type must be photo or document in the simulator")
