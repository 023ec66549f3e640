"""The greeting, the privacy notice, consent."""

from __future__ import annotations

import pytest

from tests.chat.house import House
from tests.chat.person import Chat, linked, new_chat, press_link


async def test_first_words_bring_the_greeting_with_the_privacy_notice(stranger: Chat) -> None:
    await stranger.say("/start")
    assert {"start.greeting", "start.can_do", "start.privacy"} <= stranger.keys
    for key in ("start.agree", "start.disagree", "start.language"):
        assert await stranger.find(key)


@pytest.mark.parametrize(
    "task",
    [
        *("balance", "why", "what_if", "relief", "status", "how_to_pay", "already_paid"),
        *("not_my_loan", "person", "my_data", "link", "prove", "rate"),
    ],
)
async def test_nothing_personal_comes_before_consent(stranger: Chat, task: str) -> None:
    await stranger.say(f"/{task}")
    assert stranger.told("start.privacy")


@pytest.mark.parametrize(("task", "key"), [("tips", "tips.head"), ("help", "help.can_do")])
async def test_tips_and_help_need_no_consent(stranger: Chat, task: str, key: str) -> None:
    await stranger.say(f"/{task}")
    assert stranger.told(key)


async def test_agreeing_leads_to_how_a_link_is_come_by(stranger: Chat) -> None:
    await stranger.walk("hello", "/start", ">start.agree")
    assert {"start.thanks", "link.how"} <= stranger.keys


async def test_agreeing_goes_on_with_what_was_wanted_first(stranger: Chat) -> None:
    await stranger.walk("/person", ">start.agree")
    assert stranger.told("person.ask")


async def test_agreeing_twice_does_no_harm(stranger: Chat) -> None:
    await stranger.say("/start")
    await stranger.press("start.agree")
    await stranger.press("start.agree")
    assert stranger.told("link.how")


async def test_refusing_keeps_the_notice_one_press_away(stranger: Chat) -> None:
    await stranger.walk("/start", ">start.disagree")
    assert stranger.told("start.declined")
    await stranger.say("/balance")
    assert stranger.told("start.privacy")
    await stranger.press("start.read_again")
    assert stranger.told("start.privacy")


async def test_a_link_that_waits_is_spoken_of_and_goes_on_after_consent(house: House) -> None:
    chat = await new_chat(house)
    await press_link(chat, "ANN")
    assert chat.told("start.link_waits")
    await chat.press("start.agree")
    assert chat.told("link.digits")


async def test_the_greeting_comes_in_the_language_of_the_browser(house: House) -> None:
    chat = await new_chat(house, "zh-CN,zh;q=0.9,en;q=0.1")
    said = await chat.say("/start")
    assert said.startswith("您好") or "隐私" in said


async def test_the_language_can_be_changed_before_consent(stranger: Chat) -> None:
    await stranger.walk("/start", ">start.language", ">简体中文")
    assert stranger.told("start.privacy")
    assert "隐私" in (await stranger.last()).text


async def test_coming_back_unlinked_is_welcomed_and_told_of_the_link(stranger: Chat) -> None:
    await stranger.walk("/start", ">start.agree", "/start")
    assert {"start.back", "link.how"} <= stranger.keys


async def test_coming_back_linked_offers_the_usual_things(ann: Chat) -> None:
    await ann.say("/start")
    assert ann.told("start.welcome")
    assert {"task.balance", "task.relief", "task.status", "task.help"} <= ann.keys


async def test_agreeing_again_once_linked_leads_to_the_balance(house: House) -> None:
    chat = await new_chat(house)
    await chat.say("/start")
    notice = await chat.card("start.agree")
    await press_link(chat, "ANN")
    await chat.press("start.agree")
    await chat.say("123X")
    await chat.press("start.agree", on=notice)
    assert chat.told("balance.today")


async def test_where_others_listen_only_the_way_to_privacy_is_said(ann: Chat) -> None:
    said = await ann.hear("public")
    assert ann.keys == {"start.privately"}
    assert "¥" not in said


async def test_linked_people_see_their_name(house: House) -> None:
    chat = await linked(house, "ann")
    assert "Ann Test" in "".join(message.text for message in await chat.messages())
