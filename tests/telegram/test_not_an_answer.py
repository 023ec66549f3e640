"""What people send that is no answer, or holds odd signs: draft and question stay."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.chat.books import DIGITS
from tests.simulator import Chat, Simulator
from tests.telegram.desk import Desk
from tests.telegram.someone import Someone

Act = Callable[[Chat], Awaitable[object]]
_UNREADABLE: list[tuple[str, Act]] = [
    ("heard.sticker", Chat.send_sticker),
    ("heard.dice", Chat.send_dice),
    ("heard.voice", Chat.send_voice),
    ("heard.video", Chat.send_video),
    ("heard.video", Chat.send_video_note),
    ("heard.unknown", Chat.send_location),
]


async def at_reason(someone: Someone) -> None:
    """In the relief form, before its first question of substance."""
    await someone.chat.say("/relief")
    await someone.press("relief.apply")
    await someone.offered("reason.illness")


async def at_details(someone: Someone) -> None:
    """At the question in free words."""
    await at_reason(someone)
    await someone.press("reason.illness")
    await someone.sees("relief.details.ask", longest=1000)


async def test_stickers_dice_voice_and_video_keep_the_draft_and_restate_the_question(
    ann: Someone,
) -> None:
    await at_details(ann)
    for key, send in _UNREADABLE:
        await send(ann.chat)
        told = await ann.sees(key)
        assert ann.word("relief.details.ask", longest=1000) in told.text
    assert len(await ann.quiet()) == 1
    await ann.chat.say("I was ill")
    await ann.sees("relief.files.ask", count=5)


async def test_an_edited_answer_is_never_filed_again_and_gets_one_hint(ann: Someone) -> None:
    await at_details(ann)
    sent = await ann.chat.say("I was ill")
    await ann.sees("relief.files.ask", count=5)
    await ann.chat.edit(sent, "I was very ill")
    await ann.sees("heard.edited")
    await ann.chat.edit(sent, "I was very, very ill")
    assert await ann.quiet() == []
    await ann.press_standing("form.files.none")
    await ann.press("relief.day.unknown")
    review = await ann.sees("relief.review.check")
    assert "I was ill" in review.text
    assert "very" not in review.text


async def test_an_edited_contact_proves_nothing(
    desk: Desk, arrives: Callable[..., Someone]
) -> None:
    someone = arrives()
    await someone.chat.start()
    await someone.press("start.agree")
    await someone.sees("link.how")
    contact = {"phone_number": someone.person.user.phone, "user_id": someone.person.id}
    message = {
        "message_id": 5,
        "date": 0,
        "edit_date": 1,
        "from": someone.person.user.json(),
        "chat": someone.chat.room.json(),
        "contact": contact,
    }
    someone.chat.mark = someone.chat.world.changes
    desk.simulator.push({"edited_message": message})
    await someone.sees("heard.edited")
    assert await desk.count("SELECT count(*) FROM code") == 0


async def test_forwarded_words_may_answer_but_never_prove(
    desk: Desk, arrives: Callable[..., Someone]
) -> None:
    someone = arrives()
    await someone.chat.start(await desk.link_token("ANN"))
    await someone.press("start.agree")
    await someone.sees("link.digits")
    await someone.chat.forward_text(DIGITS)
    await someone.sees("link.forwarded")
    assert await desk.count("SELECT count(*) FROM chat WHERE borrower_id IS NOT NULL") == 0
    await someone.chat.say(DIGITS)
    await someone.offered("task.why")
    await at_details(someone)
    await someone.chat.forward_text("My employer closed the plant")
    await someone.sees("relief.files.ask", count=5)


async def test_a_forwarded_deep_link_is_only_words(
    desk: Desk, arrives: Callable[..., Someone]
) -> None:
    someone = arrives()
    await someone.chat.forward_text(f"/start {await desk.link_token('ANN')}")
    await someone.quiet()
    assert await desk.count("SELECT count(*) FROM link WHERE opened_at IS NOT NULL") == 0


async def test_nothing_but_space_is_asked_again(ann: Someone) -> None:
    await at_details(ann)
    for empty in ("   ", "\u200b\u200b", "\u2060 \n "):
        await ann.chat.say(empty)
        await ann.sees("answer.words.short", count=1)


async def test_4096_characters_are_told_how_many_fit(ann: Someone) -> None:
    await at_details(ann)
    await ann.chat.say("x" * 4096)
    told = await ann.chat.wait_for("4,096")
    assert "1,000" in told.text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b", "ab"),
        ("bell\x07 and\x1b[31m red", "bell and[31m red"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("half \ud83d emoji", "half \ufffd emoji"),
        ("👩‍👩‍👧‍👦" * 3, "👩‍👩‍👧‍👦" * 3),
        ("<b>&\"</b> *bold* _x_ =cmd|' /C calc'!A0", "<b>&\"</b> *bold* _x_ =cmd|' /C calc'!A0"),
        ("שלום 123", "שלום 123"),
    ],
)
async def test_signs_that_steer_are_stripped_and_all_others_shown_as_typed(
    ann: Someone, typed: str, kept: str
) -> None:
    await at_details(ann)
    await ann.chat.send_raw({"text": typed})
    await ann.sees("relief.files.ask", count=5)
    await ann.press("form.files.none")
    await ann.press("relief.day.unknown")
    review = await ann.sees("relief.review.check")
    shown = review.text.replace("\u2068", "").replace("\u2069", "")
    assert f"{ann.label('relief.details.label')}: {kept}\n" in shown


async def test_half_an_emoji_keeps_no_other_update_from_being_read(
    ann: Someone, simulator: Simulator
) -> None:
    await at_details(ann)
    with simulator.held():
        await ann.chat.send_raw({"text": "a\ud83d"})
        await ann.chat.send_sticker()
    await ann.sees("relief.files.ask", count=5)
    await ann.sees("heard.sticker")


_AMOUNTS = [
    ("1,000.5", "what_if.day.ask"),
    ("1.000,5", "what_if.day.ask"),
    ("１０００", "what_if.day.ask"),
    ("١٠٠٠", "what_if.day.ask"),
    ("1.000", "form.which"),
    ("²", "answer.amount.shape"),
    ("Ⅷ", "answer.amount.shape"),
    ("五百", "answer.amount.shape"),
    ("-5", "answer.amount.shape"),
    ("+5", "answer.amount.shape"),
    ("0", "answer.amount.range"),
    ("1e309", "answer.amount.shape"),
    ("NaN", "answer.amount.shape"),
    ("1_000", "answer.amount.shape"),
    ("0x10", "answer.amount.shape"),
    ("99999999", "answer.amount.range"),
    ("1.2345", "answer.amount.decimals"),
]


async def test_amounts_are_read_by_the_locale_and_refused_with_the_limit(ann: Someone) -> None:
    for typed, key in _AMOUNTS:
        await ann.chat.say("/what_if")
        await ann.press("what_if.try")
        await ann.sees("what_if.amount.ask")
        await ann.chat.say(typed)
        await ann.chat.wait_for(opening(ann, key))


_DAYS = [
    ("2026-02-30", "answer.day.none"),
    ("5/4/26", "answer.day.year"),
    ("2569-03-04", "answer.day.year_range"),
    ("1405-01-01", "answer.day.year_range"),
    ("2020-01-01", "answer.day.range"),
    ("03/04/2026", "form.which"),
]


async def test_days_are_confirmed_by_the_name_of_the_month_or_refused(ann: Someone) -> None:
    for typed, key in _DAYS:
        await ann.chat.say("/what_if")
        await ann.press("what_if.try")
        await ann.chat.say("100")
        await ann.sees("what_if.day.ask")
        await ann.chat.say(typed)
        told = await ann.chat.wait_for(opening(ann, key))
        if key == "form.which":
            labels = [button.label for button in told.buttons]
            assert {"3 Apr 2026", "4 Mar 2026"} <= set(labels), labels


_SLOTS = {
    "answer.amount.shape": ("example",),
    "answer.amount.decimals": ("digits",),
    "answer.amount.range": ("most",),
    "answer.day.year": ("example",),
    "answer.day.range": ("first", "last"),
}


def opening(someone: Someone, key: str) -> str:
    """The words of a key up to its first slot."""
    cut = "…"
    words = someone.word(key, None, **dict.fromkeys(_SLOTS.get(key, ()), cut))
    return words.partition(cut)[0].rstrip()
