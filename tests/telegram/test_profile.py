"""What Telegram shows of the bot before anybody writes to it, per language it can tell apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from telegram import Bot, MenuButtonCommands

from bot.channels.telegram.profile import Profile
from bot.texts import Texts
from bot.turn import text
from handlers import TASKS
from tests.simulator import Simulator

pytest_plugins = ["tests.simulator.fixtures"]

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    ("default", "chinese"), [("en", "zh_Hans"), ("zh_Hans", "zh_Hans"), ("zh_Hant", "zh_Hant")]
)
async def test_chinese_is_simplified_unless_the_lender_writes_traditional(
    ptb: Bot, default: str, chinese: str
) -> None:
    texts = Texts(ROOT, default)
    await Profile(ptb, texts, TASKS).bring_up_to_date()
    for code, locale in (("", default), ("en", "en"), ("zh", chinese)):
        short = await ptb.get_my_short_description(language_code=code)
        assert short.short_description == texts.plain(text("bot.short_description"), locale)
        shown = {each.command: each.description for each in await ptb.get_my_commands(None, code)}
        assert shown["relief"] == texts.plain(text("command.relief"), locale)
    assert isinstance(await ptb.get_chat_menu_button(), MenuButtonCommands)


async def test_what_is_set_already_is_not_set_again(ptb: Bot, simulator: Simulator) -> None:
    profile = Profile(ptb, Texts(ROOT), TASKS)
    await profile.bring_up_to_date()
    before = len(simulator.calls)
    await profile.bring_up_to_date()
    again = [call.method for call in simulator.calls[before:]]
    assert again
    assert not [method for method in again if method.lower().startswith("set")]


def test_the_texts_are_within_what_telegram_takes() -> None:
    texts = Texts(ROOT)
    for locale in texts.locales:
        assert len(texts.plain(text("bot.description"), locale)) <= 512
        assert len(texts.plain(text("bot.short_description"), locale)) <= 120
