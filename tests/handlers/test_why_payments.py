"""What payments did, as the explanation tells it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.domain.books import TapeFreeze, TapePayment
from bot.domain.money import Money
from tests.chat.books import CNY, ago
from tests.chat.house import House
from tests.chat.lender import Lender
from tests.chat.person import Chat, linked


async def test_the_sums_add_up_to_what_is_left(ann: Chat, lender: Lender) -> None:
    await lender.pay("ANN-1", 5_000)
    await ann.say("/why")
    charged = ann.slots("why.charged")["amount"]
    paid = ann.slots("why.paid")["amount"]
    left = ann.slots("why.head")["amount"]
    assert isinstance(charged, Money)
    assert isinstance(paid, Money)
    assert isinstance(left, Money)
    assert charged.minor - paid.minor == left.minor
    assert ann.told("why.payment.part")


async def test_a_payment_entered_late_says_from_when_it_counts(ann: Chat, lender: Lender) -> None:
    entered = datetime(2026, 2, 20, 17, 30, tzinfo=UTC)  # the 21st where the lender is
    paid = TapePayment("P1", date(2026, 2, 10), 520_000, entered)
    await lender.change("ANN-1", payments=(paid,))
    await ann.say("/why")
    late = ann.slots("why.payment.late")
    assert (late["day"], late["entered"]) == (date(2026, 2, 10), date(2026, 2, 21))
    lowered = ann.slots("why.payment.lowered.charged")
    assert lowered["day"] == date(2026, 2, 11)
    assert lowered["before"] == Money(1_020_000, CNY)
    line = ann.slots("why.line")
    assert line["base"] == lowered["after"]


async def test_a_payment_entered_on_its_day_or_for_penalty_alone_says_no_more(
    ann: Chat, lender: Lender
) -> None:
    entered = datetime(2026, 2, 10, 4, 0, tzinfo=UTC)
    await lender.change("ANN-1", payments=(TapePayment("P1", date(2026, 2, 10), 100, entered),))
    await ann.say("/why")
    assert ann.told("why.payment")
    assert not [key for key in ann.keys if key.startswith(("why.payment.l", "why.payment.c"))]


async def test_a_payment_says_from_when_it_counts_and_of_a_frozen_day_no_charge(
    ann: Chat, lender: Lender
) -> None:
    frozen = (TapeFreeze(ago(12), ago(8), "hardship"),)
    payments = (TapePayment("P1", ago(20), 700_000), TapePayment("P2", ago(10), 100_000))
    await lender.change("ANN-1", payments=payments, freezes=frozen)
    await ann.say("/why")
    assert ann.told("why.payment.counts")
    assert ann.slots("why.payment.lowered.charged")["day"] == ago(19)
    assert ann.slots("why.payment.lowered")["day"] == ago(9)
    assert ann.slots("why.frozen.lender")["count"] == 5
    assert ann.told("why.payment.interest")
    assert "why.payment.order" not in ann.keys  # the penalty came first


async def test_what_passes_the_penalty_over_says_in_which_order_payments_count(
    house: House, lender: Lender
) -> None:
    sam = await linked(house, "sam")
    payments = (TapePayment("P1", ago(5), 50_000), TapePayment("P2", ago(3), 50_000))
    await lender.change("SAM-2", payments=payments)
    said = await sam.walk("/why", ">Card instalment plan SAM-2")
    assert "fees, then ordinary interest, then principal, then penalty interest" in said
    assert said.count("in this order") == 1


async def test_payments_too_many_to_tell_are_summed(ann: Chat, lender: Lender) -> None:
    paid = tuple(TapePayment(f"P{day}", ago(30 - day), 20_000) for day in range(9))
    await lender.change("ANN-1", payments=paid)
    await ann.say("/why")
    older = ann.slots("why.payments.older")
    assert (older["count"], older["amount"]) == (3, Money(60_000, CNY))


async def test_of_two_payments_of_one_day_neither_is_said_to_be_what_the_day_began_with(
    ann: Chat, lender: Lender
) -> None:
    payments = (TapePayment("P1", ago(20), 300_000), TapePayment("P2", ago(20), 200_000))
    await lender.change("ANN-1", payments=payments)
    await ann.say("/why")
    assert ann.told("why.payment.lowered")
    assert not ann.told("why.payment.lowered.charged")
