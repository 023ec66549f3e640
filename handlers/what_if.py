"""What would happen: nothing paid for a while, or payments on days, with and without relief.

It must not promise: books may hold payments the lender has not told us of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.loan import Payment
from bot.flow import Answers, Raw
from bot.form import Asking, Choice, Form, answered, answering, begin, conduct
from bot.steps.explained import estimate_words, turning_of, turning_text
from bot.steps.loan import loan_label, loan_or_choice, overdue
from bot.steps.outlook import holds_until, last_days, owed_on
from bot.steps.plan import MOST, Plan, read_plan
from bot.steps.planned import (
    against_nothing,
    enough_with_relief,
    if_kept,
    less_with_relief,
    planned_words,
    until_then,
)
from bot.steps.questions import amount_question, day_question, loan_question
from bot.steps.relieved import relieved_today
from bot.steps.spoken import read_written, spoken_payment, written
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
    Said,
    Say,
    Task,
    Turn,
    Weekday,
    text,
)

_AHEAD = (0, 7, 30)
_LONGEST = 365
_FRIDAY, _WEEK = 4, 7  # Monday is 0
_EVERYTHING = "everything"
_SAID = "said"


def handle(turn: Turn) -> Outcome:
    """The card of now, in 7 and in 30 days; or the form for payments on days, said or asked for."""
    heard = turn.heard
    press = heard.press if isinstance(heard, Pressed) else Press("what_if")
    if press.step in _TRY:
        return begin(FORM, turn, _TRY[press.step](press.value))
    if press.step == _SAID:
        anew = replace(turn, heard=Pressed(Press("what_if")))
        return _asked(anew, _still_ahead(turn, read_written(press.value)))
    told = _told(turn)
    if answering(FORM, turn) and not _is_asked_anew(heard, told):
        return conduct(FORM, turn)
    return _asked(turn, told)


def said(turn: Turn) -> Press:
    """The press that asks for what the words ask for: the digits may have to come first."""
    told = _told(turn)
    return Press("what_if", _SAID, written(told)) if told else Press("what_if")


def _told(turn: Turn) -> Raw:
    """What of a payment was named in words."""
    until = turn.today + timedelta(days=_LONGEST)
    return spoken_payment(turn, turn.heard, until) if isinstance(turn.heard, Said) else {}


def _still_ahead(turn: Turn, told: Raw) -> Raw:
    """The same without a day that is over: midnight may pass before the digits come."""
    over = told.get("day", "") < turn.today.isoformat()
    return {name: value for name, value in told.items() if name != "day" or not over}


def _asked(turn: Turn, told: Raw) -> Outcome:
    """The card, or what is `told` of a payment, with the rest asked for."""
    booked = loan_or_choice(turn, "what_if")
    if isinstance(booked, Outcome):
        return begin(FORM, turn, told) if told and len(overdue(turn)) > 1 else booked
    if "amount" in told:
        return begin(FORM, turn, {"loan": booked.id, **told})
    return Outcome((_card(turn, booked, told.get("day")),))


def _is_asked_anew(heard: Heard, told: Raw) -> bool:
    """Whether words are no answer to the question that stands open, but all of another payment."""
    whole = isinstance(heard, Said) and heard.meant == ("what_if",)
    return whole and {"amount", "day"} == set(told)


def _on_the_day(value: str) -> Raw:
    loan_id, _, day = value.partition(" ")
    return {"loan": loan_id, "day": day}


def _card(turn: Turn, booked: BookedLoan, asked: str | None = None) -> Say:
    """What would be owed on the usual days and on the one `asked` about, an ISO day."""
    relieved = relieved_today(turn, booked)
    days = [turn.today + timedelta(days=ahead) for ahead in _AHEAD]
    if asked is not None:
        days = sorted({*days, date.fromisoformat(asked)})
    said: list[Paragraph] = [text("what_if.head", loan=loan_label(turn, booked))]
    said += [owed_on(turn, booked, day, relieved) for day in days]
    said += last_days(turn, booked, relieved)
    said += estimate_words(turn, booked)
    said.append((text("what_if.nothing_paid"), *holds_until(relieved)))
    buttons = (
        *_on_that_day(booked, asked),
        (Button(text("what_if.try"), Press("what_if", "try", booked.id)),),
        (
            Button(text("task.relief"), Press("relief", "", booked.id)),
            Button(text("task.how_to_pay"), Press("how_to_pay", "", booked.id)),
        ),
    )
    return Say(tuple(said), buttons)


def _on_that_day(booked: BookedLoan, asked: str | None) -> Buttons:
    if asked is None:
        return ()
    label = text("what_if.try_on", day=Weekday(date.fromisoformat(asked), year=True))
    return ((Button(label, Press("what_if", "try_on", f"{booked.id} {asked}")),),)


# --- payments on days -----------------------------------------------------------------------------


def _loan(turn: Turn, answers: Answers, raw: str) -> BookedLoan:
    """The loan of a plan; what was thought of before goes along in the raw answer."""
    booked = _WHICH.check(turn, answers, read_plan(raw, turn.today).loan_id)
    return answered({"loan": booked}, "loan", BookedLoan)


def _ask_amount(_turn: Turn, _answers: Answers) -> Asking:
    """An amount typed, or all that will be due on the day that is asked next."""
    everything = Choice(_EVERYTHING, text("what_if.everything"))
    return Asking((text("what_if.amount.ask"),), ((everything,),))


def _amount(turn: Turn, answers: Answers, raw: str) -> object:
    return raw if raw == _EVERYTHING else _HOW_MUCH.check(turn, answers, raw)


def _most(turn: Turn, booked: BookedLoan) -> int:
    """Everything still unpaid, due or not, as it would stand after the longest wait."""
    told = turn.statement(booked, turn.today + timedelta(days=_LONGEST))
    return sum(owed.owed.total for owed in told.instalments)


def _days(turn: Turn, _answers: Answers) -> tuple[date, date]:
    return turn.today, turn.today + timedelta(days=_LONGEST)


def days_offered(today: date) -> tuple[date, ...]:
    """Days people think of: today, tomorrow, the Friday after, in one, two and four weeks."""
    after = today + timedelta(days=2)
    friday = after + timedelta(days=(_FRIDAY - after.weekday()) % _WEEK)
    weeks = (today + timedelta(days=days) for days in (7, 14, 30))
    return tuple(sorted({today, today + timedelta(days=1), friday, *weeks}))


def _finish(turn: Turn, draft: Draft, answers: Answers) -> Outcome:
    booked, day = answered(answers, "loan", BookedLoan), answered(answers, "day", date)
    before = read_plan(draft.raw["loan"], turn.today)
    everything = answers["amount"] == _EVERYTHING
    if everything:
        amount = if_kept(turn, booked, booked.loan, before, day).outstanding.total
    else:
        amount = answered(answers, "amount", int)
    done = (CloseDraft(draft, "submitted"),)
    if not amount:
        nothing = Say(
            (text("what_if.result.nothing_due", day=Weekday(day, year=True)),),
            _again(booked, before),
        )
        return Outcome((nothing,), done)
    plan = before.plus(Payment(day, amount))
    said = planned_words(turn, booked, plan)
    if everything:
        said += [
            *until_then(turn, booked, plan, day),
            *enough_with_relief(turn, booked, before, day),
        ]
    else:
        said += [against_nothing(turn, booked, plan), *less_with_relief(turn, booked, plan)]
    so_far = replace(booked.loan, payments=before.laid_on(booked.loan))
    turning = turning_of(turn, booked, so_far)
    if turning is not None and day > turning.pay_by:
        said.append(turning_text(turn, booked, turning, so_far))
    said += estimate_words(turn, booked)
    return Outcome((Say(tuple(said), _again(booked, plan)),), done)


def _again(booked: BookedLoan, plan: Plan) -> Buttons:
    again = Button(text("what_if.again"), Press("what_if", "try", booked.id))
    if not plan.payments or len(plan.payments) >= MOST:
        return ((again,),)
    return ((Button(text("what_if.add"), Press("what_if", "try", str(plan))),), (again,))


_WHICH = loan_question("what_if")
_HOW_MUCH = amount_question("what_if", _most)

FORM = Form(
    "what_if",
    (
        replace(_WHICH, check=_loan),
        replace(_HOW_MUCH, ask=_ask_amount, check=_amount),
        day_question("what_if", _days, offered=days_offered),
    ),
    _finish,
    restarts=True,
)

# What a button of the card answers already.
_TRY: Mapping[str, Callable[[str], Raw]] = {
    "try": lambda loan: {"loan": loan},
    "try_on": _on_the_day,
}

TASK = Task("what_if", handle, said=said)
