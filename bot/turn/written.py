"""What is written: each change a decided turn may make.

It must not write anything: the store's `commit` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.case import CaseEvent, CaseFacts
from bot.domain.changes import Seen
from bot.domain.loan import Waiver
from bot.turn.known import Draft


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
    """Wrong digits or a wrong code, counted for the chat, the phone and the borrower meant."""

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
    """The draft as it is from now on; it leaves version `draft.version - 1` (0: it is new)."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class CloseDraft:
    """The draft, at the version it was loaded with, is 'submitted', 'withdrawn' or 'expired'."""

    draft: Draft
    how: str


@dataclass(frozen=True, slots=True)
class SaveCase:
    """A case after a transition, with its event; it leaves version `case.version - 1`."""

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
class Remember:
    """What was shown of a loan, in the place of what was shown before."""

    loan_id: str
    seen: Seen


@dataclass(frozen=True, slots=True)
class WantReminders:
    """Whether the borrower wants reminders from now on, in whichever chat."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class Reminded:
    """What the borrower is reminded of, on the lender's day `told_on`: never again."""

    loan_id: str
    event: str
    last_day: date
    told_on: date


@dataclass(frozen=True, slots=True)
class AskStaff:
    """Something for the lender's people: 'person', 'already_paid', 'erase' and the like.

    `once`: nothing, when one of this kind is open already.
    """

    request_id: str
    kind: str
    words: str
    loan_id: str | None = None
    upload_ids: tuple[str, ...] = ()
    urgent: bool = False
    once: bool = False


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
    | Remember
    | WantReminders
    | Reminded
    | AskStaff
    | CloseRequest
    | TakeOver
    | Rate
    | Audit
)
