"""What comes in the next days, told in time to do something about it: once, kindly, with figures.

It must not press anybody: who reported something, asked for relief, has a person to talk to, is
protected by law or wants no reminders hears nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.books import ACTIVE
from bot.domain.case import CaseFacts, Status, open_case
from bot.domain.policy import NoPolicyInForce
from bot.domain.policy.relief_policy import ReliefPolicy
from bot.errors import Rejected
from bot.steps.case import remaining
from bot.steps.explained import turning_of, turning_text
from bot.steps.loan import due_next, has_open_case, loan_label, overdue
from bot.steps.money import money
from bot.steps.verdict import verdict_of
from bot.turn import (
    Access,
    BookedLoan,
    Button,
    Buttons,
    Keep,
    Outcome,
    Paragraph,
    Press,
    Remind,
    Reminded,
    Say,
    Task,
    Text,
    To,
    Turn,
    Weekday,
    text,
)

_DUE = "due"
_MOST = 3  # loans told in one message
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Coming:
    """What comes: after `last_day` it is too late. `words` say so."""

    booked: BookedLoan
    event: str
    last_day: date
    words: tuple[Text, ...]


def handle(turn: Turn) -> Outcome:
    """One message of what is new, soonest first; nothing where nothing still holds."""
    heard = turn.heard
    if not isinstance(heard, Remind) or not _may(turn, heard):
        return Outcome(asking=Keep.AS_IS)
    coming = sorted(_all(turn, heard), key=lambda each: (each.last_day, each.booked.ref))
    loans = list(dict.fromkeys(each.booked.id for each in coming))[:_MOST]
    told = [each for each in coming if each.booked.id in loans]
    if not told:
        return Outcome(asking=Keep.AS_IS)
    writes = tuple(Reminded(each.booked.id, each.event, each.last_day, turn.today) for each in told)
    return Outcome((_say(turn, told),), writes, asking=Keep.AS_IS)


# --- who is reminded ------------------------------------------------------------------------------


def _may(turn: Turn, heard: Remind) -> bool:
    """Whether a reminder may go to this chat, this day and at this hour."""
    chat, known = turn.chat, turn.reminders
    if turn.borrower is None or not turn.borrower.reminders or None in known.waiting:
        return False
    if chat.consented_at is None or chat.proven_at is None or chat.human or not chat.reachable:
        return False
    lately = [day for day in known.days if day > turn.today - _WEEK]
    return turn.now < heard.until and turn.today not in lately and len(lately) < heard.a_week


def _paused(turn: Turn, booked: BookedLoan, until: date) -> bool:
    """Whether the law, something reported or a figure under review keeps a loan out."""
    protected = any(
        freeze.start <= until and freeze.until >= turn.today for freeze in booked.statutory
    )
    reported = booked.id in turn.reminders.waiting
    return protected or reported or _excluded(turn, booked) or turn.difference(booked) != 0


def _excluded(turn: Turn, booked: BookedLoan) -> bool:
    """Whether the relief programme leaves the loan out; without one, any status but the usual."""
    programme = _programme(turn)
    if programme is None:
        return booked.status != ACTIVE
    return booked.status in programme.scope.excluded_statuses


def _programme(turn: Turn) -> ReliefPolicy | None:
    """The relief programme in force today; None before the first one."""
    try:
        return turn.policy.relief_on(turn.today)
    except NoPolicyInForce:
        return None


# --- what is coming -------------------------------------------------------------------------------


def _all(turn: Turn, heard: Remind) -> Iterator[_Coming]:
    last = turn.today + timedelta(days=heard.days)
    last_due = turn.today + timedelta(days=heard.due_days)
    for booked in turn.loans:
        try:
            paused = _paused(turn, booked, max(last, last_due))
            found = () if paused else tuple(_of_loan(turn, booked, heard))
        except Rejected:
            continue  # no rules for its days: there is nothing to say of it
        for each in found:
            new = (booked.id, each.event, each.last_day) not in turn.reminders.told
            if new and turn.today <= each.last_day <= (last_due if each.event == _DUE else last):
                yield each


def _of_loan(turn: Turn, booked: BookedLoan, heard: Remind) -> Iterator[_Coming]:
    """An application is spoken of alone: what else would come waits for its answer."""
    case, told = open_case(turn.cases, booked.id), turn.statement(booked)
    if case is not None:
        yield from _of_case(turn, booked, case)
    elif heard.due_days and not told.days_overdue and not told.outstanding.penalty:
        yield from _falling_due(turn, booked)
    elif booked in overdue(turn):
        yield from _dearer(turn, booked)
        yield from _window(turn, booked)


def _of_case(turn: Turn, booked: BookedLoan, case: CaseFacts) -> Iterator[_Coming]:
    left = money(case, remaining(turn, booked, case))

    def words(key: str, last: date) -> tuple[Text, ...]:
        day = Weekday(last, year=True)
        return (text(key, reference=case.reference, amount=left, day=day),)

    if case.status is Status.OFFERED and case.answer_by:
        yield _Coming(booked, "offer", case.answer_by, words("remind.offer", case.answer_by))
    if case.status is Status.ACCEPTED and case.pay_by and left.minor:
        yield _Coming(booked, "pay_by", case.pay_by, words("remind.pay_by", case.pay_by))


def _falling_due(turn: Turn, booked: BookedLoan) -> Iterator[_Coming]:
    """The next instalment, before anything is late: paid by then, nothing is added."""
    coming = due_next(turn, booked)
    if coming is None or booked.status == "closed":
        return
    last, amount = coming
    after = turn.statement(booked, last)
    adds = money(after, after.grows_by_per_day)
    falls_due = text("remind.due", amount=amount, day=Weekday(last, year=True))
    if adds.minor:
        then = text("remind.nothing_yet", after=adds, day=Weekday(last + _DAY, year=True))
    else:
        then = text("remind.due.in_time")
    yield _Coming(booked, _DUE, last, (falls_due, then))


def _dearer(turn: Turn, booked: BookedLoan) -> Iterator[_Coming]:
    """Paying gets dearer: by when to pay, and what a day adds before and after."""
    turning = turning_of(turn, booked)
    if turning is None:
        return
    last = turning.pay_by
    eve, after = turn.statement(booked, last - _DAY), turn.statement(booked, last)
    adds = money(after, after.grows_by_per_day)
    day = Weekday(last + _DAY, year=True)
    if eve.grows_by_per_day:
        before = money(eve, eve.grows_by_per_day)
        each_day = text("remind.each_day", before=before, after=adds, day=day)
    else:
        each_day = text("remind.nothing_yet", after=adds, day=day)
    yield _Coming(booked, "turning", last, (turning_text(turn, booked, turning), each_day))


def _window(turn: Turn, booked: BookedLoan) -> Iterator[_Coming]:
    """The last day to ask for relief, where the policy would give some today."""
    if _programme(turn) is None:
        return
    found = verdict_of(turn, booked)
    if found.eligible and found.relief_minor and found.file_by:
        words = text(
            "remind.window",
            day=Weekday(found.file_by, year=True),
            amount=money(found, found.relief_minor),
        )
        yield _Coming(booked, "window", found.file_by, (words,))


# --- how it is told -------------------------------------------------------------------------------


def _say(turn: Turn, told: list[_Coming]) -> Say:
    head, closing = _around(turn, told)
    said: list[Paragraph] = [head]
    for booked in dict.fromkeys(each.booked.id for each in told):
        mine = [each for each in told if each.booked.id == booked]
        said.append(_loan(turn, mine[0].booked))
        said += [each.words for each in mine]
    said.append(closing)
    return Say(tuple(said), _buttons(turn, told[0]), to=To.LATEST)


def _around(turn: Turn, told: list[_Coming]) -> tuple[Text, Text]:
    """What is said first; and last: who paid need do nothing, for whom it is hard, where to go."""
    if all(each.event == _DUE for each in told):
        return text("remind.head.due"), text("remind.due.paid")
    closing = "remind.paid" if _programme(turn) else "remind.paid.person"
    return text("remind.head"), text(closing)


def _loan(turn: Turn, booked: BookedLoan) -> Paragraph:
    owed = turn.statement(booked).outstanding.total
    total = (text("balance.today", amount=money(booked.loan, owed)),) if owed else ()
    books = text("balance.books", day=booked.books_on)
    return (text("balance.loan", loan=loan_label(turn, booked)), *total, books)


def _buttons(turn: Turn, first: _Coming) -> Buttons:
    booked, stop = first.booked, Button(text("reminders.off"), Press("reminders", "off"))
    pay, person = _task("how_to_pay", booked), Button(text("task.person"), Press("person"))
    if first.event == _DUE:
        return ((pay, _task("balance", booked)), (person, stop))
    if has_open_case(turn, booked):
        relief = _task("status", booked)
    else:
        relief = _task("relief", booked) if _programme(turn) else person
    paid = Button(text("task.already_paid"), Press("already_paid"))
    return ((_task("balance", booked), _task("what_if", booked)), (relief, pay), (paid, stop))


def _task(name: str, booked: BookedLoan) -> Button:
    return Button(text(f"task.{name}"), Press(name, "", booked.id))


TASK = Task("remind", handle, Access.ANYONE, menu=False, understood=False)
