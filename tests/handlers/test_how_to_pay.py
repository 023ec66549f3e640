"""How to pay a loan."""

from __future__ import annotations

from bot.domain.money import Money
from tests.chat.books import CNY
from tests.chat.house import House
from tests.chat.person import Chat, linked


async def test_the_amount_of_today_and_the_reference_to_quote(ann: Chat) -> None:
    await ann.say("/how_to_pay")
    assert ann.slots("how_to_pay.head")["amount"] == Money(1_054_425, CNY)
    assert ann.slots("how_to_pay.steps")["ref"] == "ANN-1"


async def test_several_loans_are_asked_about(sam: Chat) -> None:
    await sam.walk("/how_to_pay", ">Cash loan SAM-1")
    assert sam.slots("how_to_pay.steps")["ref"] == "SAM-1"


async def test_nothing_overdue_leaves_nothing_to_pay(house: House) -> None:
    chat = await linked(house, "joy")
    await chat.say("/how_to_pay")
    assert chat.keys == {"loan.none_overdue"}


async def test_with_a_difference_the_lenders_figure_is_to_be_paid(house: House) -> None:
    chat = await linked(house, "dan")
    await chat.say("/how_to_pay")
    assert chat.slots("how_to_pay.head")["amount"] == Money(520_000, CNY)


async def test_the_card_leads_on_to_having_paid_and_what_if(ann: Chat) -> None:
    await ann.walk("/how_to_pay", ">task.already_paid")
    assert ann.told("already_paid.loan.ask")
    await ann.walk("/how_to_pay", ">task.what_if")
    assert ann.told("what_if.head")
