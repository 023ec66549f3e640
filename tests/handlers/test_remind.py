"""What somebody is reminded of, in which figures, and who is left in peace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.books import TapeFreeze
from bot.domain.money import Money
from bot.serve import Update
from tests.chat.books import CNY, DIGITS, ago, one
from tests.chat.house import House
from tests.chat.lender import Lender, Staff
from tests.chat.person import Chat, linked, press_link
from tests.chat.reminding import DAYTIME, found_soon, remind
from tests.handlers.test_status import filed

HEAD = "remind.head"
REPORTED = (
    "/already_paid", ">Card instalment plan ANN-1", "500", "2026-02-27", ">form.files.none",
    ">already_paid.submit",
)  # fmt: skip


def card(late: int) -> dict[str, object]:
    """Ann's loan as a card instalment of 3,000, `late` days overdue; its rate rises on day 31."""
    loan = one("ann", "card-instalment", late, 3_000)
    return {"product": loan.product, "instalments": loan.instalments}


@pytest.fixture
async def tiered(ann: Chat, lender: Lender) -> Chat:
    """Ann, whose rate rises in two days: tomorrow is the last day before."""
    await lender.change("ANN-1", **card(29))
    return ann


async def test_a_tier_is_told_before_it_comes_with_what_a_day_adds_before_and_after(
    tiered: Chat, house: House
) -> None:
    await remind(house)
    assert {HEAD, "turning.tier", "remind.each_day", "remind.paid"} <= tiered.keys
    assert tiered.slots("remind.each_day")["before"] == Money(150, CNY)
    assert tiered.slots("remind.each_day")["after"] == Money(300, CNY)
    last = tiered.slots("turning.tier")["day"]
    assert getattr(last, "day", None) == ago(-1)
    assert tiered.slots("turning.tier")["total"] == Money(304_500, CNY)
    assert {"Stop reminders", "How to pay", "Apply for relief"} <= set(await tiered.labels())


async def test_the_end_of_grace_is_told_while_nothing_is_charged_yet(house: House) -> None:
    ned = await linked(house, "ned")
    await remind(house)
    assert {HEAD, "turning.grace"} <= ned.keys
    assert ned.slots("remind.nothing_yet")["after"] == Money(300, CNY)


async def test_a_reminder_leads_to_the_loan_it_is_of(tiered: Chat, house: House) -> None:
    await remind(house)
    await tiered.press("what_if||")
    assert tiered.told("what_if.head")
    await tiered.press("already_paid||")
    assert tiered.told("already_paid.loan.ask") or tiered.told("already_paid.amount.ask")


async def test_the_same_is_never_told_twice(tiered: Chat, house: House) -> None:
    await remind(house)
    assert tiered.told(HEAD)
    house.clock.forward(days=1)
    await remind(house)
    assert not tiered.told(HEAD)


async def test_what_is_further_off_is_not_told_yet(ann: Chat, house: House, lender: Lender) -> None:
    await lender.change("ANN-1", **card(26))
    await remind(house)
    assert not ann.told(HEAD)
    house.clock.forward(days=1)
    await remind(house)
    assert ann.told(HEAD)


async def test_who_paid_after_the_look_and_before_the_turn_hears_nothing(
    tiered: Chat, house: House, lender: Lender
) -> None:
    (found,) = await found_soon(house, house.clock.today)
    await lender.pay("ANN-1", 400_000)
    await remind_one(house, found)
    assert not tiered.told(HEAD)


async def test_the_end_of_the_time_to_ask_is_told_with_what_relief_would_take_off(
    ann: Chat, house: House, lender: Lender
) -> None:
    window = house.policy.relief_on(house.clock.today).window.within_days
    assert window is not None
    await lender.change("ANN-1", instalments=card(window - 2)["instalments"])
    await remind(house)
    assert ann.told("remind.window")
    day = ann.slots("remind.window")["day"]
    assert getattr(day, "day", None) == ago(-2)


async def test_an_offer_is_told_before_it_ends_and_paying_before_it_is_lost(
    ann: Chat, house: House, staff: Staff
) -> None:
    await filed(ann)
    await staff.decide("offer", await house.case("ann"))
    case = await house.case("ann")
    assert case.answer_by is not None
    assert case.pay_by is not None
    house.clock.forward(days=(case.answer_by - house.clock.today).days - 3)
    await remind(house)
    assert {HEAD, "remind.offer"} <= ann.keys
    await ann.walk("/status", DIGITS)
    await ann.press("status.accept")
    house.clock.forward(days=(case.pay_by - house.clock.today).days - 1)
    await remind(house)
    assert ann.told("remind.pay_by")
    assert not await ann.messages()  # who reads is proven no more: it waits for the digits
    await ann.walk("/balance", DIGITS)
    assert await ann.find("status||")


# --- who is left in peace -------------------------------------------------------------------------


async def remind_one(house: House, borrower_id: str, due_days: int = 2) -> None:
    """An update of the reminder job for that borrower, whatever its look would say."""
    until = DAYTIME.ends(house.clock())
    body = {"days": 3, "due_days": due_days, "a_week": 2, "until": until.isoformat()}
    await house.receive(Update("system", house.key(), borrower_id, "remind", body))


