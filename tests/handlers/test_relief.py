"""Applying for relief: the verdict, the form question by question, the filing."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from bot.domain.case import Status
from bot.domain.money import Money
from tests.chat.books import CNY
from tests.chat.house import House
from tests.chat.lender import Lender, Staff
from tests.chat.person import Chat, linked

TO_REVIEW = (">relief.apply", ">reason.other", "I was ill for a month.", ">relief.day.unknown")


async def at_review(chat: Chat) -> str:
    """The form filled in, with a reason that needs no proof; the review as it is shown."""
    await chat.say("/relief")
    return await chat.walk(*TO_REVIEW)


# --- the verdict ---


async def test_it_is_free_needs_no_agent_and_tells_percent_money_and_last_day(ann: Chat) -> None:
    await ann.say("/relief")
    assert ann.told("relief.free")
    assert ann.slots("relief.eligible")["percent"] == Fraction(1, 2)
    assert ann.slots("relief.eligible")["relief"] == Money(17_213, CNY)  # half of 344.25, up
    assert {"verdict.window", "verdict.pay", "verdict.freeze", "verdict.credit_record"} <= ann.keys


async def test_an_excluded_loan_is_told_why_and_may_still_ask_a_person(house: House) -> None:
    leo = await linked(house, "leo")
    await leo.say("/relief")
    assert {"relief.not_eligible", "verdict.status.no", "relief.ask_anyway"} <= leo.keys
    await leo.press("relief.apply_anyway")
    assert leo.told("relief.reason.ask")


async def test_several_loans_are_asked_about(sam: Chat) -> None:
    await sam.say("/relief")
    assert sam.told("loan.which")
    said = await sam.press("Cash loan SAM-1")
    assert sam.told("relief.free")
    assert "SAM-1" in said


async def test_nothing_overdue_leaves_nothing_to_apply_for(house: House) -> None:
    joy = await linked(house, "joy")
    await joy.say("/relief")
    assert joy.keys == {"loan.none_overdue"}


# --- question by question ---


async def test_the_form_asks_reason_details_proof_and_day(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply")
    assert {"relief.reason.ask", "relief.reason.why"} <= ann.keys
    await ann.press("reason.illness")
    assert ann.told("relief.details.ask")
    await ann.say("In hospital since January.")
    assert {"relief.files.ask", "relief.files.kinds"} <= ann.keys
    await ann.upload()
    assert ann.told("form.files.received")
    await ann.press("form.files.done")
    assert ann.told("relief.day.ask")
    await ann.say("2026-03-20")
    assert {"relief.review.head", "relief.review.verdict", "relief.review.freeze"} <= ann.keys


async def test_a_reason_that_needs_no_proof_is_not_asked_for_any(ann: Chat) -> None:
    await ann.walk("/relief", *TO_REVIEW)
    assert ann.told("relief.review.head")
    assert not ann.told("relief.files.label")


async def test_the_reason_adds_its_points_to_the_percent(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.illness", ">form.skip")
    await ann.walk(">form.files.none", ">relief.day.unknown")
    assert ann.slots("relief.review.verdict")["percent"] == Fraction(7, 10)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("it rained", "answer.choice"),
        ("<b>illness</b>", "answer.choice"),
        ("", "answer.choice"),
        ("   ", "answer.choice"),
    ],
)
async def test_a_reason_nobody_offered_is_asked_for_again(ann: Chat, typed: str, key: str) -> None:
    await ann.walk("/relief", ">relief.apply", typed)
    assert {key, "relief.reason.ask"} <= ann.keys
    await ann.press("reason.other")
    assert ann.told("relief.details.ask")


async def test_a_reason_may_be_typed_as_it_reads(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply", "illness or accident")
    assert ann.told("relief.details.ask")


async def test_the_name_of_a_reason_typed_as_details_is_an_answer(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.job_loss", "Lost my job")
    assert ann.told("relief.files.ask")


@pytest.mark.parametrize(
    ("typed", "key"),
    [("   ", "answer.words.short"), ("x" * 1001, "answer.words.long"), ("", "answer.words.short")],
)
async def test_details_must_be_there_and_fit(ann: Chat, typed: str, key: str) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other", typed)
    assert {key, "relief.details.ask"} <= ann.keys
    await ann.press("form.skip")
    assert ann.told("relief.day.ask")


async def test_details_of_exactly_the_limit_fit(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other", "字" * 1000)
    assert ann.told("relief.day.ask")


async def test_markup_in_details_is_shown_literally(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other", '<b>&"Markdown* =cmd|x')
    said = await ann.press("relief.day.unknown")
    assert '<b>&"Markdown* =cmd|x' in said
    review = await ann.card("relief.submit")
    assert "&lt;b&gt;&amp;&quot;Markdown" in review.html


async def test_words_where_a_file_is_asked_for_ask_again(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.illness", ">form.skip", "my proof")
    assert {"answer.file", "relief.files.ask"} <= ann.keys


async def test_five_files_fit_and_the_sixth_does_not(ann: Chat, house: House) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.illness", ">form.skip")
    for count in range(1, 6):
        await ann.upload()
        assert ann.slots("form.files.received")["count"] == count
    await ann.upload()
    assert ann.told("answer.files.many")
    await ann.walk(">form.files.done", ">relief.day.unknown", ">relief.submit")
    assert len((await house.case("ann")).upload_ids) == 5


async def test_proof_may_be_left_out(ann: Chat, house: House) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.illness", ">form.skip")
    await ann.walk(">form.files.none", ">relief.day.unknown", ">relief.submit")
    assert (await house.case("ann")).upload_ids == ()


async def test_a_file_where_words_are_asked_for_asks_again(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other")
    await ann.upload()
    assert {"answer.words", "relief.details.ask"} <= ann.keys


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("2026-02-30", "answer.day.none"),
        ("31 April", "answer.day.none"),
        ("01.12.26", "answer.day.year"),
        ("2569-03-10", "answer.day.year_range"),
        ("1404/12/20", "answer.day.year_range"),
        ("2026-03-01", "answer.day.range"),  # yesterday
        ("2026-05-02", "answer.day.range"),  # 61 days ahead
        ("soon", "answer.day.shape"),
        ("", "answer.day.shape"),
    ],
)
async def test_a_day_that_is_none_is_asked_for_again(ann: Chat, typed: str, key: str) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other", ">form.skip", typed)
    assert {key, "relief.day.ask"} <= ann.keys
    await ann.say("2026-03-10")
    assert ann.told("relief.review.head")


@pytest.mark.parametrize(
    "typed", ["2026-03-20", "20 March", "Mar 20, 2026", "20.3.2026", "3月20日", "２０２６-03-20"]
)
async def test_a_day_is_read_however_it_is_written(ann: Chat, house: House, typed: str) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other", ">form.skip", typed)
    assert ann.told("relief.review.head")
    await ann.press("relief.submit")
    assert str((await house.case("ann")).pay_on) == "2026-03-20"


async def test_a_day_with_two_readings_is_asked_about_with_the_month_by_name(
    ann: Chat, house: House
) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other", ">form.skip", "03/04/2026")
    assert ann.told("form.which")
    labels = await ann.labels(await ann.card())
    assert labels[:2] == ["3 Apr 2026", "4 Mar 2026"]
    await ann.walk(">3 Apr 2026", ">relief.submit")
    assert str((await house.case("ann")).pay_on) == "2026-04-03"


# --- leaving and coming back ---


async def test_back_asks_the_question_before_and_keeps_the_rest(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other", ">form.skip")
    await ann.press("form.back")
    assert ann.told("relief.details.ask")
    await ann.press("form.back")
    assert ann.told("relief.reason.ask")
    await ann.press("form.back")
    assert ann.told("relief.loan.ask")
    await ann.press("Cash loan ANN-1")
    assert ann.told("relief.day.ask")


async def test_later_keeps_everything_and_one_press_goes_on(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other", ">form.later")
    assert ann.told("form.kept")
    await ann.press("form.go_on")
    assert {"form.resumed", "relief.details.ask"} <= ann.keys


@pytest.mark.parametrize(
    "steps",
    [
        (">relief.apply",),
        (">relief.apply", ">reason.illness"),
        (">relief.apply", ">reason.illness", ">form.skip"),
        (">relief.apply", ">reason.illness", ">form.skip", ">form.files.none"),
        TO_REVIEW,
    ],
)
async def test_at_any_step_something_else_may_come_first(ann: Chat, steps: tuple[str, ...]) -> None:
    await ann.walk("/relief", *steps)
    asked = ann.keys & {key for key in ann.keys if key.endswith((".ask", ".review.head"))}
    await ann.say("/balance")
    assert {"balance.today", "form.go_on"} <= ann.keys
    await ann.say("/tips")
    assert ann.told("form.go_on")
    await ann.press("form.go_on")
    assert {"form.resumed"} | asked <= ann.keys


@pytest.mark.parametrize("words", ["how much do I owe", "what is my balance"])
async def test_words_that_mean_another_task_bring_it_one_press_away(ann: Chat, words: str) -> None:
    await ann.walk("/relief", ">relief.apply", words)
    assert {"answer.choice", "relief.reason.ask"} <= ann.keys
    await ann.press("task.balance", on=await ann.card())
    assert {"balance.today", "form.go_on"} <= ann.keys


@pytest.mark.parametrize("words", ["stop", "never mind", "not now", "forget it"])
async def test_wanting_to_stop_in_words_leaves_the_form_and_keeps_it(ann: Chat, words: str) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other", words)
    assert ann.told("form.kept")
    await ann.say("/relief")
    assert {"form.resumed", "relief.details.ask"} <= ann.keys


async def test_cancel_ends_the_form(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other", ">form.cancel")
    assert ann.told("form.cancelled")
    await ann.say("/relief")
    assert ann.told("relief.free")


async def test_after_days_and_a_restart_the_form_goes_on_where_it_was(
    house: House, ann: Chat
) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.illness", "In hospital.")
    await house.pass_days(3)
    await house.restart()
    await ann.walk("/relief", "123X")
    assert {"form.resumed", "relief.files.ask"} <= ann.keys
    said = await ann.walk(">form.files.none", ">relief.day.unknown")
    assert "In hospital." in said


async def test_a_form_left_alone_too_long_is_put_away_and_that_is_said(
    house: House, ann: Chat
) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.other")
    await house.pass_days(14)
    assert "form.expired" not in house.texts.noted.said()
    await house.pass_days(1)
    assert "form.expired" in house.texts.noted.said()
    await house.pass_days(2)
    assert "form.expired" not in house.texts.noted.said()
    await ann.walk("/relief", "123X")
    assert ann.told("relief.free")


# --- review ---


async def test_the_review_shows_every_answer(ann: Chat) -> None:
    said = await at_review(ann)
    for part in ("ANN-1", "Another reason", "I was ill for a month.", "I don't know yet"):
        assert part in said


async def test_an_early_answer_changes_without_losing_the_later_ones(
    ann: Chat, house: House
) -> None:
    await at_review(ann)
    await ann.press("Change: Reason")
    assert ann.told("relief.reason.ask")
    await ann.press("reason.illness")
    assert ann.told("relief.files.ask")  # newly needed
    said = await ann.press("form.files.none")
    assert ann.told("relief.review.head")
    assert "I was ill for a month." in said
    await ann.press("relief.submit")
    case = await house.case("ann")
    assert (case.reason, case.details) == ("illness", "I was ill for a month.")


async def test_an_answer_no_longer_asked_for_is_not_sent(ann: Chat, house: House) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.illness", ">form.skip")
    await ann.upload()
    await ann.walk(">form.files.done", ">relief.day.unknown", ">Change: Reason", ">reason.other")
    assert ann.told("relief.review.head")
    await ann.press("relief.submit")
    assert (await house.case("ann")).upload_ids == ()


async def test_a_bad_new_answer_keeps_the_old_one_until_a_good_one_comes(ann: Chat) -> None:
    await at_review(ann)
    await ann.walk(">Change: When I can pay", "yesterday")
    assert {"answer.day.shape", "relief.day.ask"} <= ann.keys
    said = await ann.say("2026-03-20")
    assert "20 Mar 2026" in said
    assert "I was ill for a month." in said


async def test_files_can_be_added_from_the_review(ann: Chat, house: House) -> None:
    await ann.walk("/relief", ">relief.apply", ">reason.illness", ">form.skip")
    await ann.upload()
    await ann.walk(">form.files.done", ">relief.day.unknown", ">Change: Proof")
    await ann.upload()
    assert ann.slots("form.files.received")["count"] == 2
    await ann.walk(">form.files.done", ">relief.submit")
    assert len((await house.case("ann")).upload_ids) == 2


async def test_words_at_the_review_ask_to_choose(ann: Chat) -> None:
    await at_review(ann)
    await ann.say("looks good")
    assert {"form.review.please_choose", "relief.review.head"} <= ann.keys


async def test_the_review_may_be_sent_by_typing_the_label(ann: Chat) -> None:
    await at_review(ann)
    await ann.say("send the application")
    assert ann.told("relief.filed")


async def test_changing_the_loan_keeps_the_other_answers(sam: Chat, house: House) -> None:
    await sam.walk("/relief", ">Cash loan SAM-1", *TO_REVIEW)
    await sam.walk(">Change: Loan", ">Card instalment plan SAM-2")
    assert sam.told("relief.review.head")
    await sam.press("relief.submit")
    case = await house.case("sam")
    assert case.loan_id == (await house.loan("SAM-2")).id
    assert case.details == "I was ill for a month."


async def test_starting_for_another_loan_takes_the_form_along(sam: Chat) -> None:
    await sam.walk("/relief", ">Cash loan SAM-1", *TO_REVIEW)
    await sam.walk("/balance")
    card = next(m for m in reversed(await sam.messages()) if "SAM-2" in m.text and m.buttons)
    await sam.press("task.relief", on=card)
    said = await sam.press("relief.apply")
    assert sam.told("relief.review.head")
    assert "SAM-2" in said
    assert "I was ill for a month." in said


# --- filing ---


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
    assert ann.told("balance.still")


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
    assert ann.told("form.gone")
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
