"""Applying for relief: what the policy says, the form, the filing.

It must not decide beyond the automatic limit: staff do, in `case`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.case import Act, By, CaseFacts, Filing, apply, filed, open_case
from bot.domain.case.table import SYSTEM, Actor, ActorKind
from bot.domain.policy.relief_policy import ReliefPolicy
from bot.domain.reference import reference
from bot.domain.relief import Verdict
from bot.flow import Answers
from bot.form import (
    SUBMIT,
    Asking,
    Choice,
    Form,
    Question,
    answer_lines,
    answered,
    answering,
    begin,
    conduct,
    typed,
)
from bot.steps.case import grant_writes, offer_say
from bot.steps.choice import picked
from bot.steps.loan import loan_label, loan_or_choice, overdue
from bot.steps.money import money
from bot.steps.questions import (
    day_question,
    days_from,
    files_question,
    loan_question,
    words_question,
)
from bot.steps.verdict import verdict_of, verdict_words, would_grant
from bot.turn import (
    BookedLoan,
    Button,
    Buttons,
    CloseDraft,
    Draft,
    Heard,
    Outcome,
    Paragraph,
    Press,
    Pressed,
    PutFreeze,
    SaveCase,
    Say,
    Task,
    Text,
    Turn,
    Write,
    text,
)

_LONGEST_DETAILS = 1000
_MOST_FILES = 5
_FURTHEST = 60  # days ahead a payment may be hoped for
_UNKNOWN = "unknown"


def handle(turn: Turn) -> Outcome:
    """The verdict on a loan with the way to apply; then the form."""
    heard = turn.heard
    if isinstance(heard, Pressed) and heard.press.step == "apply":
        return _apply(turn, heard.press.value)
    if answering(FORM, turn):
        return _sent_already(turn) or conduct(FORM, turn)
    asked_for_loan = isinstance(heard, Pressed) and bool(heard.press.value)
    if FORM.name in turn.drafts and not asked_for_loan:
        return begin(FORM, turn)
    booked = loan_or_choice(turn, "relief")
    return booked if isinstance(booked, Outcome) else _told(turn, booked)


def _sent_already(turn: Turn) -> Outcome | None:
    """Send, pressed once more after it was sent: how the application stands, not a new form."""
    heard = turn.heard
    again = isinstance(heard, Pressed) and heard.press.step == SUBMIT
    if not again or FORM.name in turn.drafts or not any(case.is_open for case in turn.cases):
        return None
    return Outcome((Say((text("form.gone"),)),), go_on=Press("status"))


def _apply(turn: Turn, loan_id: str) -> Outcome:
    if open_case(turn.cases, loan_id) is not None:
        return _already_open()
    return begin(FORM, turn, {"loan": loan_id})


# --- what the policy says -------------------------------------------------------------------------


def _told(turn: Turn, booked: BookedLoan) -> Outcome:
    if open_case(turn.cases, booked.id) is not None:
        return _already_open()
    found = verdict_of(turn, booked)
    head = text("relief.loan", loan=loan_label(turn, booked))
    return Outcome((Say((head, *verdict_words(found)), _apply_buttons(booked, found)),))


def _already_open() -> Outcome:
    status = ((Button(text("task.status"), Press("status")),),)
    return Outcome((Say((text("relief.already_open"),), status),))


def _apply_buttons(booked: BookedLoan, found: Verdict) -> Buttons:
    key = "relief.apply" if found.eligible else "relief.apply_anyway"
    return (
        (Button(text(key), Press("relief", "apply", booked.id)),),
        (
            Button(text("task.why"), Press("why", "", booked.id)),
            Button(text("task.person"), Press("person")),
        ),
    )


# --- the questions --------------------------------------------------------------------------------


def _before(turn: Turn) -> Outcome | None:
    if _eligible_loans(turn):
        return None
    if overdue(turn):
        return _already_open()
    return Outcome((Say((text("loan.none_overdue"),)),))


def _eligible_loans(turn: Turn) -> tuple[BookedLoan, ...]:
    """Loans that owe something and have no open case."""
    return tuple(booked for booked in overdue(turn) if open_case(turn.cases, booked.id) is None)


def _rules(turn: Turn) -> ReliefPolicy:
    return turn.policy.relief_on(turn.today)


def _ask_reason(turn: Turn, _answers: Answers) -> Asking:
    choices = [Choice(reason.id, text(f"reason.{reason.id}")) for reason in _rules(turn).reasons]
    rows = tuple(tuple(choices[i : i + 2]) for i in range(0, len(choices), 2))
    return Asking((text("relief.reason.ask"), text("relief.reason.why")), rows)


def _hear_reason(_turn: Turn, _answers: Answers, heard: Heard) -> str:
    return typed(heard, "reason")


def _check_reason(turn: Turn, _answers: Answers, raw: str) -> str:
    return picked(raw, {reason.id for reason in _rules(turn).reasons})


def _show_reason(_turn: Turn, answers: Answers) -> Text:
    return text(f"reason.{answered(answers, 'reason', str)}")


def _needs_evidence(turn: Turn, answers: Answers) -> bool:
    reason = _rules(turn).reason(str(answers.get("reason", "")))
    return reason is not None and bool(reason.evidence)


def _ask_files(turn: Turn, answers: Answers) -> Asking:
    """The shared question, with which kinds of proof help for the reason given."""
    reason = _rules(turn).reason(answered(answers, "reason", str))
    kinds = tuple(text(f"evidence.{kind}") for kind in (reason.evidence if reason else ()))
    shared = _FILES.ask(turn, answers)
    return replace(shared, paragraphs=(*shared.paragraphs, text("relief.files.kinds", kinds=kinds)))


def _days(turn: Turn, _answers: Answers) -> tuple[date, date]:
    return turn.today, turn.today + timedelta(days=_FURTHEST)


_FILES = files_question("relief", _MOST_FILES, _needs_evidence)

# --- review and filing ----------------------------------------------------------------------------


def _review(turn: Turn, answers: Answers) -> tuple[Paragraph, ...]:
    booked = answered(answers, "loan", BookedLoan)
    found = verdict_of(turn, booked, answered(answers, "reason", str))
    rules = _rules(turn)
    freeze = (
        text("relief.review.freeze", day=found.freeze.until if found.freeze else turn.today),
        text(f"relief.review.{rules.conditions.freeze_when_not_settled.value}"),
    )
    return (
        text("relief.review.head"),
        answer_lines(FORM, turn, answers),
        _review_verdict(found),
        *((freeze,) if found.freeze else ()),
        text("verdict.credit_record", words=text(f"credit_record.{rules.credit_record.text}")),
        text("relief.review.check"),
    )


def _review_verdict(found: Verdict) -> Text:
    if not found.eligible:
        return text("relief.review.person_decides")
    return text(
        "relief.review.verdict", percent=found.percent, relief=money(found, found.relief_minor)
    )


def _finish(turn: Turn, draft: Draft, answers: Answers) -> Outcome:
    """File the application; within the automatic limit the offer comes at once."""
    booked = answered(answers, "loan", BookedLoan)
    found = verdict_of(turn, booked, answered(answers, "reason", str))
    case, submitted = _submitted(turn, draft, answers, found)
    writes: list[Write] = [CloseDraft(draft, "submitted"), submitted]
    freeze = found.freeze
    if found.automatic:
        return _offered_at_once(turn, booked, case, found, writes)
    if freeze:
        writes.append(PutFreeze(case.id, case.id, booked.id, freeze.start, freeze.until))
    return Outcome((_filed_say(case),), tuple(writes))


def _submitted(
    turn: Turn, draft: Draft, answers: Answers, found: Verdict
) -> tuple[CaseFacts, SaveCase]:
    borrower = turn.owner
    pay_on = answers["day"]
    filing = Filing(
        id=turn.ids[1],
        reference=reference(turn.chance),
        loan_id=answered(answers, "loan", BookedLoan).id,
        borrower_id=borrower.id,
        reason=answered(answers, "reason", str),
        details=answered(answers, "details", str),
        pay_on=pay_on if isinstance(pay_on, date) else None,
        upload_ids=answered(answers, "files", tuple) if "files" in answers else (),
    )
    by = By(Actor(ActorKind.BORROWER, borrower.id), turn.now, turn.today)
    case, event = apply(filed(filing, found, turn.policy.policy_id), Act.SUBMIT, by)
    return case, SaveCase(case, event, draft.id)


def _offered_at_once(
    turn: Turn, booked: BookedLoan, case: CaseFacts, found: Verdict, writes: list[Write]
) -> Outcome:
    given, freeze = would_grant(turn, found)
    by = By(SYSTEM, turn.now, turn.today)
    offered, event = apply(case, Act.AUTO_OFFER, by, grant=given)
    writes += [SaveCase(offered, event), *grant_writes(offered, given, freeze)]
    sent = Say((text("relief.filed", reference=case.reference),))
    return Outcome((sent, offer_say(turn, booked, offered)), tuple(writes))


def _filed_say(case: CaseFacts) -> Say:
    """Sent, and when a person will have answered."""
    said = (
        text("relief.filed", reference=case.reference),
        text("relief.answer_by", day=case.answer_due),
    )
    return Say(said, ((Button(text("task.status"), Press("status")),),))


FORM = Form(
    "relief",
    (
        loan_question("relief", _eligible_loans),
        Question("reason", _ask_reason, _hear_reason, _check_reason, _show_reason),
        words_question("relief", "details", _LONGEST_DETAILS, skip=":skip"),
        replace(_FILES, ask=_ask_files),
        day_question("relief", _days, offered=days_from(0, 3, 7, 14, 21, 30), unknown=_UNKNOWN),
    ),
    _finish,
    _review,
    _before,
)

TASK = Task("relief", handle, resumable=True)