async def assert_peace(house: House) -> None:
    """Neither the job nor an update of its own says anything."""
    await remind(house)
    assert HEAD not in house.texts.noted.said()
    await remind_one(house, await house.borrower_id("ann"))
    assert HEAD not in house.texts.noted.said()
    assert not await house.rows("SELECT 1 FROM reminder")


async def test_who_said_that_they_paid_hears_nothing_until_staff_have_answered(
    tiered: Chat, house: House, staff: Staff
) -> None:
    await tiered.walk(*REPORTED)
    await assert_peace(house)
    (asked,) = await house.requests()
    await staff.write(tiered.id, "We found nothing yet.", request_id=asked.id)
    house.clock.forward(days=1)
    await remind(house)
    assert tiered.told(HEAD)


async def test_who_says_the_loan_is_not_theirs_hears_nothing(tiered: Chat, house: House) -> None:
    await tiered.walk("/not_my_loan", ">Card instalment plan ANN-1", "I never borrowed this.")
    assert [asked.kind for asked in await house.requests()] == ["not_my_loan"]
    await assert_peace(house)


async def test_who_waits_for_a_decision_hears_nothing(tiered: Chat, house: House) -> None:
    await filed(tiered)
    await assert_peace(house)


async def test_who_talks_to_a_person_hears_nothing(tiered: Chat, house: House) -> None:
    await tiered.walk("/person", "can we talk")
    await assert_peace(house)


async def test_who_asked_to_be_erased_hears_nothing(tiered: Chat, house: House) -> None:
    await tiered.walk("/my_data", ">my_data.erase", ">my_data.erase.yes")
    await assert_peace(house)


@pytest.mark.usefixtures("tiered")
async def test_days_protected_by_law_are_quiet_days(house: House, lender: Lender) -> None:
    await lender.change("ANN-1", freezes=(TapeFreeze(ago(2), ago(-1), "statutory"),))
    await assert_peace(house)


@pytest.mark.usefixtures("tiered")
async def test_a_loan_in_the_lenders_legal_hands_is_not_spoken_of(
    house: House, lender: Lender
) -> None:
    await lender.change("ANN-1", status="legal")
    await assert_peace(house)


@pytest.mark.usefixtures("tiered")
async def test_a_figure_under_review_is_not_spoken_of(house: House, lender: Lender) -> None:
    await lender.change("ANN-1", reported=99_999, reported_on=ago(0))
    await assert_peace(house)


async def test_a_loan_without_rules_for_its_days_is_not_spoken_of(
    tiered: Chat, house: House, lender: Lender
) -> None:
    (found,) = await found_soon(house, house.clock.today)
    await lender.change("ANN-1", product="unheard-of")
    await remind_one(house, found)
    assert not tiered.told(HEAD)


async def test_who_stopped_reminders_hears_nothing_in_any_chat_until_they_want_them_again(
    tiered: Chat, house: House
) -> None:
    await tiered.walk("/reminders", ">reminders.off")
    other = await linked(house, "ann")
    await assert_peace(house)
    await other.say("/my_data")
    assert other.told("my_data.reminders.off")
    await other.walk("/reminders", ">reminders.on")
    house.clock.forward(days=1)
    await remind(house)
    assert other.told(HEAD)


async def test_who_left_the_chat_or_never_came_hears_nothing(tiered: Chat, house: House) -> None:
    await tiered.walk("/my_data", ">my_data.leave", ">my_data.leave.yes")
    await assert_peace(house)


async def test_a_link_that_was_pressed_and_not_proven_hears_nothing(
    house: House, stranger: Chat, lender: Lender
) -> None:
    await lender.change("ANN-1", **card(29))
    await press_link(stranger, "ANN")
    await stranger.press("start.agree")
    await assert_peace(house)


@pytest.mark.usefixtures("tiered")
async def test_a_chat_that_cannot_be_reached_hears_nothing(house: House) -> None:
    await house.database.write(lambda db: db.execute("UPDATE chat SET unreachable_at = '2026'"))
    await assert_peace(house)


async def test_what_is_kept_until_the_night_is_not_said_then(tiered: Chat, house: House) -> None:
    body = {"days": 3, "due_days": 2, "a_week": 2, "until": house.clock().isoformat()}
    borrower_id = await house.borrower_id("ann")
    await house.receive(Update("system", house.key(), borrower_id, "remind", body))
    assert not tiered.told(HEAD)


async def test_one_reminder_a_day_and_two_a_week(sam: Chat, house: House, lender: Lender) -> None:
    rises = [
        one("sam", "card-instalment", late, 3_000, ref=f"SAM-{no}").instalments
        for no, late in ((1, 29), (2, 28), (3, 26))
    ]
    for no, instalments in enumerate(rises, start=1):
        await lender.change(f"SAM-{no}", product="card-instalment", instalments=instalments)
    await remind(house)
    told = [message.text for message in await sam.new()]
    assert len(told) == 1
    assert told[0].index("SAM-1") < told[0].index("SAM-2")
    await remind_one(house, await house.borrower_id("sam"))
    assert not sam.told(HEAD)
    house.clock.forward(days=1)
    await remind(house)
    assert sam.told(HEAD)  # SAM-3
    later = replace(rises[0][0], due=ago(25))
    await lender.change("SAM-1", instalments=(later,))
    house.clock.forward(days=2)
    await remind(house)
    assert not sam.told(HEAD)
    house.clock.forward(days=3)
    await remind(house)
    assert not sam.told(HEAD)  # its day is over
