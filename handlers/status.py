"""Where the borrower's applications stand; accept or decline an offer, take an application back.

It must not decide a case for the lender.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.case import Act, By, CaseFacts, Status, acts, apply
from bot.domain.case.table import SYSTEM, Actor, ActorKind
from bot.domain.money import Money
from bot.domain.relief.settlement import freeze_when_lost
from bot.steps.case import freeze_write, offer_buttons, remaining, settled_say
from bot.steps.loan import loan_label
from bot.turn import (
    BookedLoan,
    Button,
    Buttons,
    Outcome,
    Paragraph,
    Press,
    Pressed,
    RemoveWaiver,
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


def handle(turn: Turn) -> Outcome:
    """All applications, open ones first; or the act a button names, if it is still possible."""
    heard = turn.heard
    if not isinstance(heard, Pressed) or not heard.press.step:
        return Outcome(_all(turn))
    case = turn.case(heard.press.value)
    if case is None:
        return Outcome((Say((text("heard.lost"),)),))
    if heard.press.draft_version != case.version:
        return Outcome((Say((text("status.moved_on"),)), _card(turn, case)))
    act = _ACTS.get(heard.press.step)
    return act(turn, case) if act else Outcome((_card(turn, case),))


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
        relief = Money(case.relief_minor, case.currency)
        said.append(text("offer.relief", percent=case.percent, relief=relief))
    if booked and case.status in {Status.OFFERED, Status.ACCEPTED}:
        left = Money(remaining(turn, booked, case), case.currency)
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
    if turn.borrower is None:
        return ()
    may = acts(case, Actor(ActorKind.BORROWER, turn.borrower.id))
    rows = list(offer_buttons(case)) if Act.ACCEPT in may else []
    if Act.WITHDRAW in may:
        press = Press("status", "withdraw", case.id, case.version)
        rows.append((Button(text("status.withdraw"), press),))
    return tuple(rows)


# --- acts -----------------------------------------------------------------------------------------


def _by(turn: Turn) -> By:
    borrower = turn.borrower.id if turn.borrower else ""
    return By(Actor(ActorKind.BORROWER, borrower), turn.now, turn.today)


def _accept(turn: Turn, case: CaseFacts) -> Outcome:
    accepted, event = apply(case, Act.ACCEPT, _by(turn))
    writes: list[Write] = [SaveCase(accepted, event)]
    booked = turn.loan(case.loan_id)
    left = remaining(turn, booked, case) if booked else 0
    if case.pay_by is None or left == 0:
        by = By(SYSTEM, turn.now, turn.today)
        settled, event = apply(accepted, Act.SETTLE, by)
        return Outcome(settled_say(settled, To.HERE), (*writes, SaveCase(settled, event)))
    said = (
        text("status.accepted", amount=Money(left, case.currency), day=case.pay_by),
        text("status.accepted.then"),
    )
    pay = ((Button(text("task.how_to_pay"), Press("how_to_pay", "", case.loan_id)),),)
    return Outcome((Say(said, pay),), tuple(writes))


def _sure(step: str) -> Callable[[Turn, CaseFacts], Outcome]:
    """An act that cannot be taken back is asked once more."""

    def ask(_turn: Turn, case: CaseFacts) -> Outcome:
        yes = Press("status", f"{step}_yes", case.id, case.version)
        no = Press("status", "keep", case.id, case.version)
        buttons = ((Button(text(f"status.{step}.yes"), yes), Button(text("status.keep"), no)),)
        return Outcome((Say((text(f"status.{step}.sure"),), buttons),))

    return ask


def _ended(act: Act) -> Callable[[Turn, CaseFacts], Outcome]:
    """Declined or withdrawn: the waiver goes, the freeze goes as the policy says."""

    def end(turn: Turn, case: CaseFacts) -> Outcome:
        ended, event = apply(case, act, _by(turn))
        booked = turn.loan(case.loan_id)
        writes: list[Write] = [SaveCase(ended, event), RemoveWaiver(case.id, case.loan_id)]
        freeze = booked.case_freezes.get(case.id) if booked else None
        if freeze is not None:
            rules = turn.policy.relief_on(case.submitted_on)
            writes.append(freeze_write(case, freeze_when_lost(freeze, rules, turn.today)))
        return Outcome(
            (Say((text(f"status.{act.value}.done", reference=case.reference),)),), tuple(writes)
        )

    return end


_ACTS: dict[str, Callable[[Turn, CaseFacts], Outcome]] = {
    "accept": _accept,
    "decline": _sure("decline"),
    "decline_yes": _ended(Act.DECLINE),
    "withdraw": _sure("withdraw"),
    "withdraw_yes": _ended(Act.WITHDRAW),
}

TASK = Task("status", handle)
