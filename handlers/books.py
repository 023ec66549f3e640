"""What new books or a passed day mean: cases settle or lapse, forms left alone expire.

It must not end a case before the books reach its last day: a payment may only be on its way.
"""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.case import Act, By, CaseFacts, Status, apply
from bot.domain.case.table import SYSTEM, Actor, ActorKind
from bot.domain.relief.settlement import settled_on
from bot.steps.case import lost_writes, settled_say, settled_writes
from bot.steps.money import money
from bot.turn import (
    Access,
    BookedLoan,
    CloseDraft,
    Keep,
    Outcome,
    SaveCase,
    Say,
    Task,
    To,
    Turn,
    Write,
    text,
)


def handle(turn: Turn) -> Outcome:
    """Settle what was paid in time, lapse what was not, expire old forms; each told once."""
    said: list[Say] = []
    writes: list[Write] = []
    for case in turn.cases:
        booked = turn.loan(case.loan_id)
        if booked is not None and case.status in {Status.OFFERED, Status.ACCEPTED}:
            outcome = _case(turn, booked, case)
            said += outcome.say
            writes += outcome.write
    expired = _expired(turn)
    return Outcome((*said, *expired.say), (*writes, *expired.write), asking=Keep.AS_IS)


def _case(turn: Turn, booked: BookedLoan, case: CaseFacts) -> Outcome:
    """Settled, lapsed, or neither yet. An offer is answered by its own day, also by paying."""
    over = case.answer_by if case.status is Status.OFFERED else case.pay_by
    waiver = booked.case_waivers.get(case.id)
    if waiver is not None and case.pay_by is not None:
        day = settled_on(
            booked.loan,
            turn.policy.terms_for(booked.product),
            turn.policy.allocation_for(booked.product),
            waiver.on,
            min(over or case.pay_by, turn.today),
        )
        if day is not None:
            return _settled(turn, booked, case, day)
    if over is not None and turn.today > over and booked.books_on >= over:
        return _lapsed(turn, booked, case)
    return Outcome()


def _settled(turn: Turn, booked: BookedLoan, case: CaseFacts, day: date) -> Outcome:
    """Paying what remains in time accepts an offer that was not answered yet."""
    writes: list[Write] = []
    if case.status is Status.OFFERED:
        paying = By(Actor(ActorKind.BORROWER, case.borrower_id), turn.now, day)
        case, event = apply(case, Act.ACCEPT, paying)
        writes.append(SaveCase(case, event))
    settled, event = apply(case, Act.SETTLE, By(SYSTEM, turn.now, day))
    writes += [SaveCase(settled, event), *settled_writes(booked, case, day)]
    return Outcome(settled_say(settled), tuple(writes))


def _lapsed(turn: Turn, booked: BookedLoan, case: CaseFacts) -> Outcome:
    lapsed, event = apply(case, Act.LAPSE, By(SYSTEM, turn.now, turn.today))
    writes = (SaveCase(lapsed, event), *lost_writes(turn, booked, case))
    amount = money(case, case.relief_minor)
    said = Say((text("lapsed.head", reference=case.reference, amount=amount),), to=To.ALL)
    return Outcome((said,), writes)


def _expired(turn: Turn) -> Outcome:
    """A form that nobody touched for as long as the policy says is put away, and that is said."""
    draft = turn.drafts.get("relief")
    days = turn.policy.relief_on(turn.today).deadlines.draft_days
    if draft is None or turn.now - draft.updated_at <= timedelta(days=days):
        return Outcome()
    return Outcome(
        (Say((text("form.expired", count=days),), to=To.LATEST),), (CloseDraft(draft, "expired"),)
    )


TASK = Task("books", handle, Access.ANYONE, menu=False, understood=False)
