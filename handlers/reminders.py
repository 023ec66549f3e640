"""Whether the borrower is reminded before something gets dearer or runs out.

It must not ask why: one press is enough, either way.
"""

from __future__ import annotations

from bot.turn import (
    Access,
    Button,
    Keep,
    Outcome,
    Press,
    Pressed,
    Say,
    Task,
    Turn,
    WantReminders,
    text,
)

_STEPS = {"on": True, "off": False}


def handle(turn: Turn) -> Outcome:
    """How it stands, or as it was pressed; with the other choice."""
    heard = turn.heard
    step = heard.press.step if isinstance(heard, Pressed) else ""
    if step not in _STEPS:
        return Outcome((_say(turn.owner.reminders, "is"),), asking=Keep.AS_IS)
    wanted = _STEPS[step]
    return Outcome((_say(wanted, "now"),), (WantReminders(wanted),), asking=Keep.AS_IS)


def _say(wanted: bool, how: str) -> Say:  # noqa: FBT001  # the one thing it says
    key, other = ("on", "off") if wanted else ("off", "on")
    change = Button(text(f"reminders.{other}"), Press("reminders", other))
    return Say((text(f"reminders.{how}.{key}"), text("reminders.what")), ((change,),))


TASK = Task("reminders", handle, Access.LINKED)
