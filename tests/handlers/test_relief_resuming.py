"""The relief form left, taken up again, reviewed and changed."""

from __future__ import annotations

import pytest

from tests.chat.house import House
from tests.chat.person import Chat
from tests.handlers.test_relief import TO_REVIEW, at_review

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
    assert {"answer.day.range", "relief.day.ask"} <= ann.keys
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
