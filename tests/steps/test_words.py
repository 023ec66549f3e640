"""Words and digits as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Rejected
from bot.steps import digits, picked, words
from bot.steps.gate import LOCKED, TRIES, locked_after, matches
from bot.turn import Borrower

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_words_stay_as_typed_but_for_their_edges() -> None:
    assert words("  <b>a\n b</b> ") == "<b>a\n b</b>"


@pytest.mark.parametrize(("typed", "key"), [("", "short"), (" \n", "short"), ("x" * 11, "long")])
def test_words_that_do_not_fit_are_refused(typed: str, key: str) -> None:
    with pytest.raises(Rejected) as rejected:
        words(typed, longest=10)
    assert rejected.value.key == f"answer.words.{key}"


@pytest.mark.parametrize(
    ("typed", "read"),
    [("12 34", "1234"), ("12-3x", "123X"), ("１２３４", "1234"), ("۱۲۳۴", "1234")],
)
def test_digits_are_read_in_any_script(typed: str, read: str) -> None:
    assert digits(typed, 4) == read


@pytest.mark.parametrize("typed", ["", "123", "12345", "²234", "12é4", "१२३४५", "\u200b123"])
def test_what_are_no_digits_are_refused(typed: str) -> None:
    with pytest.raises(Rejected):
        digits(typed, 4)


def test_only_what_was_offered_can_be_picked() -> None:
    assert picked("a", {"a", "b"}) == "a"
    with pytest.raises(Rejected):
        picked("c", {"a", "b"})


@pytest.mark.parametrize(
    ("typed", "known", "same"),
    [
        ("123x", "123X", True),
        ("123x", "123x", True),
        ("1234", "123X", False),
        ("", "123X", False),
        ("0000", "", False),
        ("", "", False),
        ("1234", "12345", False),
    ],
)
def test_digits_are_compared_and_an_empty_document_matches_nothing(
    typed: str, known: str, same: bool
) -> None:
    borrower = Borrower("b", "Ann", "+44", known, "B", "ANN")
    assert matches(typed, borrower) is same


def test_every_fifth_wrong_try_locks_for_an_hour() -> None:
    locked = [tries + 1 for tries in range(20) if locked_after(tries, NOW)]
    assert locked == [TRIES, 2 * TRIES, 3 * TRIES, 4 * TRIES]
    assert locked_after(TRIES - 1, NOW) == NOW + LOCKED
    assert timedelta(hours=1) == LOCKED
