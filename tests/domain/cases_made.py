"""A case in any status, and the acts on it by whoever may, for the tests of the case machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from bot.domain.case import (
    SYSTEM,
    Act,
    Actor,
    ActorKind,
    By,
    CaseEvent,
    CaseFacts,
    Filing,
    Role,
    Status,
    apply,
    filed,
)
from bot.domain.case.table import may
from bot.domain.relief.settlement import Grant
from tests.domain.relief_cases import percent, verdict_of

ROOT = Path(__file__).parents[2]
FILED_ON = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
BORROWER = Actor(ActorKind.BORROWER, "b1")
REVIEWER = Actor(ActorKind.STAFF, "s1", Role.REVIEWER)
APPROVER = Actor(ActorKind.STAFF, "s2", Role.APPROVER)
GRANT = Grant(percent("50"), 5_00, False, FILED_ON, date(2026, 3, 9), date(2026, 3, 16))


def a_case(status: Status = Status.SUBMITTED) -> CaseFacts:
    filing = Filing("c1", "RP-7K3M-9QXF", "l1", "b1", "job_loss", "my words", date(2026, 3, 12))
    case = replace(filed(filing, verdict_of({"reason": "job_loss"}), "p1"), status=status)
    return replace(case, answer_by=date(2026, 3, 9), pay_by=date(2026, 3, 16))


def actor_for(act: Act) -> Actor:
    return next(who for who in (BORROWER, REVIEWER, APPROVER, SYSTEM) if may(who, act))


def done(case: CaseFacts, act: Act, on: date = FILED_ON) -> tuple[CaseFacts, CaseEvent]:
    given = GRANT if act in {Act.OFFER, Act.AUTO_OFFER} else None
    why = "other" if act is Act.REJECT else ""
    return apply(case, act, By(actor_for(act), AT, on), grant=given, why=why)


def fitting_day(act: Act) -> date:
    return date(2026, 3, 17) if act is Act.LAPSE else FILED_ON
