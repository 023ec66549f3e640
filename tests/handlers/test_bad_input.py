"""What people and programs send that no question expects; FACTS section 5, as a browser can."""

from __future__ import annotations

import asyncio

import pytest

from bot.texts import cleaned
from tests.chat.house import House
from tests.chat.person import Chat, linked, new_chat
from tests.handlers.test_relief import TO_REVIEW

LONGEST = 4_096
NASTY = {
    "white space": " \t\n\u3000 ",
    "the full length": "x" * LONGEST,
    "the full length in Chinese": "还" * LONGEST,
    "NUL and controls": "a\x00b\x07c\x1b[31m",
    "a lone surrogate": "half \ud83d an emoji",
    "right-to-left override": "\u202egnp.txt",
    "zero width": "a\u200bb\u200cc\ufeffd",
    "long emoji sequences": "👨‍👩‍👧‍👦" * 200,
    "combining marks": "e" + "\u0301" * 500,
    "markup": '<b>&"</b><script>alert(1)</script>',
    "Markdown": "*bold* _it_ `code` [a](http://x) ~~s~~",
    "a formula": "=cmd|' /C calc'!A0",
    "slots": "{amount} {0} {name!r} %s %(x)d ${HOME}",
    "SQL": "'; DROP TABLE chat; --",
    "a button's inside": "relief|:submit||12",
    "JSON": '{"button": "x"}',
    "Arabic": "كم المبلغ المستحق؟",
}


@pytest.mark.parametrize("words", NASTY.values(), ids=NASTY.keys())
async def test_nothing_typed_outside_a_form_breaks_a_turn(ann: Chat, words: str) -> None:
    said = await ann.say(cleaned(words))
    assert said
    await ann.say("/balance")
    assert ann.told("balance.today")


@pytest.mark.parametrize("words", NASTY.values(), ids=NASTY.keys())
async def test_nothing_typed_to_a_stranger_breaks_a_turn(stranger: Chat, words: str) -> None:
    await stranger.say(cleaned(words))
    await stranger.say("/start")
    assert stranger.told("start.privacy")


@pytest.mark.parametrize("words", NASTY.values(), ids=NASTY.keys())
@pytest.mark.parametrize(
    "steps",
    [
        (">relief.apply",),
        (">relief.apply", ">reason.illness"),
        (">relief.apply", ">reason.illness", ">form.skip"),
        (">relief.apply", ">reason.other", ">form.skip"),
        TO_REVIEW,
    ],
    ids=["reason", "details", "files", "day", "review"],
)
async def test_nothing_typed_to_a_question_breaks_the_form(
    ann: Chat, steps: tuple[str, ...], words: str
) -> None:
    await ann.walk("/relief", *steps)
    await ann.say(cleaned(words))
    await ann.say("/relief")
    assert any(key.endswith(".ask") or key == "relief.review.head" for key in ann.keys)


@pytest.mark.parametrize("words", NASTY.values(), ids=NASTY.keys())
async def test_nothing_typed_for_an_amount_breaks_the_form(ann: Chat, words: str) -> None:
    await ann.walk("/what_if", ">what_if.try")
    await ann.say(cleaned(words))
    await ann.walk("/what_if", ">what_if.try", "500")
    assert ann.told("what_if.day.ask")


async def test_markup_is_shown_literally_everywhere(ann: Chat, house: House) -> None:
    words = '<b>&"</b>'
    await ann.walk("/not_my_loan", ">Cash loan ANN-1", words)
    mine = [message for message in await ann.messages() if message.speaker == "me"]
    assert (mine[-1].text, mine[-1].html) == (words, "&lt;b&gt;&amp;&quot;&lt;/b&gt;")
    assert (await house.requests())[-1].words == words


@pytest.mark.parametrize(
    "button", ["", "x", "0" * 32, "0" * 32 + ".0.0", "…", "a.b.c.d", "'; --", "9" * 200]
)
async def test_an_unknown_button_is_answered_calmly(ann: Chat, button: str) -> None:
    await ann.send("button", button)
    assert ann.told("heard.lost")


@pytest.mark.parametrize("place", [".9.9", ".0", "", ".0.0.0", ".-1.0", ".٠.٠"])
async def test_a_place_no_button_stands_in_is_answered_alike(ann: Chat, place: str) -> None:
    card = await ann.card()
    await ann.send("button", card.id + place)
    assert ann.told("heard.lost")


