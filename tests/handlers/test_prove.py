"""The digits asked for again after a quiet quarter of an hour."""

from __future__ import annotations

import pytest

from tests.chat.books import DIGITS
from tests.chat.house import House
from tests.chat.lender import Staff
from tests.chat.person import Chat, linked


async def test_after_fifteen_quiet_minutes_the_digits_come_before_the_debt(
    house: House, ann: Chat
) -> None:
    house.clock.forward(minutes=16)
    said = await ann.say("/balance")
    assert ann.keys == {"prove.digits"}
    assert "¥" not in said
    await ann.say(DIGITS)
    assert {"prove.done", "balance.today"} <= ann.keys


async def test_within_fifteen_minutes_nothing_is_asked(house: House, ann: Chat) -> None:
    for _ in range(3):
        house.clock.forward(minutes=14)
        await ann.say("/balance")
        assert ann.told("balance.today")


async def test_earlier_messages_stay_hidden_until_the_digits(house: House, ann: Chat) -> None:
    assert await ann.messages()
    house.clock.forward(minutes=16)
    assert await ann.messages() == []
    await ann.say("/balance")
    assert [message.text for message in await ann.messages() if "¥" in message.text] == []
    await ann.say(DIGITS)
    assert any("¥" in message.text for message in await ann.messages())


async def test_what_comes_by_itself_meanwhile_is_hidden_too(house: House, ann: Chat) -> None:
    house.clock.forward(minutes=16)
    await Staff(house).write(ann.id, "You owe us ¥5,000.00")
    assert await ann.messages() == []
    await ann.walk("/balance", DIGITS)
    assert any("You owe us" in message.text for message in await ann.messages())


async def test_a_press_is_gone_on_with_after_the_digits(house: House, ann: Chat) -> None:
    card = await ann.card("task.why")
    house.clock.forward(minutes=16)
    await ann.press("task.why", on=card)
    assert ann.keys == {"prove.digits"}
    await ann.say(DIGITS)
    assert {"prove.done", "why.head"} <= ann.keys


async def test_five_wrong_tries_lock_for_an_hour_in_one_wording(house: House, ann: Chat) -> None:
    house.clock.forward(minutes=16)
    await ann.walk("/balance", "1111", "2222", "3333", "4444")
    assert ann.keys == {"link.wrong"}
    await ann.say("5555")
    assert ann.keys == {"link.locked"}
    await ann.say(DIGITS)
    assert ann.keys == {"link.locked"}
    await ann.say("/balance")
    assert ann.keys == {"link.locked"}
    house.clock.forward(minutes=61)
    await ann.walk("/balance", DIGITS)
    assert ann.told("balance.today")


async def test_wrong_tries_are_forgotten_once_they_matched(house: House, ann: Chat) -> None:
    for _ in range(3):
        house.clock.forward(minutes=16)
        await ann.walk("/balance", "1111", "2222", "3333", DIGITS)
        assert ann.told("balance.today")


async def test_forwarded_digits_prove_nothing(house: House, ann: Chat) -> None:
    house.clock.forward(minutes=16)
    await ann.say("/balance")
    await ann.hear("text", text=DIGITS, forwarded=True)
    assert ann.keys == {"link.forwarded"}
    await ann.say(DIGITS)
    assert ann.told("balance.today")


async def test_a_sticker_instead_of_digits_asks_again(house: House, ann: Chat) -> None:
    house.clock.forward(minutes=16)
    await ann.say("/status")
    await ann.hear("unusable", kind="sticker")
    assert ann.keys == {"heard.sticker", "prove.digits"}
    await ann.say(DIGITS)
    assert ann.told("prove.done")


async def test_asking_oneself_to_prove_leads_to_the_balance(ann: Chat) -> None:
    await ann.walk("/prove", DIGITS)
    assert ann.told("balance.today")


async def test_an_unlinked_chat_asked_to_prove_is_told_of_the_link(stranger: Chat) -> None:
    await stranger.walk("/start", ">start.agree", "/prove")
    assert stranger.told("link.how")


@pytest.mark.parametrize("task", ["tips", "help", "language", "person"])
async def test_what_shows_no_debt_needs_no_digits(house: House, ann: Chat, task: str) -> None:
    house.clock.forward(minutes=16)
    await ann.say(f"/{task}")
    assert not ann.told("prove.digits")


async def test_digits_given_again_are_not_kept_in_the_transcript(house: House, ann: Chat) -> None:
    house.clock.forward(minutes=16)
    await ann.walk("/balance", "9876", DIGITS)
    mine = [message.text for message in await ann.messages() if message.speaker == "me"]
    assert "9876" not in mine
    assert DIGITS not in mine


async def test_another_chat_of_the_same_person_keeps_its_own_proof(house: House) -> None:
    one, other = await linked(house, "ann"), await linked(house, "ann")
    house.clock.forward(minutes=16)
    await one.walk("/balance", DIGITS)
    assert one.told("balance.today")
    await other.say("/balance")
    assert other.keys == {"prove.digits"}
