"""What is said: texts with their slots, buttons, messages.

It must not hold words: those are the catalogue's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from msgspec import Struct, field

from bot.domain.chart import Chart
from bot.domain.money import Money
from bot.errors import ReprieveError
from bot.turn.papers import Paper


class Text(Struct, frozen=True):
    """A text key with its slots; `count` picks the plural form and fills `{count}`.

    Slots by type: str shown literally (escaped, isolated), int grouped, Money as currency, date,
    datetime, Days and Weekday in words, Fraction as a percentage, Text rendered in place, a tuple
    as a list.
    """

    key: str
    slots: Mapping[str, object] = field(default_factory=dict)
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """A run of days for a text slot, ends included; `years` shows years even when they agree."""

    start: date
    until: date
    years: bool = False


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day with the name of its weekday for a text slot: `Fri 6 Mar`, or with its year."""

    day: date
    year: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A name from the lender's policy, for a text slot.

    The words of `key` where a catalogue has any, else `otherwise` literally: a lender may name a
    product without translating it.
    """

    key: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Short:
    """Money for a text slot with little room: no empty decimals, `1.5M` or its like when large."""

    money: Money


def text(key: str, /, count: int | None = None, **slots: object) -> Text:
    """`Text(key, slots, count)`, for reading ease."""
    return Text(key, slots, count)


def refusal(said_no: ReprieveError) -> Text:
    """Why something was refused, as the error's key and slots say it."""
    slots = dict(said_no.slots)
    count = slots.pop("count", None)
    return Text(said_no.key, slots, count if isinstance(count, int) else None)


Paragraph = Text | tuple[Text, ...]


class Press(Struct, frozen=True):
    """What a button does: a task, in a form also its step, and a value; each may be empty."""

    task: str
    step: str = ""
    value: str = ""
    draft_version: int = 0  # of the case or form (as `form` marks it) that the button was shown for

    def __str__(self) -> str:
        """`task|step|value|version`, as `Press.read` takes it; a value holds no `|`."""
        return f"{self.task}|{self.step}|{self.value}|{self.draft_version}"

    @classmethod
    def read(cls, written: str) -> Press:
        """The press that `str` wrote."""
        task, step, value, version = written.split("|")
        return cls(task, step, value, int(version))


class Button(Struct, frozen=True):
    """A label and what pressing does: `press`, an https `url` to open, or share one's own contact.

    A channel leaves out what it cannot do.
    """

    label: Text
    press: Press | None = None
    url: str | None = None
    contact: bool = False


Buttons = tuple[tuple[Button, ...], ...]


class To(StrEnum):
    """Which of the borrower's chats a message goes to."""

    HERE = "here"  # the chat that was heard
    LATEST = "latest"  # where they last wrote: notices
    ALL = "all"  # every linked chat: decisions


@dataclass(frozen=True, slots=True)
class Say:
    """One message: paragraphs (a tuple: its lines), rows of buttons, perhaps a picture or a paper.

    `replaces` edits the card whose button was pressed in place instead of adding a message; so does
    `next_card`, what follows a form's card, where a press leaves no words of its own in the chat;
    `contact_done` takes away the keyboard that asked for the contact, if it is still there.
    """

    paragraphs: tuple[Paragraph, ...]
    buttons: Buttons = ()
    picture: Chart | None = None
    paper: Paper[Text] | None = None
    to: To = To.HERE
    replaces: bool = False
    next_card: bool = False
    contact_done: bool = False
    speaker: str = "reprieve"  # or 'person': the lender's own people
