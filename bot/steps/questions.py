"""Whole questions that several forms ask: which loan, how much, which day, what happened.

Words come from the form's own keys: `<form>.<question>.ask`, `<form>.<question>.label`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from bot.domain.money import Money
from bot.errors import Rejected, Unfinished
from bot.flow import Answers
from bot.form import Asking, Choice, Question, Unclear, answered, typed
from bot.steps.amount import read_amount
from bot.steps.day import read_day
from bot.steps.loan import loan_label
from bot.steps.money import money
from bot.steps.words import words
from bot.turn import BookedLoan, Heard, Pressed, Said, Text, Turn, Uploaded, Weekday, text

_ROW = 3


def loan_question(
    form: str, among: Callable[[Turn], tuple[BookedLoan, ...]] | None = None
) -> Question:
    """Which loan; `among` narrows the choice, all of the borrower's otherwise."""

    def offered(turn: Turn) -> tuple[BookedLoan, ...]:
        return among(turn) if among else turn.loans

    def ask(turn: Turn, _answers: Answers) -> Asking:
        rows = tuple((Choice(booked.id, loan_label(turn, booked)),) for booked in offered(turn))
        return Asking((text(f"{form}.loan.ask"),), rows)

    def check(turn: Turn, _answers: Answers, raw: str) -> BookedLoan:
        booked = turn.loan(raw)
        if booked is None or booked not in offered(turn):
            raise Rejected("answer.choice")
        return booked

    def show(turn: Turn, answers: Answers) -> Text:
        return loan_label(turn, answered(answers, "loan", BookedLoan))

    def hear(_turn: Turn, _answers: Answers, heard: Heard) -> str:
        return typed(heard, "loan")

    return Question("loan", ask, hear, check, show)


def amount_question(form: str, most: Callable[[Turn, BookedLoan], int]) -> Question:
    """An amount in the chosen loan's currency, above nothing, up to `most`; raw is minor units."""

    def booked_of(answers: Answers) -> BookedLoan:
        return answered(answers, "loan", BookedLoan)

    def ask(turn: Turn, answers: Answers) -> Asking:
        told = turn.statement(booked_of(answers))
        total = money(told, told.outstanding.total)
        everything = Choice(str(total.minor), text(f"{form}.everything", amount=total))
        return Asking((text(f"{form}.amount.ask"),), ((everything,),) if total.minor else ())

    def hear(turn: Turn, answers: Answers, heard: Heard) -> str | Unclear:
        raw = typed(heard, "amount")
        if isinstance(heard, Pressed):
            return raw
        currency = booked_of(answers).loan.currency
        meant = read_amount(raw, turn.chat.locale, currency)
        if len(meant) == 1:
            return str(meant[0])
        amounts = (Money(minor, currency) for minor in meant)
        return Unclear(tuple(Choice(str(m.minor), text("form.amount", amount=m)) for m in amounts))

    def check(turn: Turn, answers: Answers, raw: str) -> int:
        booked = booked_of(answers)
        limit = most(turn, booked)
        if not 0 < int(raw) <= limit:
            raise Rejected("answer.amount.range", most=money(booked.loan, limit))
        return int(raw)

    def show(_turn: Turn, answers: Answers) -> Text:
        amount = money(booked_of(answers).loan, answered(answers, "amount", int))
        return text("form.amount", amount=amount)

    return Question("amount", ask, hear, check, show)


def day_question(
    form: str,
    between: Callable[[Turn, Answers], tuple[date, date]],
    offered: Callable[[date], Iterable[date]],
    unknown: str = "",
) -> Question:
    """A day within `between`, ends included; `unknown` means 'not known'.

    `offered` are the days to choose from, of today; those outside are left out.
    """

    def ask(turn: Turn, answers: Answers) -> Asking:
        first, last = between(turn, answers)
        rows = _rows(day for day in offered(turn.today) if first <= day <= last)
        if unknown:
            rows.append((Choice(unknown, text(f"{form}.day.unknown")),))
        return Asking((text(f"{form}.day.ask"),), tuple(rows))

    def hear(turn: Turn, answers: Answers, heard: Heard) -> str | Unclear:
        raw = typed(heard, "day")
        return raw if isinstance(heard, Pressed) else _typed(turn, heard, between(turn, answers)[0])

    def check(turn: Turn, answers: Answers, raw: str) -> date | str:
        if unknown and raw == unknown:
            return raw
        first, last = between(turn, answers)
        day = date.fromisoformat(raw)
        if not first <= day <= last:
            raise Rejected("answer.day.range", first=first, last=last)
        return day

    def show(_turn: Turn, answers: Answers) -> Text:
        day = answers["day"]
        return text("form.day", day=day) if isinstance(day, date) else text(f"{form}.day.unknown")

    return Question("day", ask, hear, check, show)


