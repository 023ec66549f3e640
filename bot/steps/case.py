"""A relief case in words, and the writes that several tasks make about one.

It must not move a case: the domain's `apply` does.
"""

from __future__ import annotations

from datetime import date

from bot.domain.case import CaseFacts
from bot.domain.loan import Freeze, Waiver
from bot.domain.relief.settlement import (
    Grant,
    freeze_at_settlement,
    freeze_when_lost,
    offer_waiver,
    remaining_after,
)
from bot.steps.loan import loan_label
from bot.steps.money import money
from bot.turn import (
    BookedLoan,
    Button,
    Buttons,
    EndFreeze,
    Paragraph,
    Press,
    PutFreeze,
    PutWaiver,
    RemoveWaiver,
    Say,
    To,
    Turn,
    Write,
    text,
)

STARS = 5


def grant_writes(case: CaseFacts, given: Grant, freeze: Freeze | None) -> tuple[Write, ...]:
    """An offer's provisional waiver, and the freeze as it stands from then on (None: removed)."""
    waiver = PutWaiver(case.id, case.id, case.loan_id, offer_waiver(given))
    if freeze is None:
        return (waiver, EndFreeze(case.id, case.loan_id, None))
    return (waiver, PutFreeze(case.id, case.id, case.loan_id, freeze.start, freeze.until))


def settled_writes(booked: BookedLoan, case: CaseFacts, day: date) -> tuple[Write, ...]:
    """Of a case settled on `day`: its waiver stays, nothing is frozen for it any longer."""
    freeze = booked.case_freezes.get(case.id)
    return () if freeze is None else (freeze_write(case, freeze_at_settlement(freeze, day)),)


def lost_writes(turn: Turn, booked: BookedLoan, case: CaseFacts) -> tuple[Write, ...]:
    """Of a case that ended without a settlement: its waiver goes, its freeze as the policy says."""
    gone = RemoveWaiver(case.id, case.loan_id)
    freeze = booked.case_freezes.get(case.id)
    if freeze is None:
        return (gone,)
    rules = turn.policy.relief_on(case.submitted_on)
    return (gone, freeze_write(case, freeze_when_lost(freeze, rules, turn.today)))


def freeze_write(case: CaseFacts, freeze: Freeze | None) -> Write:
    """A case's freeze from now on; None: its days return."""
    return EndFreeze(case.id, case.loan_id, freeze.until if freeze else None)


def offer_say(turn: Turn, booked: BookedLoan, case: CaseFacts, to: To = To.HERE) -> Say:
    """The offer: percent, money, what remains to pay, both last days, the reviewer's words."""
    said: list[Paragraph] = [
        text("offer.head", reference=case.reference, loan=loan_label(turn, booked)),
        (
            text("offer.relief", percent=case.percent, relief=money(case, case.relief_minor)),
            text("offer.remaining", amount=money(case, remaining(turn, booked, case))),
        ),
    ]
    if case.pay_by:
        said.append(text("offer.pay_by", day=case.pay_by))
    if case.note:
        said.append(text("offer.note", note=case.note))
    if case.answer_by:
        said.append(text("offer.answer_by", day=case.answer_by))
    return Say(tuple(said), offer_buttons(case), to=to)


def offer_buttons(case: CaseFacts) -> Buttons:
    """Accept or decline, bound to the case as it stands."""
    return (
        (
            Button(text("status.accept"), Press("status", "accept", case.id, case.version)),
            Button(text("status.decline"), Press("status", "decline", case.id, case.version)),
        ),
    )


def remaining(turn: Turn, booked: BookedLoan, case: CaseFacts) -> int:
    """What is left to pay today with the case's waiver, in the books or not yet; minor units.

    A waiver in the books counts on its own day, before payments of that day and after took what is
    left of the penalty: the statement replays it.
    """
    told = turn.statement(booked)
    if case.id in booked.case_waivers:
        return told.outstanding.total
    return remaining_after(told, Waiver(turn.today, case.relief_minor or 0))


def settled_say(case: CaseFacts, to: To = To.ALL) -> tuple[Say, ...]:
    """Your penalty fell by so much; then the question how it was."""
    fell = Say(
        (
            text("settled.fell", amount=money(case, case.relief_minor)),
            text("settled.head", reference=case.reference),
        ),
        to=to,
    )
    stars = tuple(
        Button(text("rate.star", count=n), Press("rate", "stars", f"{case.id}:{n}"))
        for n in range(1, STARS + 1)
    )
    return (fell, Say((text("rate.ask"),), (stars,), to=To.LATEST))
