"""What is held about the borrower, leaving the chat, asking for erasure."""

from __future__ import annotations

from tests.chat.house import House
from tests.chat.person import Chat, linked, press_link


async def test_the_list_names_what_is_held_and_shows_little(ann: Chat) -> None:
    said = await ann.say("/my_data")
    assert {"my_data.name", "my_data.phone", "my_data.loans", "my_data.cases"} <= ann.keys
    assert "+4477009" not in said
    assert "123X" not in said


async def test_leaving_is_asked_once_more_and_may_be_refused(ann: Chat) -> None:
    await ann.walk("/my_data", ">my_data.leave")
    assert ann.told("my_data.leave.sure")
    await ann.press("my_data.no")
    assert ann.told("help.can_do")
    await ann.say("/balance")
    assert ann.told("balance.today")


async def test_after_leaving_nothing_of_the_debt_can_be_read_here(ann: Chat) -> None:
    await ann.walk("/balance", "/my_data", ">my_data.leave", ">my_data.leave.yes")
    assert ann.told("my_data.left")
    shown = [message.text for message in await ann.messages()]
    assert not [text for text in shown if "¥" in text or "Ann Test" in text or "ANN-1" in text]
    await ann.say("/balance")
    assert ann.told("start.privacy")


async def test_a_button_from_before_leaving_does_nothing_after(ann: Chat) -> None:
    card = await ann.card("task.why")
    await ann.walk("/my_data", ">my_data.leave", ">my_data.leave.yes")
    await ann.send("button", card.buttons[0][0].id)
    assert ann.told("heard.lost")


async def test_leaving_does_not_take_the_application_or_the_draft_along(
    house: House, ann: Chat
) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other")
    await ann.walk("/my_data", ">my_data.leave", ">my_data.leave.yes")
    back = await linked(house, "ann")
    await back.say("/relief")
    assert {"form.resumed", "relief.details.ask"} <= back.keys


async def test_a_chat_that_was_left_can_be_linked_again(ann: Chat) -> None:
    await ann.walk("/my_data", ">my_data.leave", ">my_data.leave.yes")
    await press_link(ann, "ANN")
    await ann.press("start.agree")
    await ann.say("123X")
    assert ann.told("balance.today")


async def test_leaving_ends_the_talk_with_a_person_too(ann: Chat) -> None:
    await ann.walk("/person", "hello there", "/my_data", ">my_data.leave", ">my_data.leave.yes")
    await press_link(ann, "ANN")
    await ann.press("start.agree")
    await ann.walk("123X", "how much do I owe")
    assert ann.told("balance.today")


async def test_erasure_is_asked_of_staff_after_a_second_yes(house: House, ann: Chat) -> None:
    await ann.walk("/my_data", ">my_data.erase")
    assert await house.requests() == []
    await ann.press("my_data.erase.yes")
    assert ann.told("my_data.erase_asked")
    assert [asked.kind for asked in await house.requests()] == ["erase"]


async def test_erasure_pressed_twice_is_one_wish(house: House, ann: Chat) -> None:
    await ann.walk("/my_data", ">my_data.erase")
    sure = await ann.card("my_data.erase.yes")
    await ann.press("my_data.erase.yes", on=sure)
    await ann.press("my_data.erase.yes", on=sure)
    assert len(await house.requests()) == 1
