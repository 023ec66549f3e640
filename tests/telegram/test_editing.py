"""Buttons edit in place: the card that was pressed becomes the next, wherever that can be seen."""

from __future__ import annotations

from tests.simulator import Simulator, faults
from tests.telegram.conftest import Writes
from tests.telegram.desk import Desk, excuse
from tests.telegram.someone import Someone
from tests.telegram.test_not_an_answer import at_reason


async def test_a_card_is_edited_in_place(ann: Someone) -> None:
    await ann.chat.say("/tips")
    card = await ann.chat.wait_for(lambda message: len(message.buttons) > 5)
    before = len(ann.chat.received)
    await ann.chat.tap(card.buttons[0].label, card)
    await ann.chat.wait_for(lambda message: message.id == card.id and message.edited_at is not None)
    assert len(ann.chat.received) == before


async def test_a_form_goes_on_in_the_card_whose_button_was_pressed(ann: Someone) -> None:
    await at_reason(ann)
    card, before = ann.chat.last, len(ann.chat.received)
    await ann.press("reason.illness")
    assert await ann.sees("relief.details.ask", longest=1000) is card
    await ann.press("form.back")
    await ann.offered("reason.illness")
    await ann.press("form.later")
    assert await ann.sees("form.kept") is card
    assert len(ann.chat.received) == before


async def test_a_form_goes_on_below_what_was_said_since_its_card(
    ann: Someone, staff_writes: Writes
) -> None:
    await at_reason(ann)
    card = ann.chat.last
    await staff_writes("We are here for you.")
    await ann.chat.wait_for("We are here for you.")
    await ann.chat.tap(ann.label("reason.illness"), card)
    asked = await ann.sees("relief.details.ask", longest=1000)
    assert asked is ann.chat.last
    assert asked is not card


async def test_an_edit_done_before_is_no_fault(
    desk: Desk, ann: Someone, simulator: Simulator
) -> None:
    await ann.chat.say("/tips")
    card = await ann.chat.wait_for(lambda message: len(message.buttons) > 5)
    simulator.fail("editMessageText", faults.answer_lost())
    before = len(ann.chat.received)
    await ann.chat.tap(card.buttons[0].label, card)
    await ann.chat.wait_for(lambda message: message.id == card.id and message.edited_at is not None)
    await desk.until_none("SELECT count(*) FROM outbox WHERE state <> 'sent'")
    assert len(ann.chat.received) == before
    excuse(simulator, "message is not modified")


async def test_a_card_that_cannot_be_edited_is_sent_anew_and_the_old_one_goes(
    desk: Desk, ann: Someone, simulator: Simulator
) -> None:
    await ann.chat.say("/tips")
    card = await ann.chat.wait_for(lambda message: len(message.buttons) > 5)
    simulator.fail("editMessageText", faults.refused(400, "Bad Request: message can't be edited"))
    await ann.chat.tap(card.buttons[0].label, card)
    await desk.until_none("SELECT count(*) FROM outbox WHERE state <> 'sent'")
    await ann.quiet()
    assert card.deleted
    assert ann.chat.last.buttons
