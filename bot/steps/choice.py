"""One of a few offered values."""

from __future__ import annotations

from collections.abc import Collection

from bot.errors import Rejected


def picked(raw: str, offered: Collection[str]) -> str:
    """`raw` when it was offered; Rejected `error.answer.choice` otherwise."""
    if raw not in offered:
        raise Rejected("answer.choice")
    return raw
