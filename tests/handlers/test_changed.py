"""What changed since a loan was last looked at, as its borrower reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.books import TapeFreeze, TapePayment, TapeWaiver
from bot.domain.changes import Seen
from bot.domain.loan import Instalment
from bot.domain.money import Money
from tests.chat.books import CNY, ago
from tests.chat.house import House
from tests.chat.lender import Lender
from tests.chat.person import Chat, linked
from tests.chat.telling import Heard
from tests.handlers.test_status import filed

A_DAY = 765  # of ann's penalty


def lines(chat: Chat) -> dict[str, dict[str, object]]:
    """The lines of what changed in the last answer, by key, with their slots."""
    found: list[Heard] = chat.house.texts.noted.texts
    told = [heard.text for heard in found if heard.text.key == "change.since"]
    changed = told[-1].slots["changes"] if told else ()
    assert isinstance(changed, tuple)
    return {line.key: {**line.slots, "count": line.count} for line in changed}


async def test_the_first_look_and_one_that_changed_nothing_say_nothing(ann: Chat) -> None:
    assert ann.told("balance.today")  # after the digits
    assert not ann.told("change.since")
    for again in ("/balance", "/why", "/balance"):
        await ann.say(again)
        assert not ann.told("change.since")


async def test_days_that_passed_are_told_with_what_they_cost_once(ann: Chat, house: House) -> None:
    await ann.say("/balance")
    house.clock.forward(days=3)
    await ann.walk("/balance", "123X")
    assert lines(ann) == {"change.days": {"count": 3, "amount": Money(3 * A_DAY, CNY)}}
    since = ann.slots("change.since")
    assert since["day"] == house.clock.today - timedelta(days=3)
    assert since["total"] == Money(1_054_425, CNY)
    await ann.say("/why")
    assert not ann.told("change.since")


async def test_a_look_at_why_counts_as_one(ann: Chat, house: House) -> None:
    await ann.say("/why")
    house.clock.forward(minutes=10)
    await Lender.of(house).pay("ANN-1", 50_000)
    await ann.say("/why")
    assert lines(ann)["change.late"]["amount"] == Money(50_000, CNY)
    assert ann.told("why.payment.part")


async def test_a_payment_since_tells_what_it_covered(ann: Chat, house: House) -> None:
    await ann.say("/balance")
    house.clock.forward(days=2)
    lender = Lender.of(house)
    await lender.pay("ANN-1", 50_000, ago(-1))
    await ann.walk("/balance", "123X")
    assert set(lines(ann)) == {"change.days", "change.payment"}
    assert lines(ann)["change.payment"]["day"] == ago(-1)


async def test_a_payment_entered_late_takes_back_penalty_and_a_reversed_one_brings_it_back(
    ann: Chat, lender: Lender
) -> None:
    await ann.say("/balance")
    await lender.pay("ANN-1", 520_000, ago(20))
    await ann.say("/balance")
    spared = lines(ann)["change.late.spared"]["amount"]
    assert isinstance(spared, Money)
    assert spared.minor > 0
    (paid,) = lender.loans["ANN-1"].payments
    await lender.change("ANN-1", payments=(replace(paid, reversed_on=ago(0)),))
    await ann.say("/balance")
    assert set(lines(ann)) == {"change.reversed", "change.reversed.charged"}
    assert lines(ann)["change.reversed.charged"]["amount"] == spared


async def test_a_reversed_payment_that_had_spared_nothing_tells_of_no_penalty(
    ann: Chat, lender: Lender
) -> None:
    paid = TapePayment("ANN-P1", ago(0), 1_000)
    await lender.change("ANN-1", payments=(paid,))
    await ann.say("/balance")
    await lender.change("ANN-1", payments=(replace(paid, reversed_on=ago(0)),))
    await ann.say("/balance")
    assert set(lines(ann)) == {"change.reversed"}


async def test_frozen_days_are_told_and_so_is_their_return(ann: Chat, lender: Lender) -> None:
    await ann.say("/balance")
    await lender.change("ANN-1", freezes=(TapeFreeze(ago(10), ago(6), "statutory"),))
    await ann.say("/balance")
    assert lines(ann)["change.freeze.less"]["amount"] == Money(5 * A_DAY, CNY)
    assert "change.freeze.days" in lines(ann)
    await lender.change("ANN-1", freezes=())
    await ann.say("/balance")
    assert lines(ann) == {"change.freeze.more": {"amount": Money(5 * A_DAY, CNY), "count": None}}


async def test_days_frozen_by_an_application_are_told_although_they_cost_nothing_yet(
    ann: Chat,
) -> None:
    await filed(ann)
    await ann.say("/balance")
    assert set(lines(ann)) == {"change.freeze.days"}


async def test_waivers_corrections_and_the_lenders_own_figure_are_told(
    ann: Chat, lender: Lender
) -> None:
    await ann.say("/balance")
    await lender.change("ANN-1", waivers=(TapeWaiver("W1", ago(0), 400),))
    await ann.say("/balance")
    assert lines(ann)["change.waiver"]["amount"] == Money(400, CNY)
    await lender.change("ANN-1", waivers=())
    await ann.say("/balance")
    assert lines(ann)["change.waiver_gone"]["amount"] == Money(400, CNY)
    less = (Instalment(1, ago(45), 900_000, 20_000, 0),)
    await lender.change("ANN-1", instalments=less)
    await ann.say("/balance")
    assert set(lines(ann)) == {"change.books.less"}
    await lender.change("ANN-1", reported=40_000, reported_on=ago(0))
    await ann.say("/balance")
    assert set(lines(ann)) == {"change.difference.more"}


async def test_a_waiver_of_the_days_between_and_an_instalment_that_fell_due_are_told(
    ann: Chat, house: House, lender: Lender
) -> None:
    due = (*lender.loans["ANN-1"].instalments, Instalment(2, ago(-2), 300_000, 0, 0))
    await lender.change("ANN-1", instalments=due)
    await ann.say("/balance")
    house.clock.forward(days=3)
    await lender.change("ANN-1", waivers=(TapeWaiver("W1", ago(-1), 400),))
    await ann.walk("/balance", "123X")
    assert set(lines(ann)) == {"change.fell_due", "change.days", "change.waiver"}
    assert lines(ann)["change.fell_due"]["count"] == 1


async def test_a_rate_that_changed_since_is_told_with_its_reason(house: House) -> None:
    sam = await linked(house, "sam")
    await sam.say("/balance")
    house.clock.forward(days=12)  # SAM-2 was 20 days late
    await sam.walk("/balance", "123X")
    assert {"change.days", "why.rate.tier"} <= sam.keys


async def test_money_for_instalments_to_come_is_told_apart(ann: Chat, lender: Lender) -> None:
    due = (*lender.loans["ANN-1"].instalments, Instalment(2, ago(-30), 300_000, 0, 0))
    await lender.change("ANN-1", instalments=due)
    await ann.say("/balance")
    lender.house.clock.forward(days=1)
    await lender.pay("ANN-1", 1_100_000)
    await ann.walk("/balance", "123X")
    assert {"change.days", "change.payment", "change.ahead"} == set(lines(ann))
    assert {"balance.cleared", "balance.next"} <= ann.keys
    await ann.say("/balance")
    assert ann.keys.isdisjoint({"balance.cleared", "change.since"})


async def test_a_rule_of_the_lender_that_changed_is_told(house: House, ann: Chat) -> None:
    await ann.say("/balance")
    (entry,) = (each for each in house.policy.entries if each.product == "cash-loan")
    terms = replace(entry.terms, grace_days=60)
    others = tuple(each for each in house.policy.entries if each is not entry)
    house.policy = replace(house.policy, entries=(*others, replace(entry, terms=terms)))
    await house.restart()
    await ann.say("/balance")
    assert set(lines(ann)) == {"change.rules.less"}


async def test_a_look_is_kept_sealed(ann: Chat, house: House) -> None:
    (row,) = await house.rows("SELECT * FROM look")
    assert b"1020000" not in row["seen"]
    turn = house.turns[-1]
    seen = Seen(house.clock.today, turn.statement(turn.loans[0]).outstanding, turn.loans[0].loan)
    await ann.say("/balance")
    assert house.turns[-1].looks == {turn.loans[0].id: seen}


async def test_looking_again_with_nothing_new_writes_nothing(ann: Chat, house: House) -> None:
    first = await house.value("SELECT at FROM look")
    house.clock.forward(minutes=5)
    await ann.say("/why")
    assert await house.value("SELECT at FROM look") == first
