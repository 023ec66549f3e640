"""What is held about the borrower, how to leave this chat, how to ask for erasure.

It must not show what could identify them to somebody looking over their shoulder.
"""

from __future__ import annotations

from bot.turn import (
    AskStaff,
    Button,
    Outcome,
    Press,
    Pressed,
    Say,
    Task,
    Turn,
    WithdrawConsent,
    text,
)

_SHOWN = 2  # last characters of the phone


def handle(turn: Turn) -> Outcome:
    """The list; or leaving this chat, or asking for erasure, each asked once more."""
    heard = turn.heard
    step = heard.press.step if isinstance(heard, Pressed) else ""
    if step == "leave":
        return _sure("leave")
    if step == "leave_yes":
        return Outcome((Say((text("my_data.left"),)),), (WithdrawConsent(),))
    if step == "erase":
        return _sure("erase")
    if step == "erase_yes":
        request = AskStaff(turn.ids[0], "erase", "", once=True)
        return Outcome((Say((text("my_data.erase_asked"),)),), (request,))
    return _listed(turn)


def _sure(what: str) -> Outcome:
    buttons = (
        (
            Button(text(f"my_data.{what}.yes"), Press("my_data", f"{what}_yes")),
            Button(text("my_data.no"), Press("help")),
        ),
    )
    return Outcome((Say((text(f"my_data.{what}.sure"),), buttons),))


def _listed(turn: Turn) -> Outcome:
    borrower = turn.owner
    held = (
        text("my_data.name", name=borrower.name),
        text("my_data.phone", ending=borrower.phone[-_SHOWN:]),
        text("my_data.loans", count=len(turn.loans)),
        text("my_data.cases", count=len(turn.cases)),
        text("my_data.drafts", count=len(turn.drafts)),
        text("my_data.transcript"),
        text(f"my_data.reminders.{'on' if borrower.reminders else 'off'}"),
    )
    buttons = (
        (Button(text("task.reminders"), Press("reminders")),),
        (Button(text("my_data.leave"), Press("my_data", "leave")),),
        (Button(text("my_data.erase"), Press("my_data", "erase")),),
    )
    return Outcome((Say((text("my_data.head"), held, text("my_data.how")), buttons),))


TASK = Task("my_data", handle)
