"""Where the borrower's applications stand; accept or decline an offer, take an application back.

It must not decide a case for the lender.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.case import Act, By, CaseFacts, Status, acts, apply
from bot.domain.case.table import SYSTEM, Actor, ActorKind
from bot.steps.case import lost_writes, offer_buttons, remaining, settled_say, settled_writes
from bot.steps.loan import loan_label
from bot.steps.money import money
from bot.turn import (
    BookedLoan,
    Button,
    Buttons,
    Outcome,
    Paragraph,
    Press,
    Pressed,
    SaveCase,
    Say,
    Task,
    Text,
    To,
    Turn,
    Write,
    text,
)

_CLOSED_SHOWN = 3
Does = Callable[[Turn, CaseFacts, BookedLoan], Outcome]  # what a button of a case does


def handle(turn: Turn) -> Outcome:
    """All applications, open ones first; or the act a button names, if it is still possible."""
    heard = turn.heard
    if not isinstance(heard, Pressed) or not heard.press.step:
        return Outcome(_all(turn))
    case = turn.case(heard.press.value)
    booked = turn.loan(case.loan_id) if case else None
    if case is None or booked is None:
        return Outcome((Say((text("heard.lost"),)),))
    if heard.press.draft_version != case.version:
        return Outcome((Say((text("status.moved_on"),)), _card(turn, case)))
    act = _ACTS.get(heard.press.step)
    return act(turn, case, booked) if act else Outcome((_card(turn, case),))


def _all(turn: Turn) -> tuple[Say, ...]:
    known = [case for case in turn.cases if case.status is not Status.DRAFT]
    if not known:
        apply_now = ((Button(text("task.relief"), Press("relief")),),)
        return (Say((text("status.none"),), apply_now),)
    newest = sorted(known, key=lambda case: (case.submitted_on, case.id), reverse=True)
    going_on = [case for case in newest if case.is_open]
    ended = [case for case in newest if not case.is_open][:_CLOSED_SHOWN]
    return tuple(_card(turn, case) for case in (*going_on, *ended))


def _card(turn: Turn, case: CaseFacts) -> Say:
    booked = turn.loan(case.loan_id)
    head: list[Text] = [text("status.head", reference=case.reference)]
    if booked:
        head.append(text("status.loan", loan=loan_label(turn, booked)))
    head.append(text("status.filed", day=case.submitted_on))
    said: list[Paragraph] = [tuple(head), text(f"status.is.{case.status.value}")]
    said += _details(turn, booked, case)
    return Say(tuple(said), _buttons(turn, case))


def _details(turn: Turn, booked: BookedLoan | None, case: CaseFacts) -> list[Paragraph]:
    said: list[Paragraph] = []
    if case.status in {Status.SUBMITTED, Status.IN_REVIEW, Status.SECOND_REVIEW}:
        said.append(text("relief.answer_by", day=case.answer_due))
    if case.relief_minor and case.percent is not None:
        relief = money(case, case.relief_minor)
        said.append(text("offer.relief", percent=case.percent, relief=relief))
    if booked and case.status in {Status.OFFERED, Status.ACCEPTED}:
        left = money(case, remaining(turn, booked, case))
        said.append(text("offer.remaining", amount=left))
        if case.pay_by:
            said.append(text("offer.pay_by", day=case.pay_by))
    if case.why:
        said.append(text("rejected.why", reason=text(f"case.reason.{case.why}")))
    if case.note:
        said.append(text("offer.note", note=case.note))
    return said


def _buttons(turn: Turn, case: CaseFacts) -> Buttons:
    """What the borrower may do with the case now."""
    may = acts(case, Actor(ActorKind.BORROWER, turn.owner.id))
    rows = list(offer_buttons(case)) if Act.ACCEPT in may else []
    if Act.WITHDRAW in may:
        press = Press("status", "withdraw", case.id, case.version)
        rows.append((Button(text("status.withdraw"), press),))
    return tuple(rows)


# --- acts -----------------------------------------------------------------------------------------


def _by(turn: Turn) -> By:
    return By(Actor(ActorKind.BORROWER, turn.owner.id), turn.now, turn.today)


def _accept(turn: Turn, case: CaseFacts, booked: BookedLoan) -> Outcome:
    accepted, event = apply(case, Act.ACCEPT, _by(turn))
    writes: list[Write] = [SaveCase(accepted, event)]
    left = remaining(turn, booked, case)
    if case.pay_by is None or left == 0:
        by = By(SYSTEM, turn.now, turn.today)
        settled, event = apply(accepted, Act.SETTLE, by)
        writes += [SaveCase(settled, event), *settled_writes(booked, case, turn.today)]
        return Outcome(settled_say(settled, To.HERE), tuple(writes))
    said = (
        text("status.accepted", amount=money(case, left), day=case.pay_by),
        text("status.accepted.then"),
    )
    pay = ((Button(text("task.how_to_pay"), Press("how_to_pay", "", case.loan_id)),),)
    return Outcome((Say(said, pay),), tuple(writes))


def _sure(step: str) -> Does:
    """An act that cannot be taken back is asked once more."""

    def ask(_turn: Turn, case: CaseFacts, _booked: BookedLoan) -> Outcome:
        yes = Press("status", f"{step}_yes", case.id, case.version)
        no = Press("status", "keep", case.id, case.version)
        buttons = ((Button(text(f"status.{step}.yes"), yes), Button(text("status.keep"), no)),)
        return Outcome((Say((text(f"status.{step}.sure"),), buttons),))

    return ask


def _ended(act: Act) -> Does:
    """Declined or withdrawn: the waiver goes, the freeze goes as the policy says."""

    def end(turn: Turn, case: CaseFacts, booked: BookedLoan) -> Outcome:
        ended, event = apply(case, act, _by(turn))
        said = Say((text(f"status.{act.value}.done", reference=case.reference),))
        return Outcome((said,), (SaveCase(ended, event), *lost_writes(turn, booked, case)))

    return end


_ACTS: dict[str, Does] = {
    "accept": _accept,
    "decline": _sure("decline"),
    "decline_yes": _ended(Act.DECLINE),
    "withdraw": _sure("withdraw"),
    "withdraw_yes": _ended(Act.WITHDRAW),
}

TASK = Task("status", handle)
