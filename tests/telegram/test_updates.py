"""Updates as Telegram may send them: unknown, broken, repeated, forged, in groups, from afar."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.serve import Update
from tests.chat.books import DIGITS
from tests.simulator import Message, Simulator
from tests.telegram.conftest import Linked
from tests.telegram.desk import Desk
from tests.telegram.someone import Someone
from tests.telegram.test_not_an_answer import at_details, at_reason

BROKEN: list[dict[str, object]] = [
    {"from_the_future": {"something": 1}},
    {"message": {"message_id": 1, "text": "no chat"}},
    {"message": {"chat": {"id": 5, "type": "private"}, "text": "no message_id"}},
    {"message": {"message_id": 1, "chat": {"id": "five", "type": "private"}}},
    {"callback_query": {"id": "7", "data": "no sender"}},
    {"message": "a string"},
]


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_what_cannot_be_read_is_kept_counted_and_set_aside_and_the_next_update_works(
    desk: Desk, ann: Someone, simulator: Simulator
) -> None:
    simulator.world.mailbox.allowed.add("from_the_future")
    for update in BROKEN:
        simulator.push(update)
    await ann.chat.say("/balance")
    await ann.offered("task.why")
    await ann.quiet()
    assert await desk.inbox() == [("telegram", "quarantined")] * len(BROKEN)
    kept = "SELECT count(*) FROM inbox WHERE state = 'quarantined' AND body IS NOT NULL"
    assert await desk.count(kept) == len(BROKEN)
    assert desk.assistant.serve.machine.meters.turns["telegram", "", "set_aside"] == len(BROKEN)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_ids_above_32_bits_are_whole(desk: Desk, linked_as: Linked) -> None:
    far = await linked_as("ANN", user_id=2**52 - 1)
    rows = await desk.rows("SELECT chat_id, last_seq FROM chat")
    outgoing = await desk.assistant.parts.chats.outgoing(*rows[0])
    assert outgoing is not None
    assert outgoing.address == str(far.person.id) == str(2**52 - 1)


async def test_the_same_update_again_has_one_effect(
    desk: Desk, ann: Someone, simulator: Simulator
) -> None:
    await at_details(ann)
    simulator.duplicate_next(3)
    await ann.chat.say("I was ill")
    await ann.sees("relief.files.ask", count=5)
    simulator.redeliver()
    await desk.restart()
    simulator.redeliver()
    assert len(await ann.quiet()) == 1
    assert texts_of(ann.chat.messages).count("I was ill") == 1


async def test_numbers_that_start_anew_lose_nothing(ann: Someone, simulator: Simulator) -> None:
    simulator.jump_update_ids(5)
    await ann.chat.say("/balance")
    await ann.offered("task.why")
    await ann.chat.say("/tips")
    assert await ann.quiet()
    simulator.jump_update_ids(2_000_000_000)
    await ann.chat.say("/help")
    await ann.sees("help.can_do")


async def test_two_taps_at_once_have_one_effect_and_both_are_answered(ann: Someone) -> None:
    await at_reason(ann)
    card = ann.chat.last
    first = await ann.chat.tap(ann.label("reason.illness"), card)
    second = await ann.chat.tap(ann.label("reason.job_loss"), card)
    await asyncio.gather(first.answered(), second.answered())
    await ann.quiet()
    (draft,) = (await ann.desk.rows("SELECT count(*) AS n FROM draft WHERE flow = 'relief'"))[0]
    assert draft == 1
    moved = [text for text in texts_of(ann.chat.news) if ann.word("form.moved_on") in text]
    assert len(moved) == 1
    assert ann.word("relief.details.ask", longest=1000) in moved[0]


async def test_words_that_arrive_before_the_tap_they_followed_have_no_wrong_effect(
    ann: Someone, simulator: Simulator
) -> None:
    await at_reason(ann)
    card = ann.chat.last
    with simulator.swapped():
        tap = await ann.chat.tap(ann.label("reason.illness"), card)
        await ann.chat.say("I was ill")
    told = await ann.sees("form.moved_on")
    await tap.answered()
    assert ann.label("reason.illness") in [button.label for button in told.buttons]
    await ann.press("reason.illness")
    await ann.sees("relief.details.ask", longest=1000)


async def test_a_tap_on_an_old_message_gets_the_current_card(ann: Someone) -> None:
    await at_reason(ann)
    card, old = ann.chat.last, ann.chat.button(ann.label("reason.job_loss")).data
    await ann.press("reason.illness")
    await ann.sees("relief.details.ask", longest=1000)
    await ann.chat.say("I was ill")
    await ann.sees("relief.files.ask", count=5)
    await ann.chat.tap_data(old, card)
    told = await ann.sees("form.moved_on")
    assert ann.word("relief.files.ask", count=5) in told.text


async def test_a_tap_on_a_message_too_old_to_be_seen_still_works(ann: Someone) -> None:
    await at_reason(ann)
    data = ann.chat.button(ann.label("reason.illness")).data
    tap = await ann.chat.tap_data(data, inaccessible=True)
    await ann.sees("relief.details.ask", longest=1000)
    await tap.answered()


async def test_forged_unknown_and_other_peoples_buttons_are_worded_alike_and_remembered(
    desk: Desk, ann: Someone, linked_as: Linked
) -> None:
    amy = await linked_as("AMY")
    theirs = amy.chat.button(amy.label("task.why")).data
    forged = [theirs, theirs[:-1] + "9", "0" * 32 + ".0.0", "x", "relief|:submit||1", "é" * 32]
    answers = set()
    for data in forged:
        tap = await ann.chat.tap_data(data)
        answers.add((await ann.sees("heard.lost")).text)
        await tap.answered()
    assert len(answers) == 1
    audited = "SELECT count(*) FROM audit WHERE kind = 'UnknownButton' AND actor = 'borrower'"
    assert await desk.count(audited) == len(forged)


async def test_a_deep_link_that_is_junk_old_or_pressed_before_is_a_plain_start(
    desk: Desk, arrives: Callable[..., Someone]
) -> None:
    first, second = arrives(), arrives()
    token = await desk.link_token("ANN")
    await first.chat.start(token)
    greeting = (await first.sees("start.link_waits")).text
    for junk in (token, "x", "A" * 64, "-_-"):
        await second.chat.start(junk)
        told = await second.sees("start.can_do")
        assert second.word("start.link_waits") not in told.text
    old = await desk.link_token("ANN")
    desk.clock.forward(hours=2)
    await second.chat.start(old)
    told = await second.sees("start.can_do")
    assert told.text != greeting


async def test_a_link_pressed_again_by_its_own_chat_goes_on_where_it_was(
    desk: Desk, arrives: Callable[..., Someone]
) -> None:
    someone = arrives()
    token = await desk.link_token("ANN")
    await someone.chat.start(token)
    await someone.press("start.agree")
    await someone.sees("link.digits")
    await someone.chat.start(token)
    await someone.sees("link.digits")
    await someone.chat.say(DIGITS)
    await someone.offered("task.why")
    await someone.chat.start(token)
    await someone.sees("start.welcome")


async def test_an_unknown_command_is_answered_with_help(ann: Someone) -> None:
    for typed in ("/nonsense", "/", "/relief_now", "/reprieve@reprieve_test_bot"):
        await ann.chat.say(typed)
        await ann.sees("help.can_do")


async def test_a_command_to_another_bot_is_ignored(ann: Someone) -> None:
    await ann.chat.say("/balance@otherbot")
    assert await ann.quiet() == []
    await ann.chat.say("/balance@Reprieve_Test_Bot")
    await ann.offered("task.why")


async def test_a_group_is_told_once_to_write_privately_and_then_nothing(
    desk: Desk, ann: Someone
) -> None:
    group = ann.person.group()
    await group.say("/balance@reprieve_test_bot")
    await group.wait_for(ann.word("start.privately"))
    await group.say("/why@reprieve_test_bot")
    await group.say("/start@reprieve_test_bot")
    await group.say("@reprieve_test_bot what do I owe?")
    await ann.quiet()
    assert len(group.received) == 1
    await desk.restart()
    await group.say("/help@reprieve_test_bot")
    await ann.quiet()
    assert len(group.received) == 1


async def test_channels_bots_and_anonymous_administrators_are_ignored(
    desk: Desk, ann: Someone, simulator: Simulator
) -> None:
    simulator.world.mailbox.allowed |= {"channel_post", "edited_channel_post"}
    channel = ann.person.channel()
    posted = await channel.say("/start")
    await channel.edit(posted, "/start again")
    await ann.person.group().say("/start@reprieve_test_bot", anonymous=True)
    robot = simulator.person("Robot", is_bot=True).private_chat()
    await robot.say("/start")
    await ann.quiet()
    assert channel.received == robot.received == []
    assert await desk.count("SELECT count(*) FROM chat") == 1
    assert await desk.inbox() == []


async def test_who_blocked_the_bot_and_comes_back_finds_draft_and_messages(
    desk: Desk, ann: Someone
) -> None:
    await at_details(ann)
    await ann.chat.block()
    await ann.quiet()
    gone = "SELECT count(*) FROM chat WHERE unreachable_at IS NOT NULL"
    assert await desk.count(gone) == 1
    chat_id = (await desk.rows("SELECT chat_id FROM chat"))[0][0]
    await staff_writes(desk, chat_id, "We are here for you.")
    await desk.settled()
    assert await desk.count("SELECT count(*) FROM outbox WHERE state = 'unreachable'") == 1
    await ann.chat.unblock()
    await ann.chat.wait_for("We are here for you.")
    assert await desk.count(gone) == 0
    await ann.chat.say("I was ill")
    await ann.sees("relief.files.ask", count=5)


async def test_a_chat_that_refuses_without_a_word_is_noticed_and_revived_by_its_next_message(
    desk: Desk, ann: Someone
) -> None:
    ann.chat.room.blocked = True
    chat_id = (await desk.rows("SELECT chat_id FROM chat"))[0][0]
    await staff_writes(desk, chat_id, "Are you there?")
    await desk.settled()
    assert await desk.count("SELECT count(*) FROM chat WHERE unreachable_at IS NOT NULL") == 1
    assert await desk.count("SELECT count(*) FROM inbox WHERE kind = 'unreached'") == 1
    ann.chat.room.blocked = False
    await ann.chat.say("/balance")
    await ann.chat.wait_for("Are you there?")
    assert await desk.count("SELECT count(*) FROM chat WHERE unreachable_at IS NOT NULL") == 0


async def staff_writes(desk: Desk, chat_id: str, words: str) -> None:
    """An answer of the lender's people."""
    body = {"staff_id": "staff-robin", "text": words}
    await desk.receive(Update("staff", desk.key(), chat_id, "staff_wrote", body))


def texts_of(messages: list[Message]) -> list[str]:
    """What there is to read."""
    return [message.text for message in messages]
