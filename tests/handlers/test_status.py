"""Where applications stand; accepting, declining, withdrawing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.accrual import statement
from bot.domain.case import Status
from bot.domain.loan import Payment
from bot.domain.money import Money
from bot.domain.policy import Policy
from bot.domain.policy.relief_policy import WhenNotSettled
from bot.turn import BookedLoan, Pressed, SaveCase, text
from handlers.status import TASK
from tests.chat.books import CNY
from tests.chat.house import House
from tests.chat.lender import Staff
from tests.chat.person import Chat, linked
from tests.handlers.test_relief import TO_REVIEW


async def filed(chat: Chat) -> None:
    """An application sent."""
    await chat.walk("/relief", *TO_REVIEW, ">relief.submit")


async def test_no_application_offers_to_make_one(ann: Chat) -> None:
    await ann.say("/status")
    assert ann.told("status.none")
    await ann.press("task.relief")
    assert ann.told("relief.free")


async def test_a_sent_one_tells_reference_loan_day_and_when_to_expect_an_answer(
    ann: Chat, house: House
) -> None:
    await filed(ann)
    await ann.say("/status")
    case = await house.case("ann")
    assert ann.slots("status.head")["reference"] == case.reference
    assert {"status.loan", "status.filed", "status.is.submitted", "relief.answer_by"} <= ann.keys


async def test_withdrawing_is_asked_once_more(ann: Chat, house: House) -> None:
    await filed(ann)
    await ann.walk("/status", ">status.withdraw")
    assert ann.told("status.withdraw.sure")
    await ann.press("status.keep")
    assert ann.told("status.is.submitted")
    await ann.walk("/status", ">status.withdraw", ">status.withdraw.yes")
    assert ann.told("status.withdraw.done")
    assert (await house.case("ann")).status is Status.WITHDRAWN


async def test_withdrawing_gives_the_frozen_days_back(ann: Chat, house: House) -> None:
    await filed(ann)
    house.clock.forward(days=2)
    await ann.walk("/status", "123X", "/status", ">status.withdraw", ">status.withdraw.yes")
    loan = await house.loan("ANN-1")
    assert loan.case_freezes == {}
    await ann.say("/balance")
    assert ann.slots("balance.penalty")["amount"] == Money(34_425 + 2 * 765, CNY)


async def test_where_the_policy_says_so_frozen_days_stay(ann: Chat, house: House) -> None:
    await filed(ann)
    house.clock.forward(days=2)
    await use_policy(house, days_stay(house.policy))
    await ann.walk("/status", "123X", "/status", ">status.withdraw", ">status.withdraw.yes")
    (freeze,) = (await house.loan("ANN-1")).case_freezes.values()
    assert freeze.until == house.clock.today


async def test_accepting_tells_what_to_pay_by_when(amy: Chat, house: House) -> None:
    await filed(amy)
    await amy.press("status.accept")
    assert {"status.accepted", "status.accepted.then"} <= amy.keys
    case = await house.case("amy")
    assert case.status is Status.ACCEPTED
    assert amy.slots("status.accepted")["day"] == case.pay_by
    await amy.press("task.how_to_pay")
    assert amy.slots("how_to_pay.head")["amount"] == amy_left(await house.loan("AMY-1"), house)


def amy_left(booked: object, house: House) -> Money:
    """What the statement of today says is due."""
    assert isinstance(booked, BookedLoan)
    told = statement(
        booked.loan,
        house.policy.terms_for(booked.product),
        house.policy.allocation_for(booked.product),
        house.clock.today,
    )
    return Money(told.outstanding.total, told.currency)


async def test_what_remains_is_the_statement_with_the_waiver(amy: Chat, house: House) -> None:
    await filed(amy)
    offered = amy.slots("offer.remaining")["amount"]
    assert offered == amy_left(await house.loan("AMY-1"), house)
    await amy.say("/status")
    assert amy.slots("offer.remaining")["amount"] == offered
    await amy.say("/balance")
    assert amy.slots("balance.today")["amount"] == offered


async def test_accepting_twice_accepts_once(amy: Chat, house: House) -> None:
    await filed(amy)
    offer = await amy.card("status.accept")
    await amy.press("status.accept", on=offer)
    await amy.press("status.accept", on=offer)
    assert {"status.moved_on", "status.is.accepted"} <= amy.keys
    assert (await house.case("amy")).version == 3


async def test_accepting_after_withdrawing_shows_how_it_stands(
    ann: Chat, house: House, staff: Staff
) -> None:
    await filed(ann)
    await ann.say("/status")
    card = await ann.card("status.withdraw")
    await staff.decide("offer", await house.case("ann"))
    await ann.press("status.withdraw", on=card)
    assert {"status.moved_on", "status.is.offered"} <= ann.keys


async def test_declining_is_asked_once_more_and_takes_the_waiver_away(
    amy: Chat, house: House
) -> None:
    await filed(amy)
    await amy.press("status.decline")
    assert amy.told("status.decline.sure")
    await amy.press("status.decline.yes")
    assert amy.told("status.decline.done")
    assert (await house.case("amy")).status is Status.DECLINED
    loan = await house.loan("AMY-1")
    assert loan.loan.waivers == ()
    assert loan.case_freezes == {}


async def test_after_accepting_it_can_still_be_taken_back(amy: Chat, house: House) -> None:
    await filed(amy)
    await amy.walk(">status.accept", "/status", ">status.withdraw", ">status.withdraw.yes")
    assert (await house.case("amy")).status is Status.WITHDRAWN
    assert (await house.loan("AMY-1")).loan.waivers == ()


async def test_an_offer_cannot_be_accepted_after_its_last_day(amy: Chat, house: House) -> None:
    await filed(amy)
    house.clock.forward(days=8)
    await amy.walk("/status", "123X")
    await amy.say("/status")
    await amy.press("status.accept")
    assert amy.told("case.offer.over")
    assert (await house.case("amy")).status is Status.OFFERED


async def test_accepting_when_nothing_is_left_to_pay_settles_at_once(
    amy: Chat, house: House
) -> None:
    await filed(amy)
    await amy.press("status.accept")
    turn = next(turn for turn in reversed(house.turns) if isinstance(turn.heard, Pressed))
    (booked,) = turn.loans
    all_of_it = Payment(turn.today, 10**6)
    paid = replace(booked, loan=replace(booked.loan, payments=(all_of_it,)))
    outcome = TASK.handle(replace(turn, loans=(paid,)))
    saved = [write.case.status for write in outcome.write if isinstance(write, SaveCase)]
    assert saved == [Status.ACCEPTED, Status.SETTLED]


async def test_a_case_whose_loan_is_not_in_the_books_can_be_read_but_not_moved(
    amy: Chat, house: House
) -> None:
    await filed(amy)
    await amy.say("/status")
    read = house.turns[-1]
    assert len(TASK.handle(replace(read, loans=())).say) == 1
    await amy.press("status.accept")
    pressed = house.turns[-1]
    outcome = TASK.handle(replace(pressed, loans=()))
    assert outcome.write == ()
    assert outcome.say[0].paragraphs == (text("heard.lost"),)


async def test_without_a_condition_accepting_settles_at_once(house: House) -> None:
    await use_policy(house, without_condition(house.policy))
    amy = await linked(house, "amy")
    await filed(amy)
    assert not amy.told("offer.pay_by")
    await amy.say("/status")
    assert amy.told("offer.remaining")
    assert not amy.told("offer.pay_by")
    await amy.press("status.accept")
    assert {"settled.fell", "rate.ask"} <= amy.keys
    assert (await house.case("amy")).status is Status.SETTLED
    loan = await house.loan("AMY-1")
    assert all(freeze.until <= house.clock.today for freeze in loan.case_freezes.values())
    assert len(loan.loan.waivers) == 1


async def test_withdrawing_what_froze_no_day_gives_none_back(ann: Chat, house: House) -> None:
    await use_policy(house, _with_conditions(house.policy, freeze_days_in_12_months=0))
    await filed(ann)
    await ann.walk("/status", ">status.withdraw", ">status.withdraw.yes")
    assert (await house.case("ann")).status is Status.WITHDRAWN


async def test_three_closed_ones_are_shown_after_the_open_one(
    ann: Chat, house: House, staff: Staff
) -> None:
    for _ in range(4):
        await filed(ann)
        await staff.decide("reject", await house.case("ann"), reason="other", note="Sorry.")
    await filed(ann)
    said = await ann.say("/status")
    references = [case.reference for case in await house.cases("ann")]
    assert [reference in said for reference in references] == [False, True, True, True, True]
    assert said.index(references[4]) < said.index(references[3]) < said.index(references[1])


async def test_a_rejected_one_shows_reason_and_note(ann: Chat, house: House, staff: Staff) -> None:
    await filed(ann)
    await staff.decide("reject", await house.case("ann"), reason="other", note="Call us.")
    await ann.say("/status")
    assert {"status.is.rejected", "rejected.why", "case.reason.other"} <= ann.keys
    assert ann.slots("offer.note")["note"] == "Call us."


async def test_another_persons_case_cannot_be_touched(ann: Chat, amy: Chat, house: House) -> None:
    await filed(amy)
    offer = await amy.card("status.accept")
    tap = next(tap for tap in await amy.taps(offer) if "status.accept" in tap.keys)
    await ann.send("button", tap.id)
    assert ann.told("heard.lost")
    assert (await house.case("amy")).status is Status.OFFERED


async def use_policy(house: House, policy: Policy) -> None:
    """Another policy from now on, as after a restart with another file."""
    house.policy = policy
    await house.restart()


def days_stay(policy: Policy) -> Policy:
    """The same, frozen days never charged again."""
    return _with_conditions(policy, freeze_when_not_settled=WhenNotSettled.DAYS_STAY)


def without_condition(policy: Policy) -> Policy:
    """The same, nothing asked of the borrower."""
    return _with_conditions(policy, pay_within_days=None)


def _with_conditions(policy: Policy, **changed: object) -> Policy:
    (relief,) = policy.relief
    conditions = replace(relief.conditions, **changed)  # type: ignore[arg-type]  # fields of it
    return replace(policy, relief=(replace(relief, conditions=conditions),))


async def test_the_answer_day_is_shown_only_while_it_is_awaited(
    ann: Chat, house: House, staff: Staff
) -> None:
    await filed(ann)
    await staff.decide("take", await house.case("ann"))
    await ann.say("/status")
    assert {"status.is.in_review", "relief.answer_by"} <= ann.keys
    await staff.decide("offer", await house.case("ann"))
    await ann.say("/status")
    assert not ann.told("relief.answer_by")
    assert (await house.case("ann")).answer_by == house.clock.today + timedelta(days=7)
