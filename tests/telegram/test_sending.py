"""What goes out over Telegram: in its limits, in its order, once, whatever Telegram is up to."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from bot.serve import Update
from tests.simulator import Call, Simulator, faults
from tests.telegram.conftest import Linked, Writes
from tests.telegram.desk import PICTURE, Desk
from tests.telegram.someone import Someone

REFUSED = faults.refused(400, "Bad Request: can't parse entities: byte offset 7")


async def state_of(desk: Desk) -> list[str]:
    """The states of the outbox, oldest first, those that were sent left out."""
    rows = await desk.rows("SELECT state FROM outbox WHERE state <> 'sent' ORDER BY message_id")
    return [row["state"] for row in rows]


async def test_a_long_answer_is_split_between_paragraphs_and_nothing_is_lost(
    ann: Someone, staff_writes: Writes
) -> None:
    paragraphs = [f"{number}: " + "😀 & <b> " * 130 + "end" for number in range(8)]
    ann.chat.mark = ann.chat.world.changes
    await staff_writes("\n\n".join(paragraphs))
    await ann.chat.wait_for(lambda message: message.text.endswith(paragraphs[-1]))
    parts = [message.text for message in ann.chat.news]
    assert len(parts) > 1
    assert all(len(part.encode("utf-16-le")) // 2 <= 4096 for part in parts)
    assert "\n\n".join(parts).endswith("\n\n".join(paragraphs))


async def test_a_line_too_long_alone_is_cut_between_signs_as_people_see_them(
    ann: Someone, staff_writes: Writes
) -> None:
    family = "👩‍👩‍👧‍👦"
    ann.chat.mark = ann.chat.world.changes
    await staff_writes(family * 800)
    await ann.quiet()
    parts = [message.text for message in ann.chat.news if family in message.text]
    parts[0] = parts[0].rpartition("\n")[2]
    assert len(parts) > 1
    assert [part.replace(family, "") for part in parts] == [""] * len(parts)
    assert "".join(parts) == family * 800


async def test_what_telegram_cannot_parse_goes_again_as_plain_words(
    ann: Someone, simulator: Simulator
) -> None:
    simulator.fail("sendMessage", REFUSED)
    await ann.chat.say("/balance")
    told = await ann.offered("task.why")
    assert told.entities == []
    assert "<b>" not in told.text


async def test_what_telegram_refuses_twice_is_dead_with_an_alert_and_holds_up_nothing(
    desk: Desk, ann: Someone, simulator: Simulator
) -> None:
    with capture_logs() as logs:
        simulator.fail("sendMessage", REFUSED, times=2)
        await ann.chat.say("/balance")
        await ann.quiet()
    assert await state_of(desk) == ["dead"]
    assert {"event": "outbox.dead", "channel": "telegram", "log_level": "error"} in logs
    await ann.chat.say("/balance")
    await ann.offered("task.why")


async def test_a_picture_telegram_refuses_leaves_its_words(
    ann: Someone, simulator: Simulator
) -> None:
    simulator.fail("sendPhoto", faults.refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"))
    await ann.chat.say("/why")
    await ann.sees("why.lines.head")
    assert [message.kind for message in ann.chat.news] == ["text", "text"]


async def test_words_too_long_for_a_caption_follow_their_picture(
    ann: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.delivery.CAPTION_LIMIT", 20)
    await ann.chat.say("/why")
    await ann.sees("why.lines.head")
    assert [message.kind for message in ann.chat.news] == ["photo", "text", "text"]
    photo, words, _ = ann.chat.news
    assert photo.text == ""
    assert len(words.text) > 20


async def test_a_storm_of_429_keeps_the_order_and_repeats_nothing(
    desk: Desk, ann: Someone, simulator: Simulator
) -> None:
    storm = simulator.fail("*", faults.retry_after(1), times=2, where=_sends)
    await ann.chat.say("/why")
    await ann.chat.say("/balance")
    await ann.sees("why.lines.head")
    await desk.until_none("SELECT count(*) FROM outbox WHERE state <> 'sent'")
    assert storm.struck == 2
    seen = [message.text for message in ann.chat.news]
    assert len(seen) == len(set(seen)) == 3
    assert ann.word("why.lines.head") in seen[1]


async def test_a_429_in_the_middle_of_a_long_answer_sends_only_the_rest(
    ann: Someone, simulator: Simulator, staff_writes: Writes
) -> None:
    simulator.fail(
        "sendMessage", faults.retry_after(1), where=lambda call: "second" in call.params["text"]
    )
    ann.chat.mark = ann.chat.world.changes
    await staff_writes("first " + "x" * 4000 + "\n\n" + "second " + "y" * 3000)
    await ann.chat.wait_for("second")
    assert len([message for message in ann.chat.received if "first" in message.text]) == 1


@pytest.mark.parametrize(
    "fault",
    [
        faults.server_error(500),
        faults.server_error(502, html=True),
        faults.connection_reset(),
        faults.refused(401, "Unauthorized"),
    ],
    ids=lambda fault: fault.name,
)
async def test_a_failing_telegram_is_tried_again(
    desk: Desk, ann: Someone, simulator: Simulator, fault: faults.Fault
) -> None:
    simulator.fail("sendMessage", fault)
    await ann.chat.say("/balance")
    await ann.offered("task.why")
    assert len(ann.chat.news) == 1
    await desk.until_none("SELECT count(*) FROM outbox WHERE state <> 'sent'")


@pytest.mark.parametrize("fault", [faults.answer_lost(), faults.garbled()], ids=lambda f: f.name)
async def test_an_answer_lost_on_its_way_may_repeat_a_message_and_lose_none(
    desk: Desk, ann: Someone, simulator: Simulator, fault: faults.Fault
) -> None:
    simulator.fail("sendMessage", fault)
    await ann.chat.say("/balance")
    await ann.chat.wait_for_news(2)
    await desk.until_none("SELECT count(*) FROM outbox WHERE state <> 'sent'")
    await ann.quiet()
    first, second = ann.chat.news
    assert first.text == second.text
    assert await desk.count("SELECT count(*) FROM outbox WHERE may_repeat") == 1
    # Both cards work: the first tap counts, the other finds it done.
    await ann.chat.tap(ann.label("task.why"), first)
    await ann.sees("why.lines.head")


async def test_telegram_away_for_a_while_loses_no_message(
    desk: Desk, ann: Someone, simulator: Simulator, staff_writes: Writes
) -> None:
    async with simulator.outage():
        await staff_writes("While you were away.")
        assert set(await state_of(desk)) <= {"ready", "sending"}
    await ann.chat.wait_for("While you were away.")


async def test_a_slow_chat_delays_no_other(
    desk: Desk, ann: Someone, simulator: Simulator, linked_as: Linked
) -> None:
    amy = await linked_as("AMY")
    simulator.fail("sendMessage", faults.slow(12.0), chat_id=ann.chat.id)
    await ann.chat.say("/tips")
    await amy.chat.say("/balance")
    await amy.offered("task.why")
    waiting = "SELECT state FROM outbox WHERE state <> 'sent' AND chat_id = :ann"
    (chat, _) = await desk.rows("SELECT chat_id FROM chat ORDER BY chat_id")
    (row,) = await desk.rows(waiting, ann=chat["chat_id"])
    assert row["state"] == "sending"
    simulator.clock.advance(12)


async def test_what_was_being_sent_when_the_power_went_is_sent_after_the_start(
    desk: Desk, ann: Someone, simulator: Simulator, staff_writes: Writes
) -> None:
    hanging = simulator.fail("sendMessage", faults.slow(60.0))
    await staff_writes("Before the power went.")
    await simulator.until(lambda: hanging.struck)
    await desk.kill()
    assert simulator.calls_of("sendMessage")[-1].params["chat_id"] == str(ann.chat.id)
    await desk.start()
    await desk.until_none("SELECT count(*) FROM outbox WHERE state <> 'sent'")
    assert await desk.count("SELECT count(*) FROM outbox WHERE may_repeat") == 1


async def test_a_tap_too_old_to_be_answered_is_still_heard(
    ann: Someone, simulator: Simulator
) -> None:
    too_old = faults.refused(400, "Bad Request: query is too old and response timeout expired")
    simulator.fail("answerCallbackQuery", too_old)
    await ann.press("task.why")
    await ann.sees("why.lines.head")


async def test_typing_shows_while_a_turn_takes_long(
    desk: Desk, ann: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = desk.assistant.serve.receive
    before = len(ann.chat.actions)

    async def slow(update: Update) -> None:
        await desk.simulator.until(lambda: ann.chat.actions[before:])
        await quick(update)

    monkeypatch.setattr(desk.assistant.serve, "receive", slow)
    await ann.chat.say("/balance")
    await ann.offered("task.why")
    assert ann.chat.actions[before:] == ["typing"]


async def test_no_typing_shows_where_it_would_delay_a_message(desk: Desk, ann: Someone) -> None:
    before = len(ann.chat.actions)
    desk.telegram.pace.hold(ann.chat.id, 60)
    await desk.telegram.typing(str(ann.chat.id))
    assert ann.chat.actions[before:] == []


async def test_a_quick_turn_shows_no_typing(ann: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    # What is quick must not depend on how busy the machine is.
    monkeypatch.setattr("bot.channels.telegram.arriving._TYPING_AFTER", 60.0)
    before = len(ann.chat.actions)
    await ann.chat.say("/balance")
    await ann.offered("task.why")
    assert ann.chat.actions[before:] == []


async def test_the_real_painter_draws_what_telegram_takes(desk: Desk, ann: Someone) -> None:
    desk.telegram.delivery.paint = desk.assistant.painter.paint
    await ann.chat.say("/why")
    photo = await ann.chat.wait_for(lambda message: message.kind == "photo")
    assert photo.data.startswith(b"\x89PNG")
    assert photo.data != PICTURE


def _sends(call: Call) -> bool:
    return call.method.lower() in {"sendmessage", "sendphoto"}
