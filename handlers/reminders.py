"""Whether the borrower is reminded before something gets dearer or runs out.

It must not ask why: one press, or plain words, are enough, either way.
"""

from __future__ import annotations

from bot.turn import (
    Access,
    Button,
    Heard,
    Keep,
    Outcome,
    Press,
    Pressed,
    Said,
    Say,
    Task,
    Turn,
    WantReminders,
    text,
)

_STEPS = {"on": True, "off": False}


def handle(turn: Turn) -> Outcome:
    """How it stands, or as it was pressed or said; with the other choice."""
    wanted = _STEPS.get(_step(turn.heard))
    if wanted is None or (wanted == turn.owner.reminders and isinstance(turn.heard, Said)):
        return Outcome((_say(turn.owner.reminders, "is"),), asking=Keep.AS_IS)
    return Outcome((_say(wanted, "now"),), (WantReminders(wanted),), asking=Keep.AS_IS)


def _step(heard: Heard) -> str:
    if isinstance(heard, Said):
        return heard.wish
    return heard.press.step if isinstance(heard, Pressed) else ""


def _say(wanted: bool, how: str) -> Say:  # noqa: FBT001  # the one thing it says
    key, other = ("on", "off") if wanted else ("off", "on")
    change = Button(text(f"reminders.{other}"), Press("reminders", other))
    return Say((text(f"reminders.{how}.{key}"), text("reminders.what")), ((change,),))


TASK = Task("reminders", handle, Access.LINKED)
