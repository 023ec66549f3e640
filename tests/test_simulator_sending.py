"""What Telegram takes from a bot and what it refuses, over real HTTP."""

from __future__ import annotations

import json

import pytest
from telegram import Bot, CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden

from tests.simulator import Chat, Outcome, Simulator
from tests.simulator.pictures import grey_png
from tests.simulator.raw import RawApi

pytest_plugins = ["tests.simulator.fixtures"]


def inline(*buttons: object) -> dict[str, object]:
    return {"inline_keyboard": [list(buttons)]}


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("a" * 4096, ""),
        ("a" * 4097, "Bad Request: message is too long"),
        ("😀" * 2048, ""),
        ("😀" * 2048 + "a", "Bad Request: message is too long"),
        ("<b>" + "a" * 4096 + "</b>", ""),
        ("&lt;" * 4096, ""),
        ("", "Bad Request: message text is empty"),
        (" \n ", "Bad Request: text must be non-empty"),
        ("<b></b>", "Bad Request: text must be non-empty"),
        ("a" * 33_000, "Bad Request: text is too long"),
    ],
)
async def test_text_is_measured_in_utf16_after_entities(
    api: RawApi, chat: Chat, text: str, refusal: str
) -> None:
    answer = await api("sendMessage", chat_id=chat.id, text=text, parse_mode="HTML")
    assert answer.description == refusal


@pytest.mark.parametrize(
    ("caption", "refusal"),
    [("😀" * 512, ""), ("😀" * 512 + "a", "message caption is too long"), ("", "")],
)
async def test_caption_is_at_most_1024(api: RawApi, chat: Chat, caption: str, refusal: str) -> None:
    picture = grey_png(20, 20)
    answer = await api("sendPhoto", chat_id=chat.id, photo=picture, caption=caption)
    assert answer.description.removeprefix("Bad Request: ") == refusal


