"""What new books and passing days mean: settled, lapsed, put away."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.case import Status
from bot.domain.money import Money
from handlers.books import TASK
from tests.chat.books import CNY
from tests.chat.house import House
from tests.chat.lender import Lender, Staff
from tests.chat.person import Chat, linked
from tests.handlers.test_relief import TO_REVIEW
from tests.handlers.test_status import filed, use_policy, without_condition

DUE = 1_054_425
RELIEF = 17_213


async def offered(chat: Chat, staff: Staff) -> None:
    """An application granted by the matrix."""
    await filed(chat)
    await staff.decide("offer", await chat.house.case("ann"))
    await chat.look_away()


async def accepted(chat: Chat, staff: Staff) -> None:
    """And accepted."""
    await offered(chat, staff)
    await chat.press("status.accept")


async def test_paying_what_remains_settles_and_says_by_how_much_the_penalty_fell(
    ann: Chat, house: House, lender: Lender, staff: Staff
) -> None:
    await accepted(ann, staff)
    await lender.pay("ANN-1", DUE - RELIEF)
    case = await house.case("ann")
    assert case.status is Status.SETTLED
    said = await ann.said()
    assert "¥172.13" in said
    assert house.texts.noted.slots("settled.fell")["amount"] == Money(RELIEF, CNY)
    assert await ann.find(f"rate|stars|{case.id}:5")
    await ann.press("why||")
    assert ann.slots("why.waived")["amount"] == Money(RELIEF, CNY)
    assert ann.slots("why.head")["amount"] == Money(0, CNY)


async def test_paying_less_does_not_settle(
    ann: Chat, house: House, lender: Lender, staff: Staff
) -> None:
    await accepted(ann, staff)
    await lender.pay("ANN-1", DUE - RELIEF - 1)
    assert (await house.case("ann")).status is Status.ACCEPTED
    await ann.say("/status")
    assert ann.slots("offer.remaining")["amount"] == Money(1, CNY)
    await lender.pay("ANN-1", 1)
    assert (await house.case("ann")).status is Status.SETTLED


async def test_paying_accepts_an_offer_that_was_not_answered_yet(
    ann: Chat, house: House, lender: Lender, staff: Staff
) -> None:
    await offered(ann, staff)
    await lender.pay("ANN-1", DUE - RELIEF)
    case = await house.case("ann")
    assert case.status is Status.SETTLED
    assert case.version == 5  # submitted, taken, offered, accepted, settled


async def test_the_frozen_days_end_with_the_settlement(
    ann: Chat, house: House, lender: Lender, staff: Staff
) -> None:
    await accepted(ann, staff)
    await house.pass_days(3)
    await lender.pay("ANN-1", DUE - RELIEF)
    (freeze,) = (await house.loan("ANN-1")).case_freezes.values()
    assert freeze.until == house.clock.today


async def test_settled_once_even_when_more_tapes_come(
    ann: Chat, house: House, lender: Lender, staff: Staff
) -> None:
    await accepted(ann, staff)
    await lender.pay("ANN-1", DUE - RELIEF)
    version = (await house.case("ann")).version
    await ann.look_away()
    await lender.pay("ANN-1", 100)
    await house.pass_days(2)
    assert (await house.case("ann")).version == version
    assert await ann.new() == []


async def test_not_paid_in_time_it_lapses_when_the_books_have_reached_the_day(
    ann: Chat, house: House, lender: Lender, staff: Staff
) -> None:
    await accepted(ann, staff)
    await house.pass_days(15)
    assert (await house.case("ann")).status is Status.ACCEPTED  # the books are old
    await lender.books()
    await house.pass_days(1)
    assert (await house.case("ann")).status is Status.LAPSED
    assert "lapsed.head" in house.texts.noted.said()
    loan = await house.loan("ANN-1")
    assert loan.loan.waivers == ()
    assert loan.case_freezes == {}
    await ann.walk("/balance", "123X")
    assert ann.slots("balance.penalty")["amount"] == Money(34_425 + 16 * 765, CNY)


async def test_paid_in_time_but_booked_later_still_settles(
    ann: Chat, house: House, lender: Lender, staff: Staff
) -> None:
    await accepted(ann, staff)
    paid_on = house.clock.today
    await house.pass_days(20)
    await lender.pay("ANN-1", DUE - RELIEF, on=paid_on)
    assert (await house.case("ann")).status is Status.SETTLED


async def test_paid_too_late_it_lapses(
    ann: Chat, house: House, lender: Lender, staff: Staff
) -> None:
    await accepted(ann, staff)
    await house.pass_days(16)
    await lender.pay("ANN-1", DUE + 100_000)
    assert (await house.case("ann")).status is Status.LAPSED


async def test_an_offer_nobody_answers_lapses_after_its_day(
    ann: Chat, house: House, lender: Lender, staff: Staff
) -> None:
    await offered(ann, staff)
    await house.pass_days(7)
    await lender.books()
    assert (await house.case("ann")).status is Status.OFFERED
    await house.pass_days(1)
    assert (await house.case("ann")).status is Status.LAPSED
    await ann.walk("/status", "123X")
    assert ann.told("status.is.lapsed")


async def test_paying_after_the_answer_day_of_an_unanswered_offer_does_not_settle_it(
    ann: Chat, house: House, lender: Lender, staff: Staff
) -> None:
    await offered(ann, staff)
    await house.pass_days(10)
    await lender.pay("ANN-1", DUE - RELIEF)
    assert (await house.case("ann")).status is Status.LAPSED


async def test_an_offer_without_a_condition_waits_for_its_answer(
    ann: Chat, house: House, lender: Lender, staff: Staff
) -> None:
    await use_policy(house, without_condition(house.policy))
    await offered(ann, staff)
    await lender.pay("ANN-1", DUE)
    assert (await house.case("ann")).status is Status.OFFERED
    await house.pass_days(8)
    await lender.books()
    await house.pass_days(1)
    assert (await house.case("ann")).status is Status.LAPSED


async def test_a_case_under_review_is_left_to_people(
    ann: Chat, house: House, lender: Lender
) -> None:
    await filed(ann)
    await lender.pay("ANN-1", DUE)
    assert (await house.case("ann")).status is Status.SUBMITTED


async def test_new_books_of_somebody_without_a_case_say_nothing(ann: Chat, lender: Lender) -> None:
    await ann.look_away()
    await lender.pay("ANN-1", 100)
    assert await ann.new() == []


async def test_new_books_leave_an_open_question_open(ann: Chat, lender: Lender) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other")
    await lender.pay("ANN-1", 100)
    await ann.say("My details.")
    assert ann.told("relief.day.ask")


async def test_a_backdated_payment_replays_what_remains(
    ann: Chat, house: House, lender: Lender, staff: Staff
) -> None:
    await accepted(ann, staff)
    await lender.pay("ANN-1", 1_000_000, on=house.clock.today.replace(day=1))
    await ann.say("/status")
    assert ann.slots("offer.remaining")["amount"] == Money(53_660, CNY)
    await ann.say("/balance")
    assert ann.slots("balance.today")["amount"] == Money(53_660, CNY)


async def test_two_cases_of_one_borrower_are_looked_at_each(
    sam: Chat, house: House, lender: Lender, staff: Staff
) -> None:
    for label in ("Cash loan SAM-1", "Card instalment plan SAM-2"):
        await sam.walk("/relief", f">{label}", *TO_REVIEW, ">relief.submit")
    await staff.decide("offer", (await house.cases("sam"))[0])
    await lender.pay("SAM-1", 10**7)
    first, second = await house.cases("sam")
    assert (first.status, second.status) == (Status.SETTLED, Status.OFFERED)


async def test_a_settlement_without_frozen_days_ends_none(
    ann: Chat, house: House, lender: Lender, staff: Staff
) -> None:
    (rules,) = house.policy.relief
    none = replace(rules.conditions, freeze_days_in_12_months=0)
    await use_policy(house, replace(house.policy, relief=(replace(rules, conditions=none),)))
    await accepted(ann, staff)
    await lender.pay("ANN-1", DUE - RELIEF)
    assert (await house.case("ann")).status is Status.SETTLED


async def test_a_case_whose_loan_is_gone_is_left_alone(
    ann: Chat, house: House, lender: Lender, staff: Staff
) -> None:
    await accepted(ann, staff)
    await lender.pay("ANN-1", 1)
    turn = house.turns[-1]
    assert TASK.handle(replace(turn, loans=())).write == ()


async def test_the_whole_journey_survives_a_restart_before_each_step(
    house: House, lender: Lender, staff: Staff
) -> None:
    ann = await linked(house, "ann", "zh-CN")
    for step in ("/relief", ">relief.apply", ">reason.illness", "住院两周。", ">form.files.none"):
        await ann.walk(step)
        await house.restart()
    await ann.walk(">relief.day.unknown", ">relief.submit")
    await house.restart()
    await staff.decide("offer", await house.case("ann"))
    await house.restart()
    assert "¥240.98" in await ann.said()  # 70 % of 344.25
    await ann.press("status.accept")
    await house.restart()
    case = await house.case("ann")
    await lender.pay("ANN-1", DUE - (case.relief_minor or 0))
    await house.restart()
    assert (await house.case("ann")).status is Status.SETTLED
    await ann.press(f"rate|stars|{case.id}:4")
    assert ann.told("rate.thanks")
