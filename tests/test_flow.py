"""A flow's steps and the replay of raw answers through them."""

from __future__ import annotations

import pytest

from bot.errors import Rejected, Unfinished
from bot.flow import Answers, Flow, Step, replay


def _whole(_facts: int, _answers: Answers, raw: str) -> int:
    if not raw.isdecimal():
        raise Rejected("no.number")
    return int(raw)


def _below(_facts: int, answers: Answers, raw: str) -> int:
    first = answers["first"]
    assert isinstance(first, int)
    if int(raw) >= first:
        raise Unfinished("too.large")
    return int(raw)


def _is_even(facts: int, _answers: Answers) -> bool:
    return facts % 2 == 0


FLOW: Flow[int] = Flow(
    "numbers",
    (Step("first", _whole), Step("second", _below), Step("third", _whole, _is_even)),
)


@pytest.mark.parametrize("steps", [(), (Step("a", _whole), Step("b", _whole), Step("a", _whole))])
def test_a_flow_without_steps_or_with_one_name_twice_is_refused(
    steps: tuple[Step[int], ...],
) -> None:
    with pytest.raises(ValueError, match="unique names"):
        Flow("bad", steps)


def test_answers_are_replayed_up_to_the_first_step_without_one() -> None:
    found = replay(FLOW, 2, {"first": "5", "second": "3"})
    assert found.answers == {"first": 5, "second": 3}
    assert found.at == "third"
    assert found.failed is None


def test_a_step_that_does_not_apply_is_not_asked_and_its_answer_kept() -> None:
    raw = {"first": "5", "second": "3", "third": "1"}
    found = replay(FLOW, 1, raw)
    assert found.at is None
    assert "third" not in found.answers
    assert found.kept == raw
    assert replay(FLOW, 2, raw).answers["third"] == 1


def test_unknown_answers_are_dropped() -> None:
    assert replay(FLOW, 1, {"first": "5", "gone": "x"}).kept == {"first": "5"}


def test_an_early_change_stops_at_what_no_longer_holds_and_says_why() -> None:
    found = replay(FLOW, 2, {"first": "2", "second": "3", "third": "9"})
    assert found.at == "second"
    assert found.failed is not None
    assert found.failed.key == "too.large"
    assert found.answers == {"first": 2}
    assert found.kept == {"first": "2", "second": "3", "third": "9"}


def test_a_bad_first_answer_fails_first() -> None:
    found = replay(FLOW, 2, {"first": "x", "second": "3"})
    assert (found.at, found.answers) == ("first", {})
