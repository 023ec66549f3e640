"""What is known when a turn is decided: who asks, their loans, cases and open forms.

It must not fetch anything: `Turn` holds all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from msgspec import Struct

from bot.domain.accrual import Statement, statement
from bot.domain.case import CaseFacts
from bot.domain.changes import Seen
from bot.domain.loan import Freeze, Loan, Waiver
from bot.domain.policy import Policy
from bot.turn.heard import Heard
from bot.turn.said import Press


class Chat(Struct, frozen=True):
    """The conversation as stored. `asking` is the flow whose question stands open in this chat."""

    id: str
    locale: str
    consented_at: datetime | None = None
    asking: str | None = None
    proven_at: datetime | None = None  # when the digits were last given here
    contact: bool = False  # whether this channel can share the person's own phone number
    heard_at: datetime | None = None  # when the borrower last wrote here
    human: bool = False  # a person has taken over: the assistant keeps quiet to free text
    reachable: bool = True  # as the channel said last


@dataclass(frozen=True, slots=True)
class Borrower:
    """A linked borrower. `id_last4` is compared, never shown."""

    id: str
    name: str
    phone: str
    id_last4: str
    grade: str
    ref: str
    reminders: bool = True  # False: they asked for none


@dataclass(frozen=True, slots=True)
class Received:
    """A payment as the books hold it; a reversed one counts for nothing.

    `entered_at` is when the lender booked it; None: not told.
    """

    on: date
    amount: int
    entered_at: datetime | None = None
    reversed_on: date | None = None


@dataclass(frozen=True, slots=True)
class BookedLoan:
    """A loan with its place in the lender's books; `books_on` is the day those books stood at.

    `reported` is the lender's own penalty figure as of `reported_on`, when the tape carries one;
    `received` are its payments in the order of the tape, the reversed ones too; `statutory` those
    of the loan's freezes that the law sets.
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
    received: tuple[Received, ...] = ()
    # By case id; each stands in `loan` as well.
    case_waivers: Mapping[str, Waiver] = field(default_factory=dict)
    case_freezes: Mapping[str, Freeze] = field(default_factory=dict)
    statutory: frozenset[Freeze] = frozenset()


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A one-time link opened in this chat, not yet proven; `borrower` is whom the lender meant."""

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
    """A form being filled: raw answers by step name. `changing` is a step that is asked again."""

    id: str
    flow: str
    raw: Mapping[str, str]
    version: int
    created_at: datetime
    updated_at: datetime
    changing: str | None = None


@dataclass(frozen=True, slots=True)
class Reminders:
    """What a reminder must know beside the books.

    `waiting`: the loans of requests that staff have not answered, None for one about no loan;
    `told`: what was told before, as (loan id, event, its last day); `days`: on which days.
    """

    waiting: frozenset[str | None] = frozenset()
    told: frozenset[tuple[str, str, date]] = frozenset()
    days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything a handler may know; `ids` are fresh identifiers, `chance` 64 fresh random bits."""

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
    looks: Mapping[str, Seen] = field(default_factory=dict)  # what was last shown, by loan id
    rated: frozenset[str] = frozenset()  # case ids with a rating
    locales: tuple[str, ...] = ()  # every language there is
    wanted: Press | None = None  # at a gate: what to go on with once it is passed
    tries: int = 0  # wrong digits or codes in a row, of this chat, phone or borrower
    locked_until: datetime | None = None  # no digits or codes are taken before then
    can_code: bool = False  # whether the lender's gateway sends one-time codes
    code: CodeFacts | None = None
    contact_of: Borrower | None = None  # whose the shared phone is, if exactly one borrower's
    new_code: str = ""  # six fresh digits
    reminders: Reminders = field(default_factory=Reminders)  # loaded for a reminder alone
    demo: bool = False
    zone: tzinfo = UTC  # the lender's

    @property
    def owner(self) -> Borrower:
        """The linked borrower; ValueError in a chat that nobody is linked to."""
        if self.borrower is None:
            raise ValueError("nobody is linked")
        return self.borrower

    _told: dict[tuple[str, date], Statement] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def loan(self, loan_id: str) -> BookedLoan | None:
        """This borrower's loan with that id; None for any other id."""
        return next((booked for booked in self.loans if booked.id == loan_id), None)

    def case(self, case_id: str) -> CaseFacts | None:
        """This borrower's case with that id; None for any other id."""
        return next((case for case in self.cases if case.id == case_id), None)

    def statement(
        self, booked: BookedLoan, as_of: date | None = None, loan: Loan | None = None
    ) -> Statement:
        """Its statement, today unless `as_of`; `loan` replaces its books for a what-if.

        The statement of the books themselves is computed once a turn and day.
        """
        if loan is not None:
            return self._computed(booked, as_of or self.today, loan)
        key = (booked.id, as_of or self.today)
        if key not in self._told:
            self._told[key] = self._computed(booked, key[1], booked.loan)
        return self._told[key]

    def _computed(self, booked: BookedLoan, as_of: date, loan: Loan) -> Statement:
        terms = self.policy.terms_for(booked.product)
        return statement(loan, terms, self.policy.allocation_for(booked.product), as_of)

    def difference(self, booked: BookedLoan) -> int:
        """The lender's own penalty figure less ours, on the day it was reported; minor units."""
        if booked.reported is None:
            return 0
        return booked.reported - self.statement(booked, booked.reported_on).outstanding.penalty
