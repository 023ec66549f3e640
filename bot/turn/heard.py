"""What is heard: from the borrower, from staff, from the calendar.

It must not know where it came from: channels turn what they take into these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from bot.turn.said import Press


@dataclass(frozen=True, slots=True)
class Said:
    """Typed text, cleaned of control characters, at most 4,096 characters.

    `meant` are the tasks it may mean, likeliest first (one: it is clear); `distress` says that it
    sounds like despair, threats or harassment. `ahead`: the words name the day so many days from
    today, as "tomorrow" does; `mentions` is the same of one day named among other words. `wish` is
    the step of the task that is meant, where the words plainly ask for it.
    """

    text: str
    meant: tuple[str, ...] = ()
    distress: bool = False
    forwarded: bool = False  # somebody else's words: they may answer, never prove
    ahead: int | None = None
    mentions: int | None = None
    wish: str = ""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A tap on a button of ours, looked up and authorised; `shown` is its label as it was shown."""

    press: Press
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """A tap whose button is unknown, another's, or forged: all worded alike."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file already sniffed, encrypted and stored; `kind` is 'jpeg', 'png', 'webp' or 'pdf'."""

    upload_id: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something that is no answer: 'sticker', 'voice', 'too_large', 'wrong_type' and the like."""

    kind: str


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """The lender's one-time link was pressed; who it is for stands in `Turn.link`."""


@dataclass(frozen=True, slots=True)
class SharedContact:
    """A phone number shared by button; `own` says it is the writer's, shared by them here."""

    phone: str
    own: bool


@dataclass(frozen=True, slots=True)
class Public:
    """Heard where others listen: nothing personal may be said there, once only where to write."""


@dataclass(frozen=True, slots=True)
class StaffDecided:
    """A member of staff acted on a case. `percent` is of the penalty (grants only)."""

    case_id: str
    act: str
    staff_id: str
    role: str
    reason: str = ""  # key under case.reason.*, shown to the borrower in their language
    note: str = ""  # the reviewer's own words to the borrower
    percent: Fraction | None = None
    case_version: int = 0  # the version the reviewer saw


@dataclass(frozen=True, slots=True)
class StaffWrote:
    """A member of staff answers the borrower in the chat."""

    staff_id: str
    text: str
    request_id: str = ""
    also: tuple[str, ...] = ()  # other requests of the same chat that the words answer
    hand_back: bool = False  # the assistant answers again from now on


@dataclass(frozen=True, slots=True)
class BooksChanged:
    """A tape brought new books for this borrower."""


@dataclass(frozen=True, slots=True)
class DayPassed:
    """A tick of the jobs: expire drafts, lapse or settle cases."""


@dataclass(frozen=True, slots=True)
class Remind:
    """Something may come within the next `days` days; `until` is the end of the waking hours.

    `due_days` is the same for an instalment that falls due (0: such are not announced), `a_week`
    on how many of any seven days somebody is reminded at most.
    """

    days: int
    due_days: int
    a_week: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Unreached:
    """A message could not be brought to this chat: it is blocked, or gone."""


Heard = (
    Said
    | Pressed
    | Lost
    | Uploaded
    | Unusable
    | OpenedLink
    | SharedContact
    | Public
    | StaffDecided
    | StaffWrote
    | BooksChanged
    | DayPassed
    | Remind
    | Unreached
)
