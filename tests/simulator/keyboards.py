"""Reply markup as Telegram reads it: what it drops, what it refuses and in which words."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from tests.simulator.calls import Json
from tests.simulator.links import usable_link
from tests.simulator.refusals import Refusal, bad_request
from tests.simulator.wire import Asked

MAX_BUTTON_DATA_BYTES = 64
MAX_COPY_TEXT = 256
MAX_BUTTONS = 100
STYLES = {"danger", "success", "primary"}


class MarkupKind(Enum):
    """What a markup does to the person's screen."""

    INLINE = "inline"  # buttons under the message
    KEYBOARD = "keyboard"  # replaces the person's keyboard
    REMOVE = "remove"  # takes that keyboard away
    FORCE_REPLY = "force reply"  # opens an answer to the message


@dataclass(frozen=True)
class Markup:
    """An accepted markup; `rows` hold the buttons as the Bot API shows them."""

    kind: MarkupKind
    rows: list[list[Json]] = field(default_factory=list)
    options: Json = field(default_factory=dict)

    def inline_json(self) -> Json:
        """The member `reply_markup` of a message: only inline keyboards are shown there."""
        if self.kind is not MarkupKind.INLINE:
            return {}
        return {"reply_markup": {"inline_keyboard": self.rows}}


def reply_markup(asked: Asked, *, private: bool) -> Markup | None:
    """The parameter `reply_markup`; None when absent or when it asks for nothing."""
    given = asked.json("reply_markup", "Can't parse reply keyboard markup JSON object")
    if not asked.text("reply_markup"):
        return None
    if not isinstance(given, dict):
        raise bad_request("Object expected as reply markup")
    keyboard = rows_of(given, "keyboard", 'Field "keyboard" must be an Array of Arrays')
    inline = rows_of(
        given,
        "inline_keyboard",
        'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    )
    shown = [[keyboard_button(button, private=private) for button in row] for row in keyboard]
    under = [[inline_button(button) for button in row] for row in inline]
    return chosen(given, shown, under)


def chosen(given: Json, shown: list[list[Json]], under: list[list[Json]]) -> Markup | None:
    """Telegram takes the first kind that has something in it."""
    if any(shown):
        names = ("one_time_keyboard", "resize_keyboard", "is_persistent", "selective")
        options = {name: optional_flag(given, name) for name in names}
        return Markup(MarkupKind.KEYBOARD, counted([row for row in shown if row]), options)
    if any(under):
        return Markup(MarkupKind.INLINE, counted([row for row in under if row]))
    if optional_flag(given, "remove_keyboard"):
        return Markup(MarkupKind.REMOVE)
    if optional_flag(given, "force_reply"):
        return Markup(MarkupKind.FORCE_REPLY)
    return None


def counted(rows: list[list[Json]]) -> list[list[Json]]:
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return rows


def rows_of(given: Json, name: str, complaint: str) -> list[list[Any]]:
    rows = given.get(name, [])
    if not isinstance(rows, list):
        raise bad_request(f'Field "{name}" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(complaint)
    return rows


def keyboard_button(given: object, *, private: bool) -> Json:
    """One button of a reply keyboard; asking for a phone works in private chats only."""
    if isinstance(given, str):
        given = {"text": given}
    if not isinstance(given, dict):
        raise unparsable("keyboard", "KeyboardButton must be a String or an Object")
    text = required_string(given, "text", "keyboard")
    if not text:
        raise bad_request("Keyboard button text must be non-empty")
    checked_style(given, "keyboard")
    button: Json = {"text": text}
    for name, what in (("request_contact", "Phone number"), ("request_location", "Location")):
        if optional_flag(given, name):
            if not private:
                raise bad_request(f"{what} can be requested in private chats only")
            return button | {name: True}
    return button


def inline_button(given: object) -> Json:
    """One button under a message: an address, data, a text to copy or a web app."""
    if not isinstance(given, dict):
        raise unparsable("inline keyboard", "InlineKeyboardButton must be an Object")
    text = required_string(given, "text", "inline keyboard")
    button = {"text": text} | action_of(given)
    if not text:
        raise bad_request("Inline keyboard button text must be non-empty")
    style = checked_style(given, "inline keyboard")
    return button | ({"style": style} if style else {})


def action_of(given: Json) -> Json:
    """What the button does; Telegram takes the first member it knows, in this order."""
    if url := optional_string(given, "url"):
        return {"url": checked_url(url)}
    if data := optional_string(given, "callback_data"):
        if len(data.encode()) > MAX_BUTTON_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
        return {"callback_data": data}
    if "copy_text" in given:
        return {"copy_text": {"text": copied_text(given["copy_text"])}}
    for name in ("switch_inline_query", "switch_inline_query_current_chat"):
        if name in given:
            return {name: optional_string(given, name)}
    if "web_app" in given:
        return {"web_app": {"url": web_app_url(given["web_app"])}}
    raise unparsable("inline keyboard", "Text buttons are unallowed in the inline keyboard")


def checked_url(url: str) -> str:
    usable = usable_link(url)
    if not usable:
        raise bad_request(f"Inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return usable


def copied_text(given: object) -> str:
    if not isinstance(given, dict):
        raise unparsable("inline keyboard", 'Field "copy_text" must be of type Object')
    text = required_string(given, "text", "inline keyboard")
    if not 1 <= len(text) <= MAX_COPY_TEXT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return text


def web_app_url(given: object) -> str:
    url = given.get("url", "") if isinstance(given, dict) else ""
    if not str(url).startswith("https://"):
        raise bad_request(
            f"Inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
        )
    return str(url)


def checked_style(given: Json, where: str) -> str:
    style = optional_string(given, "style")
    if style and style not in STYLES:
        raise unparsable(where, "unknown button style specified")
    return style


def required_string(given: Json, name: str, where: str) -> str:
    if name not in given:
        raise unparsable(where, f'Can\'t find field "{name}"')
    return optional_string(given, name)


def optional_string(given: Json, name: str) -> str:
    """A string member; Telegram takes numbers too."""
    value = given.get(name, "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise bad_request(f'Field "{name}" must be of type String')
    return str(value)


def optional_flag(given: Json, name: str) -> bool:
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise bad_request(f'Field "{name}" must be of type Boolean')
    return value


def unparsable(where: str, why: str) -> Refusal:
    return bad_request(f"Can't parse {where} button: {why}")
