"""Several payments thought of, one after another: what they would come to."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.money import Money
from bot.steps.plan import MOST
from bot.turn import Weekday
from tests.chat.house import House
from tests.chat.lender import Lender
from tests.chat.person import Chat

FORM = ("/what_if", ">what_if.try")
OWED = 1_054_425


def minor(value: object) -> int:
    """The minor units of a slot that is money."""
    assert isinstance(value, Money)
    return value.minor


async def test_several_payments_are_told_one_by_one_against_paying_nothing(ann: Chat) -> None:
    await ann.walk(*FORM, "2000", "2026-03-09", ">what_if.add", "3000", "2026-03-05")
    heads = [
        heard.text.slots
        for heard in ann.house.texts.noted.texts
        if heard.text.key == "what_if.result.head"
    ]
    assert [(minor(each["amount"]), each["day"]) for each in heads] == [
        (300_000, Weekday(date(2026, 3, 5), year=True)),
        (200_000, Weekday(date(2026, 3, 9), year=True)),
    ]
    without = minor(ann.slots("what_if.result.nothing")["total"])
    spared = minor(ann.slots("what_if.result.spared")["amount"])
    assert without == OWED + 7 * 765
    assert spared > 0
    assert minor(ann.slots("what_if.result.left")["total"]) == without - 500_000 - spared


async def test_what_is_left_after_the_first_payment_is_all_that_a_second_needs(ann: Chat) -> None:
    await ann.walk(*FORM, "5000", "2026-03-03", ">what_if.add", ">what_if.everything")
    await ann.say("2026-03-09")
    assert ann.told("what_if.result.clear")
    enough = minor(ann.slots("what_if.result.relief.enough")["total"])
    assert 0 < enough < minor(ann.slots("what_if.result.head")["amount"])
    # One day of 7.65, then six on the 5,551.90 that the first payment leaves.
    assert minor(ann.slots("what_if.result.waiting")["amount"]) == 765 + 2_498


async def test_a_payment_of_today_like_one_in_the_books_is_told_once(
    ann: Chat, lender: Lender
) -> None:
    await lender.pay("ANN-1", 50_000)
    await ann.walk(*FORM, "500", "2026-03-02")
    said = [heard.text.key for heard in ann.house.texts.noted.texts]
    assert said.count("what_if.result.head") == 1
    assert ann.told("what_if.result.left")


async def test_no_more_payments_than_a_plan_holds_can_be_added(ann: Chat) -> None:
    await ann.walk(*FORM, "100", "2026-03-09")
    for _ in range(MOST - 1):
        await ann.walk(">what_if.add", "100", "2026-03-09")
    assert await ann.find("what_if.add", await ann.card()) is None
    assert await ann.find("what_if.again", await ann.card()) is not None


async def test_everything_when_nothing_more_is_due_needs_no_payment(ann: Chat) -> None:
    await ann.walk(*FORM, ">what_if.everything", "2026-03-03", ">what_if.add")
    await ann.walk(">what_if.everything", "2026-03-09")
    assert ann.told("what_if.result.nothing_due")
    assert await ann.find("what_if.add", await ann.card()) is not None


async def test_a_plan_resumed_on_a_later_day_forgets_the_days_gone_by(
    ann: Chat, house: House
) -> None:
    await ann.walk(*FORM, "5000", "2026-03-02", ">what_if.add")
    house.clock.forward(days=1)
    await ann.walk("/balance", "123X", "/what_if", ">what_if.add", "1000", "2026-03-09")
    heads = [text for text in ann.house.texts.noted.texts if text.text.key == "what_if.result.head"]
    assert len(heads) == 1


async def test_the_cheapest_day_counts_on_what_would_be_paid_before(sam: Chat) -> None:
    await sam.walk("/what_if", ">Card instalment plan SAM-2", ">what_if.try", "2000", "2026-03-03")
    await sam.walk(">what_if.add", "100", "2026-03-13")
    assert minor(sam.slots("turning.tier")["total"]) < 120_000
    await sam.walk(">what_if.try", "4000", "2026-03-03", ">what_if.add", "100", "2026-03-13")
    assert not sam.told("turning.tier")


@pytest.mark.parametrize(
    "typed",
    [
        "nothing of ours",
        "",
        "x 2026-03-09=5",
        "x 2026-02-30=5",
        "x 2026-03-09=",
        "x" * 500,
        "x" + " 2026-03-09=5" * (MOST + 1),
    ],
)
async def test_a_plan_that_is_none_is_asked_for_again(sam: Chat, typed: str) -> None:
    await sam.walk("/what_if", ">Cash loan SAM-1", ">what_if.try", ">form.back", typed)
    assert {"answer.choice", "what_if.loan.ask"} <= sam.keys
