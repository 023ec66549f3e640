"""What can be done: a task, what it asks of the chat, and the outcome it answers with.

It must not know any task: `handlers` holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, StrEnum

from bot.turn.heard import (
    BooksChanged,
    DayPassed,
    Heard,
    OpenedLink,
    Public,
    Remind,
    SharedContact,
    StaffDecided,
    StaffWrote,
    Unreached,
)
from bot.turn.known import Turn
from bot.turn.said import Press, Say
from bot.turn.written import Write


class Keep(Enum):
    """`Outcome.asking` left as it was."""

    AS_IS = "as_is"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a handler decided. `asking` is the flow whose question now stands open in this chat.

    `go_on` continues with another press in the same turn (after a gate was passed).
    """

    say: tuple[Say, ...] = ()
    write: tuple[Write, ...] = ()
    asking: str | Keep | None = None
    go_on: Press | None = None

    def plus(self, *said: Say) -> Outcome:
        """The same, saying more at the end."""
        return replace(self, say=(*self.say, *said))


class Access(StrEnum):
    """What a task asks of the chat before it answers, each including the ones before it."""

    ANYONE = "anyone"
    CONSENTED = "consented"  # the privacy notice was accepted
    LINKED = "linked"  # the lender's proof of who they are
    PROVEN = "proven"  # and, on a shared phone, recently


@dataclass(frozen=True, slots=True)
class Task:
    """One thing a borrower can do. `name` is also its command and its text prefix.

    `handle` answers any Heard routed here; `understood` says whether free text may lead here.
    `said` is the press that asks for what typed words ask for, where that is more than the task:
    with it the task goes on after a gate that stood in the way.
    """

    name: str
    handle: Callable[[Turn], Outcome]
    access: Access = Access.PROVEN
    menu: bool = True  # listed by help and as a command
    understood: bool = True
    resumable: bool = False  # a form worth coming back to: other answers offer to go on with it
    said: Callable[[Turn], Press] | None = None


GATES = {Access.CONSENTED: "start", Access.LINKED: "link", Access.PROVEN: "prove"}
"""Which task lets a chat through to what another task asks of it."""

EVENTS: Mapping[type[Heard], str] = {
    OpenedLink: "link",
    Public: "start",
    SharedContact: "phone",
    StaffDecided: "case",
    StaffWrote: "person",
    BooksChanged: "books",
    DayPassed: "books",
    Remind: "remind",
    Unreached: "unreached",
}
"""Which task answers what happens."""
