"""What staff decide about a case, carried out and told to the borrower."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from bot.domain.case import Act, Status
from bot.domain.policy.relief_policy import ReliefPolicy
from bot.errors import Refused
from handlers.case import TASK
from tests.chat.house import House
from tests.chat.lender import Lender, Staff
from tests.chat.person import Chat, linked
from tests.handlers.test_relief import TO_REVIEW
from tests.handlers.test_status import days_stay, filed, use_policy


async def test_taking_a_case_says_nothing_to_the_borrower(
    ann: Chat, house: House, staff: Staff
) -> None:
    await filed(ann)
    before = len(await ann.messages())
    await staff.decide("take", await house.case("ann"))
    case = await house.case("ann")
    assert (case.status, case.taken_by) == (Status.IN_REVIEW, staff.id)
    assert len(await ann.messages()) == before


async def test_a_grant_by_the_matrix_reaches_the_borrower_by_itself(
    ann: Chat, house: House, staff: Staff
) -> None:
    await filed(ann)
    await staff.decide("offer", await house.case("ann"), note="Get well soon.")
    case = await house.case("ann")
    assert (case.status, case.percent, case.relief_minor) == (
        Status.OFFERED,
        Fraction(1, 2),
        17_213,
    )
    said = await ann.said()
    assert "¥172.13" in said
    assert "Get well soon." in said
    await ann.press("status.accept")
    assert ann.told("status.accepted")


async def test_the_waiver_and_the_freeze_stand_on_the_loan(
    ann: Chat, house: House, staff: Staff
) -> None:
    await filed(ann)
    await staff.decide("offer", await house.case("ann"))
    loan = await house.loan("ANN-1")
    (waiver,), (freeze,) = loan.case_waivers.values(), loan.case_freezes.values()
    assert (waiver.on, waiver.amount) == (house.clock.today, 17_213)
    assert freeze.until == house.clock.today + timedelta(days=14)


@pytest.mark.parametrize(
    ("percent", "fits"),
    [("2/5", True), ("3/5", True), ("39/100", False), ("61/100", False), ("1", False)],
)
async def test_staff_depart_from_the_matrix_as_far_as_the_policy_lets_them(
    ann: Chat, house: House, staff: Staff, percent: str, fits: bool
) -> None:
    await filed(ann)
    case = await house.case("ann")
    if fits:
        await staff.decide("offer", case, percent=Fraction(percent))
        assert (await house.case("ann")).percent == Fraction(percent)
        return
    with pytest.raises(Refused) as no:
        await staff.decide("offer", case, percent=Fraction(percent))
    assert no.value.key == "case.percent.range"
    assert (await house.case("ann")).status is Status.SUBMITTED


async def test_a_rejection_tells_its_reason_and_gives_the_days_back(
    ann: Chat, house: House, staff: Staff
) -> None:
    await filed(ann)
    await staff.decide("reject", await house.case("ann"), reason="evidence_missing")
    assert house.texts.noted.said() >= {
        "rejected.head",
        "rejected.why",
        "case.reason.evidence_missing",
        "rejected.next",
    }
    case = await house.case("ann")
    assert (case.status, case.why, case.decided_by) == (
        Status.REJECTED,
        "evidence_missing",
        staff.id,
    )
    assert (await house.loan("ANN-1")).case_freezes == {}
    await ann.press("task.person")
    assert ann.told("person.ask")


async def test_a_rejection_with_a_note_shows_it(ann: Chat, house: House, staff: Staff) -> None:
    await filed(ann)
    await staff.decide("reject", await house.case("ann"), reason="other", note="<i>Call us</i>")
    assert "<i>Call us</i>" in await ann.said()


async def test_where_the_policy_says_so_frozen_days_stay_after_a_rejection(
    ann: Chat, house: House, staff: Staff
) -> None:
    await use_policy(house, days_stay(house.policy))
    await filed(ann)
    house.clock.forward(days=3)
    await staff.decide("reject", await house.case("ann"), reason="other")
    (freeze,) = (await house.loan("ANN-1")).case_freezes.values()
    assert freeze.until == house.clock.today


@pytest.mark.parametrize("reason", ["", "because", "case.reason.other"])
async def test_a_rejection_needs_a_reason_of_the_list(
    ann: Chat, house: House, staff: Staff, reason: str
) -> None:
    await filed(ann)
    with pytest.raises(Refused):
        await staff.decide("reject", await house.case("ann"), reason=reason)
    assert (await house.case("ann")).status is Status.SUBMITTED


async def test_a_decision_upon_an_older_view_is_refused(
    ann: Chat, house: House, staff: Staff
) -> None:
    await filed(ann)
    seen = await house.case("ann")
    await ann.walk("/status", ">status.withdraw", ">status.withdraw.yes")
    with pytest.raises(Refused) as no:
        await staff.decide("offer", seen)
    assert no.value.key == "case.moved_on"


async def test_a_reviewer_acts_on_a_case_somebody_took(
    ann: Chat, house: House, staff: Staff
) -> None:
    await filed(ann)
    await staff.decide("take", await house.case("ann"))
    await Staff(house, "staff-kim").decide("reject", await house.case("ann"), reason="other")
    assert (await house.case("ann")).decided_by == "staff-kim"


async def test_the_same_form_sent_twice_decides_once(ann: Chat, house: House, staff: Staff) -> None:
    await filed(ann)
    case = await house.case("ann")
    await staff.decide("offer", case, key="form-1")
    await staff.decide("offer", case, key="form-1")
    assert (await house.case("ann")).version == 3  # submitted, taken, offered


@pytest.mark.parametrize("role", ["viewer", "auditor", "policy_owner", "borrower", ""])
async def test_other_roles_decide_nothing(ann: Chat, house: House, role: str) -> None:
    await filed(ann)
    with pytest.raises(Refused):
        await Staff(house, "staff-x", role).decide("offer", await house.case("ann"))


@pytest.mark.parametrize(
    ("act", "key"),
    [
        (Act.REQUEST_INFO, "case.act.later"),
        (Act.SEND_TO_SECOND, "case.act.later"),
        (Act.UNDO, "case.act.impossible"),
        (Act.SETTLE, "case.act.impossible"),
        (Act.WITHDRAW, "case.act.forbidden"),
    ],
)
async def test_what_the_table_knows_but_nobody_may_yet_is_refused_politely(
    ann: Chat, house: House, staff: Staff, act: Act, key: str
) -> None:
    await filed(ann)
    await staff.decide("take", await house.case("ann"))
    with pytest.raises(Refused) as no:
        await staff.decide(act.value, await house.case("ann"))
    assert no.value.key == key
    assert (await house.case("ann")).status is Status.IN_REVIEW


async def test_a_case_of_nobody_is_unknown(ann: Chat, house: House, staff: Staff) -> None:
    await filed(ann)
    case = await house.case("ann")
    with pytest.raises(Refused) as no:
        await staff.decide("offer", replace(case, id="0" * 32))
    assert no.value.key == "case.unknown"


async def test_a_large_relief_needs_a_second_approver(house: House, staff: Staff) -> None:
    lender = Lender.of(house)
    loan = lender.loans["ANN-1"]
    (row,) = loan.instalments
    await lender.change("ANN-1", instalments=(replace(row, principal=100_000_00 * 2),))
    ann = await linked(house, "ann")
    await filed(ann)
    with pytest.raises(Refused) as no:
        await staff.decide("offer", await house.case("ann"))
    assert no.value.key == "case.second.needed"


async def test_a_borrower_without_a_chat_is_decided_upon_all_the_same(
    ann: Chat, house: House, staff: Staff
) -> None:
    await filed(ann)
    await ann.walk("/my_data", ">my_data.leave", ">my_data.leave.yes")
    before = len(await house.chats.messages(ann.id, 0))
    await staff.decide("offer", await house.case("ann"))
    assert (await house.case("ann")).status is Status.OFFERED
    assert len(await house.chats.messages(ann.id, 0)) == before
    back = await linked(house, "ann")
    await back.say("/status")
    assert back.told("status.is.offered")


async def test_a_decision_in_the_middle_of_a_question_leaves_it_open(
    sam: Chat, house: House, staff: Staff
) -> None:
    await sam.walk("/relief", ">Cash loan SAM-1", *TO_REVIEW, ">relief.submit")
    await sam.walk("/relief", ">Card instalment plan SAM-2", ">relief.apply", ">reason.other")
    await staff.decide("reject", await house.case("sam"), reason="other")
    await sam.say("These are my details.")
    assert sam.told("relief.day.ask")


async def test_after_a_grant_that_freezes_no_day_none_is_left(
    ann: Chat, house: House, staff: Staff
) -> None:
    (rules,) = house.policy.relief
    none = replace(rules.conditions, freeze_days_in_12_months=0)
    changed: ReliefPolicy = replace(rules, conditions=none)
    await use_policy(house, replace(house.policy, relief=(changed,)))
    await filed(ann)
    await staff.decide("offer", await house.case("ann"))
    assert (await house.loan("ANN-1")).case_freezes == {}


async def test_something_that_is_no_decision_is_not_known_here(ann: Chat) -> None:
    await ann.say("/case")
    assert ann.told("heard.lost")
    turn = ann.house.turns[-1]
    assert TASK.handle(turn).write == ()
