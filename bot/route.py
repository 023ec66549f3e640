"""Which task answers what was heard, and which gate stands before it.

It must not answer anything: names only, from the turn as it was loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.turn import (
    EVENTS,
    GATES,
    Access,
    OpenedLink,
    Press,
    Pressed,
    Said,
    SharedContact,
    Task,
    Turn,
)

Menu = Mapping[str, Task]
_ORDER = tuple(Access)
UNKNOWN = "help"


def route(turn: Turn, menu: Menu) -> Task:
    """The task for what was heard: an event's, button's, command's, the open form's, or help."""
    heard = turn.heard
    name = EVENTS.get(type(heard)) or _named(turn)
    return menu.get(name, menu[UNKNOWN])


def _named(turn: Turn) -> str:
    heard = turn.heard
    if isinstance(heard, Pressed):
        return heard.press.task
    if isinstance(heard, Said) and heard.text.startswith("/"):
        return command(heard.text)
    if isinstance(heard, Said) and heard.distress:
        return "person"
    if turn.chat.asking:
        return turn.chat.asking.partition(" ")[0]
    if isinstance(heard, Said) and turn.chat.human:
        return "person"
    if isinstance(heard, Said) and len(heard.meant) == 1:
        return heard.meant[0]
    return UNKNOWN


def command(typed: str) -> str:
    """The task a typed command names: `/balance@bot now` is `balance`; hyphens as underscores."""
    return typed[1:].split(maxsplit=1)[0].partition("@")[0].lower() if typed[1:].strip() else ""


def gate(task: Task, turn: Turn, idle: timedelta) -> str | None:
    """The gate that must be passed before `task` may answer; None when it may.

    What happens by itself needs none; a person who opens a link or shares a contact consents first.
    Nothing stands between despair and help.
    """
    if task.name == "person" and isinstance(turn.heard, Said) and turn.heard.distress:
        return None
    if type(turn.heard) in EVENTS and not isinstance(turn.heard, OpenedLink | SharedContact):
        return None
    wanted = _ORDER.index(task.access)
    for access in _ORDER[1 : wanted + 1]:
        if not _holds(access, turn, idle):
            return GATES[access]
    return None


def _holds(access: Access, turn: Turn, idle: timedelta) -> bool:
    if access is Access.CONSENTED:
        return turn.chat.consented_at is not None
    if access is Access.LINKED:
        return turn.borrower is not None
    return _recently_proven(turn, idle)


def _recently_proven(turn: Turn, idle: timedelta) -> bool:
    """Whether the digits were given and there was no long quiet since; each act here renews it."""
    proven = turn.chat.proven_at
    return proven is not None and turn.now - proven <= idle


def wanted(turn: Turn, task: Task) -> Press:
    """What to go on with after a gate: the press, what the words asked for, or the task alone."""
    if isinstance(turn.heard, Pressed):
        return turn.heard.press
    if isinstance(turn.heard, Said) and task.said is not None:
        return task.said(turn)
    return Press(task.name)
