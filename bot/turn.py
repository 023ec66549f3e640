"""The values that travel the staircase: what was heard, who asks, what is said and written.

It must not do anything: no I/O, no clock, no decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum, StrEnum
from fractions import Fraction

from bot.domain.accrual import Statement, statement
from bot.domain.case import CaseEvent, CaseFacts
from bot.domain.chart import Chart
from bot.domain.loan import Freeze, Loan, Waiver
from bot.domain.money import Currency, Money
from bot.domain.policy import Policy
from bot.errors import ReprieveError

# --- words -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A text key with its slots; `count` picks the plural form and fills `{count}`.

    Slots by type: str shown literally (escaped, isolated), int grouped, Money as currency, date,
    datetime and Days in words, Fraction as a percentage, Text rendered in place, a tuple as a list.
    """

    key: str
    slots: Mapping[str, object] = field(default_factory=dict)
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """A run of days for a text slot, both ends included; `years` shows years even when they agree."""

    start: date
    until: date
    years: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A name from the lender's policy, for a text slot: the words of `key` where a catalogue has any,
    else `otherwise` literally. A lender may name a product without translating it.
    """

    key: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Short:
    """Money for a text slot where room is scarce: no empty decimals, `1.5M` or its like when large."""

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

# --- what is said ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Press:
    """What a button does: a task, in a form also its step, and a value. Empty strings when not needed."""

    task: str
    step: str = ""
    value: str = ""
    draft_version: int = 0  # the draft's version the button belongs to; 0 outside a form

    def __str__(self) -> str:
        """`task|step|value|version`, as `Press.read` takes it; a value holds no `|`."""
        return f"{self.task}|{self.step}|{self.value}|{self.draft_version}"

    @classmethod
    def read(cls, written: str) -> Press:
        """The press that `str` wrote."""
        task, step, value, version = written.split("|")
        return cls(task, step, value, int(version))


@dataclass(frozen=True, slots=True)
class Button:
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
    """One message: paragraphs (a tuple: its lines), rows of buttons, perhaps a picture.

    `replaces` edits the card whose button was pressed in place instead of adding a message.
    """

    paragraphs: tuple[Paragraph, ...]
    buttons: Buttons = ()
    picture: Chart | None = None
    to: To = To.HERE
    replaces: bool = False
    speaker: str = "reprieve"  # or 'person': the lender's own people


# --- what is heard ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """Typed text, cleaned of control characters, at most 4,096 characters.

    `meant` are the tasks it may mean, likeliest first (one: it is clear); `distress` says that it
    sounds like despair, threats or harassment.
    """

    text: str
    meant: tuple[str, ...] = ()
    distress: bool = False
    forwarded: bool = False  # somebody else's words: they may answer, never prove


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
    """Something that is no answer: 'sticker', 'voice', 'too_large', 'wrong_type', 'edited', …"""

    kind: str


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """The lender's one-time link was pressed; who it is for stands in `Turn.link`."""


@dataclass(frozen=True, slots=True)
class SharedContact:
    """A phone number shared by button; `own` says that it is the writer's and shared by them here."""

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
    """A tick of the jobs: expire drafts, lapse or settle cases, remind."""


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
)

# --- who asks, and what is known -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chat:
    """The conversation as stored. `asking` is the flow whose question stands open in this chat."""

    id: str
    locale: str
    consented_at: datetime | None = None
    asking: str | None = None
    proven_at: datetime | None = None  # when the digits were last given here
    contact: bool = False  # whether this channel can share the person's own phone number
    heard_at: datetime | None = None  # when the borrower last wrote here
    human: bool = False  # a person has taken over: the assistant keeps quiet to free text


@dataclass(frozen=True, slots=True)
class Borrower:
    """A linked borrower. `id_last4` is compared, never shown."""

    id: str
    name: str
    phone: str
    id_last4: str
    grade: str
    ref: str


@dataclass(frozen=True, slots=True)
class BookedLoan:
    """A loan with its place in the lender's books; `books_on` is the day those books stood at.

    `reported` is the lender's own penalty figure as of `reported_on`, when the tape carries one.
    """

    id: str
    ref: str
    product: str
    status: str
    loan: Loan
    books_on: date
    version: int = 0
    opened_on: date | None = None
    reported: int | None = None
    reported_on: date | None = None
    case_waivers: Mapping[str, Waiver] = field(default_factory=dict)  # by case id, in `loan` as well
    case_freezes: Mapping[str, Freeze] = field(default_factory=dict)  # by case id, in `loan` as well

    def without_waiver(self, case_id: str) -> Loan:
        """The loan as it stands without that case's waiver."""
        ours = self.case_waivers.get(case_id)
        left = list(self.loan.waivers)
        if ours in left:
            left.remove(ours)
        return replace(self.loan, waivers=tuple(left))


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A one-time link opened in this chat and not yet proven; `borrower` is whom the lender meant."""

    id: str
    borrower: Borrower
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """The one-time code asked for in this chat; `borrower` None: the phone is nobody's.

    `passed` says that the code was given; the digits are asked next.
    """

    code: str
    borrower: Borrower | None
    expires_at: datetime
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A form being filled: raw answers by step name. `changing` is a step asked again from the review."""

    id: str
    flow: str
    raw: Mapping[str, str]
    version: int
    created_at: datetime
    updated_at: datetime
    changing: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything a handler may know. `ids` are fresh identifiers, `chance` fresh random bits (64)."""

    id: str
    now: datetime
    today: date
    heard: Heard
    chat: Chat
    policy: Policy
    ids: tuple[str, ...]
    chance: int
    borrower: Borrower | None = None
    link: LinkFacts | None = None
    loans: tuple[BookedLoan, ...] = ()
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    cases: tuple[CaseFacts, ...] = ()
    rated: frozenset[str] = frozenset()  # case ids with a rating
    locales: tuple[str, ...] = ()  # every language there is
    wanted: Press | None = None  # at a gate: what to go on with once it is passed
    tries: int = 0  # wrong digits or codes in a row, of this chat, phone or borrower
    locked_until: datetime | None = None  # no digits or codes are taken before then
    can_code: bool = False  # whether the lender's gateway sends one-time codes
    code: CodeFacts | None = None
    contact_of: Borrower | None = None  # whose the shared phone is, if exactly one borrower's
    new_code: str = ""  # six fresh digits
    demo: bool = False

    def loan(self, loan_id: str) -> BookedLoan | None:
        """This borrower's loan with that id; None for any other id."""
        return next((booked for booked in self.loans if booked.id == loan_id), None)

    def case(self, case_id: str) -> CaseFacts | None:
        """This borrower's case with that id; None for any other id."""
        return next((case for case in self.cases if case.id == case_id), None)

    def statement(
        self, booked: BookedLoan, as_of: date | None = None, loan: Loan | None = None
    ) -> Statement:
        """The statement of a booked loan, today unless `as_of`; `loan` replaces its books for a what-if."""
        return statement(
            loan or booked.loan,
            self.policy.terms_for(booked.product),
            self.policy.allocation_for(booked.product),
            as_of or self.today,
        )

    def difference(self, booked: BookedLoan) -> int:
        """What the lender's own penalty figure exceeds ours by, on the day it was reported; minor units."""
        if booked.reported is None:
            return 0
        return booked.reported - self.statement(booked, booked.reported_on).outstanding.penalty


