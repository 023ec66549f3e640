"""One to five for how a case went, once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.turn import Press, Pressed, text
from handlers.rate import TASK
from tests.chat.house import House
from tests.chat.lender import Lender, Staff
from tests.chat.person import Chat
from tests.handlers.test_books import DUE, RELIEF, accepted


@pytest.fixture
async def settled(ann: Chat, lender: Lender, staff: Staff) -> Chat:
    """Somebody whose case has settled and who is asked."""
    await accepted(ann, staff)
    await lender.pay("ANN-1", DUE - RELIEF)
    return ann


async def _stars(house: House) -> list[object]:
    return [row[0] for row in await house.rows("SELECT stars FROM rating")]


async def test_stars_are_kept_and_thanked_for_in_place(settled: Chat, house: House) -> None:
    asked = await settled.card()
    await settled.press("★ 5")
    assert settled.told("rate.thanks")
    assert await _stars(house) == [5]
    assert asked.seq not in {message.seq for message in await settled.messages()}


async def test_only_the_first_rating_counts(settled: Chat, house: House) -> None:
    card = await settled.card()
    await settled.press("★ 2", on=card)
    await settled.press("★ 5", on=card)
    assert settled.told("rate.already")
    assert await _stars(house) == [2]


@pytest.mark.parametrize("typed", ["4", "★ 4", "４"])
async def test_stars_may_be_typed_when_they_are_asked_for(
    settled: Chat, house: House, typed: str
) -> None:
    await settled.say(typed)
    assert await _stars(house) == [4]


async def test_a_number_typed_for_something_else_rates_nothing(settled: Chat, house: House) -> None:
    await settled.walk("/help", "4")
    assert await _stars(house) == []


async def test_a_command_without_a_case_is_not_known(settled: Chat) -> None:
    await settled.say("/rate")
    assert settled.told("heard.lost")


@pytest.mark.parametrize("value", ["{case}:6", "{case}:0", "{case}:²", "{case}:", "nobody:3", ""])
async def test_what_no_button_says_rates_nothing(settled: Chat, house: House, value: str) -> None:
    case = await house.case("ann")
    await settled.press("★ 1")
    turn = replace(house.turns[-1], rated=frozenset())
    heard = Pressed(Press("rate", "stars", value.format(case=case.id)))
    outcome = TASK.handle(replace(turn, heard=heard))
    assert outcome.write == ()
    assert outcome.say[0].paragraphs == (text("heard.lost"),)
