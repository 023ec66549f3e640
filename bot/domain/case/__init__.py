"""One relief case: the acts that move it. Its facts are in `facts`, its one table in `table`.

It must not write anything: `apply` answers the moved case and its event. Source: DESIGN section 5.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import Final

from bot.domain.case.facts import (
    REJECT_REASONS,
    By,
    CaseEvent,
    CaseFacts,
    Filing,
    counted,
    filed,
    open_case,
)
from bot.domain.case.table import (
    LATER,
    OPEN,
    SYSTEM,
    TRANSITIONS,
    Act,
    Actor,
    ActorKind,
    Role,
    Status,
    may,
)
from bot.domain.relief.settlement import Grant
from bot.domain.word import Word
from bot.errors import Refused

__all__ = [
    "OPEN",
    "REJECT_REASONS",
    "SYSTEM",
    "TRANSITIONS",
    "Act",
    "Actor",
    "ActorKind",
    "By",
    "CaseEvent",
    "CaseFacts",
    "Filing",
    "Role",
    "Status",
    "acts",
    "apply",
    "chain_hash",
    "counted",
    "filed",
    "open_case",
]

MOST_NOTE_CHARACTERS: Final = 1_000
_OFFERS: Final = frozenset({Act.OFFER, Act.AUTO_OFFER})


def apply(
    case: CaseFacts, act: Act, by: By, *, grant: Grant | None = None, why: str = "", note: str = ""
) -> tuple[CaseFacts, CaseEvent]:
    """The case after `act`, and the event to append.

    `grant` belongs to offers, `why` to rejections (one of REJECT_REASONS), `note` is the reviewer's
    own words to the borrower. Raises Refused with a key `case.*` when the table, the actor's kind
    or role, or a deadline says no; nothing has changed then.
    """
    after = _target(case, act, by.actor)
    _check_grant(case, act, grant)
    _check_words(act, why, note)
    _check_day(case, act, by.on)
    moved = replace(case, status=after, version=case.version + 1)
    return _with_outcome(moved, act, by, grant, (why, note)), _event(case, act, by, grant, why)


def acts(case: CaseFacts, actor: Actor) -> tuple[Act, ...]:
    """What that actor may do with the case now, in the order of the table."""
    return tuple(
        act
        for before, act in TRANSITIONS
        if before is case.status and may(actor, act) and act not in LATER
    )


def chain_hash(previous: bytes, canonical: bytes) -> bytes:
    """SHA-256 over the previous hash (empty for the first) and an event's stored bytes.

    The length goes before each part, so that no two chains share their joined bytes.
    """
    parts = b"".join(len(part).to_bytes(8, "big") + part for part in (previous, canonical))
    return hashlib.sha256(parts).digest()


def _target(case: CaseFacts, act: Act, actor: Actor) -> Status:
    after = TRANSITIONS.get((case.status, act))
    if after is None:
        raise Refused("case.act.impossible", status=Word(f"case.status.{case.status}"))
    foreign = actor.kind is ActorKind.BORROWER and actor.id != case.borrower_id
    if foreign or not may(actor, act):
        raise Refused("case.act.forbidden")
    if act in LATER:
        raise Refused("case.act.later")
    return after


def _check_grant(case: CaseFacts, act: Act, grant: Grant | None) -> None:
    if (grant is not None) != (act in _OFFERS):
        raise ValueError(f"{act} and a grant of {grant} do not go together")
    if act is Act.AUTO_OFFER and not case.automatic:
        raise Refused("case.automatic.not")
    if grant is not None and grant.second_approver_needed:
        raise Refused("case.second.needed")


def _check_words(act: Act, why: str, note: str) -> None:
    if act is Act.REJECT and why not in REJECT_REASONS:
        raise Refused("case.why.missing")
    if len(note) > MOST_NOTE_CHARACTERS:
        raise Refused("case.note.long", limit=MOST_NOTE_CHARACTERS)


def _check_day(case: CaseFacts, act: Act, on: date) -> None:
    """Deadlines include their day: it is over on the next one."""
    over = _deadline(case)
    if act is Act.ACCEPT and over is not None and on > over:
        raise Refused("case.offer.over", day=over)
    if act is Act.SETTLE and over is not None and on > over:
        raise Refused("case.settle.late", day=over)
    if act is Act.LAPSE and (over is None or on <= over):
        raise Refused("case.lapse.early")


def _deadline(case: CaseFacts) -> date | None:
    return case.answer_by if case.status is Status.OFFERED else case.pay_by


def _with_outcome(
    moved: CaseFacts, act: Act, by: By, grant: Grant | None, words: tuple[str, str]
) -> CaseFacts:
    why, note = words
    if moved.status not in OPEN:
        moved = replace(moved, closed_on=by.on)
    if act is Act.TAKE:
        return replace(moved, taken_by=by.actor.id)
    if act is Act.REJECT or grant is not None:
        moved = replace(moved, decided_by=by.actor.id, decided_on=by.on, why=why, note=note)
    if grant is None:
        return moved
    return replace(
        moved,
        percent=grant.percent,
        relief_minor=grant.relief_minor,
        answer_by=grant.answer_by,
        pay_by=grant.pay_by,
    )


def _event(case: CaseFacts, act: Act, by: By, grant: Grant | None, why: str) -> CaseEvent:
    return CaseEvent(
        seq=case.version + 1,
        at=by.at,
        actor_kind=by.actor.kind,
        actor_id=by.actor.id,
        act=act,
        before=case.status,
        after=TRANSITIONS[case.status, act],
        why=why,
        policy_id=case.policy_id,
        slots={} if grant is None else _inputs(grant),
    )


def _inputs(grant: Grant) -> dict[str, str]:
    return {
        "percent": str(grant.percent),
        "relief_minor": str(grant.relief_minor),
        "answer_by": grant.answer_by.isoformat(),
        "pay_by": "" if grant.pay_by is None else grant.pay_by.isoformat(),
    }
