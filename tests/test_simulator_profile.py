"""Commands, descriptions and menu buttons: limits, scopes, languages, and what people see."""

from __future__ import annotations

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    MenuButtonCommands,
    MenuButtonDefault,
)

from tests.simulator import Chat, Simulator
from tests.simulator.raw import RawApi

pytest_plugins = ["tests.simulator.fixtures"]


def command(name: str, description: str = "does it") -> dict[str, str]:
    return {"command": name, "description": description}


@pytest.mark.parametrize(
    ("commands", "why"),
    [
        ([command("a" * 32)], ""),
        ([command("/pay_2 ")], ""),
        ([command("a" * 33)], "command length must not exceed 32"),
        ([command("Pay")], "BOT_COMMAND_INVALID"),
        ([command("还款")], "BOT_COMMAND_INVALID"),
        ([command("/")], "command must be non-empty"),
        ([command("pay", " ")], "command description must be non-empty"),
        ([command("pay", "d" * 256)], ""),
        ([command("pay", "d" * 257)], "command description length must not exceed 256"),
        ([command(f"c{number}") for number in range(100)], ""),
        ([command(f"c{number}") for number in range(101)], "BOT_COMMANDS_TOO_MUCH"),
        ([{"command": "pay"}], "can't parse BotCommand: Can't find field \"description\""),
        (["pay"], "can't parse BotCommand: expected an Object"),
        ({"pay": "now"}, "expected an Array of BotCommand"),
    ],
)
async def test_commands_are_checked(api: RawApi, commands: object, why: str) -> None:
    answer = await api("setMyCommands", commands=commands)
    assert answer.description.removeprefix("Bad Request: ") == why


@pytest.mark.parametrize("code", ["zh-hans", "zho", "EN", "z"])
async def test_a_language_is_two_letters(api: RawApi, code: str) -> None:
    for method in ("setMyCommands", "getMyCommands", "setMyDescription", "getMyShortDescription"):
        why = await api.refused(method, language_code=code, commands="[]")
        assert why == "Bad Request: invalid language code specified"


async def test_commands_are_kept_by_scope_and_language(ptb: Bot, chat: Chat) -> None:
    private = BotCommandScopeAllPrivateChats()
    await ptb.set_my_commands([BotCommand("help", "Help")])
    await ptb.set_my_commands([BotCommand("balance", "Balance")], scope=private)
    await ptb.set_my_commands([BotCommand("balance", "余额")], scope=private, language_code="zh")
    assert await ptb.get_my_commands() == (BotCommand("help", "Help"),)
    in_chinese = await ptb.get_my_commands(scope=private, language_code="zh")
    assert in_chinese == (BotCommand("balance", "余额"),)
    assert await ptb.get_my_commands(language_code="zh") == ()
    assert chat.commands == [{"command": "balance", "description": "Balance"}]
    chat.user.language_code = "zh-hans"
    assert chat.commands == [{"command": "balance", "description": "余额"}]
    await ptb.set_my_commands([BotCommand("mine", "Mine")], scope=BotCommandScopeChat(chat.id))
    assert chat.commands == [{"command": "mine", "description": "Mine"}]
    await ptb.delete_my_commands(scope=BotCommandScopeChat(chat.id))
    await ptb.delete_my_commands(scope=private, language_code="zh")
    assert chat.commands == [{"command": "balance", "description": "Balance"}]


async def test_group_menus_have_scopes_of_their_own(api: RawApi, simulator: Simulator) -> None:
    boss, member = simulator.person(), simulator.person()
    group = boss.group(administrators=(boss,))
    seen = member.joins(group)
    for scope, name in (
        ({"type": "all_group_chats"}, "all"),
        ({"type": "chat_administrators", "chat_id": group.id}, "bosses"),
        ({"type": "default"}, "default"),
    ):
        assert (await api("setMyCommands", commands=[command(name)], scope=scope)).body["ok"]
    assert [one["command"] for one in group.commands] == ["bosses"]
    assert [one["command"] for one in seen.commands] == ["all"]
    wrong = {"type": "chat_administrators", "chat_id": boss.id}
    assert "can't use scope" in await api.refused("getMyCommands", scope=wrong)
    assert "Unsupported type" in await api.refused("getMyCommands", scope={"type": "moon"})


@pytest.mark.parametrize(
    ("method", "name", "most"),
    [
        ("setMyDescription", "description", 512),
        ("setMyShortDescription", "short_description", 120),
        ("setMyName", "name", 64),
    ],
)
async def test_descriptions_have_limits_in_utf16(
    api: RawApi, method: str, name: str, most: int
) -> None:
    assert (await api(method, **{name: "😀" * (most // 2)})).body["ok"]
    assert "TOO_LONG" in await api.refused(method, **{name: "😀" * (most // 2) + "a"})


async def test_descriptions_are_per_language(ptb: Bot, chat: Chat) -> None:
    await ptb.set_my_description("Hello")
    await ptb.set_my_description("您好", language_code="zh")
    await ptb.set_my_short_description("Hi")
    assert (await ptb.get_my_description()).description == "Hello"
    assert (await ptb.get_my_description(language_code="zh")).description == "您好"
    assert (await ptb.get_my_description(language_code="de")).description == ""
    assert (await ptb.get_my_short_description()).short_description == "Hi"
    assert (chat.description, chat.short_description) == ("Hello", "Hi")
    chat.user.language_code = "zh-hant"
    assert chat.description == "您好"
    assert (await ptb.get_my_name()).name == "Reprieve"


async def test_the_menu_button_is_per_chat_or_for_all(ptb: Bot, api: RawApi, chat: Chat) -> None:
    assert await ptb.get_chat_menu_button() == MenuButtonDefault()
    await ptb.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert await ptb.get_chat_menu_button(chat.id) == MenuButtonCommands()
    assert chat.menu_button == {"type": "commands"}
    await ptb.set_chat_menu_button(chat.id, MenuButtonDefault())
    assert await ptb.get_chat_menu_button(chat.id) == MenuButtonDefault()
    insecure = {"type": "web_app", "text": "Open", "web_app": {"url": "http://a.example"}}
    why = await api.refused("setChatMenuButton", menu_button=insecure)
    assert why.endswith("Only HTTPS links are allowed")
    assert await api.refused("setChatMenuButton", chat_id=12) == "Bad Request: user not found"


async def test_get_me_tells_who_the_bot_is(ptb: Bot, simulator: Simulator) -> None:
    me = await ptb.get_me()
    assert me.is_bot
    assert simulator.token.startswith(f"{me.id}:")
    assert me.username == "reprieve_test_bot"
    assert me.can_read_all_group_messages is False
