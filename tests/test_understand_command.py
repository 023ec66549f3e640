"""`reprieve understand`: what is made of typed words, without a database."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from bot.command_line import command_line

DISTRESS = "speaks of despair, threats or harassment"
CLOCK = "2026-03-02T09:00:00+08:00"  # a Monday


def told(*arguments: str, lines: str = "", language: str = "en") -> list[str]:
    env = {"LC_ALL": language, "REPRIEVE_CLOCK": CLOCK}
    answer = CliRunner().invoke(command_line, ["understand", *arguments], env=env, input=lines)
    assert answer.exit_code == 0, answer.output
    return answer.output.splitlines()


@pytest.mark.parametrize(
    ("words", "locale", "lines"),
    [
        (
            "what if I pay 500 on Friday",
            "en",
            [
                "  It is answered by: What if I pay….",
                "  The day is Fri 6 Mar 2026.",
                "  The amount is ¥500.00.",
            ],
        ),
        (
            "如果我10天后还500呢",
            "zh_Hans",
            [
                "  It is answered by: What if I pay….",
                "  The day is Thu 12 Mar 2026.",
                "  The amount is ¥500.00.",
            ],
        ),
        (
            "I want to end it all",
            "en",
            [f"  It {DISTRESS}: a person answers, and staff are told."],
        ),
        ("qwerty", "en", ["  It is not understood; the menu is offered."]),
    ],
)
def test_words_are_told_with_what_is_made_of_them(
    words: str, locale: str, lines: list[str]
) -> None:
    assert told(words, "--locale", locale) == [words, *lines]


def test_what_may_mean_several_things_is_told_as_a_choice() -> None:
    first, second = told("the penalty")
    assert first == "the penalty"
    assert second.startswith("  It may mean several things; offered are ")


def test_it_is_told_in_the_operators_language() -> None:
    assert told("明天还呢", language="zh_CN.UTF-8")[-1] == "  日期：2026年3月3日（周二）。"


def test_lines_of_standard_input_are_each_told_as_json() -> None:
    found = told("-", "--json", "--currency", "JPY", lines="what if I pay 500 on Friday\n\nhello\n")
    first, second = map(json.loads, found)
    assert first == {
        "words": "what if I pay 500 on Friday",
        "task": "what_if",
        "choices": [],
        "distress": False,
        "day": "2026-03-06",
        "amount": 500,
    }
    assert second["words"] == "hello"


def test_an_unknown_currency_is_named() -> None:
    answer = CliRunner().invoke(
        command_line, ["understand", "hello", "--currency", "ZZZ"], env={"LC_ALL": "en"}
    )
    assert answer.exit_code == 1
    assert "ZZZ" in answer.output
