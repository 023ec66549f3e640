"""I have already paid: it reaches staff with loan, amount, day and proof."""

from __future__ import annotations

import pytest

from tests.chat.house import House
from tests.chat.person import Chat, linked

FILLED = (">Cash loan ANN-1", "500", "2026-02-27")


async def test_it_reaches_staff_with_everything_that_was_told(ann: Chat, house: House) -> None:
    await ann.walk("/already_paid", *FILLED)
    assert ann.told("already_paid.files.ask")
    await ann.upload()
    await ann.press("form.files.done")
    assert ann.told("already_paid.review")
    await ann.press("already_paid.submit")
    assert ann.told("already_paid.done")
    (asked,) = await house.requests()
    assert (asked.kind, asked.words) == ("already_paid", "ANN-1 CNY 500.00 2026-02-27")
    assert len(asked.upload_ids) == 1
    assert asked.loan_id == (await house.loan("ANN-1")).id


async def test_sending_twice_asks_once(ann: Chat, house: House) -> None:
    await ann.walk("/already_paid", *FILLED, ">form.files.none")
    review = await ann.card("already_paid.submit")
    await ann.press("already_paid.submit", on=review)
    await ann.press("already_paid.submit", on=review)
    assert ann.told("form.gone")
    assert len(await house.requests()) == 1


async def test_a_form_that_has_ended_can_be_started_again(ann: Chat) -> None:
    await ann.walk("/already_paid", *FILLED, ">form.files.none")
    review = await ann.card("already_paid.submit")
    await ann.press("already_paid.submit", on=review)
    await ann.walk(">form.cancel", ">form.start_again")
    assert ann.told("already_paid.loan.ask")


async def test_an_answer_changes_from_the_review(ann: Chat, house: House) -> None:
    await ann.walk("/already_paid", *FILLED, ">form.files.none", ">Change: Amount", "600")
    assert ann.told("already_paid.review")
    await ann.press("already_paid.submit")
    assert "600.00" in (await house.requests())[0].words


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("2026-03-03", "answer.day.range"),  # tomorrow
        ("2025-01-01", "answer.day.range"),
        ("2026-02-30", "answer.day.none"),
    ],
)
async def test_a_payment_lies_in_the_past_and_not_too_far(ann: Chat, typed: str, key: str) -> None:
    await ann.walk("/already_paid", ">Cash loan ANN-1", "500", typed)
    assert {key, "already_paid.day.ask"} <= ann.keys


@pytest.mark.parametrize(
    ("typed", "day"),
    [("20 Feb", "2026-02-20"), ("24 December", "2025-12-24"), ("2月1日", "2026-02-01")],
)
async def test_a_day_without_a_year_is_the_last_one(
    ann: Chat, house: House, typed: str, day: str
) -> None:
    await ann.walk("/already_paid", ">Cash loan ANN-1", "500", typed, ">form.files.none")
    await ann.press("already_paid.submit")
    assert (await house.requests())[0].words.endswith(day)


@pytest.mark.parametrize("typed", ["0", "-1", "99999999999"])
async def test_an_amount_out_of_reach_is_asked_for_again(ann: Chat, typed: str) -> None:
    await ann.walk("/already_paid", ">Cash loan ANN-1", typed)
    assert ann.told("already_paid.amount.ask")


async def test_a_typed_amount_is_never_taken_for_a_button_that_looks_alike(ann: Chat) -> None:
    await ann.walk("/already_paid", ">Cash loan ANN-1")
    assert "¥10,544.25" in await ann.labels(await ann.card())
    await ann.say("1054425")
    assert {"answer.amount.range", "already_paid.amount.ask"} <= ann.keys
    await ann.say("10,544.25")
    assert ann.told("already_paid.day.ask")


async def test_more_than_three_files_do_not_fit(ann: Chat) -> None:
    await ann.walk("/already_paid", *FILLED)
    for _ in range(4):
        await ann.upload()
    assert ann.slots("answer.files.many")["count"] == 3


async def test_nothing_overdue_leaves_nothing_to_have_paid(house: House) -> None:
    joy = await linked(house, "joy")
    await joy.say("/already_paid")
    assert joy.keys == {"loan.none_overdue"}


async def test_the_books_stay_as_they_are(ann: Chat, house: House) -> None:
    before = await house.loan("ANN-1")
    await ann.walk("/already_paid", *FILLED, ">form.files.none", ">already_paid.submit")
    assert await house.loan("ANN-1") == before


async def test_a_short_form_starts_over_when_asked_for_again(ann: Chat) -> None:
    await ann.walk("/already_paid", ">Cash loan ANN-1", "/already_paid")
    assert ann.told("already_paid.loan.ask")
