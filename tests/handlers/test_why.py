"""Why the penalty is what it is."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.books import TapePayment, TapeWaiver
from bot.domain.loan import Instalment
from bot.domain.money import Money
from tests.chat.books import CNY, ago
from tests.chat.house import House
from tests.chat.lender import Lender
from tests.chat.person import Chat, linked


async def test_the_lines_the_rule_its_source_and_the_picture(ann: Chat) -> None:
    said = await ann.say("/why")
    line = ann.slots("why.line")
    assert line["base"] == Money(1_020_000, CNY)
    assert line["count"] == 45
    assert line["amount"] == Money(34_425, CNY)
    assert {"why.rule.head", "rule.base", "rule.rate.contract", "rule.source"} <= ann.keys
    assert {"rule.grace.retroactive", "why.no_payments"} <= ann.keys
    assert "0.075%" in said
    pictures = [message for message in await ann.messages() if message.picture]
    assert pictures
    assert await ann.house.bridge.picture(ann.id, pictures[-1].id)


async def test_the_sums_add_up_to_what_is_left(ann: Chat, lender: Lender) -> None:
    await lender.pay("ANN-1", 5_000)
    await ann.say("/why")
    charged = ann.slots("why.charged")["amount"]
    paid = ann.slots("why.paid")["amount"]
    left = ann.slots("why.left")["amount"]
    assert isinstance(charged, Money)
    assert isinstance(paid, Money)
    assert isinstance(left, Money)
    assert charged.minor - paid.minor == left.minor
    assert ann.told("why.payment.part")


async def test_lines_stand_under_their_instalments_with_the_lenders_numbers(house: House) -> None:
    chat = await linked(house, "pia")
    said = await chat.say("/why")
    assert said.index("Instalment 11") < said.index("Instalment 12")
    assert "¥300.00" in said
    assert "¥50.00" not in said  # the payment that was reversed


async def test_a_loan_without_penalty_says_so(house: House) -> None:
    chat = await linked(house, "ned")
    await chat.say("/why")
    assert chat.keys == {"why.no_penalty", "loan.label"}


async def test_nothing_overdue_leaves_nothing_to_explain(house: House) -> None:
    chat = await linked(house, "joy")
    await chat.say("/why")
    assert chat.keys == {"loan.none_overdue"}


async def test_several_loans_are_asked_about(sam: Chat) -> None:
    await sam.say("/why")
    assert sam.told("loan.which")
    said = await sam.press("Card instalment plan SAM-2")
    assert "SAM-2" in said
    assert sam.told("why.head")


async def test_tiers_and_fees_are_worded(house: House) -> None:
    chat = await linked(house, "amy")
    await chat.say("/why")
    assert {"why.fee", "rule.fee.percent", "rule.fee.minimum", "rule.fee.after", "rule.cap"} <= (
        chat.keys
    )
    sam = await linked(house, "sam")
    await sam.walk("/why", ">Card instalment plan SAM-2")
    assert {"rule.tier", "rule.tiering.marginal"} <= sam.keys


async def test_a_difference_and_frozen_days_are_told(house: House) -> None:
    dan, fay = await linked(house, "dan"), await linked(house, "fay")
    await dan.say("/why")
    assert dan.told("why.difference")
    await fay.say("/why")
    assert fay.told("why.frozen")


async def test_lines_too_many_to_list_are_summed(house: House, lender: Lender) -> None:
    chat = await linked(house, "ann")
    paid = tuple(TapePayment(f"ANN-1-{day}", ago(41 - day), 20_000 + day) for day in range(30))
    await lender.change("ANN-1", payments=paid)
    await chat.say("/why")
    assert chat.slots("why.older")["count"] == len(paid) + 1 - 24


async def test_two_rules_in_force_are_told_with_their_first_days(
    house: House, lender: Lender
) -> None:
    chat = await linked(house, "ann")
    due = ago(80)
    await lender.change(
        "ANN-1", product="id-ojk", instalments=(Instalment(1, due, 1_000_000, 0, 0),)
    )
    assert due.year == 2025
    assert (due + timedelta(days=40)).year == 2026
    await chat.say("/why")
    assert {"rule.since", "rule.rate.per_day"} <= chat.keys


async def test_a_waiver_is_told_as_taken_off(house: House, lender: Lender) -> None:
    chat = await linked(house, "ann")
    await lender.change("ANN-1", waivers=(TapeWaiver("W1", ago(3), 2_000),))
    await chat.say("/why")
    assert chat.slots("why.waived")["amount"] == Money(2_000, CNY)


async def test_another_persons_loan_is_not_explained(house: House, ann: Chat) -> None:
    await linked(house, "sam")
    await ann.say("/why")
    assert "SAM" not in "".join(message.text for message in await ann.messages())
