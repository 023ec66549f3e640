"""Commands, descriptions, names and menu buttons, each by scope or language."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.simulator.calls import Json
from tests.simulator.markup import utf16_length
from tests.simulator.refusals import bad_request
from tests.simulator.rooms import Room, User
from tests.simulator.wire import Asked
from tests.simulator.world import World

MAX_COMMANDS = 100
MAX_COMMAND = 32
MAX_COMMAND_DESCRIPTION = 256
TEXT_LIMITS = {"name": 64, "description": 512, "short_description": 120}
PLAIN_SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
CHAT_SCOPES = {"chat", "chat_administrators", "chat_member"}


def set_my_commands(world: World, asked: Asked) -> bool:
    """setMyCommands; an empty list deletes."""
    given = asked.json("commands", "Can't parse commands JSON object")
    listed = given or []
    if not isinstance(listed, list):
        raise bad_request("Expected an Array of BotCommand")
    commands = [command(one) for one in listed]
    key = (scope(world, asked), language(asked))
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.profile.commands[key] = commands
    return True


def get_my_commands(world: World, asked: Asked) -> list[Json]:
    """getMyCommands: exactly what was set for this scope and language."""
    return world.profile.commands.get((scope(world, asked), language(asked)), [])


def delete_my_commands(world: World, asked: Asked) -> bool:
    """The method deleteMyCommands."""
    world.profile.commands.pop((scope(world, asked), language(asked)), None)
    return True


def command(given: object) -> Json:
    """One BotCommand, trimmed, without its slash."""
    if not isinstance(given, dict):
        raise bad_request("Can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(given.get(name), str):
            raise bad_request(f"Can't parse BotCommand: Can't find field \"{name}\"")
    name = given["command"].strip().removeprefix("/")
    description = given["description"].strip()
    check_length("Command", name, MAX_COMMAND)
    if not re.fullmatch("[a-z0-9_]+", name):
        raise bad_request("BOT_COMMAND_INVALID")
    check_length("Command description", description, MAX_COMMAND_DESCRIPTION)
    return {"command": name, "description": description}


def check_length(what: str, text: str, most: int) -> None:
    if not text:
        raise bad_request(f"{what} must be non-empty")
    if len(text) > most:
        raise bad_request(f"{what} length must not exceed {most}")


def scope(world: World, asked: Asked) -> str:
    """The scope as one word: `default`, `chat:5`, `chat_member:-7:5`."""
    given = asked.json("scope", "Can't parse BotCommandScope JSON object")
    if given is None:
        return "default"
    if not isinstance(given, dict):
        raise bad_request("Object expected as BotCommandScope")
    kind = given.get("type")
    if kind in PLAIN_SCOPES:
        return str(kind)
    if kind not in CHAT_SCOPES:
        raise bad_request("Can't parse BotCommandScope: Unsupported type specified")
    room = world.room(str(given.get("chat_id", "")))
    if room.private and kind != "chat":
        raise bad_request(f"can't use scope {kind} in a private chat")
    ends = f":{given.get('user_id')}" if kind == "chat_member" else ""
    return f"{kind}:{room.id}{ends}"


def language(asked: Asked) -> str:
    """Empty or two letters: Telegram knows no `zh-hans` here."""
    code = asked.text("language_code")
    if code and not re.fullmatch("[a-z]{2}", code):
        raise bad_request("Invalid language code specified")
    return code


def text_setter(kind: str) -> Callable[[World, Asked], bool]:
    """setMyName, setMyDescription or setMyShortDescription; empty removes."""

    def set_text(world: World, asked: Asked) -> bool:
        code, text = language(asked), asked.text(kind)
        if utf16_length(text) > TEXT_LIMITS[kind]:
            raise bad_request(f"{kind.upper()}_TOO_LONG")
        world.profile.texts[(kind, code)] = text
        return True

    return set_text


def text_getter(kind: str) -> Callable[[World, Asked], Json]:
    """The twin of `text_setter`: exactly what was set for the language."""

    def get_text(world: World, asked: Asked) -> Json:
        unset = world.bot.first_name if kind == "name" else ""
        return {kind: world.profile.texts.get((kind, language(asked))) or unset}

    return get_text


def set_chat_menu_button(world: World, asked: Asked) -> bool:
    """The method setChatMenuButton, for one private chat or for all."""
    given = asked.json("menu_button", "Can't parse menu button JSON object") or {"type": "default"}
    if not isinstance(given, dict):
        raise bad_request("Object expected as menu button")
    world.profile.menu_buttons[menu_chat(world, asked)] = menu_button(given)
    return True


def menu_button(given: Json) -> Json:
    kind = given.get("type")
    if kind in {"default", "commands"}:
        return {"type": kind}
    if kind != "web_app":
        raise bad_request("MenuButton has unsupported type")
    text, app = given.get("text", ""), given.get("web_app", {})
    url = app.get("url", "") if isinstance(app, dict) else ""
    if not text:
        raise bad_request("Menu button text must be non-empty")
    if not str(url).startswith("https://"):
        raise bad_request(
            f"menu button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
        )
    return {"type": "web_app", "text": text, "web_app": {"url": url}}


def get_chat_menu_button(world: World, asked: Asked) -> Json:
    """getChatMenuButton: the chat's own, else the one for all, else the default."""
    buttons = world.profile.menu_buttons
    fallback = buttons.get(0, {"type": "default"})
    return buttons.get(menu_chat(world, asked), fallback)


def menu_chat(world: World, asked: Asked) -> int:
    if not asked.text("chat_id"):
        return 0
    room = world.rooms.get(asked.integer("chat_id", high=2**63))
    if room is None or not room.private:
        raise bad_request("user not found")
    return room.id


def shown_commands(world: World, room: Room, person: User) -> list[Json]:
    """The menu a person sees in a room: the narrowest scope, their language before none."""
    scopes = [f"chat:{room.id}", "all_private_chats", "default"]
    if not room.private:
        own = [f"chat_member:{room.id}:{person.id}"]
        admin = [f"chat_administrators:{room.id}"] if person.id in room.administrators else []
        admins = ["all_chat_administrators"] if admin else []
        scopes = [*own, *admin, f"chat:{room.id}", *admins, "all_group_chats", "default"]
    primary = (person.language_code or "").split("-")[0]
    keys = [(one, code) for one in scopes for code in (primary, "")]
    return next((found for key in keys if (found := world.profile.commands.get(key))), [])


def shown_text(world: World, kind: str, person: User) -> str:
    """The description a person sees: in their language, else the one for all."""
    primary = (person.language_code or "").split("-")[0]
    texts = world.profile.texts
    return texts.get((kind, primary)) or texts.get((kind, "")) or ""
