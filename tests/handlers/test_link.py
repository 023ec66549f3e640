"""The lender's one-time link and the last four digits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Refused
from tests.chat.books import DIGITS
from tests.chat.house import House
from tests.chat.person import Chat, linked, new_chat, press_link

_DAY = 24


async def _asked(house: House, ref: str = "ANN") -> Chat:
    chat = await new_chat(house)
    await press_link(chat, ref)
    await chat.press("start.agree")
    return chat


async def test_the_digits_open_the_chat_and_show_the_balance(house: House) -> None:
    chat = await _asked(house)
    await chat.say(DIGITS)
    assert {"link.done", "balance.today"} <= chat.keys


@pytest.mark.parametrize("typed", ["123x", " 123X ", "12-3X", "12 3x", "１２３Ｘ", "١٢٣X", "12.3x"])
async def test_digits_count_however_they_are_typed(house: House, typed: str) -> None:
    chat = await _asked(house)
    await chat.say(typed)
    assert chat.told("link.done")


@pytest.mark.parametrize("typed", ["1234", "123", "123XX", "", "   ", "²23X", "ⅧX", "hello", "0"])
async def test_wrong_digits_are_asked_for_again_in_one_wording(house: House, typed: str) -> None:
    chat = await _asked(house)
    await chat.say(typed)
    assert chat.keys == {"link.wrong"}
    await chat.say(DIGITS)
    assert chat.told("link.done")


async def test_five_wrong_tries_lock_the_link_for_an_hour(house: House) -> None:
    chat = await _asked(house)
    await chat.walk("1111", "2222", "3333", "4444")
    assert chat.told("link.wrong")
    await chat.say("5555")
    assert chat.told("link.locked")
    await chat.say(DIGITS)
    assert chat.keys == {"link.locked"}
    house.clock.forward(minutes=61)
    await chat.say("/link")
    assert chat.told("link.digits")
    await chat.say(DIGITS)
    assert chat.told("link.done")


async def test_a_new_link_does_not_give_a_locked_chat_new_tries(house: House) -> None:
    chat = await _asked(house)
    await chat.walk("1111", "2222", "3333", "4444", "5555")
    await press_link(chat, "SAM")
    assert chat.keys == {"link.locked"}


async def test_somebody_whose_digits_the_lender_did_not_tell_gets_the_same_wording(
    house: House,
) -> None:
    chat = await _asked(house, "NOD")
    for typed in ("", "0000", DIGITS):
        await chat.say(typed)
        assert chat.keys == {"link.wrong"}


async def test_a_link_works_once(house: House) -> None:
    first, second = await new_chat(house), await new_chat(house)
    made = await house.chats.make_link(
        "ANN", house.clock.new_id(), house.clock(), house.clock() - house.clock()
    )
    with pytest.raises(Refused):
        await first.send("link", made.token)
    await press_link(first, "ANN")
    with pytest.raises(Refused):
        await second.send("link", made.token)


async def test_a_link_used_by_one_chat_is_refused_to_the_next(house: House) -> None:
    first, second = await new_chat(house), await new_chat(house)
    made = await house.chats.make_link(
        "ANN", house.clock.new_id(), house.clock(), timedelta(hours=1)
    )
    await first.send("link", made.token)
    with pytest.raises(Refused) as no:
        await second.send("link", made.token)
    with pytest.raises(Refused) as unknown:
        await second.send("link", "unknown")
    assert no.value.key == unknown.value.key


async def test_a_link_opened_too_long_ago_takes_no_digits(house: House) -> None:
    chat = await _asked(house)
    house.clock.forward(hours=_DAY + 1)
    await chat.say(DIGITS)
    assert chat.keys == {"link.over"}


async def test_a_sticker_is_no_digit_and_the_question_stands(house: House) -> None:
    chat = await _asked(house)
    await chat.hear("unusable", kind="sticker")
    assert chat.told("link.digits")
    await chat.say(DIGITS)
    assert chat.told("link.done")


async def test_forwarded_digits_prove_nothing(house: House) -> None:
    chat = await _asked(house)
    await chat.hear("text", text=DIGITS, forwarded=True)
    assert chat.keys == {"link.forwarded"}
    assert (await house.chats.row(chat.id)).borrower_id is None  # type: ignore[union-attr]  # there is one


async def test_another_task_may_come_before_the_digits(house: House) -> None:
    chat = await _asked(house)
    await chat.say("/tips")
    assert chat.told("tips.head")
    await chat.say("/link")
    assert chat.told("link.digits")


async def test_digits_are_not_kept_in_the_transcript(house: House) -> None:
    chat = await _asked(house)
    await chat.walk("9876", DIGITS)
    mine = [message.text for message in await chat.messages() if message.speaker == "me"]
    assert mine[-2:] == ["••••", "••••"]


async def test_without_a_link_a_task_says_how_one_is_come_by(stranger: Chat) -> None:
    await stranger.walk("/start", ">start.agree", "/balance")
    assert stranger.keys == {"link.how"}


async def test_a_linked_chat_asked_to_link_says_that_it_is(ann: Chat) -> None:
    await ann.say("/link")
    assert ann.told("link.already")


async def test_in_the_demo_there_is_a_door_to_be_somebody(house: House) -> None:
    house.serve.machine = replace(house.serve.machine, demo=True)
    chat = await new_chat(house)
    await chat.walk("/start", ">start.agree")
    card = await chat.card()
    assert next(choice.url for row in card.buttons for choice in row) == "/demo"


async def test_what_an_earlier_borrower_of_the_chat_saw_is_not_shown_to_the_next(
    house: House,
) -> None:
    chat = await linked(house, "ann")
    await chat.say("/balance")
    assert "ANN-1" in "".join(message.text for message in await chat.messages())
    old = await chat.card("task.why")
    await press_link(chat, "SAM")
    await chat.say(DIGITS)
    shown = "".join(message.text for message in await chat.messages())
    assert "SAM-1" in shown
    assert "ANN-1" not in shown
    assert "Ann Test" not in shown
    await chat.send("button", old.buttons[0][0].id)
    assert chat.told("heard.lost")