@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        ({"text": "a", "callback_data": "x" * 64}, ""),
        ({"text": "a", "callback_data": "x" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": "中" * 22}, "BUTTON_DATA_INVALID"),
        (
            {"text": "a", "callback_data": ""},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"callback_data": "x"}, "can't parse inline keyboard button: Can't find field \"text\""),
        ({"text": "", "callback_data": "x"}, "inline keyboard button text must be non-empty"),
        ("a", "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
        (
            {"text": "a", "url": "http://localhost/x"},
            "inline keyboard button URL 'http://localhost/x' is invalid: Wrong HTTP URL",
        ),
        ({"text": "a", "url": "https://example.org"}, ""),
        ({"text": "a", "url": "tg://user?id=1"}, ""),
        ({"text": "a", "copy_text": {"text": "x" * 256}}, ""),
        ({"text": "a", "copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "a", "callback_data": "x", "style": "danger"}, ""),
        (
            {"text": "a", "callback_data": "x", "style": "pink"},
            "can't parse inline keyboard button: unknown button style specified",
        ),
    ],
)
async def test_inline_buttons_are_checked(
    api: RawApi, chat: Chat, button: object, refusal: str
) -> None:
    answer = await api("sendMessage", chat_id=chat.id, text="a", reply_markup=inline(button))
    assert answer.description.removeprefix("Bad Request: ") == refusal


@pytest.mark.parametrize(
    ("markup", "refusal"),
    [
        ("{", "can't parse reply keyboard markup JSON object"),
        ("[]", "object expected as reply markup"),
        ('{"inline_keyboard": [1]}', "of the InlineKeyboardMarkup must be an Array of Arrays"),
        ('{"keyboard": [["a"]]}', ""),
        ('{"keyboard": [[""]]}', "keyboard button text must be non-empty"),
        ('{"keyboard": [[{"text": "a", "request_contact": 1}]]}', "must be of type Boolean"),
        ('{"remove_keyboard": true}', ""),
        ('{"inline_keyboard": []}', ""),
    ],
)
async def test_reply_markup_is_checked(api: RawApi, chat: Chat, markup: str, refusal: str) -> None:
    answer = await api("sendMessage", chat_id=chat.id, text="a", reply_markup=markup)
    assert refusal in answer.description
    assert answer.body["ok"] is not bool(refusal)


async def test_a_hundred_and_one_buttons_are_too_many(api: RawApi, chat: Chat) -> None:
    rows = [[{"text": "a", "callback_data": "x"}]] * 101
    why = await api.refused(
        "sendMessage", chat_id=chat.id, text="a", reply_markup={"inline_keyboard": rows}
    )
    assert why == "Bad Request: reply markup is too long"


async def test_a_phone_can_be_asked_for_in_private_only(
    api: RawApi, simulator: Simulator, chat: Chat
) -> None:
    keyboard = {"keyboard": [[{"text": "Share", "request_contact": True}]]}
    group = simulator.person().group()
    assert (await api("sendMessage", chat_id=chat.id, text="a", reply_markup=keyboard)).body["ok"]
    why = await api.refused("sendMessage", chat_id=group.id, text="a", reply_markup=keyboard)
    assert why == "Bad Request: phone number can be requested in private chats only"


async def test_nobody_is_written_to_before_they_start(ptb: Bot, simulator: Simulator) -> None:
    stranger = simulator.person()
    with pytest.raises(BadRequest, match="Chat not found"):
        await ptb.send_message(stranger.id, "hello")
    stranger.group()
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await ptb.send_message(stranger.id, "hello")
    with pytest.raises(BadRequest, match="Chat not found"):
        await ptb.send_message(99, "hello")


async def test_a_person_who_blocked_or_left_is_not_the_bots_mistake(
    ptb: Bot, simulator: Simulator, chat: Chat
) -> None:
    await chat.block()
    with pytest.raises(Forbidden, match="Forbidden: bot was blocked by the user"):
        await ptb.send_message(chat.id, "hello")
    await chat.unblock()
    await ptb.send_message(chat.id, "hello")
    await chat.deactivate()
    with pytest.raises(Forbidden, match="Forbidden: user is deactivated"):
        await ptb.send_message(chat.id, "hello")
    assert not simulator.refused


async def test_a_kicked_bot_cannot_write_to_the_group(ptb: Bot, simulator: Simulator) -> None:
    group = simulator.person().group(kind="group")
    await group.block()
    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await ptb.send_message(group.id, "hello")


async def test_a_sent_message_is_what_the_person_sees(ptb: Bot, chat: Chat) -> None:
    markup = InlineKeyboardMarkup(
        [
            [InlineKeyboardButton("Apply", callback_data="go", style="success")],
            [InlineKeyboardButton("Copy", copy_text=CopyTextButton("REF-1"))],
        ]
    )
    message = await ptb.send_message(
        chat.id,
        "<b>12.34</b> due",
        parse_mode="HTML",
        reply_markup=markup,
        protect_content=True,
        disable_notification=True,
    )
    assert message.text == "12.34 due"
    assert message.has_protected_content
    assert message.reply_markup == markup
    assert (chat.last.text, chat.last.protected, chat.last.silent) == ("12.34 due", True, True)
    assert chat.labels == ["Apply", "Copy"]
    assert (chat.buttons[0].style, chat.buttons[1].copied) == ("success", "REF-1")


async def test_replies_and_previews_are_kept(api: RawApi, chat: Chat) -> None:
    asked = await chat.say("how much?")
    answer = await api(
        "sendMessage",
        chat_id=chat.id,
        text="http://a.example",
        reply_parameters={"message_id": asked.id},
        link_preview_options={"is_disabled": True},
    )
    assert answer.result["reply_to_message"]["message_id"] == asked.id
    assert answer.result["link_preview_options"] == {"is_disabled": True}
    gone = {"message_id": 1}
    why = await api.refused("sendMessage", chat_id=chat.id, text="a", reply_parameters=gone)
    assert why == "Bad Request: message to be replied not found"
    anyway = gone | {"allow_sending_without_reply": True}
    assert (await api("sendMessage", chat_id=chat.id, text="a", reply_parameters=anyway)).body["ok"]
    why = await api.refused("sendMessage", chat_id=chat.id, text="a", link_preview_options="no")
    assert why == "Bad Request: can't parse link preview options JSON object"


async def test_markdown_is_out_of_the_simulators_depth(api: RawApi, chat: Chat) -> None:
    answer = await api("sendMessage", chat_id=chat.id, text="*a*", parse_mode="MarkdownV2")
    assert answer.status == 501
    why = await api.refused("sendMessage", chat_id=chat.id, text="a", parse_mode="BBCode")
    assert why == "Bad Request: unsupported parse_mode"


async def test_typing_is_shown_and_unknown_actions_refused(
    ptb: Bot, api: RawApi, chat: Chat
) -> None:
    await ptb.send_chat_action(chat.id, "typing")
    assert chat.actions == ["typing"]
    why = await api.refused("sendChatAction", chat_id=chat.id, action="dancing")
    assert why == "Bad Request: wrong parameter action in request"


async def test_every_body_telegram_takes_is_taken(api: RawApi, chat: Chat) -> None:
    params = {"chat_id": str(chat.id), "text": "grüße & co"}
    for request in (
        {"data": params},
        {"json": {"chat_id": chat.id, "text": "grüße & co"}},
        {"params": params},
    ):
        assert (await api.post("sendMessage", **request)).result["text"] == "grüße & co"
    with_bytes = await api("sendDocument", chat_id=chat.id, document=b"\r\n\0\xff--x\r\n")
    assert with_bytes.result["document"]["file_size"] == 9
    assert chat.last.data == b"\r\n\0\xff--x\r\n"


async def test_method_names_ignore_case_and_unknown_ones_are_not_found(
    api: RawApi, chat: Chat
) -> None:
    assert (await api("SENDmessage", chat_id=chat.id, text="a")).body["ok"]
    answer = await api("sendTelepathy")
    assert (answer.status, answer.description) == (404, "Not Found: method not found")


async def test_bytes_that_are_no_utf8_are_refused(api: RawApi, chat: Chat) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    body = f"chat_id={chat.id}&text=%ff".encode()
    answer = await api.post("sendMessage", data=body, headers=headers)
    assert answer.description == "Bad Request: strings must be encoded in UTF-8"
    lone = json.dumps({"chat_id": chat.id, "text": "\ud83d"}).encode()
    answer = await api.post("sendMessage", data=lone, headers={"Content-Type": "application/json"})
    assert answer.status == 400


async def test_a_wrong_token_is_unauthorised_and_a_malformed_one_not_found(
    api: RawApi, simulator: Simulator
) -> None:
    wrong = RawApi(simulator.base_url + "1:AAwrong", api.session)
    answer = await wrong("getMe")
    assert (answer.status, answer.description) == (401, "Unauthorized")
    malformed = RawApi(simulator.base_url + "secret", api.session)
    answer = await malformed("getMe")
    assert (answer.status, answer.description) == (404, "Not Found")
    assert not simulator.calls


async def test_every_call_is_recorded_with_its_outcome(
    api: RawApi, simulator: Simulator, chat: Chat
) -> None:
    await api("sendDocument", chat_id=chat.id, document=b"abc")
    await api("sendMessage", chat_id=chat.id, text="")
    first, second = simulator.calls
    assert first.accepted
    assert first.files["document"].data == b"abc"
    assert first.encoding == "multipart"
    assert second.outcome is Outcome.REFUSED
    assert simulator.refused == [second]
    assert "message text is empty" in str(second)