def _typed(turn: Turn, heard: Heard, first: date) -> str | Unclear:
    """The day that was typed, the first of its kind from `first` on."""
    if isinstance(heard, Said) and heard.ahead is not None:
        return (turn.today + timedelta(days=heard.ahead)).isoformat()
    meant = read_day(typed(heard, "day"), turn.chat.locale, first, turn.today)
    if len(meant) == 1:
        return meant[0].isoformat()
    return Unclear(tuple(Choice(day.isoformat(), text("form.day", day=day)) for day in meant))


def _rows(days: Iterable[date]) -> list[tuple[Choice, ...]]:
    choices = [Choice(day.isoformat(), text("form.day", day=Weekday(day))) for day in days]
    return [tuple(choices[i : i + _ROW]) for i in range(0, len(choices), _ROW)]


def days_from(*days: int) -> Callable[[date], Iterable[date]]:
    """Days so many days from today, to be offered."""
    return lambda today: (today + timedelta(days=each) for each in days)


def words_question(form: str, name: str, longest: int, skip: str = "") -> Question:
    """Free words; `skip` is the raw of a button that leaves them out."""

    def ask(_turn: Turn, _answers: Answers) -> Asking:
        rows = ((Choice(skip, text("form.skip")),),) if skip else ()
        return Asking((text(f"{form}.{name}.ask", longest=longest),), rows)

    def hear(_turn: Turn, _answers: Answers, heard: Heard) -> str:
        return typed(heard, name)

    def check(_turn: Turn, _answers: Answers, raw: str) -> str:
        return "" if skip and raw == skip else words(raw, longest=longest)

    def show(_turn: Turn, answers: Answers) -> Text:
        said = answered(answers, name, str)
        return text("form.words", words=said) if said else text("form.none")

    return Question(name, ask, hear, check, show)


def files_question(form: str, most: int, applies: Callable[[Turn, Answers], bool]) -> Question:
    """Files, one after another; raw is their ids, at the end `:done` or `:none` when pressed."""

    def ask(turn: Turn, answers: Answers) -> Asking:
        done = Choice(":done", text("form.files.done"))
        none = Choice(":none", text("form.files.none"))
        has = bool(_ids(_raw(turn)))
        return Asking((text(f"{form}.files.ask", count=most),), ((done if has else none,),))

    def _raw(turn: Turn) -> str:
        draft = turn.drafts.get(form)
        return draft.raw.get("files", "") if draft else ""

    def hear(turn: Turn, _answers: Answers, heard: Heard) -> str:
        before = _ids(_raw(turn))
        if isinstance(heard, Uploaded):
            return " ".join(dict.fromkeys((*before, heard.upload_id)))
        if isinstance(heard, Pressed) and heard.press.value in {":done", ":none"}:
            return " ".join((*before, heard.press.value))
        raise Rejected("answer.file")

    def check(_turn: Turn, _answers: Answers, raw: str) -> tuple[str, ...]:
        ids = _ids(raw)
        if len(ids) > most:
            raise Rejected("answer.files.many", count=most)
        if not raw.endswith((":done", ":none")):
            raise Unfinished("form.files.received", count=len(ids))
        return ids

    def show(_turn: Turn, answers: Answers) -> Text:
        ids = answered(answers, "files", tuple)
        return text("form.files.count", count=len(ids)) if ids else text("form.none")

    return Question("files", ask, hear, check, show, applies)


def _ids(raw: str) -> tuple[str, ...]:
    return tuple(part for part in raw.split() if not part.startswith(":"))
