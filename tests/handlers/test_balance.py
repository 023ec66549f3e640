"""What is overdue today, loan by loan."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.money import Money
from tests.chat.books import CNY, KWD
from tests.chat.house import House
from tests.chat.lender import Lender
from tests.chat.person import Chat, linked


async def test_each_part_the_days_the_growth_and_the_day_of_the_books(ann: Chat) -> None:
    said = await ann.say("/balance")
    assert ann.slots("balance.days")["count"] == 45
    assert ann.slots("balance.principal")["amount"] == Money(1_000_000, CNY)
    assert ann.slots("balance.interest")["amount"] == Money(20_000, CNY)
    assert ann.slots("balance.penalty")["amount"] == Money(34_425, CNY)  # 10,200 x 0.075 % x 45
    assert ann.slots("balance.today")["amount"] == Money(1_054_425, CNY)
    assert ann.slots("balance.grows")["amount"] == Money(765, CNY)
    assert "balance.books" in ann.keys
    assert "¥10,544.25" in said


async def test_every_button_below_a_loan_is_about_that_loan(sam: Chat) -> None:
    await sam.say("/balance")
    cards = [message for message in await sam.messages() if "SAM-2" in message.text][-1:]
    for key, told in (
        ("task.why", "why.head"),
        ("task.what_if", "what_if.head"),
        ("task.relief", "relief.loan"),
        ("task.how_to_pay", "how_to_pay.head"),
    ):
        said = await sam.press(key, on=cards[0])
        assert sam.told(told)
        assert "SAM-2" in said
        assert "SAM-1" not in said


async def test_the_longest_overdue_loan_comes_first(sam: Chat) -> None:
    said = await sam.say("/balance")
    assert said.index("SAM-1") < said.index("SAM-2")
    assert "SAM-3" not in said


async def test_many_loans_are_told_in_part_and_the_rest_counted(house: House) -> None:
    chat = await linked(house, "max")
    await chat.say("/balance")
    assert chat.slots("balance.more")["count"] == 5


async def test_every_one_of_many_loans_can_be_chosen(house: House) -> None:
    chat = await linked(house, "max")
    await chat.say("/why")
    assert chat.told("loan.which")
    labels = await chat.labels(await chat.card())
    assert len(labels) == 10


async def test_nothing_overdue_tells_what_is_due_next(house: House) -> None:
    chat = await linked(house, "joy")
    await chat.say("/balance")
    assert chat.slots("balance.next")["amount"] == Money(52_000, CNY)


async def test_a_borrower_without_a_loan_owes_nothing(house: House) -> None:
    chat = await linked(house, "eva")
    await chat.say("/balance")
    assert chat.keys == {"balance.all_paid"}


async def test_a_loan_closed_by_the_lender_is_not_overdue(house: House) -> None:
    chat = await linked(house, "zoe")
    await chat.say("/balance")
    assert not chat.told("balance.today")


async def test_days_of_grace_tell_until_when_paying_costs_no_penalty(house: House) -> None:
    chat = await linked(house, "ned")
    await chat.say("/balance")
    assert not chat.told("balance.penalty")
    assert chat.slots("still.grace")["day"] == house.clock.today + timedelta(days=1)


async def test_a_penalty_left_alone_is_not_late_but_to_be_paid(house: House) -> None:
    chat = await linked(house, "sam")
    await Lender.of(house).pay("SAM-2", 300_000)
    await chat.say("/balance")
    assert {"balance.not_late", "still.base_paid"} <= chat.keys
    assert chat.slots("balance.books")["day"] == house.clock.today


async def test_the_lenders_own_figure_counts_and_is_said_to_be_under_review(house: House) -> None:
    chat = await linked(house, "dan")
    await chat.say("/balance")
    ours = 500_000 * 75 * 30 // 100_000
    assert chat.slots("balance.difference")["amount"] == Money(20_000 - ours, CNY)
    assert chat.slots("balance.today")["amount"] == Money(520_000, CNY)


async def test_a_frozen_loan_tells_until_when_nothing_is_added(house: House) -> None:
    chat = await linked(house, "fay")
    await chat.say("/balance")
    assert chat.slots("still.frozen")["day"] == house.clock.today + timedelta(days=39)


async def test_a_currency_with_three_decimals_shows_three(house: House) -> None:
    chat = await linked(house, "kit")
    said = await chat.say("/balance")
    assert chat.slots("balance.principal")["amount"] == Money(900_000, KWD)
    assert "900.000" in said


async def test_next_books_change_the_balance(ann: Chat, house: House) -> None:
    await Lender.of(house).pay("ANN-1", 1_054_425)
    await ann.say("/balance")
    assert {"balance.cleared", "balance.all_paid"} <= ann.keys
    await ann.say("/balance")
    assert ann.keys == {"balance.all_paid"}


@pytest.mark.parametrize("typed", ["how much do I owe", "What do I owe?", "what do i owe"])
async def test_the_balance_is_found_by_words_as_well(ann: Chat, typed: str) -> None:
    await ann.say(typed)
    assert ann.told("balance.today")