async def test_another_chats_button_is_answered_as_an_unknown_one(ann: Chat, house: House) -> None:
    sam = await linked(house, "sam")
    theirs = (await sam.card()).buttons[0][0].id
    known = await ann.send("button", theirs)
    unknown = await ann.send("button", "0" * 32 + ".0.0")
    assert known == unknown


async def test_another_chats_file_is_answered_as_an_unknown_one(ann: Chat, house: House) -> None:
    sam = await linked(house, "sam")
    theirs = await house.bridge.store_upload(sam.id, "proof.pdf", "pdf", b"%PDF-1.7")
    assert await ann.send("upload", theirs) == await ann.send("upload", "0" * 32)
    await ann.walk("/relief", ">relief.apply", ">reason.illness", ">form.skip")
    await ann.send("upload", theirs)
    assert {"heard.lost", "relief.files.ask"} <= ann.keys
    await ann.walk(">form.files.none", ">relief.day.unknown", ">relief.submit")
    assert (await house.case("ann")).upload_ids == ()


async def test_a_lost_tap_in_a_form_puts_the_question_again(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply")
    await ann.send("button", "unknown")
    assert {"heard.lost", "relief.reason.ask"} <= ann.keys


@pytest.mark.parametrize("kind", ["sticker", "voice", "video", "dice", "edited", "too_large"])
async def test_what_is_no_answer_keeps_the_draft_and_restates_the_question(
    ann: Chat, kind: str
) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other")
    await ann.hear("unusable", kind=kind)
    assert {f"heard.{kind}", "relief.details.ask"} <= ann.keys
    await ann.say("Words at last.")
    assert ann.told("relief.day.ask")


async def test_forwarded_words_may_answer_a_question(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other")
    await ann.hear("text", text="The hospital wrote this.", forwarded=True)
    assert ann.told("relief.day.ask")


async def test_the_same_id_again_has_one_effect(ann: Chat, house: House) -> None:
    before = len(await house.chats.messages(ann.id, 0))
    first = await ann.say("/tips", key="one")
    again = await ann.say("/balance", key="one")
    assert first
    assert again == ""
    assert len(await house.chats.messages(ann.id, 0)) == before + 2


async def test_the_same_id_at_once_has_one_effect(ann: Chat, house: House) -> None:
    before = len(await house.chats.messages(ann.id, 0))
    async with house.side_by_side():
        await asyncio.gather(*(ann.say("/tips", key="one") for _ in range(8)))
    assert len(await house.chats.messages(ann.id, 0)) == before + 2


async def test_the_same_id_of_another_chat_is_another_message(house: House) -> None:
    one, other = await new_chat(house), await new_chat(house)
    assert await one.say("/tips", key="same")
    assert await other.say("/tips", key="same")


async def test_two_taps_at_once_are_both_answered(ann: Chat, house: House) -> None:
    await ann.walk("/relief", ">relief.apply")
    card = await ann.card("reason.other")
    async with house.side_by_side():
        await asyncio.gather(
            *(ann.press(key, on=card) for key in ("reason.other", "reason.illness"))
        )
    said = [message.text for message in (await ann.messages())[-4:]]
    assert len([text for text in said if "own words" in text]) == 2


async def test_a_tap_and_a_message_swapped_show_where_the_form_is(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply")
    card = await ann.card("reason.other")
    await ann.press("reason.other", on=card)
    await ann.say("My details.")
    await ann.press("reason.illness", on=card)
    assert {"form.moved_on", "relief.day.ask"} <= ann.keys


async def test_a_button_of_a_form_that_has_ended_offers_to_start_again(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply")
    card = await ann.card("reason.other")
    await ann.press("form.cancel", on=card)
    await ann.press("reason.other", on=card)
    assert ann.told("form.gone")
    await ann.press("form.start_again")
    assert ann.told("relief.free")


async def test_many_chats_at_once_are_each_answered(house: House) -> None:
    chats = [await new_chat(house) for _ in range(12)]
    async with house.side_by_side():
        await asyncio.gather(*(chat.say("/start") for chat in chats))
    for chat in chats:
        assert await chat.find("start.agree")


async def test_a_file_sent_twice_counts_once(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.illness", ">form.skip")
    upload_id = await ann.house.bridge.store_upload(ann.id, "a.pdf", "pdf", b"%PDF-1.7")
    await ann.send("upload", upload_id)
    await ann.send("upload", upload_id)
    assert ann.slots("form.files.received")["count"] == 1


async def test_a_file_name_with_markup_is_never_shown_as_such(ann: Chat) -> None:
    await ann.upload(name="<b>../../etc/passwd\x00.pdf")
    assert all("<b>.." not in message.html for message in await ann.messages())
