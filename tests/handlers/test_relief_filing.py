"""An application sent: once, with what the policy says that day."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.case import Status
from bot.domain.money import Money
from tests.chat.books import CNY
from tests.chat.house import House
from tests.chat.lender import Lender, Staff
from tests.chat.person import Chat, linked
from tests.handlers.test_relief import TO_REVIEW, at_review


async def test_sending_gives_a_reference_and_the_day_of_the_answer(ann: Chat, house: House) -> None:
    await at_review(ann)
    await ann.press("relief.submit")
    case = await house.case("ann")
    assert case.status is Status.SUBMITTED
    assert ann.slots("relief.filed")["reference"] == case.reference
    assert ann.slots("relief.answer_by")["day"] == house.clock.today + timedelta(days=3)
    assert case.penalty_minor == 34_425
    assert case.policy_id == house.policy.policy_id


async def test_days_are_frozen_from_the_day_after(ann: Chat, house: House) -> None:
    await at_review(ann)
    await ann.press("relief.submit")
    loan = await house.loan("ANN-1")
    (freeze,) = loan.case_freezes.values()
    assert freeze.start == house.clock.today + timedelta(days=1)
    house.clock.forward(days=2)
    await ann.walk("/balance", "123X")
    assert ann.slots("balance.penalty")["amount"] == Money(34_425, CNY)
    assert ann.told("still.frozen")


async def test_a_small_relief_is_offered_at_once(amy: Chat, house: House) -> None:
    await at_review(amy)
    await amy.press("relief.submit")
    assert {"relief.filed", "offer.head", "offer.relief", "offer.pay_by"} <= amy.keys
    case = await house.case("amy")
    assert case.status is Status.OFFERED
    assert case.decided_by == "system"
    (waiver,) = (await house.loan("AMY-1")).case_waivers.values()
    assert waiver.amount == case.relief_minor
    left = amy.slots("offer.remaining")["amount"]
    assert isinstance(left, Money)
    told = await house.loan("AMY-1")
    assert told.loan.waivers == (waiver,)


async def test_a_loan_that_is_not_covered_goes_to_a_person(house: House) -> None:
    leo = await linked(house, "leo")
    await leo.walk("/relief", ">relief.apply_anyway", *TO_REVIEW[1:])
    assert leo.told("relief.review.person_decides")
    await leo.press("relief.submit")
    case = await house.case("leo")
    assert (case.status, case.eligible) == (Status.SUBMITTED, False)


async def test_pressing_send_twice_files_once(ann: Chat, house: House) -> None:
    await at_review(ann)
    review = await ann.card("relief.submit")
    await ann.press("relief.submit", on=review)
    await ann.press("relief.submit", on=review)
    assert {"form.gone", "status.is.submitted"} <= ann.keys
    assert len(await house.cases("ann")) == 1


async def test_the_same_press_delivered_twice_has_one_effect(ann: Chat, house: House) -> None:
    await at_review(ann)
    review = await ann.card("relief.submit")
    before = len(await house.chats.messages(ann.id, 0))
    for _ in range(3):
        await ann.press("relief.submit", on=review, key="same")
    assert len(await house.cases("ann")) == 1
    assert len(await house.chats.messages(ann.id, 0)) == before + 2  # the press and one answer


async def test_one_open_case_a_loan(ann: Chat, house: House) -> None:
    told = "/relief"
    await ann.say(told)
    apply_card = await ann.card("relief.apply")
    await ann.walk(*TO_REVIEW, ">relief.submit", told)
    assert ann.told("relief.already_open")
    await ann.press("relief.apply", on=apply_card)
    assert ann.told("relief.already_open")
    assert len(await house.cases("ann")) == 1


async def test_another_loan_may_have_a_case_of_its_own(sam: Chat, house: House) -> None:
    await sam.walk("/relief", ">Cash loan SAM-1", *TO_REVIEW, ">relief.submit")
    await sam.walk("/relief", ">Card instalment plan SAM-2", *TO_REVIEW, ">relief.submit")
    assert len(await house.cases("sam")) == 2


async def test_a_press_of_an_older_card_shows_where_the_form_is(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply")
    reasons = await ann.card("reason.illness")
    await ann.walk(">reason.other")
    await ann.press("reason.illness", on=reasons)
    assert {"form.moved_on", "relief.details.ask"} <= ann.keys
    await ann.walk("words", ">relief.day.unknown")
    assert ann.told("relief.review.head")


async def test_a_card_of_an_earlier_form_never_sends_the_next_one(sam: Chat, house: House) -> None:
    await sam.walk("/relief", ">Cash loan SAM-1", *TO_REVIEW)
    old = await sam.card("relief.submit")
    await sam.walk(">relief.submit", "/relief", ">Card instalment plan SAM-2", *TO_REVIEW)
    await sam.press("relief.submit", on=old)
    assert sam.told("form.moved_on")
    assert len(await house.cases("sam")) == 1


async def test_books_that_clear_the_loan_end_the_form_kindly(ann: Chat, lender: Lender) -> None:
    await at_review(ann)
    await lender.pay("ANN-1", 1_054_425)
    await ann.press("relief.submit")
    assert not ann.told("relief.filed")
    assert await ann.house.cases("ann") == ()


async def test_a_form_whose_loan_was_paid_meanwhile_ends_kindly(ann: Chat, lender: Lender) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other")
    await lender.pay("ANN-1", 1_054_425)
    await ann.say("/relief")
    assert ann.keys == {"loan.none_overdue"}


async def test_with_every_loan_applied_for_the_form_points_to_the_status(
    sam: Chat, lender: Lender
) -> None:
    await sam.walk("/relief", ">Cash loan SAM-1", *TO_REVIEW, ">relief.submit")
    await sam.walk("/relief", ">Card instalment plan SAM-2", ">relief.apply", ">reason.other")
    await lender.pay("SAM-2", 10**6)
    await sam.say("/relief")
    assert {"relief.already_open", "task.status"} == sam.keys


async def test_a_rejected_case_lets_the_loan_apply_again(
    ann: Chat, house: House, staff: Staff
) -> None:
    await at_review(ann)
    await ann.press("relief.submit")
    await staff.decide("reject", await house.case("ann"), reason="facts_differ")
    await ann.walk("/relief", *TO_REVIEW, ">relief.submit")
    assert ann.told("relief.filed")


async def test_the_verdict_is_computed_again_when_sending(ann: Chat, house: House) -> None:
    await at_review(ann)
    house.clock.forward(days=6)
    await ann.walk("/relief", "123X", ">relief.submit")
    case = await house.case("ann")
    assert case.submitted_on == house.clock.today
    assert case.days_overdue == 51
    assert case.penalty_minor == 34_425 + 6 * 765