# --- what is written -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetLocale:
    """This chat's language from now on."""

    locale: str


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """The privacy notice was accepted in this chat, now."""


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    """Consent taken back: the chat is unlinked."""


@dataclass(frozen=True, slots=True)
class LinkChat:
    """The digits matched: link or code is used up, the chat belongs to the borrower."""

    link_id: str | None
    borrower_id: str


@dataclass(frozen=True, slots=True)
class CountTry:
    """Wrong digits or a wrong code, counted for the chat, the phone and the borrower in question."""

    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class StartCode:
    """A one-time code for this chat, sent to the phone when it is a borrower's."""

    code: str
    borrower_id: str | None
    phone: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PassCode:
    """The code was given."""


@dataclass(frozen=True, slots=True)
class Prove:
    """The digits were given again in this chat, now."""


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """The draft as it is from now on; the version it leaves is `draft.version - 1` (0: it is new)."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class CloseDraft:
    """The draft, at the version it was loaded with, is done: 'submitted', 'withdrawn' or 'expired'."""

    draft: Draft
    how: str


@dataclass(frozen=True, slots=True)
class SaveCase:
    """A case after a transition and the event that made it; the version it leaves is `case.version - 1`."""

    case: CaseFacts
    event: CaseEvent
    draft_id: str | None = None


@dataclass(frozen=True, slots=True)
class PutWaiver:
    """A case's (provisional) waiver on its loan."""

    waiver_id: str
    case_id: str
    loan_id: str
    waiver: Waiver


@dataclass(frozen=True, slots=True)
class RemoveWaiver:
    """The case's waiver goes, the statement replays without it."""

    case_id: str
    loan_id: str


@dataclass(frozen=True, slots=True)
class PutFreeze:
    """A relief freeze on the case's loan, both days included."""

    freeze_id: str
    case_id: str
    loan_id: str
    start: date
    until: date


@dataclass(frozen=True, slots=True)
class EndFreeze:
    """The case's freeze ends on `until`; None removes it, its days return."""

    case_id: str
    loan_id: str
    until: date | None


@dataclass(frozen=True, slots=True)
class AskStaff:
    """Something for the lender's people: 'person', 'already_paid', 'not_my_loan', 'erase', …"""

    request_id: str
    kind: str
    words: str
    loan_id: str | None = None
    upload_ids: tuple[str, ...] = ()
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class CloseRequest:
    """A request to staff has been answered."""

    request_id: str


@dataclass(frozen=True, slots=True)
class TakeOver:
    """A person answers from now on (True), or the assistant again (False)."""

    human: bool


@dataclass(frozen=True, slots=True)
class Rate:
    """The borrower's 1-5 for a closed case."""

    case_id: str
    stars: int


@dataclass(frozen=True, slots=True)
class Audit:
    """Something to remember in the audit chain: what, on what; no personal data in `kind`."""

    kind: str
    about: str = ""


Write = (
    SetLocale
    | GiveConsent
    | WithdrawConsent
    | LinkChat
    | CountTry
    | StartCode
    | PassCode
    | Prove
    | SaveDraft
    | CloseDraft
    | SaveCase
    | PutWaiver
    | RemoveWaiver
    | PutFreeze
    | EndFreeze
    | AskStaff
    | CloseRequest
    | TakeOver
    | Rate
    | Audit
)


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
    asking: str | None | Keep = None
    go_on: Press | None = None

    def plus(self, *said: Say) -> Outcome:
        """The same, saying more at the end."""
        return replace(self, say=(*self.say, *said))


# --- what can be done ------------------------------------------------------------------------------


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
    """

    name: str
    handle: Callable[[Turn], Outcome]
    access: Access = Access.PROVEN
    menu: bool = True  # listed by help and as a command
    understood: bool = True
    resumable: bool = False  # a form worth coming back to: other answers offer to go on with it


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
}
"""Which task answers what happens."""
