"""Talking to one of the lender's people; despair goes first."""

from __future__ import annotations

import pytest

from tests.chat.house import House
from tests.chat.lender import Staff
from tests.chat.person import Chat, linked, press_link

DESPAIR = "I want to kill myself"


async def test_words_wait_for_staff_and_the_assistant_keeps_quiet(ann: Chat, house: House) -> None:
    await ann.say("/person")
    assert ann.told("person.ask")
    await ann.say("My husband died.")
    assert ann.told("person.waiting")
    (asked,) = await house.requests()
    assert (asked.kind, asked.words, asked.urgent) == ("person", "My husband died.", False)
    said = await ann.say("Are you there?")
    assert said == ""
    assert len(await house.requests()) == 2


async def test_commands_and_buttons_work_while_a_person_has_the_chat(ann: Chat) -> None:
    await ann.walk("/person", "hello there", "/balance")
    assert ann.told("balance.today")
    await ann.press("task.why")
    assert ann.told("why.head")


async def test_a_form_works_while_a_person_has_the_chat(ann: Chat) -> None:
    await ann.walk("/person", "hello there", "/relief", ">relief.apply", ">reason.other")
    await ann.say("These words are details.")
    assert ann.told("relief.day.ask")


async def test_the_chat_is_handed_back_on_demand(ann: Chat) -> None:
    await ann.walk("/person", "hello there", ">person.hand_back")
    assert ann.told("person.back")
    await ann.say("how much do I owe")
    assert ann.told("balance.today")


async def test_staff_answer_in_the_chat_as_a_person(ann: Chat, house: House, staff: Staff) -> None:
    await ann.walk("/person", "hello there")
    (asked,) = await house.requests()
    await staff.write(ann.id, "Good morning, Ann.", request_id=asked.id)
    (message,) = await ann.new()
    assert (message.speaker, message.text) == ("person", "Good morning, Ann.")
    assert [each.state for each in await house.requests()] == ["answered"]


async def test_staff_answer_several_requests_and_hand_the_chat_back(
    ann: Chat, house: House, staff: Staff
) -> None:
    await ann.walk("/person", "one thing", "another thing")
    one, other = await house.requests()
    await staff.write(
        ann.id, "Both are settled.", request_id=one.id, also=(other.id,), hand_back=True
    )
    assert [each.state for each in await house.requests()] == ["answered", "answered"]
    await ann.look_away()
    await ann.say("how much do I owe")
    assert ann.told("balance.today")


async def test_staff_may_write_without_being_asked(ann: Chat, staff: Staff) -> None:
    await staff.write(ann.id, "A word from us.")
    assert (await ann.last()).text == "A word from us."


async def test_what_staff_write_is_shown_literally(ann: Chat, staff: Staff) -> None:
    await staff.write(ann.id, '<script>&"')
    assert (await ann.last()).text == '<script>&"'


async def test_somebody_without_a_link_can_ask_and_be_answered(
    stranger: Chat, house: House, staff: Staff
) -> None:
    await stranger.walk("/start", ">start.agree", "/person", "I lost my link.")
    (asked,) = await house.requests()
    await staff.write(stranger.id, "A new one is on its way.", request_id=asked.id)
    assert (await stranger.last()).text == "A new one is on its way."
    assert (await house.requests())[0].state == "answered"


async def test_a_request_from_before_the_link_is_answered_after_it(
    stranger: Chat, house: House, staff: Staff
) -> None:
    await stranger.walk("/start", ">start.agree", "/person", "I lost my link.")
    await press_link(stranger, "ANN")
    await stranger.say("123X")
    (asked,) = await house.requests()
    await staff.write(stranger.id, "I see you are in.", request_id=asked.id)
    assert (await house.requests())[0].state == "answered"


@pytest.mark.parametrize(
    "words", [DESPAIR, "they threatened to hurt my family", "我不想活了", "collectors call my boss"]
)
async def test_despair_and_threats_reach_a_person_at_once(
    ann: Chat, house: House, words: str
) -> None:
    await ann.say(words)
    assert ann.keys == {"person.urgent", "person.helpline"}
    (asked,) = await house.requests()
    assert asked.urgent
    assert asked.words == words


async def test_despair_is_heard_in_the_middle_of_a_form_which_stays(
    ann: Chat, house: House
) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other", DESPAIR)
    assert ann.keys >= {"person.urgent", "person.helpline"}
    assert (await house.requests())[0].urgent
    await ann.say("/relief")
    assert ann.told("relief.details.ask")


@pytest.mark.parametrize(
    "words",
    [
        "my mother is ill and I care for her",
        "I broke my arm",
        "the water came into the house",
        "They closed the factory where I worked",
        "because",
    ],
)
async def test_hard_times_told_to_a_form_are_an_answer(ann: Chat, house: House, words: str) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other", words)
    assert ann.told("relief.day.ask")
    assert await house.requests() == []


async def test_despair_is_heard_before_consent_and_before_a_link(
    stranger: Chat, house: House
) -> None:
    await stranger.say(DESPAIR)
    assert stranger.keys == {"person.urgent", "person.helpline"}
    assert (await house.requests())[0].urgent


async def test_despair_is_heard_where_digits_are_asked_for(ann: Chat, house: House) -> None:
    house.clock.forward(minutes=20)
    await ann.walk("/balance", DESPAIR)
    assert ann.told("person.helpline")


async def test_despair_at_the_full_length_of_a_message_is_kept_whole(
    ann: Chat, house: House
) -> None:
    words = (DESPAIR + ". ").ljust(4_096, "x")
    await ann.say(words)
    assert (await house.requests())[0].words == words


@pytest.mark.parametrize("typed", ["   ", "\n"])
async def test_empty_words_for_staff_are_asked_for_again(
    ann: Chat, house: House, typed: str
) -> None:
    await ann.walk("/person", typed)
    assert ann.told("answer.words.short")
    assert await house.requests() == []
    await ann.say("Now with words.")
    assert len(await house.requests()) == 1


async def test_words_too_long_are_refused_with_the_limit(ann: Chat, house: House) -> None:
    await ann.walk("/person", "x" * 2001)
    assert ann.told("answer.words.long")
    await ann.say("Shorter.")
    assert len(await house.requests()) == 1


async def test_a_sticker_for_staff_is_asked_about_again(ann: Chat) -> None:
    await ann.say("/person")
    await ann.hear("unusable", kind="sticker")
    assert ann.told("person.ask")


async def test_an_answer_of_staff_reaches_the_chat_last_written_in(
    house: House, staff: Staff
) -> None:
    first, second = await linked(house, "ann"), await linked(house, "ann")
    house.clock.forward(minutes=1)
    await first.say("/help")
    await staff.write(second.id, "Hello.")
    assert (await first.last()).text == "Hello."
    assert (await second.last()).text != "Hello."


async def test_asked_for_in_words(ann: Chat) -> None:
    await ann.say("I want to talk to a person")
    assert ann.told("person.ask")
