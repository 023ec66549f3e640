"""What is known of a relief case and of each event in its life.

It must not move a case: that is `bot.domain.case.apply`. Source: DESIGN section 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from bot.domain.case.table import OPEN, Act, Actor, ActorKind, Status
from bot.domain.money import Currency
from bot.domain.relief import Verdict

REJECT_REASONS: Final = (
    "not_eligible",
    "evidence_missing",
    "evidence_unclear",
    "facts_differ",
    "recent_relief",
    "other",
)
"""Why staff say no; the borrower reads `case.reason.<one of these>`."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A relief case as it stands. Money in minor units of `currency`, percents as fractions.

    From submission: `submitted_on` to `answer_due` never change again. From the latest grant:
    `percent`, `relief_minor`, `answer_by` and `pay_by` (both included; `pay_by` None is no
    condition). `version` is the number of its events. `note` and `details` are people's own words.
    """

    id: str
    reference: str
    loan_id: str
    borrower_id: str
    currency: Currency
    submitted_on: date
    policy_id: str
    grade: str
    days_overdue: int
    penalty_minor: int
    eligible: bool
    automatic: bool
    matrix_percent: Fraction
    answer_due: date
    reason: str = ""
    details: str = ""
    pay_on: date | None = None  # when the borrower hopes to pay
    upload_ids: tuple[str, ...] = ()
    status: Status = Status.DRAFT
    version: int = 0
    percent: Fraction | None = None
    relief_minor: int | None = None
    answer_by: date | None = None
    pay_by: date | None = None
    taken_by: str = ""  # staff id
    decided_by: str = ""  # staff id, or "system"
    decided_on: date | None = None
    why: str = ""  # one of REJECT_REASONS, once rejected
    note: str = ""
    closed_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether it stands in the way of another case for the same loan."""
        return self.status in OPEN


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One transition, append-only; `seq` counts from 1 within the case.

    `slots` are the inputs of an offer as plain text: `percent`, `relief_minor`, `answer_by`,
    `pay_by`.
    """

    seq: int
    at: datetime
    actor_kind: ActorKind
    actor_id: str
    act: Act
    before: Status
    after: Status
    why: str
    policy_id: str
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filing:
    """What the borrower sends in, with the fresh ids of the case."""

    id: str
    reference: str
    loan_id: str
    borrower_id: str
    reason: str = ""
    details: str = ""
    pay_on: date | None = None
    upload_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, at which moment (aware), on which day of the lender."""

    actor: Actor
    at: datetime
    on: date


def filed(filing: Filing, verdict: Verdict, policy_id: str) -> CaseFacts:
    """The case of a form just filled in, with the verdict of its submission day; still a draft.

    `apply(case, Act.SUBMIT, …)` files it.
    """
    return CaseFacts(
        id=filing.id,
        reference=filing.reference,
        loan_id=filing.loan_id,
        borrower_id=filing.borrower_id,
        currency=verdict.currency,
        submitted_on=verdict.on,
        policy_id=policy_id,
        grade=verdict.grade,
        days_overdue=verdict.days_overdue,
        penalty_minor=verdict.penalty_minor,
        eligible=verdict.eligible,
        automatic=verdict.automatic,
        matrix_percent=verdict.matrix_percent,
        answer_due=verdict.answer_due,
        reason=filing.reason,
        details=filing.details,
        pay_on=filing.pay_on,
        upload_ids=filing.upload_ids,
    )


def open_case(cases: Iterable[CaseFacts], loan_id: str) -> CaseFacts | None:
    """The open case of a loan, of which there is one at most; None when another may be filed."""
    return next((case for case in cases if case.loan_id == loan_id and case.is_open), None)


def counted(cases: Iterable[CaseFacts], loan_id: str) -> tuple[date, ...]:
    """The submission days of a loan's reliefs that count for `times_in_12_months`.

    Those offered, accepted or settled; what was rejected, declined, withdrawn or lapsed does not.
    """
    given = {Status.OFFERED, Status.ACCEPTED, Status.SETTLED}
    mine = (case for case in cases if case.loan_id == loan_id and case.status in given)
    return tuple(sorted(case.submitted_on for case in mine))
