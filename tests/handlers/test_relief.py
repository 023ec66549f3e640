"""Applying for relief: the verdict, the form question by question, the filing."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bot.domain.money import Money
from tests.chat.books import CNY
from tests.chat.house import House
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
