"""The people's side: what they do becomes updates python-telegram-bot understands."""

from __future__ import annotations

import asyncio

import pytest
from telegram import Bot, Update

from tests.simulator import (
    Button,
    CannotWrite,
    Chat,
    NoSuchButton,
    NothingCame,
    Simulator,
    Tap,
)
from tests.simulator.raw import RawApi

pytest_plugins = ["tests.simulator.fixtures"]

CARD = {
    "inline_keyboard": [
        [{"text": "✅ Apply", "callback_data": "a1"}, {"text": "Decline", "callback_data": "d1"}],
        [{"text": "Site", "url": "https://example.org/"}],
        [{"text": "Copy", "copy_text": {"text": "REF-1"}}],
    ]
}
SHARE = {
    "keyboard": [[{"text": "Share my number", "request_contact": True}], ["Later"]],
    "one_time_keyboard": True,
}


async def newest(ptb: Bot) -> Update:
    return (await ptb.get_updates())[-1]


async def test_a_text_arrives_with_its_author_and_commands(ptb: Bot, simulator: Simulator) -> None:
    person = simulator.person("Mei", last_name="Li", username="mei", language_code="zh-hans")
    chat = person.private_chat()
    await chat.start("A_b-9")
    update = await newest(ptb)
    assert update.message is not None
    assert update.effective_user is not None
    assert update.message.text == "/start A_b-9"
    assert update.message.entities[0].type == "bot_command"
    assert update.effective_user.language_code == "zh-hans"
    assert update.effective_user.full_name == "Mei Li"
    assert update.message.chat.id == person.id > 2**32


@pytest.mark.parametrize("payload", ["a" * 65, "a b", "ü", "a.b"])
async def test_a_link_carries_only_what_telegram_lets_through(chat: Chat, payload: str) -> None:
    with pytest.raises(CannotWrite):
        await chat.start(payload)


async def test_ids_have_64_bits(ptb: Bot, simulator: Simulator) -> None:
    person = simulator.person(user_id=2**52 - 1)
    chat = person.private_chat()
    await chat.say("/start")
    update = await newest(ptb)
    assert update.effective_chat is not None
    assert update.effective_chat.id == 2**52 - 1
    await ptb.send_message(2**52 - 1, "hello")
    assert chat.last.text == "hello"


async def test_a_press_is_a_callback_query_with_its_message(
    ptb: Bot, api: RawApi, chat: Chat
) -> None:
    await api("sendMessage", chat_id=chat.id, text="card", reply_markup=CARD)
    tap = await chat.press("✅ Apply")
    assert isinstance(tap, Tap)
    query = (await newest(ptb)).callback_query
    assert query is not None
    assert (query.data, query.id) == ("a1", tap.id)
    assert query.message is not None
    assert query.message.message_id == chat.last.id
    waiting = asyncio.create_task(tap.answered())
    await query.answer("done", show_alert=True)
    assert await waiting == {"text": "done", "show_alert": True}


async def test_buttons_are_found_by_label_data_or_part_of_the_label(
    api: RawApi, chat: Chat
) -> None:
    await api("sendMessage", chat_id=chat.id, text="card", reply_markup=CARD)
    assert (await chat.tap("apply")).data == "a1"
    assert (await chat.tap("d1")).data == "d1"
    site, copy = await chat.press("Site"), await chat.press("Copy")
    assert isinstance(site, Button)
    assert isinstance(copy, Button)
    assert (site.url, copy.copied) == ("https://example.org/", "REF-1")
    for unclear in ("e", "nothing of the kind"):
        with pytest.raises(NoSuchButton, match="card"):
            await chat.press(unclear)
    with pytest.raises(CannotWrite):
        await chat.tap("Site")


async def test_old_buttons_are_pressed_only_on_purpose(api: RawApi, chat: Chat) -> None:
    await api("sendMessage", chat_id=chat.id, text="card", reply_markup=CARD)
    old = chat.last
    newer = {"inline_keyboard": [[{"text": "New", "callback_data": "n"}]]}
    await api("sendMessage", chat_id=chat.id, text="card 2", reply_markup=newer)
    assert chat.labels == ["New"]
    with pytest.raises(NoSuchButton):
        await chat.tap("Decline")
    assert (await chat.tap("Decline", old)).data == "d1"


