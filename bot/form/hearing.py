"""What an answer says: its words, its value once checked, a hint when it is none.

It must not ask or keep anything.
"""

from __future__ import annotations

from typing import TypeVar

from bot.errors import Rejected
from bot.flow import Answers
from bot.turn import Heard, Pressed, Said, Text, Unusable, text

Value = TypeVar("Value")


def typed(heard: Heard, step: str) -> str:
    """The raw words of an answer: typed, or the value of a button of that step; else Rejected."""
    if isinstance(heard, Said):
        return heard.text.strip()
    if isinstance(heard, Pressed) and heard.press.step == step:
        return heard.press.value
    raise Rejected("answer.words")


def answered(answers: Answers, name: str, kind: type[Value]) -> Value:
    """The answer called `name`, which its question's check made a `kind`."""
    value = answers[name]
    if not isinstance(value, kind):
        raise TypeError(name)
    return value


def unusable(heard: Heard) -> Text:
    """One hint on something that is no answer."""
    return text(f"heard.{heard.kind}") if isinstance(heard, Unusable) else text("heard.lost")
