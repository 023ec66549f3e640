"""What people do becomes messages in rooms and updates in the bot's mailbox."""

from __future__ import annotations

import re
from typing import Any

from tests.simulator.calls import Json
from tests.simulator.files import StoredFile
from tests.simulator.formatted import found_entities
from tests.simulator.rooms import ANONYMOUS_ADMIN_ID, Message, Room, User, describe
from tests.simulator.world import Tap, World

ANONYMOUS_ADMIN = User(ANONYMOUS_ADMIN_ID, "Group", username="GroupAnonymousBot", is_bot=True)


class CannotWrite(AssertionError):
    """The person's client would not let them do this."""


def arrive(
    world: World,
    room: Room,
    sender: User,
    content: Json,
    *,
    attachment: StoredFile | None = None,
    reply_to: Message | None = None,
    anonymous: bool = False,
    extra: Json | None = None,
) -> Message:
    """A person's message: kept in the room, and told to the bot if it may read it."""
    if room.blocked:
        raise CannotWrite("the bot is blocked: unblock it before writing")
    faceless = anonymous or room.kind == "channel"
    message = Message(
        id=world.new_message_id(room),
        room=room,
        sender=author(room, sender, anonymous=anonymous),
        sender_chat=room if faceless else None,
        at=world.clock.now(),
        content=content,
        reply_to=reply_to,
        attachment=attachment,
        extra=extra or {},
    )
    room.started = True
    room.messages[message.id] = message
    room.note(sender.name, describe(content))
    if readable(world, message):
        kind = "channel_post" if room.kind == "channel" else "message"
        world.mailbox.put({kind: message.json()}, f"chat:{room.id}")
    world.change(message)
    return message


def author(room: Room, sender: User, *, anonymous: bool) -> User | None:
    """Channel posts have no author; an anonymous administrator has Telegram's stand-in."""
    if room.kind == "channel":
        return None
    return ANONYMOUS_ADMIN if anonymous else sender


def readable(world: World, message: Message) -> bool:
    """Privacy mode: in groups a bot reads commands, mentions and replies meant for it."""
    room = message.room
    if room.bot_status in {"kicked", "left"}:
        return False
    if room.private or room.kind == "channel" or world.reads_all_group_messages:
        return True
    answered = message.reply_to is not None and message.reply_to.from_bot
    called = f"@{world.bot.username}".lower() in message.text.lower()
    addressed = re.match(r"/\w+(@\w+)?", message.text)
    other = addressed is not None and addressed[1] is not None and not called
    return answered or called or (addressed is not None and not other)


def text_content(text: str) -> Json:
    """A typed text with the entities Telegram finds in it."""
    entities = found_entities(text)
    return {"text": text} | ({"entities": entities} if entities else {})


def rewrite(world: World, message: Message, content: Json) -> None:
    """The person edits a message; the bot hears of it."""
    message.history.append(message.snapshot())
    message.content = content
    message.edited_at = world.clock.now()
    message.room.note(f"{message.room.title or 'person'} (edits)", describe(content))
    kind = "edited_channel_post" if message.room.kind == "channel" else "edited_message"
    if readable(world, message):
        world.mailbox.put({kind: message.json()}, f"chat:{message.room.id}")
    world.change(message)


def tap(
    world: World, person: User, message: Message, data: str, *, inaccessible: bool = False
) -> Tap:
    """A press on a button with data; taps have a queue of their own."""
    room = message.room
    if room.blocked:
        raise CannotWrite("the bot is blocked: unblock it before pressing")
    pressed = Tap(world.new_tap_id(), person, room, message, data, world.clock.now(), world.bell)
    world.taps[pressed.id] = pressed
    shown: Json = message.json()
    if inaccessible:
        shown = {"chat": room.json(), "message_id": message.id, "date": 0}
    query: dict[str, Any] = {
        "id": pressed.id,
        "from": person.json(),
        "message": shown,
        "chat_instance": str(room.id * 7919),
        "data": data,
    }
    world.mailbox.put({"callback_query": query}, f"tap:{person.id}")
    return pressed


def membership(world: World, room: Room, person: User, old: str, new: str) -> None:
    """my_chat_member: blocked and unblocked, added to a group and removed."""
    change: Json = {
        "chat": room.json(),
        "from": person.json(),
        "date": int(world.clock.now()),
        "old_chat_member": member(world.bot, old),
        "new_chat_member": member(world.bot, new),
    }
    world.mailbox.put({"my_chat_member": change}, f"chat:{room.id}")


def member(bot: User, status: str) -> Json:
    """A ChatMember of the bot."""
    shown: Json = {"user": bot.json(), "status": status}
    if status == "kicked":
        shown["until_date"] = 0
    if status == "administrator":
        shown |= dict.fromkeys(ADMINISTRATOR_RIGHTS, False)
    return shown


ADMINISTRATOR_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
