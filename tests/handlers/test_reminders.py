"""Reminders on or off: by command, by button and in one's own words."""

from __future__ import annotations

import pytest

from tests.chat.house import House
from tests.chat.person import Chat, linked


async def test_the_command_tells_how_it_stands_and_offers_the_other(ann: Chat) -> None:
    await ann.say("/reminders")
    assert {"reminders.is.on", "reminders.what", "reminders.off"} <= ann.keys
    await ann.press("reminders.off")
    assert {"reminders.now.off", "reminders.on"} <= ann.keys
    await ann.say("/reminders")
    assert {"reminders.is.off", "reminders.on"} <= ann.keys
    await ann.press("reminders.on")
    assert ann.told("reminders.now.on")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "stop reminders please"),
        ("en", "no more reminders"),
        ("zh_Hans", "不要再提醒我"),
        ("zh_Hant", "別再提醒我"),
    ],
)
async def test_to_stop_them_plain_words_are_enough_and_can_be_undone(
    house: House, language: str, words: str
) -> None:
    chat = await linked(house, "ann", language)
    await chat.say(words)
    assert {"reminders.now.off", "reminders.on"} <= chat.keys
    await chat.say(words)
    assert chat.told("reminders.is.off")
    await chat.press("reminders.on")
    assert chat.told("reminders.now.on")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "turn the reminders on again"),
        ("zh_Hans", "我想恢复提醒"),
        ("zh_Hant", "我想恢復提醒"),
    ],
)
async def test_so_they_are_to_have_them_again(house: House, language: str, words: str) -> None:
    chat = await linked(house, "ann", language)
    await chat.walk("/reminders", ">reminders.off")
    await chat.say(words)
    assert chat.told("reminders.now.on")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "how often do you remind me"),
        ("en", "please don't stop reminding me"),
        ("zh_Hans", "多久提醒一次"),
        ("zh_Hans", "不要继续提醒还是打开提醒"),
        ("zh_Hant", "多久提醒一次"),
    ],
)
async def test_words_that_ask_for_neither_are_told_how_it_stands(
    house: House, language: str, words: str
) -> None:
    chat = await linked(house, "ann", language)
    await chat.say(words)
    assert chat.told("reminders.is.on")


async def test_to_stop_them_no_digits_are_asked_however_long_it_was_quiet(
    ann: Chat, house: House
) -> None:
    house.clock.forward(days=3)
    await ann.walk("/reminders", ">reminders.off")
    assert ann.told("reminders.now.off")


async def test_an_open_question_stays_open(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other", "/reminders", ">reminders.off")
    await ann.say("A flood in the cellar of our house.")
    assert not ann.told("help.not_understood")


async def test_what_is_held_tells_it_and_the_audit_remembers(ann: Chat, house: House) -> None:
    await ann.say("/my_data")
    assert ann.told("my_data.reminders.on")
    await ann.walk("/reminders", ">reminders.off", "/my_data")
    assert ann.told("my_data.reminders.off")
    kinds = [row["kind"] for row in await house.rows("SELECT kind FROM audit")]
    assert kinds.count("RemindersOff") == 1


async def test_a_stranger_is_asked_who_they_are_first(stranger: Chat) -> None:
    await stranger.say("/reminders")
    assert stranger.told("start.privacy")
