"""In which language somebody is answered: Telegram's word for theirs, until they choose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.telegram.someone import Someone, agreed


@pytest.mark.parametrize("code", ["tlh", "x-klingon", "", None, "zz-Zzzz-ZZ"])
async def test_an_unknown_language_is_greeted_in_the_default_one(
    arrives: Callable[..., Someone], code: str | None
) -> None:
    someone = arrives(language_code=code)
    await agreed(someone)


@pytest.mark.parametrize(
    ("code", "locale", "other"),
    [
        ("zh-hans", "zh_Hans", "English"),
        ("zh-CN", "zh_Hans", "English"),
        ("zh-hant", "zh_Hant", "English"),
        ("zh-HK", "zh_Hant", "English"),
        ("en-US", "en", "简体中文"),
    ],
)
async def test_the_language_is_telegrams_and_can_be_changed(
    arrives: Callable[..., Someone], code: str, locale: str, other: str
) -> None:
    someone = arrives(locale, language_code=code)
    await agreed(someone)
    await someone.chat.say("/language")
    card = await someone.chat.wait_for(lambda message: bool(message.buttons))
    await someone.chat.tap(other, card)
    someone.locale = "en" if other == "English" else "zh_Hans"
    await someone.quiet()
    await someone.chat.say("/help")
    await someone.sees("help.can_do")
