"""Why the penalty is what it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from bot.domain.books import TapePayment, TapeWaiver
from bot.domain.loan import Instalment
from bot.domain.money import Money
from bot.domain.policy import Policy
from bot.domain.terms import PerDay, Tiering
from bot.turn import Weekday
from tests.chat.books import CNY, ago, one
from tests.chat.house import House
from tests.chat.lender import Lender, Staff
from tests.chat.person import Chat, linked
from tests.handlers.test_status import days_stay, filed, use_policy


async def test_the_lines_the_rule_its_source_and_the_picture(ann: Chat) -> None:
    said = await ann.say("/why")
    line = ann.slots("why.line")
    assert line["base"] == Money(1_020_000, CNY)
    assert line["count"] == 45
    assert line["amount"] == Money(34_425, CNY)
    assert {"why.rule", "rule.base", "rule.rate.contract", "rule.source"} <= ann.keys
    assert {"rule.grace.retroactive", "why.no_payments"} <= ann.keys
    assert "0.075%" in said
    pictures = [message for message in await ann.messages() if message.picture]
    assert pictures
    assert await ann.house.bridge.picture(ann.id, pictures[-1].id)


async def test_the_answer_comes_before_its_proof(ann: Chat) -> None:
    said = await ann.say("/why")
    assert ann.slots("why.head")["amount"] == Money(34_425, CNY)
    assert ann.slots("why.since") == {
        "day": ago(44), "no": "1", "due": ago(45), "count": None
    }  # fmt: skip
    assert ann.slots("why.rate.now")["base"] == Money(1_020_000, CNY)
    parts = ("Penalty interest today", "Since when?", "Today's rate", "What you can do")
    proof = ("No payments", "line by line", "Instalment 1, due", "The rule")
    places = [said.index(part) for part in (*parts, *proof)]
    assert places == sorted(places)
    assert {"why.do.pay", "why.do.relief", "why.do.relief_by", "why.do.person"} <= ann.keys


async def test_lines_stand_under_their_instalments_with_the_lenders_numbers(house: House) -> None:
    chat = await linked(house, "pia")
    said = await chat.say("/why")
    proof = said[said.index("line by line") :]
    assert proof.index("Instalment 11") < proof.index("Instalment 12")
    assert chat.slots("why.since.more")["count"] == 1
    assert chat.slots("why.payment")["amount"] == Money(30_000, CNY)
    reversed_on = {"day": ago(50), "amount": Money(5_000, CNY), "reversed": ago(49), "count": None}
    assert chat.slots("why.payment.reversed") == reversed_on


async def test_a_loan_without_penalty_says_so(house: House) -> None:
    chat = await linked(house, "ned")
    await chat.say("/why")
    assert chat.keys == {"why.no_penalty", "loan.label", "still.grace"}


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
    ours = 500_000 * 75 * 30 // 100_000
    assert dan.slots("why.head")["amount"] == Money(20_000, CNY)  # the lender's figure counts
    assert dan.slots("why.difference")["ours"] == Money(ours, CNY)
    assert dan.slots("why.do.pay")["total"] == dan.slots("why.head")["total"]
    assert dan.told("what_if.estimate")
    await fay.say("/why")
    assert fay.slots("why.frozen.law")["count"] == 60
    assert {"why.line.frozen", "still.frozen", "turning.freeze"} <= fay.keys


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
    assert {"why.rule.since", "rule.rate.per_day", "why.rate.terms"} <= chat.keys
    assert chat.slots("why.rate.head")["count"] is None


async def test_a_waiver_is_told_as_taken_off(house: House, lender: Lender) -> None:
    chat = await linked(house, "ann")
    await lender.change("ANN-1", waivers=(TapeWaiver("W1", ago(3), 2_000),))
    await chat.say("/why")
    assert chat.slots("why.waived")["amount"] == Money(2_000, CNY)


async def test_another_persons_loan_is_not_explained(house: House, ann: Chat) -> None:
    await linked(house, "sam")
    await ann.say("/why")
    assert "SAM" not in "".join(message.text for message in await ann.messages())


async def test_what_a_day_adds_is_said_with_the_day_it_ends(house: House) -> None:
    sam = await linked(house, "sam")
    await sam.walk("/why", ">Card instalment plan SAM-2")
    steady = sam.slots("why.grows.more")
    assert steady["day"] == Weekday(ago(-10), year=True)
    assert steady["after"] == Money(300, CNY)


async def test_penalty_that_is_all_paid_leaves_the_story_and_nothing_to_do(
    house: House, lender: Lender
) -> None:
    sam = await linked(house, "sam")
    await lender.change("SAM-2", payments=(TapePayment("P1", ago(0), 303_000),))
    card = await sam.card("why|")
    loan = next(each for each in await house.loans("sam") if each.ref == "SAM-2")
    await sam.press(f"why||{loan.id}", on=card)
    assert sam.slots("why.head")["amount"] == Money(0, CNY)
    assert sam.told("still.paid")
    assert sam.keys.isdisjoint({"why.do.pay", "turning.tier"})


async def test_a_penalty_left_alone_is_said_not_to_grow(house: House, lender: Lender) -> None:
    sam = await linked(house, "sam")
    await lender.change("SAM-2", payments=(TapePayment("P1", ago(0), 300_000),))
    await sam.walk("/why", ">Card instalment plan SAM-2")
    assert sam.told("still.base_paid")


async def test_a_penalty_at_its_cap_is_said_not_to_grow(house: House, lender: Lender) -> None:
    amy = await linked(house, "amy")
    lender.loans["AMY-1"] = one("amy", "pay-later", 900, 300)
    await lender.books()
    await amy.say("/why")
    assert {"still.cap", "why.fee.capped"} <= amy.keys


async def test_before_the_next_tier_the_cheapest_day_is_named(house: House) -> None:
    sam = await linked(house, "sam")
    await sam.walk("/why", ">Card instalment plan SAM-2")
    turning = sam.slots("turning.tier")
    assert turning["day"] == Weekday(ago(-10), year=True)
    assert (turning["day_late"], turning["no"]) == (31, "1")
    assert (turning["before"], turning["after"]) == (Fraction(5, 10_000), Fraction(1, 1_000))


async def test_an_application_on_its_way_stands_for_relief_and_its_frozen_days_are_told(
    ann: Chat, house: House, staff: Staff
) -> None:
    await filed(ann)
    house.clock.forward(days=2)
    await ann.walk("/why", "123X")
    assert {"why.do.case", "why.frozen.case", "still.frozen"} <= ann.keys
    assert not ann.told("why.do.relief")
    await ann.press("task.status")
    await staff.decide("reject", await house.case("ann"), reason="other", note="Sorry.")
    await ann.say("/why")
    assert ann.told("why.do.relief") or ann.told("why.do.person")


async def test_days_that_stay_frozen_after_an_application_say_whose_they_were(
    ann: Chat, house: House, staff: Staff
) -> None:
    await use_policy(house, days_stay(house.policy))
    await filed(ann)
    house.clock.forward(days=2)
    await staff.decide("reject", await house.case("ann"), reason="other", note="Sorry.")
    await ann.walk("/why", "123X")
    assert {"why.frozen.case.over", "why.line.frozen"} <= ann.keys


async def test_relief_that_has_no_last_day_names_none(ann: Chat, house: House) -> None:
    await use_policy(house, without_window(house.policy))
    await ann.say("/why")
    assert ann.told("why.do.relief")
    assert not ann.told("why.do.relief_by")


async def test_a_loan_charged_by_late_fees_alone_names_no_rate(house: House, ann: Chat) -> None:
    lender = Lender.of(house)
    await lender.change("ANN-1", product="in-small")
    await ann.say("/why")
    assert {"why.each_day", "balance.grows"} <= ann.keys
    assert not ann.told("why.rate.now")


async def test_tiers_that_count_for_all_days_say_so(house: House) -> None:
    await use_policy(house, with_terms(house.policy, "card-instalment", tiering=Tiering.WHOLE))
    sam = await linked(house, "sam")
    house.clock.forward(days=12)
    await sam.walk("/why", "123X", ">Card instalment plan SAM-2")
    whole = sam.slots("why.rate.whole")
    assert (whole["day"], whole["day_late"], whole["after"]) == (ago(-11), 31, Fraction(1, 1_000))
    assert sam.told("rule.tiering.whole")


async def test_instalments_to_come_and_terms_that_charge_no_more_are_no_lines(
    house: House, ann: Chat, lender: Lender
) -> None:
    due = (*lender.loans["ANN-1"].instalments, Instalment(2, ago(-30), 300_000, 0, 0))
    await lender.change("ANN-1", instalments=due)
    free = PerDay(Fraction(0))
    (entry,) = house.policy.terms_for("cash-loan")
    later = replace(house.policy.entries[0], terms=replace(entry, start=ago(5), rate=free))
    policy = replace(house.policy, entries=(*house.policy.entries, later))
    await use_policy(house, policy)
    await ann.say("/why")
    assert ann.told("balance.still")
    assert ann.slots("why.instalment")["no"] == "1"


def with_terms(policy: Policy, product: str, **changed: object) -> Policy:
    """The same, the terms of a product otherwise."""
    entries = tuple(
        replace(each, terms=replace(each.terms, **changed))  # type: ignore[arg-type]  # fields of terms
        if each.product == product
        else each
        for each in policy.entries
    )
    return replace(policy, entries=entries)


def without_window(policy: Policy) -> Policy:
    """The same, filing without an end."""
    (relief,) = policy.relief
    window = replace(relief.window, within_days=None, campaign=None)
    scope = replace(relief.scope, until_day=None)
    return replace(policy, relief=(replace(relief, window=window, scope=scope),))
