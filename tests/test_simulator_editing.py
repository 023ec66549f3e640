"""Changing and removing what was sent, and answering taps, as strictly as Telegram."""

from __future__ import annotations

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto

from tests.simulator import Chat, Outcome, Simulator
from tests.simulator.pictures import grey_png
from tests.simulator.raw import RawApi

pytest_plugins = ["tests.simulator.fixtures"]

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)
STALE = "Bad Request: query is too old and response timeout expired or query ID is invalid"
CARD = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
CARD_JSON = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


async def test_an_edit_replaces_text_and_drops_the_buttons_it_does_not_repeat(
    ptb: Bot, chat: Chat
) -> None:
    sent = await ptb.send_message(chat.id, "one", reply_markup=CARD)
    edited = await ptb.edit_message_text("two", chat.id, sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup) == ("two", None)
    assert edited.edit_date is not None
    assert (chat.last.text, chat.labels) == ("two", [])
    assert [one["content"]["text"] for one in chat.last.history] == ["one"]


async def test_the_same_again_is_not_modified(api: RawApi, ptb: Bot, chat: Chat) -> None:
    sent = await ptb.send_message(chat.id, "<b>one</b>", parse_mode="HTML", reply_markup=CARD)
    where = {"chat_id": chat.id, "message_id": sent.message_id}
    bold = {"text": "<strong>one</strong> ", "parse_mode": "HTML"}
    why = await api.refused("editMessageText", **where, **bold, reply_markup=CARD_JSON)
    assert why == NOT_MODIFIED
    assert (await api("editMessageText", **where, text="one", reply_markup=CARD_JSON)).body["ok"]
    assert (await api("editMessageText", **where, text="one")).body["ok"]
    assert await api.refused("editMessageReplyMarkup", **where) == NOT_MODIFIED
    assert (await api("editMessageReplyMarkup", **where, reply_markup=CARD_JSON)).body["ok"]


@pytest.mark.parametrize(
    ("method", "params", "why"),
    [
        ("editMessageText", {"text": "a" * 4097}, "MESSAGE_TOO_LONG"),
        ("editMessageText", {"text": ""}, "message text is empty"),
        ("editMessageCaption", {"caption": "a" * 1025}, "MEDIA_CAPTION_TOO_LONG"),
        ("editMessageCaption", {"caption": "a"}, "there is no caption in the message to edit"),
        (
            "editMessageReplyMarkup",
            {"reply_markup": {"keyboard": [["a"]]}},
            "inline keyboard expected",
        ),
        ("editMessageMedia", {"media": "{"}, "can't parse input media JSON object"),
    ],
)
async def test_a_wrong_edit_of_a_text_is_refused(
    api: RawApi, ptb: Bot, chat: Chat, method: str, params: dict[str, object], why: str
) -> None:
    sent = await ptb.send_message(chat.id, "one")
    told = await api.refused(method, chat_id=chat.id, message_id=sent.message_id, **params)
    assert told == f"Bad Request: {why}"


async def test_what_is_gone_or_anothers_cannot_be_edited(api: RawApi, ptb: Bot, chat: Chat) -> None:
    sent = await ptb.send_message(chat.id, "one")
    mine = await chat.say("mine")
    await ptb.delete_message(chat.id, sent.message_id)
    for message_id in (sent.message_id, 1, 10**15):
        why = await api.refused(
            "editMessageText", chat_id=chat.id, message_id=message_id, text="two"
        )
        assert why == "Bad Request: message to edit not found"
    why = await api.refused("editMessageText", chat_id=chat.id, message_id=mine.id, text="two")
    assert why == "Bad Request: message can't be edited"
    assert await api.refused("editMessageText", text="two") == (
        "Bad Request: message identifier is not specified"
    )


async def test_a_message_with_a_reply_keyboard_can_never_be_edited(api: RawApi, chat: Chat) -> None:
    keyboard = {"keyboard": [[{"text": "Share", "request_contact": True}]]}
    sent = await api("sendMessage", chat_id=chat.id, text="one", reply_markup=keyboard)
    message_id = sent.result["message_id"]
    why = await api.refused("editMessageText", chat_id=chat.id, message_id=message_id, text="two")
    assert why == "Bad Request: message can't be edited"


async def test_a_picture_has_a_caption_and_no_text(api: RawApi, ptb: Bot, chat: Chat) -> None:
    sent = await ptb.send_photo(chat.id, grey_png(40, 30), caption="one")
    where = {"chat_id": chat.id, "message_id": sent.message_id}
    assert await api.refused("editMessageText", **where, text="two") == (
        "Bad Request: there is no text in the message to edit"
    )
    italic = {"caption": "<i>two</i>", "parse_mode": "HTML"}
    assert (await api("editMessageCaption", **where, **italic)).body["ok"]
    assert (chat.last.kind, chat.last.text) == ("photo", "two")
    assert await api.refused("editMessageCaption", **where, **italic) == NOT_MODIFIED
    picture = grey_png(50, 50)
    await ptb.edit_message_media(InputMediaPhoto(picture, "three"), chat.id, sent.message_id)
    assert (chat.last.data, chat.last.text) == (picture, "three")


async def test_a_text_can_become_a_picture(ptb: Bot, chat: Chat) -> None:
    sent = await ptb.send_message(chat.id, "one")
    await ptb.edit_message_media(InputMediaPhoto(grey_png(5, 5)), chat.id, sent.message_id)
    assert chat.last.kind == "photo"


async def test_messages_are_deleted_for_two_days(
    api: RawApi, ptb: Bot, simulator: Simulator, chat: Chat
) -> None:
    sent = await ptb.send_message(chat.id, "one")
    simulator.clock.advance(48 * 3600 + 1)
    why = await api.refused("deleteMessage", chat_id=chat.id, message_id=sent.message_id)
    assert why == "Bad Request: message can't be deleted for everyone"
    mine = await chat.say("mine")
    await ptb.delete_message(chat.id, mine.id)
    assert mine not in chat.messages
    why = await api.refused("deleteMessage", chat_id=chat.id, message_id=mine.id)
    assert why == "Bad Request: message to delete not found"
    assert await api.refused("deleteMessage", chat_id=chat.id) == (
        "Bad Request: message identifier is not specified"
    )


async def test_others_words_in_a_group_are_not_the_bots_to_delete(
    api: RawApi, simulator: Simulator
) -> None:
    group = simulator.person().group()
    said = await group.say("hello")
    why = await api.refused("deleteMessage", chat_id=group.id, message_id=said.id)
    assert why == "Bad Request: message can't be deleted"


async def test_a_tap_is_answered_within_150_seconds(
    ptb: Bot, api: RawApi, simulator: Simulator, chat: Chat
) -> None:
    await ptb.send_message(chat.id, "one", reply_markup=CARD)
    tap = await chat.tap("Go")
    await ptb.answer_callback_query(tap.id, "a" * 200, show_alert=True)
    assert await tap.answered() == {"text": "a" * 200, "show_alert": True}
    why = await api.refused("answerCallbackQuery", callback_query_id=tap.id, text="😀" * 100 + "a")
    assert why == "Bad Request: MESSAGE_TOO_LONG"
    simulator.clock.advance(151)
    assert await api.refused("answerCallbackQuery", callback_query_id=tap.id) == STALE
    assert await api.refused("answerCallbackQuery", callback_query_id="12") == STALE
    outcomes = [call.outcome for call in simulator.calls_of("answerCallbackQuery")]
    assert outcomes[-2:] == [Outcome.HINDERED, Outcome.REFUSED]
