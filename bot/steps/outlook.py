"""What a loan comes to on a day ahead if nothing is paid, and the days that matter until then.

It must not know of payments that are only thought of: a plan does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from bot.steps.explained import turning_of, turning_text
from bot.steps.money import money
from bot.steps.relieved import Relieved
from bot.steps.verdict import verdict_of
from bot.turn import BookedLoan, Text, Turn, Weekday, text

_NEAR: Final = {0: "what_if.today", 1: "what_if.tomorrow"}  # days that have a name


def owed_on(
    turn: Turn, booked: BookedLoan, day: date, relieved: Relieved | None
) -> tuple[Text, ...]:
    """What would be owed on that day, and with relief where that still holds by then."""
    told, ahead = turn.statement(booked, day), (day - turn.today).days
    difference = 0 if ahead else turn.difference(booked)  # nobody knows it of a day to come
    slots = {
        "total": money(told, told.outstanding.total + difference),
        "penalty": money(told, told.outstanding.penalty + difference),
    }
    owed = Text(_NEAR[ahead], slots) if ahead in _NEAR else _in_days(ahead, day, slots)
    if relieved is None or not relieved.holds_on(day):
        return (owed,)
    less = turn.statement(booked, day, relieved.loan)
    total = money(less, less.outstanding.total)
    return owed, text("what_if.with_relief", percent=relieved.percent, total=total)


def _in_days(ahead: int, day: date, slots: Mapping[str, object]) -> Text:
    return Text("what_if.in_days", {**slots, "day": Weekday(day)}, ahead)


def last_days(
    turn: Turn, booked: BookedLoan, relieved: Relieved | None
) -> tuple[tuple[Text, ...], ...]:
    """The cheapest day to pay before it gets dearer, and the last one to apply for relief."""
    turning = turning_of(turn, booked)
    said = [turning_text(turn, booked, turning)] if turning is not None else []
    file_by = verdict_of(turn, booked).file_by if relieved is not None else None
    if file_by is not None:
        said.append(text("why.do.relief_by", day=file_by))
    return (tuple(said),) if said else ()


def holds_until(relieved: Relieved | None) -> tuple[Text, ...]:
    """Until when the relief reckoned with has to be paid for."""
    if relieved is None or relieved.pay_by is None:
        return ()
    still = ".still" if relieved.still else ""
    return (text(f"what_if.relief_until{still}", day=relieved.pay_by),)
