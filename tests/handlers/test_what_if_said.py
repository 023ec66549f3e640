"""What if, in one's own words: the day and the amount that were said are not asked for again."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.money import Money
from bot.turn import Weekday
from tests.chat.books import CNY, DIGITS, JPY
from tests.chat.house import House
from tests.chat.lender import Lender
from tests.chat.person import Chat, linked

FRIDAY, TOMORROW = date(2026, 3, 6), date(2026, 3, 3)
OWED = 1_054_425


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "what if I pay 500 on Friday"),
        ("zh_Hans", "如果我周五还500呢"),
        ("zh_Hant", "如果我週五還500呢"),
    ],
)
async def test_an_amount_and_a_day_are_answered_at_once(
    house: House, language: str, words: str
) -> None:
    ann = await linked(house, "ann", language)
    await ann.say(words)
    head = ann.slots("what_if.result.head")
    assert (head["amount"], head["day"]) == (Money(50_000, CNY), Weekday(FRIDAY, year=True))


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("what if I pay 500 on Friday", ""),
        ("what if I pay 500", "what_if.day.ask"),
        ("what if I pay on Friday", "what_if.try_on"),
        ("what if I pay later", "what_if.head"),
    ],
)
async def test_what_was_said_before_the_digits_is_not_asked_again(
    house: House, ann: Chat, words: str, asked: str
) -> None:
    house.clock.forward(minutes=16)
    await ann.say(words)
    assert ann.keys == {"prove.digits"}
    await ann.say(DIGITS)
    if asked:
        assert {"prove.done", asked} <= ann.keys
    else:
        head = ann.slots("what_if.result.head")
        assert (head["amount"], head["day"]) == (Money(50_000, CNY), Weekday(FRIDAY, year=True))


async def test_a_day_that_is_over_when_the_digits_come_is_asked_for_again(
    house: House, ann: Chat
) -> None:
    house.clock.forward(minutes=16)
    await ann.say("what if I pay today")
    house.clock.forward(days=1)
    await ann.say(DIGITS)
    said = [heard.text for heard in house.texts.noted.texts if heard.text.key == "what_if.in_days"]
    assert [each.count for each in said] == [7, 30]
    house.clock.forward(minutes=16)
    await ann.say("what if I pay 500 today")
    house.clock.forward(days=1)
    await ann.say(DIGITS)
    assert ann.told("what_if.day.ask")


async def test_what_was_said_before_the_digits_holds_for_the_loan_chosen_after(
    house: House, sam: Chat
) -> None:
    house.clock.forward(minutes=16)
    await sam.walk("what if I pay 500 on Friday", DIGITS, ">Cash loan SAM-1")
    assert sam.slots("what_if.result.head")["amount"] == Money(50_000, CNY)


async def test_an_amount_alone_is_asked_its_day(ann: Chat) -> None:
    await ann.say("if I pay 500 what is left")
    assert ann.told("what_if.day.ask")
    await ann.say("Friday")
    assert ann.slots("what_if.result.head")["amount"] == Money(50_000, CNY)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "what if I pay tomorrow"),
        ("zh_Hans", "如果我明天还款呢"),
        ("zh_Hant", "如果我明天還款呢"),
    ],
)
async def test_a_day_alone_is_told_among_the_usual_ones_and_may_be_tried(
    house: House, language: str, words: str
) -> None:
    ann = await linked(house, "ann", language)
    await ann.say(words)
    assert ann.told("what_if.head")
    said = [heard.text for heard in house.texts.noted.texts if heard.text.key == "what_if.in_days"]
    assert [each.count for each in said] == [7, 30]
    assert ann.slots("what_if.tomorrow")["total"] == Money(OWED + 765, CNY)
    await ann.press("what_if.try_on")
    assert ann.told("what_if.amount.ask")
    await ann.say("500")
    assert ann.slots("what_if.result.head")["day"] == Weekday(TOMORROW, year=True)


async def test_of_several_loans_one_is_chosen_and_the_rest_is_not_asked_again(sam: Chat) -> None:
    await sam.say("what if I pay 500 on Friday")
    assert sam.told("what_if.loan.ask")
    await sam.press("Cash loan SAM-1")
    assert sam.slots("what_if.result.head")["day"] == Weekday(FRIDAY, year=True)


async def test_with_loans_in_several_currencies_the_amount_is_asked_for(
    sam: Chat, lender: Lender
) -> None:
    await lender.change("SAM-3", currency=JPY)
    await sam.walk("what if I pay 500 on Friday", ">Cash loan SAM-1")
    assert sam.told("what_if.amount.ask")
    await sam.say("500")
    assert sam.slots("what_if.result.head")["day"] == Weekday(FRIDAY, year=True)


async def test_a_payment_said_while_another_is_asked_about_is_another_try(ann: Chat) -> None:
    await ann.walk("/what_if", ">what_if.try", "what if I pay 500 on Friday")
    assert ann.slots("what_if.result.head")["amount"] == Money(50_000, CNY)


async def test_more_than_is_owed_is_asked_for_again(ann: Chat) -> None:
    await ann.say("what if I pay 99999999 on Friday")
    assert {"answer.amount.range", "what_if.amount.ask"} <= ann.keys


async def test_where_nothing_is_overdue_nothing_is_tried(house: House) -> None:
    joy = await linked(house, "joy")
    await joy.say("what if I pay 500 on Friday")
    assert joy.told("loan.none_overdue")
