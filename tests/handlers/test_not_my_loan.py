"""This is not my loan: it reaches staff."""

from __future__ import annotations

from tests.chat.house import House
from tests.chat.person import Chat, linked


async def test_it_reaches_staff_with_the_loan_and_the_words(ann: Chat, house: House) -> None:
    await ann.walk("/not_my_loan", ">Cash loan ANN-1", "I never signed it.")
    assert {"not_my_loan.done", "not_my_loan.meanwhile"} <= ann.keys
    (asked,) = await house.requests()
    assert (asked.kind, asked.words, asked.state) == ("not_my_loan", "I never signed it.", "open")
    assert asked.loan_id == (await house.loan("ANN-1")).id


async def test_words_are_needed(ann: Chat) -> None:
    await ann.walk("/not_my_loan", ">Cash loan ANN-1", "  ")
    assert {"answer.words.short", "not_my_loan.details.ask"} <= ann.keys
    await ann.say("x" * 1001)
    assert ann.slots("answer.words.long")["count"] == 1001
    await ann.say("It is my brother's.")
    assert ann.told("not_my_loan.done")


async def test_a_loan_that_is_not_offered_is_asked_for_again(ann: Chat) -> None:
    await ann.walk("/not_my_loan", "SAM-1")
    assert {"answer.choice", "not_my_loan.loan.ask"} <= ann.keys


async def test_a_loan_that_is_not_late_may_be_named_too(house: House) -> None:
    joy = await linked(house, "joy")
    await joy.walk("/not_my_loan", ">Cash loan JOY-1", "Not mine.")
    assert joy.told("not_my_loan.done")


async def test_it_can_be_cancelled(ann: Chat, house: House) -> None:
    await ann.walk("/not_my_loan", ">form.cancel")
    assert ann.told("form.cancelled")
    assert await house.requests() == []


async def test_the_chat_stays_linked(ann: Chat) -> None:
    await ann.walk("/not_my_loan", ">Cash loan ANN-1", "Not mine.", "/balance")
    assert ann.told("balance.today")


async def test_a_borrower_without_loans_has_none_to_choose(house: House) -> None:
    eva = await linked(house, "eva")
    await eva.say("/not_my_loan")
    assert eva.told("loan.none")
