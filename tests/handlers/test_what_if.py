"""What would happen, with an amount on a day or without, with relief or without."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from bot.domain.money import Money
from bot.turn import Weekday
from handlers.what_if import days_offered
from tests.chat.books import CNY, JPY, KWD
from tests.chat.house import House
from tests.chat.person import Chat, linked

FORM = ("/what_if", ">what_if.try")
OWED = 1_054_425


def minor(value: object) -> int:
    """The minor units of a slot that is money."""
    assert isinstance(value, Money)
    return value.minor


async def test_the_card_tells_today_in_seven_and_in_thirty_days(ann: Chat) -> None:
    said = await ann.say("/what_if")
    assert ann.slots("what_if.today")["total"] == Money(OWED, CNY)
    assert ann.slots("what_if.in_days")["total"] == Money(OWED + 30 * 765, CNY)
    assert f"{(OWED + 7 * 765) / 100:,.2f}" in said
    assert ann.told("what_if.with_relief")


async def test_an_amount_on_a_day_tells_what_is_left_with_and_without(ann: Chat) -> None:
    await ann.walk(*FORM, "5000", "2026-03-09")
    assert ann.slots("what_if.result.head")["amount"] == Money(500_000, CNY)
    without = minor(ann.slots("what_if.result.nothing")["total"])
    assert without == OWED + 7 * 765
    assert minor(ann.slots("what_if.result.left")["total"]) == without - 500_000
    relieved = ann.slots("what_if.result.relief.left")
    assert minor(relieved["total"]) < without - 500_000
    assert relieved["percent"] == Fraction(1, 2)
    slower = ann.slots("what_if.result.slower")
    assert minor(slower["after"]) < minor(slower["before"]) == 765


async def test_a_payment_tells_what_it_would_cover(ann: Chat) -> None:
    await ann.walk(*FORM, "400", "2026-03-02")
    head = ann.slots("what_if.result.head")
    assert head["day"] == Weekday(date(2026, 3, 2), year=True)
    parts = [(minor(part.slots["amount"]), part.slots["to"].key) for part in head["parts"]]  # type: ignore[attr-defined]  # texts
    assert parts == [(34_425, "component.penalty"), (5_575, "component.interest")]


async def test_a_little_that_covers_penalty_alone_slows_nothing(ann: Chat) -> None:
    await ann.walk(*FORM, "100", "2026-03-02")
    assert ann.told("balance.grows")
    assert not ann.told("what_if.result.slower")


async def test_everything_today_leaves_nothing(ann: Chat) -> None:
    await ann.walk(*FORM, ">what_if.everything", "2026-03-02")
    assert ann.slots("what_if.result.head")["amount"] == Money(OWED, CNY)
    assert ann.told("what_if.result.clear")
    assert not ann.told("what_if.result.waiting")


async def test_everything_on_a_later_day_is_what_is_due_on_that_day(ann: Chat) -> None:
    await ann.walk(*FORM, ">what_if.everything", "Friday")
    assert ann.slots("what_if.result.head")["amount"] == Money(OWED + 4 * 765, CNY)
    assert ann.slots("what_if.result.head")["day"] == Weekday(date(2026, 3, 6), year=True)
    assert ann.told("what_if.result.clear")
    assert ann.slots("what_if.result.waiting")["amount"] == Money(4 * 765, CNY)
    enough = minor(ann.slots("what_if.result.relief.enough")["total"])
    assert enough == OWED - 17_213  # half of the penalty, rounded up; frozen days add nothing


async def test_the_card_names_the_cheapest_day_and_the_last_one_for_relief(sam: Chat) -> None:
    await sam.walk("/what_if", ">Card instalment plan SAM-2")
    assert sam.slots("turning.tier")["day"] == Weekday(date(2026, 3, 12), year=True)
    assert sam.told("why.do.relief_by")
    await sam.walk(">what_if.try", "100", "2026-03-12")
    assert not sam.told("turning.tier")
    await sam.walk(">what_if.again", "100", "2026-03-13")
    assert sam.told("turning.tier")


async def test_another_try_starts_from_the_amount(ann: Chat) -> None:
    await ann.walk(*FORM, "100", "2026-03-09", ">what_if.again")
    assert ann.told("what_if.amount.ask")


async def test_starting_again_forgets_the_earlier_answers(ann: Chat) -> None:
    await ann.walk(*FORM, "100", "/what_if", ">what_if.try")
    assert ann.told("what_if.amount.ask")


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("-5", "answer.amount.shape"),
        ("+5", "answer.amount.shape"),
        ("0", "answer.amount.range"),
        ("0.00", "answer.amount.range"),
        ("1e309", "answer.amount.shape"),
        ("NaN", "answer.amount.shape"),
        ("1_000", "answer.amount.shape"),
        ("0x10", "answer.amount.shape"),
        ("²", "answer.amount.shape"),
        ("Ⅷ", "answer.amount.shape"),
        ("五百", "answer.amount.shape"),
        ("12.345", "answer.amount.decimals"),
        ("0.001", "answer.amount.decimals"),
        ("99999999", "answer.amount.range"),
        ("9" * 41, "answer.amount.shape"),
        ("9" * 30, "answer.amount.large"),
        ("", "answer.amount.empty"),
        ("  \u00a0 ", "answer.amount.empty"),
        ("元", "answer.amount.empty"),
        ("5 apples", "answer.amount.shape"),
        ("1,2,3", "answer.amount.shape"),
        ("1.2.3,4.5", "answer.amount.shape"),
        ("1..5", "answer.amount.shape"),
        ("<b>5</b>", "answer.amount.shape"),
    ],
)
async def test_what_is_no_amount_is_asked_for_again(ann: Chat, typed: str, key: str) -> None:
    await ann.walk(*FORM, typed)
    assert {key, "what_if.amount.ask"} <= ann.keys
    await ann.say("500")
    assert ann.told("what_if.day.ask")


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("500", 50_000),
        ("512.5", 51_250),
        ("1,000.5", 100_050),
        ("1.000,5", 100_050),
        ("1,000", 100_000),
        ("1 000", 100_000),
        ("1'000.50", 100_050),
        ("５００", 50_000),
        ("٥٠٠", 50_000),
        ("٥٠٠٫٥", 50_050),
        ("¥500", 50_000),
        ("CNY 500.00", 50_000),
        ("500元", 50_000),
        ("500 块", 50_000),
        (" 5000 ", 500_000),
        ("0.01", 1),
    ],
)
async def test_an_amount_is_read_by_the_grammar_of_the_language(
    ann: Chat, typed: str, amount: int
) -> None:
    await ann.walk(*FORM, typed, "2026-03-09")
    assert ann.slots("what_if.result.head")["amount"] == Money(amount, CNY)


@pytest.mark.parametrize(
    ("typed", "meanings"), [("1.000", ["¥1,000.00", "¥1.00"]), ("1.500", ["¥1,500.00", "¥1.50"])]
)
async def test_what_can_mean_two_amounts_is_asked_about(
    ann: Chat, typed: str, meanings: list[str]
) -> None:
    await ann.walk(*FORM, typed)
    assert ann.told("form.which")
    card = await ann.card()
    assert (await ann.labels(card))[:2] == meanings
    await ann.press(meanings[1], on=card)
    assert ann.told("what_if.day.ask")


async def test_a_typed_amount_is_never_taken_for_a_button_that_looks_alike(ann: Chat) -> None:
    await ann.walk(*FORM, "1054425")  # the button says 10,544.25
    assert {"answer.amount.range", "what_if.amount.ask"} <= ann.keys


async def test_a_currency_without_decimals_refuses_them(house: House) -> None:
    yui = await linked(house, "yui")
    await yui.walk(*FORM, "100.5")
    assert yui.slots("answer.amount.decimals")["digits"] == 0
    await yui.walk("20000", "2026-03-09")
    assert yui.slots("what_if.result.head")["amount"] == Money(20_000, JPY)


async def test_three_decimals_where_the_currency_has_three_are_asked_about(house: House) -> None:
    kit = await linked(house, "kit")
    await kit.walk(*FORM, "1.234")
    assert kit.told("form.which")
    await kit.press("form.amount")
    await kit.say("2026-03-09")
    assert kit.slots("what_if.result.head")["amount"] == Money(1_234, KWD)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("2026-03-01", "answer.day.range"),
        ("2027-03-03", "answer.day.range"),
        ("2026-02-30", "answer.day.none"),
        ("tomorrow-ish", "answer.day.shape"),
        ("5/6/27", "answer.day.year"),
    ],
)
async def test_a_day_out_of_reach_is_asked_for_again(ann: Chat, typed: str, key: str) -> None:
    await ann.walk(*FORM, "500", typed)
    assert {key, "what_if.day.ask"} <= ann.keys


async def test_an_offered_day_is_pressed(ann: Chat) -> None:
    await ann.walk(*FORM, "500")
    card = await ann.card("what_if|day")
    await ann.press("what_if|day|2026-03-06", on=card)  # the coming Friday
    assert ann.slots("what_if.result.head")["day"] == Weekday(date(2026, 3, 6), year=True)


async def test_a_day_may_be_named_from_today(ann: Chat) -> None:
    for typed, day in (("Tomorrow", 3), ("the day after tomorrow", 4), ("今天", 2), ("後天。", 4)):
        await ann.walk(*FORM, "500", typed)
        assert ann.slots("what_if.result.head")["day"] == Weekday(date(2026, 3, day), year=True)


async def test_next_friday_is_offered_as_either(ann: Chat) -> None:
    await ann.walk(*FORM, "500", "next Friday")
    card = await ann.card("what_if|day|2026-03-06")
    await ann.press("what_if|day|2026-03-13", on=card)
    assert ann.slots("what_if.result.head")["day"] == Weekday(date(2026, 3, 13), year=True)


def test_on_a_friday_the_next_one_is_offered_once() -> None:
    thursday, friday = date(2026, 3, 5), date(2026, 3, 6)
    assert days_offered(thursday)[:3] == (thursday, friday, date(2026, 3, 12))
    assert days_offered(friday)[2] == date(2026, 3, 13)
    assert len(days_offered(friday)) == 5  # in a week it is Friday again


async def test_several_loans_are_asked_about(sam: Chat) -> None:
    await sam.say("/what_if")
    assert sam.told("loan.which")
    await sam.walk(">Cash loan SAM-1", ">what_if.try", "100", "2026-03-09")
    assert sam.told("what_if.result.head")


async def test_nothing_overdue_leaves_nothing_to_try(house: House) -> None:
    joy = await linked(house, "joy")
    await joy.say("/what_if")
    assert joy.keys == {"loan.none_overdue"}


async def test_a_loan_outside_the_programme_shows_no_relief(house: House) -> None:
    leo = await linked(house, "leo")
    await leo.say("/what_if")
    assert not leo.told("what_if.with_relief")
    await leo.walk(">what_if.try", "500", "2026-03-09")
    assert not leo.told("what_if.result.relief.left")


async def test_with_a_difference_every_figure_is_an_estimate(house: House) -> None:
    dan = await linked(house, "dan")
    await dan.say("/what_if")
    ours = 500_000 * 75 * 30 // 100_000
    assert dan.slots("what_if.estimate")["amount"] == Money(20_000 - ours, CNY)
    assert dan.slots("what_if.today")["penalty"] == Money(20_000, CNY)
    await dan.walk(">what_if.try", "500", "2026-03-09")
    assert dan.told("what_if.estimate")


async def test_within_grace_the_growth_is_said_to_stand_still(house: House) -> None:
    ned = await linked(house, "ned")
    await ned.walk(*FORM, "500", "2026-03-03")
    assert ned.told("what_if.result.left")


async def test_a_loan_that_left_the_books_meanwhile_is_asked_for_again(house: House) -> None:
    sam = await linked(house, "sam")
    await sam.walk("/what_if", ">Cash loan SAM-1", ">what_if.try", ">form.back")
    assert sam.told("what_if.loan.ask")
    await sam.say("some other")
    assert {"answer.choice", "what_if.loan.ask"} <= sam.keys
