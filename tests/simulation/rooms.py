"""Telegram's side of each chat: what stands there, what is refused, and who blocked the bot.

It must not lose or repeat anything: that is the network's doing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.simulator.markup import parse_html
from tests.simulator.refusals import Refusal, bad_request

Params = Mapping[str, str]
Json = dict[str, Any]
_LONGEST, _LONGEST_CAPTION, _LONGEST_DATA = 4096, 1024, 64
_BLOCKED = "Forbidden: bot was blocked by the user"


@dataclass(frozen=True)
class Button:
    """An inline button with data."""

    label: str
    data: str
    message_id: int


@dataclass(frozen=True)
class Shown:
    """A message of the bot's as the person sees it."""

    id: int
    text: str
    buttons: tuple[Button, ...]
    picture: bool = False


@dataclass
class Room:
    """One private chat."""

    chat: int
    blocked: bool = False
    shown: dict[int, Shown] = field(default_factory=dict)
    heard: int = 0  # messages of the bot's so far, edits too

    def newest(self) -> Shown | None:
        """The last message of the bot's."""
        return next(reversed(self.shown.values()), None)


@dataclass
class Rooms:
    """Every chat; `answer` does what a method asks, or raises Refusal in Telegram's words."""

    rooms: dict[int, Room] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    next_id: int = 1

    def room(self, chat: int) -> Room:
        """The chat of that number."""
        return self.rooms.setdefault(chat, Room(chat))

    def answer(self, method: str, params: Params) -> object:
        """The member `result` of the answer."""
        does = _METHODS.get(method)
        if does is not None:
            room = self.room(int(params["chat_id"]))
            if room.blocked:
                raise Refusal(403, _BLOCKED, mistake=False)
            return does(self, room, params)
        if method.startswith("set"):
            self.settings[_setting(method, params)] = json.dumps(dict(params))
            return True
        return self._looked_up(method, params)

    def _looked_up(self, method: str, params: Params) -> object:
        if method == "getMe":
            return {"id": 1, "is_bot": True, "first_name": "Reprieve", "username": "sim_bot"}
        if method == "getFile":
            known = self.files.get(params["file_id"])
            if known is None:
                raise bad_request("invalid file_id")
            path = f"files/{params['file_id']}"
            return {
                "file_id": params["file_id"],
                "file_unique_id": params["file_id"],
                "file_size": len(known),
                "file_path": path,
            }
        if method == "getWebhookInfo":
            hook = json.loads(self.settings.get("Webhook", '{"url": ""}'))
            return {"url": hook["url"], "has_custom_certificate": False, "pending_update_count": 0}
        if method == "deleteWebhook":
            self.settings.pop("Webhook", None)
            return True
        return self._setting_of(method, params)

    def _setting_of(self, method: str, params: Params) -> object:
        known = json.loads(self.settings.get(_setting(method, params), "{}"))
        if method == "getMyCommands":
            return json.loads(known.get("commands", "[]"))
        if method == "getChatMenuButton":
            return json.loads(known.get("menu_button", '{"type": "default"}'))
        names = {"getMyDescription": "description", "getMyShortDescription": "short_description"}
        if method in names:
            return {names[method]: known.get(names[method], "")}
        return True

    def sent(self, room: Room, text: str, params: Params, *, picture: bool) -> Json:
        """A new message below the others."""
        message_id, self.next_id = self.next_id, self.next_id + 1
        buttons = _buttons(params, message_id)
        room.shown[message_id] = Shown(message_id, text, buttons, picture)
        room.heard += 1
        return _message(room, message_id, text)


def _send_message(rooms: Rooms, room: Room, params: Params) -> Json:
    return rooms.sent(room, _read(params, "text", _LONGEST), params, picture=False)


def _send_photo(rooms: Rooms, room: Room, params: Params) -> Json:
    return rooms.sent(room, _read(params, "caption", _LONGEST_CAPTION), params, picture=True)


def _edit_text(_rooms: Rooms, room: Room, params: Params) -> Json:
    before = _to_edit(room, params)
    if before.picture:
        raise bad_request("there is no text in the message to edit")
    text = _read(params, "text", _LONGEST)
    return _put(room, replace(before, text=text, buttons=_buttons(params, before.id)))


def _edit_media(_rooms: Rooms, room: Room, params: Params) -> Json:
    before = _to_edit(room, params)
    media = json.loads(params["media"])
    text = _read(media, "caption", _LONGEST_CAPTION)
    buttons = _buttons(params, before.id)
    return _put(room, replace(before, text=text, buttons=buttons, picture=True))


def _edit_markup(_rooms: Rooms, room: Room, params: Params) -> Json:
    before = _to_edit(room, params)
    return _put(room, replace(before, buttons=_buttons(params, before.id)))


def _delete(_rooms: Rooms, room: Room, params: Params) -> bool:
    _to_edit(room, params)
    del room.shown[int(params["message_id"])]
    return True


def _to_edit(room: Room, params: Params) -> Shown:
    found = room.shown.get(int(params["message_id"]))
    if found is None:
        raise bad_request("message to edit not found")
    return found


def _put(room: Room, after: Shown) -> Json:
    if room.shown[after.id] == after and not after.picture:
        raise bad_request("message is not modified: specified new message content is the same")
    room.shown[after.id] = after
    room.heard += 1
    return _message(room, after.id, after.text)


def _read(params: Mapping[str, str], name: str, longest: int) -> str:
    """The words as shown, parsed as strictly as Telegram does."""
    given = params.get(name, "")
    words = parse_html(given)[0] if params.get("parse_mode") == "HTML" else given
    if name == "text" and not words.strip():
        raise bad_request("message text is empty")
    if len(words.encode("utf-16-le")) // 2 > longest:
        raise bad_request("message is too long")
    return words


def _buttons(params: Params, message_id: int) -> tuple[Button, ...]:
    given = json.loads(params.get("reply_markup") or "{}")
    rows = given.get("inline_keyboard", [])
    found = [
        Button(each["text"], each["callback_data"], message_id)
        for row in rows
        for each in row
        if "callback_data" in each
    ]
    if any(len(button.data.encode()) > _LONGEST_DATA for button in found):
        raise bad_request("BUTTON_DATA_INVALID")
    return tuple(found)


def _message(room: Room, message_id: int, text: str) -> Json:
    chat = {"id": room.chat, "type": "private"}
    return {"message_id": message_id, "date": 1, "chat": chat, "text": text}


def _setting(method: str, params: Params) -> str:
    name = method[3:]
    return f"{name}.{params['language_code']}" if params.get("language_code") else name


_METHODS: Mapping[str, Callable[[Rooms, Room, Params], object]] = {
    "sendMessage": _send_message,
    "sendPhoto": _send_photo,
    "sendDocument": _send_photo,
    "editMessageText": _edit_text,
    "editMessageMedia": _edit_media,
    "editMessageReplyMarkup": _edit_markup,
    "deleteMessage": _delete,
    "sendChatAction": lambda _rooms, _room, _params: True,
}
