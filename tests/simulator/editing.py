"""The methods that change or remove a message already sent."""

from __future__ import annotations

from tests.simulator.calls import Json
from tests.simulator.files import StoredFile
from tests.simulator.formatted import checked_caption, message_caption, message_text
from tests.simulator.keyboards import Markup, MarkupKind, reply_markup
from tests.simulator.refusals import bad_request
from tests.simulator.rooms import Message
from tests.simulator.sending import media_content, note_shown, preview_options
from tests.simulator.wire import Asked
from tests.simulator.world import World

DELETABLE_SECONDS = 48 * 3600
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def edit_message_text(world: World, asked: Asked) -> Json:
    """The method editMessageText."""
    markup = inline_markup(asked)
    text = message_text(asked, editing=True)
    preview = preview_options(asked)
    message = message_to_edit(world, asked)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return changed(world, message, text.as_text(), markup, preview=preview)


def edit_message_caption(world: World, asked: Asked) -> Json:
    """The method editMessageCaption."""
    markup = inline_markup(asked)
    caption = message_caption(asked, editing=True)
    message = message_to_edit(world, asked)
    if "text" in message.content:
        raise bad_request("there is no caption in the message to edit")
    media = {message.kind: message.content[message.kind]}
    return changed(world, message, media | caption.as_caption(), markup)


def edit_message_media(world: World, asked: Asked) -> Json:
    """editMessageMedia: another picture or document, or one added to a text."""
    markup = inline_markup(asked)
    given = asked.json("media", "Can't parse input media JSON object")
    if not isinstance(given, dict):
        raise bad_request("Can't parse InputMedia: expected an Object")
    content, attachment = media_content(world, asked, given)
    caption = checked_caption(
        str(given.get("caption", "")),
        str(given.get("parse_mode", "")),
        list(given.get("caption_entities", [])),
        editing=True,
    )
    message = message_to_edit(world, asked)
    whole = content | caption.as_caption()
    return changed(world, message, whole, markup, attachment=attachment)


def edit_message_reply_markup(world: World, asked: Asked) -> Json:
    """editMessageReplyMarkup; without `reply_markup` the buttons go."""
    markup = inline_markup(asked)
    message = message_to_edit(world, asked)
    return changed(world, message, message.content, markup, preview=message.preview)


def delete_message(world: World, asked: Asked) -> bool:
    """deleteMessage: up to 48 hours old."""
    if not asked.text("chat_id"):
        raise bad_request("Chat identifier is not specified")
    if not asked.text("message_id"):
        raise bad_request("Message identifier is not specified")
    message = existing_message(world, asked, "message to delete")
    if world.clock.now() - message.at > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    if not (message.from_bot or message.room.private or deletes_others(world, message)):
        raise bad_request("message can't be deleted")
    message.deleted = True
    message.room.note(world.bot.name, f"(deleted: {message.text[:40]})")
    world.change(message)
    return True


def deletes_others(world: World, message: Message) -> bool:
    return world.bot.id in message.room.administrators


def inline_markup(asked: Asked) -> Markup | None:
    """The parameter `reply_markup` of an edit, where only inline keyboards are possible."""
    markup = reply_markup(asked, private=True)
    if markup is not None and markup.kind is not MarkupKind.INLINE:
        raise bad_request("Inline keyboard expected")
    return markup


def existing_message(world: World, asked: Asked, what: str) -> Message:
    if not asked.text("chat_id") and not asked.text("message_id"):
        raise bad_request("Message identifier is not specified")
    room = world.writable(asked.text("chat_id"))
    message = room.messages.get(asked.integer("message_id"))
    if message is None or message.deleted:
        raise bad_request(f"{what} not found")
    return message


def message_to_edit(world: World, asked: Asked) -> Message:
    """The bot's own message; one with a reply keyboard is out of reach for ever."""
    message = existing_message(world, asked, "message to edit")
    fixed = message.markup is not None and message.markup.kind in {
        MarkupKind.KEYBOARD,
        MarkupKind.FORCE_REPLY,
    }
    if not message.from_bot or fixed:
        raise bad_request("message can't be edited")
    return message


def changed(
    world: World,
    message: Message,
    content: Json,
    markup: Markup | None,
    *,
    preview: Json | None = None,
    attachment: StoredFile | None = None,
) -> Json:
    """Write the new state, or refuse because nothing would differ."""
    before = message.snapshot()
    after = {"content": content, "preview": preview or {}}
    after |= markup.inline_json() if markup else {}
    if before == after:
        raise bad_request(NOT_MODIFIED)
    world.limits.check(message.room.id)
    message.history.append(before)
    message.content, message.markup = content, markup
    message.preview = preview or {}
    message.attachment = attachment or message.attachment
    message.edited_at = world.clock.now()
    note_shown(message, f"{world.bot.name} (edited)")
    world.change(message)
    return message.json()
