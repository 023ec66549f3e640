"""Reminders before anything is late, and reminders where no relief programme is in force."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.money import Money
from tests.chat.books import CNY, ago, cash
from tests.chat.house import House
from tests.chat.lender import Lender
from tests.chat.person import Chat, linked
from tests.chat.reminding import found_soon, remind
from tests.handlers.test_remind import HEAD, card, remind_one

SOON = "remind.head.due"


@pytest.fixture
async def joy(house: House, lender: Lender) -> Chat:
    """Joy, whose only instalment falls due in two days."""
    await lender.change("JOY-1", instalments=cash("joy", -2, 500, 20).instalments)
    return await linked(house, "joy")


async def test_an_instalment_is_told_before_it_falls_due_with_its_amount_and_once(
    joy: Chat, house: House
) -> None:
    await remind(house)
    assert {SOON, "remind.due", "remind.due.in_time", "remind.due.paid"} <= joy.keys
    assert joy.slots("remind.due")["amount"] == Money(52_000, CNY)
    assert getattr(joy.slots("remind.due")["day"], "day", None) == ago(-2)
    assert {"How to pay", "Talk to a person", "Stop reminders"} <= set(await joy.labels())
    assert not joy.told("balance.today")
    house.clock.forward(days=2)
    await remind(house)
    assert not joy.told(SOON)


async def test_the_day_after_is_told_where_it_adds_something_at_once(
    joy: Chat, house: House, lender: Lender
) -> None:
    due = card(-2)
    await lender.change("JOY-1", **due)
    await remind(house)
    assert {"remind.due", "remind.nothing_yet"} <= joy.keys
    assert joy.slots("remind.nothing_yet")["after"] == Money(150, CNY)


async def test_how_to_pay_of_a_reminder_names_what_falls_due(joy: Chat, house: House) -> None:
    await remind(house)
    await joy.press("how_to_pay||")
    assert joy.slots("how_to_pay.next")["amount"] == Money(52_000, CNY)
    assert not joy.told("how_to_pay.head")


async def test_an_instalment_further_off_or_paid_ahead_is_not_told(
    joy: Chat, house: House, lender: Lender
) -> None:
    await lender.change("JOY-1", instalments=cash("joy", -3, 500, 20).instalments)
    assert not await found_soon(house, house.clock.today)
    await remind_one(house, await house.borrower_id("joy"))
    assert not joy.told(SOON)
    await lender.change("JOY-1", instalments=cash("joy", -2, 500, 20).instalments)
    await lender.pay("JOY-1", 52_000)
    await remind_one(house, await house.borrower_id("joy"))
    assert not joy.told(SOON)


async def test_what_falls_due_is_not_announced_where_something_is_late_or_over(
    joy: Chat, house: House, lender: Lender
) -> None:
    late, coming = cash("joy", 40, 300).instalments[0], cash("joy", -2, 500).instalments[0]
    await lender.change("JOY-1", instalments=(late, replace(coming, no=2)))
    assert not await found_soon(house, house.clock.today)
    await remind_one(house, await house.borrower_id("joy"))
    assert not joy.told(SOON)
    await lender.change("JOY-1", instalments=(coming,), status="closed")
    await remind_one(house, await house.borrower_id("joy"))
    assert not joy.told(SOON)


async def test_nothing_is_announced_where_the_lender_wants_none(joy: Chat, house: House) -> None:
    await remind_one(house, await house.borrower_id("joy"), due_days=0)
    assert not joy.told(SOON)


async def test_what_falls_due_stands_beside_what_gets_dearer(
    sam: Chat, house: House, lender: Lender
) -> None:
    await lender.change("SAM-2", **card(29))
    await lender.change("SAM-3", instalments=cash("sam", -2, 500).instalments)
    await remind(house)
    assert {"turning.tier", "remind.due", "remind.paid"} <= sam.keys
    assert not sam.told("remind.due.paid")


@pytest.fixture
async def tiered(ann: Chat, house: House, lender: Lender) -> Chat:
    """Ann, whose rate rises in two days, with a lender that has no relief programme."""
    await lender.change("ANN-1", **card(29))
    house.policy = replace(house.policy, relief=())
    await house.restart()
    return ann


async def test_without_a_relief_programme_the_tier_is_told_and_relief_is_not_spoken_of(
    tiered: Chat, house: House
) -> None:
    await remind(house)
    assert {HEAD, "turning.tier", "remind.each_day", "remind.paid.person"} <= tiered.keys
    (said,) = await tiered.new()
    labels = await tiered.labels(said)
    assert "Talk to a person" in labels
    assert "Apply for relief" not in labels


async def test_without_a_programme_that_excludes_any_only_active_loans_are_spoken_of(
    tiered: Chat, house: House, lender: Lender
) -> None:
    await lender.change("ANN-1", status="legal")
    await remind(house)
    assert not tiered.told(HEAD)
