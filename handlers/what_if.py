"""What would happen: nothing paid for a while, or payments on days, with and without relief.

It must not promise: books may hold payments the lender has not told us of.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.accrual import Allocated, Statement
from bot.domain.explaining import received
from bot.domain.loan import Loan, Payment
from bot.flow import Answers
from bot.form import Asking, Choice, Form, answered, answering, begin, conduct
from bot.steps.changed import went_to
from bot.steps.explained import estimate_words, turning_of, turning_text
from bot.steps.loan import growth_line, loan_label, loan_or_choice, owed_lines
from bot.steps.money import money
from bot.steps.plan import MOST, Plan, read_plan
from bot.steps.questions import amount_question, day_question, loan_question
from bot.steps.relieved import Relieved, relieved_today
from bot.steps.verdict import verdict_of
from bot.turn import (
    BookedLoan,
    Button,
    Buttons,
    CloseDraft,
    Draft,
    Outcome,
    Paragraph,
    Press,
    Pressed,
    Say,
    Task,
    Text,
    Turn,
    Weekday,
    text,
)

_AHEAD = (0, 7, 30)
_LONGEST = 365
_FRIDAY, _WEEK = 4, 7  # Monday is 0
_EVERYTHING = "everything"


def handle(turn: Turn) -> Outcome:
    """The card of now, in 7 and in 30 days; or the form for payments on days."""
    heard = turn.heard
    if isinstance(heard, Pressed) and heard.press.step == "try":
        return begin(FORM, turn, heard.press.value)
    if answering(FORM, turn):
        return conduct(FORM, turn)
    booked = loan_or_choice(turn, "what_if")
    return booked if isinstance(booked, Outcome) else Outcome((_card(turn, booked),))


def _card(turn: Turn, booked: BookedLoan) -> Say:
    relieved = relieved_today(turn, booked)
    days = [turn.today + timedelta(days=ahead) for ahead in _AHEAD]
    said: list[Paragraph] = [text("what_if.head", loan=loan_label(turn, booked))]
    said += [_on_day(turn, booked, day, relieved) for day in days]
    said += _last_days(turn, booked, relieved)
    said += estimate_words(turn, booked)
    said.append((text("what_if.nothing_paid"), *_holds_until(relieved)))
    buttons = (
        (Button(text("what_if.try"), Press("what_if", "try", booked.id)),),
        (
            Button(text("task.relief"), Press("relief", "", booked.id)),
            Button(text("task.how_to_pay"), Press("how_to_pay", "", booked.id)),
        ),
    )
    return Say(tuple(said), buttons)


def _on_day(
    turn: Turn, booked: BookedLoan, day: date, relieved: Relieved | None
) -> tuple[Text, ...]:
    """What would be owed on that day, and with relief where that still holds by then."""
    told, ahead = turn.statement(booked, day), (day - turn.today).days
    difference = 0 if ahead else turn.difference(booked)  # nobody knows it of a day to come
    owed = text(
        "what_if.in_days" if ahead else "what_if.today",
        count=ahead or None,
        total=money(told, told.outstanding.total + difference),
        penalty=money(told, told.outstanding.penalty + difference),
    )
    if relieved is None or not relieved.holds_on(day):
        return (owed,)
    less = turn.statement(booked, day, relieved.loan)
    total = money(less, less.outstanding.total)
    return owed, text("what_if.with_relief", percent=relieved.percent, total=total)


def _last_days(
    turn: Turn, booked: BookedLoan, relieved: Relieved | None
) -> tuple[tuple[Text, ...], ...]:
    """The cheapest day to pay before it gets dearer, and the last one to apply for relief."""
    turning = turning_of(turn, booked)
    said = [turning_text(turn, booked, turning)] if turning is not None else []
    file_by = verdict_of(turn, booked).file_by if relieved is not None else None
    if file_by is not None:
        said.append(text("why.do.relief_by", day=file_by))
    return (tuple(said),) if said else ()


def _holds_until(relieved: Relieved | None) -> tuple[Text, ...]:
    if relieved is None or relieved.pay_by is None:
        return ()
    still = ".still" if relieved.still else ""
    return (text(f"what_if.relief_until{still}", day=relieved.pay_by),)


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
        amount = _on(turn, booked, booked.loan, before, day).outstanding.total
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
    said = _result(turn, booked, plan)
    if everything:
        said += [*_until_then(turn, booked, plan, day), *_enough(turn, booked, before, day)]
    else:
        said += [_against_nothing(turn, booked, plan), *_less(turn, booked, plan)]
    so_far = replace(booked.loan, payments=before.laid_on(booked.loan))
    turning = turning_of(turn, booked, so_far)
    if turning is not None and day > turning.pay_by:
        said.append(turning_text(turn, booked, turning, so_far))
    said += estimate_words(turn, booked)
    return Outcome((Say(tuple(said), _again(booked, plan)),), done)


def _result(turn: Turn, booked: BookedLoan, plan: Plan) -> list[Paragraph]:
    """Where each payment would go, and what is left after the last."""
    last = plan.payments[-1].on
    paid = _on(turn, booked, booked.loan, plan, last)
    return [_payments(booked, plan, paid), _left(paid, turn.statement(booked, last))]


def _until_then(turn: Turn, booked: BookedLoan, plan: Plan, day: date) -> list[Paragraph]:
    """What waiting costs, if anything."""
    then, now = _on(turn, booked, booked.loan, plan, day), turn.statement(booked)
    if then.charged == now.charged:
        return []
    return [text("what_if.result.waiting", amount=money(then, then.charged - now.charged))]


def _against_nothing(turn: Turn, booked: BookedLoan, plan: Plan) -> tuple[Text, ...]:
    """What would be owed without the plan, and which penalty it spares."""
    last = plan.payments[-1].on
    paid = _on(turn, booked, booked.loan, plan, last)
    nothing = turn.statement(booked, last)
    total = money(nothing, nothing.outstanding.total)
    said = text("what_if.result.nothing", day=Weekday(last, year=True), total=total)
    spared = nothing.charged - paid.charged
    if not spared:
        return (said,)
    return said, text("what_if.result.spared", amount=money(paid, spared))


def _on(turn: Turn, booked: BookedLoan, loan: Loan, plan: Plan, day: date) -> Statement:
    """The statement of a day as if the plan were kept."""
    return turn.statement(booked, day, replace(loan, payments=plan.laid_on(loan)))


def _payments(booked: BookedLoan, plan: Plan, paid: Statement) -> tuple[Text, ...]:
    """Each payment of the plan, and what it would cover."""
    order = received(plan.laid_on(booked.loan), paid.as_of)
    went = zip(order, paid.allocations, strict=True)
    return tuple(_payment(booked, payment, to) for payment, to in went if plan.holds(payment))


def _payment(booked: BookedLoan, payment: Payment, went: Allocated) -> Text:
    return text(
        "what_if.result.head",
        amount=money(booked.loan, payment.amount),
        day=Weekday(payment.on, year=True),
        parts=went_to(booked.loan, went),
    )


def _left(paid: Statement, nothing: Statement) -> tuple[Text, ...]:
    if paid.outstanding.total == 0:
        return (text("what_if.result.clear"),)
    left = text("what_if.result.left", total=money(paid, paid.outstanding.total))
    if 0 < paid.grows_by_per_day < nothing.grows_by_per_day:
        after, before = (money(paid, told.grows_by_per_day) for told in (paid, nothing))
        return (left, *owed_lines(paid), text("what_if.result.slower", after=after, before=before))
    return (left, *owed_lines(paid), growth_line(paid))


def _less(turn: Turn, booked: BookedLoan, plan: Plan) -> list[Paragraph]:
    """What would be left of the plan if relief were granted today and still held by then."""
    return _relieved(turn, booked, plan, plan.payments[-1].on, "what_if.result.relief.left")


def _enough(turn: Turn, booked: BookedLoan, plan: Plan, day: date) -> list[Paragraph]:
    """What would be all that is due on the day, in that case."""
    return _relieved(turn, booked, plan, day, "what_if.result.relief.enough")


def _relieved(turn: Turn, booked: BookedLoan, plan: Plan, day: date, key: str) -> list[Paragraph]:
    relieved = relieved_today(turn, booked)
    if relieved is None or not relieved.holds_on(day):
        return []
    less = _on(turn, booked, relieved.loan, plan, day)
    total = money(less, less.outstanding.total)
    said = Text(key, {"percent": relieved.percent, "total": total})
    return [(said, *(_holds_until(relieved) if less.outstanding.total else ()))]


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

TASK = Task("what_if", handle)