async def test_data_can_be_tampered_with_and_a_message_be_out_of_sight(
    ptb: Bot, api: RawApi, chat: Chat
) -> None:
    await api("sendMessage", chat_id=chat.id, text="card", reply_markup=CARD)
    await chat.tap_data("forged", inaccessible=True)
    query = (await newest(ptb)).callback_query
    assert query is not None
    assert query.data == "forged"
    assert query.message is not None
    assert not query.message.is_accessible


async def test_the_contact_button_shares_ones_own_number_once(
    ptb: Bot, api: RawApi, chat: Chat
) -> None:
    await api("sendMessage", chat_id=chat.id, text="who?", reply_markup=SHARE)
    assert [key.label for key in chat.keyboard] == ["Share my number", "Later"]
    await chat.press("Share my number")
    assert chat.keyboard == []
    message = (await newest(ptb)).message
    assert message is not None
    assert message.contact is not None
    assert message.from_user is not None
    assert message.contact.user_id == message.from_user.id == chat.user.id
    assert message.contact.phone_number == chat.user.phone
    assert message.forward_origin is None


async def test_a_plain_key_types_its_label_and_the_keyboard_can_be_removed(
    ptb: Bot, api: RawApi, chat: Chat
) -> None:
    keys = SHARE | {"one_time_keyboard": False}
    await api("sendMessage", chat_id=chat.id, text="who?", reply_markup=keys)
    await chat.press("Later")
    message = (await newest(ptb)).message
    assert message is not None
    assert message.text == "Later"
    assert len(chat.keyboard) == 2
    gone = {"remove_keyboard": True}
    await api("sendMessage", chat_id=chat.id, text="ok", reply_markup=gone)
    assert chat.keyboard == []


async def test_other_contacts_can_be_told_apart(ptb: Bot, simulator: Simulator, chat: Chat) -> None:
    other = simulator.person("Bo").user
    await chat.share_contact(other)
    await chat.share_contact(with_user_id=False)
    await chat.share_contact(forwarded=True)
    updates = await ptb.get_updates()
    somebody, nameless, forwarded = (one.message for one in updates)
    assert somebody is not None
    assert somebody.contact is not None
    assert somebody.contact.user_id == other.id
    assert nameless is not None
    assert nameless.contact is not None
    assert nameless.contact.user_id is None
    assert forwarded is not None
    assert forwarded.forward_origin is not None


async def test_everything_a_person_can_send_is_understood(ptb: Bot, chat: Chat) -> None:
    await chat.send_sticker()
    await chat.send_voice()
    await chat.send_video()
    await chat.send_video_note()
    await chat.send_dice(6)
    await chat.send_location()
    await chat.send_photo(b"no picture at all")
    await chat.send_raw({"gift_of_the_future": {"worth": 1}})
    messages = [one.message for one in await ptb.get_updates()]
    kinds = ["sticker", "voice", "video", "video_note", "dice", "location", "photo"]
    for kind, message in zip(kinds, messages, strict=False):
        assert getattr(message, kind)
    last = messages[-1]
    assert last is not None
    assert last.api_kwargs == {"gift_of_the_future": {"worth": 1}}


async def test_an_edit_is_an_update_of_its_own(ptb: Bot, chat: Chat) -> None:
    said = await chat.say("100")
    await chat.edit(said, "200")
    update = await newest(ptb)
    assert update.edited_message is not None
    assert update.edited_message.text == "200"
    assert update.edited_message.edit_date is not None
    assert update.edited_message.message_id == said.id


