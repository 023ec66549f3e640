"""What can be done here, and what to choose when words were not understood.

It must not guess twice: an unclear question gets choices once, then the menu.
"""

from __future__ import annotations

from bot.form import unusable
from bot.turn import (
    Access,
    Button,
    Buttons,
    Keep,
    Lost,
    Outcome,
    Paragraph,
    Press,
    Said,
    Say,
    Task,
    Turn,
    Unusable,
    Uploaded,
    text,
)

MENU = (
    ("balance", "why"),
    ("what_if", "statement"),
    ("relief", "status"),
    ("how_to_pay", "already_paid"),
    ("not_my_loan", "tips"),
    ("person", "my_data"),
    ("reminders", "language"),
)


def handle(turn: Turn) -> Outcome:
    """The menu, a "did you mean", or one hint on what cannot be read here."""
    meant = _meant(turn)
    if meant:
        rows = tuple((Button(text(f"task.{name}"), Press(name)),) for name in meant)
        other = ((Button(text("help.other"), Press("help", "menu")),),)
        return Outcome((Say((text("help.did_you_mean"),), (*rows, *other)),))
    return Outcome((Say(_opening(turn), _menu()),), asking=_kept(turn))


def _meant(turn: Turn) -> tuple[str, ...]:
    """What typed words may mean, of what the menu has: the wish to stop is nothing to choose."""
    heard = turn.heard
    if not isinstance(heard, Said) or heard.text.startswith("/"):
        return ()
    return tuple(name for name in heard.meant if name == "link" or any(name in row for row in MENU))


def _opening(turn: Turn) -> tuple[Paragraph, ...]:
    heard = turn.heard
    if isinstance(heard, Unusable | Lost):
        return (unusable(heard), text("help.can_do"))
    if isinstance(heard, Uploaded):
        return (text("help.upload"), text("help.can_do"))
    if isinstance(heard, Said) and not heard.text.startswith("/"):
        return (text("help.not_understood"), text("help.can_do"))
    return (text("help.can_do"),)


def _kept(turn: Turn) -> str | Keep | None:
    """A stray tap or sticker leaves an open question open."""
    return Keep.AS_IS if isinstance(turn.heard, Unusable | Lost | Uploaded) else None


def _menu() -> Buttons:
    return tuple(tuple(Button(text(f"task.{name}"), Press(name)) for name in row) for row in MENU)


TASK = Task("help", handle, Access.ANYONE)
