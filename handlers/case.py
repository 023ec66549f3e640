"""What staff decided about a case, carried out and told to the borrower.

It must not depart from the matrix further than the policy lets staff.
"""

from __future__ import annotations

from bot.domain.case import Act, By, CaseFacts, Status, apply
from bot.domain.case.table import Actor, ActorKind
from bot.domain.relief.settlement import freeze_at_grant, grant
from bot.errors import Refused
from bot.steps.case import grant_writes, lost_writes, offer_say
from bot.steps.money import money
from bot.turn import (
    Access,
    BookedLoan,
    Button,
    Keep,
    Outcome,
    Paragraph,
    Press,
    SaveCase,
    Say,
    StaffDecided,
    Task,
    To,
    Turn,
    Write,
    text,
)


def handle(turn: Turn) -> Outcome:
    """Take, grant or reject; Refused when the case moved on since the reviewer saw it."""
    decided = turn.heard
    if not isinstance(decided, StaffDecided):
        return Outcome((Say((text("heard.lost"),)),))
    case = turn.case(decided.case_id)
    booked = turn.loan(case.loan_id) if case else None
    if case is None or booked is None:
        raise Refused("case.unknown")
    if decided.case_version != case.version:
        raise Refused("case.moved_on", status=text(f"case.status.{case.status.value}"))
    by = By(Actor(ActorKind.STAFF, decided.staff_id, decided.role), turn.now, turn.today)
    act = {"offer": _offer, "reject": _reject}.get(decided.act, _move)
    return act(turn, decided, booked, case, by)


def _move(
    _turn: Turn, decided: StaffDecided, _booked: BookedLoan, case: CaseFacts, by: By
) -> Outcome:
    """An act of which the borrower need not hear."""
    moved, event = apply(case, Act(decided.act), by)
    return Outcome((), (SaveCase(moved, event),), asking=Keep.AS_IS)


def _offer(
    turn: Turn, decided: StaffDecided, booked: BookedLoan, case: CaseFacts, by: By
) -> Outcome:
    taken, writes = _in_review(case, by)
    rules = turn.policy.relief_on(case.submitted_on)
    penalty = money(case, case.penalty_minor)
    percent = decided.percent if decided.percent is not None else case.matrix_percent
    given = grant(percent, case.matrix_percent, penalty, rules, turn.today)
    offered, event = apply(taken, Act.OFFER, by, grant=given, note=decided.note)
    frozen = booked.case_freezes.get(case.id)
    freeze = freeze_at_grant(frozen, given) if frozen else None
    writes += [SaveCase(offered, event), *grant_writes(offered, given, freeze)]
    said = offer_say(turn, booked, offered, To.ALL)
    return Outcome((said,), tuple(writes), asking=Keep.AS_IS)


def _reject(
    turn: Turn, decided: StaffDecided, booked: BookedLoan, case: CaseFacts, by: By
) -> Outcome:
    taken, writes = _in_review(case, by)
    rejected, event = apply(taken, Act.REJECT, by, why=decided.reason, note=decided.note)
    writes += [SaveCase(rejected, event), *lost_writes(turn, booked, case)]
    return Outcome((_rejected_say(rejected),), tuple(writes), asking=Keep.AS_IS)


def _in_review(case: CaseFacts, by: By) -> tuple[CaseFacts, list[Write]]:
    """The case taken by whoever acts on it first."""
    if case.status is not Status.SUBMITTED:
        return case, []
    taken, event = apply(case, Act.TAKE, by)
    return taken, [SaveCase(taken, event)]


def _rejected_say(case: CaseFacts) -> Say:
    said: list[Paragraph] = [
        text("rejected.head", reference=case.reference),
        text("rejected.why", reason=text(f"case.reason.{case.why}")),
    ]
    if case.note:
        said.append(text("offer.note", note=case.note))
    said.append(text("rejected.next"))
    buttons = (
        (
            Button(text("task.person"), Press("person")),
            Button(text("task.how_to_pay"), Press("how_to_pay", "", case.loan_id)),
        ),
    )
    return Say(tuple(said), buttons, to=To.ALL)


TASK = Task("case", handle, Access.ANYONE, menu=False, understood=False)