async def test_forwards_name_their_author_or_hide(
    ptb: Bot, simulator: Simulator, chat: Chat
) -> None:
    bo = simulator.person("Bo")
    secret = await bo.private_chat().say("secret")
    await chat.forward(secret)
    await chat.forward(secret, hidden=True)
    await chat.forward_text("elsewhere", bo.user)
    *_, named, hidden, text = [one.message for one in await ptb.get_updates()]
    assert named is not None
    assert named.forward_origin is not None
    assert named.forward_origin.type == "user"
    assert hidden is not None
    assert hidden.forward_origin is not None
    assert hidden.forward_origin.type == "hidden_user"
    assert text is not None
    assert text.forward_origin is not None


async def test_blocking_and_coming_back_are_told(ptb: Bot, chat: Chat) -> None:
    await chat.block()
    with pytest.raises(CannotWrite):
        await chat.say("hello?")
    await chat.unblock()
    blocked, back = (one.my_chat_member for one in await ptb.get_updates())
    assert blocked is not None
    assert back is not None
    assert (blocked.new_chat_member.status, back.new_chat_member.status) == ("kicked", "member")


async def test_in_groups_a_bot_reads_what_is_meant_for_it(ptb: Bot, simulator: Simulator) -> None:
    group = simulator.person().group("Family")
    await group.say("just talk")
    await group.say("/balance@otherbot")
    await group.say("/balance")
    await group.say("/balance@reprieve_test_bot")
    await group.say("hey @reprieve_test_bot")
    sent = await ptb.send_message(group.id, "write to me privately")
    await group.say("why?", reply_to=group.last)
    texts = [one.message.text for one in await ptb.get_updates() if one.message]
    assert texts == ["/balance", "/balance@reprieve_test_bot", "hey @reprieve_test_bot", "why?"]
    assert sent.chat.type == "supergroup"


async def test_anonymous_administrators_channels_and_bots_are_shaped_as_telegram_does(
    ptb: Bot, simulator: Simulator
) -> None:
    boss = simulator.person()
    await boss.group().say("/balance", anonymous=True)
    await boss.channel("News").say("post")
    robot = simulator.person("Robot", is_bot=True)
    await robot.private_chat().say("beep")
    updates = await ptb.get_updates()
    anonymous = next(one.message for one in updates if one.message)
    assert anonymous.from_user is not None
    assert anonymous.from_user.username == "GroupAnonymousBot"
    assert anonymous.sender_chat == anonymous.chat
    post = next(one.channel_post for one in updates if one.channel_post)
    assert post.from_user is None
    beep = updates[-1].message
    assert beep is not None
    assert beep.from_user is not None
    assert beep.from_user.is_bot


async def test_waiting_looks_at_what_came_since_the_last_act(ptb: Bot, chat: Chat) -> None:
    await ptb.send_message(chat.id, "old news")
    await chat.say("next?")
    with pytest.raises(NothingCame, match="old news"):
        await chat.wait_for("news", within=0.01)
    waiting = asyncio.create_task(chat.wait_for("fresh"))
    await ptb.send_message(chat.id, "something else")
    sent = await ptb.send_message(chat.id, "fresh news")
    assert (await waiting).id == sent.message_id
    await chat.say("and?")
    await ptb.edit_message_text("edited", chat.id, sent.message_id)
    assert (await chat.wait_for(lambda one: one.edited_at is not None)).text == "edited"
    assert len(await chat.wait_for_news(1)) == 1


async def test_the_transcript_reads_like_the_conversation(
    ptb: Bot, api: RawApi, chat: Chat
) -> None:
    await api("sendMessage", chat_id=chat.id, text="Your card", reply_markup=CARD)
    tap = await chat.tap("Decline")
    await ptb.answer_callback_query(tap.id, "noted")
    await ptb.edit_message_text("Declined", chat.id, chat.last.id)
    assert chat.transcript() == (
        "Ana: /start\n"
        "Reprieve: Your card\n"
        "          [✅ Apply] [Decline]\n"
        "          [Site]\n"
        "          [Copy]\n"
        "Ana: (taps [Decline])\n"
        "Reprieve: (pops up: noted)\n"
        "Reprieve (edited): Declined"
    )
