"""One person with two browsers: one draft, one case, decisions to both."""

from __future__ import annotations

import asyncio

import pytest

from tests.chat.house import House
from tests.chat.lender import Staff
from tests.chat.person import Chat, linked
from tests.handlers.test_relief import TO_REVIEW
from tests.handlers.test_status import filed

Two = tuple[Chat, Chat]


@pytest.fixture
async def two(house: House) -> Two:
    """The same borrower twice."""
    return await linked(house, "ann"), await linked(house, "ann")


async def test_the_form_begun_in_one_is_gone_on_with_in_the_other(two: Two, house: House) -> None:
    one, other = two
    await one.walk("/relief", ">relief.apply", ">reason.other")
    await other.say("/relief")
    assert {"form.resumed", "relief.details.ask"} <= other.keys
    await other.walk("Out of work.", ">relief.day.unknown")
    await one.press("relief|:later")
    assert one.told("form.moved_on")
    await one.press("relief.submit")
    assert one.told("relief.filed")
    assert len(await house.cases("ann")) == 1


async def test_sending_from_both_files_once(two: Two, house: House) -> None:
    one, other = two
    await one.walk("/relief", *TO_REVIEW)
    await other.say("/relief")
    await one.say("/relief")
    await other.press("relief.submit")
    if not other.told("relief.filed"):
        await other.press("relief.submit")
    await one.press("relief.submit")
    assert len(await house.cases("ann")) == 1


async def test_pressing_send_in_both_at_once_files_once(two: Two, house: House) -> None:
    one, _ = two
    await one.walk("/relief", *TO_REVIEW)
    async with house.side_by_side():
        await asyncio.gather(*(one.press("relief.submit") for _ in range(5)))
    assert len(await house.cases("ann")) == 1


async def test_a_decision_comes_to_both(two: Two, house: House, staff: Staff) -> None:
    await filed(two[0])
    for chat in two:
        await chat.look_away()
    await staff.decide("offer", await house.case("ann"))
    for chat in two:
        assert "¥172.13" in await chat.said()


async def test_each_in_its_own_language(house: House, staff: Staff) -> None:
    english, chinese = await linked(house, "ann"), await linked(house, "ann", "zh-CN")
    await filed(english)
    await staff.decide("reject", await house.case("ann"), reason="other")
    assert "reason" in await english.said()
    assert "原因" in await chinese.said()


async def test_accepting_in_one_moves_the_card_of_the_other(
    two: Two, house: House, staff: Staff
) -> None:
    one, other = two
    await filed(one)
    await staff.decide("offer", await house.case("ann"))
    await one.press("status.accept")
    await other.press("status.accept")
    assert {"status.moved_on", "status.is.accepted"} <= other.keys


async def test_what_one_was_answered_is_not_said_in_the_other(two: Two) -> None:
    one, other = two
    await other.look_away()
    await one.say("/balance")
    assert await other.new() == []


async def test_a_decision_waits_hidden_where_the_proof_has_aged(
    two: Two, house: House, staff: Staff
) -> None:
    one, other = two
    await filed(one)
    house.clock.forward(minutes=16)
    await one.walk("/status", "123X")
    await staff.decide("offer", await house.case("ann"))
    assert "¥172.13" in await one.said()
    assert await other.messages() == []
