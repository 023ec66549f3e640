"""A statement to keep: which loan, in which form, and the document.

It must not compute a figure or draw: the document holds values, and the outbox prints them.
"""

from __future__ import annotations

from bot.steps.loan import loan_label, overdue
from bot.steps.statement import kept_on, sheet_of
from bot.steps.statement_table import table_of
from bot.turn import (
    Audit,
    BookedLoan,
    Button,
    Outcome,
    Press,
    Pressed,
    Said,
    Say,
    Task,
    Turn,
    text,
)

_FORMS = {"pdf": sheet_of, "csv": table_of}
_MANY = 40  # loans offered to choose from


def handle(turn: Turn) -> Outcome:
    """The document, once loan and form are known; else what is still to be chosen."""
    heard = turn.heard
    if not isinstance(heard, Pressed) or not heard.press.value:
        return _first(turn)
    booked = turn.loan(heard.press.value)
    if booked is None:
        return Outcome((Say((text("heard.lost"),)),))
    return _asked(turn, booked, heard.press.step)


def _first(turn: Turn) -> Outcome:
    """Of the only loan there is the form is asked at once, unless the words name it."""
    heard = turn.heard
    words = heard.text.casefold() if isinstance(heard, Said) else ""
    form = next((form for form in _FORMS if form in words), "")
    if not turn.loans:
        return Outcome((Say((text("loan.none"),)),))
    if len(turn.loans) == 1:
        return _asked(turn, turn.loans[0], form)
    late = overdue(turn)
    loans = (*late, *(booked for booked in turn.loans if booked not in late))
    rows = tuple(
        (Button(loan_label(turn, booked), Press("statement", form, booked.id)),)
        for booked in loans[:_MANY]
    )
    return Outcome((Say((text("statement.which"),), rows),))


def _asked(turn: Turn, booked: BookedLoan, form: str) -> Outcome:
    if form in _FORMS:
        return _given(turn, booked, form)
    buttons = tuple(
        Button(text(f"statement.form.{form}"), Press("statement", form, booked.id))
        for form in _FORMS
    )
    asked = (text("statement.ask", loan=loan_label(turn, booked)), text("statement.ask.form"))
    return Outcome((Say(asked, (buttons,)),))


def _given(turn: Turn, booked: BookedLoan, form: str) -> Outcome:
    """The document with its checksum in words, so that the conversation says which one it was."""
    kept = kept_on(turn.policy, booked, turn.today)
    said = (
        text("statement.given", loan=loan_label(turn, booked), day=turn.today),
        text("statement.given.code", code=kept.code),
    )
    given = Say(said, paper=_FORMS[form](kept))
    return Outcome((given,), (Audit("StatementGiven", booked.id),))


TASK = Task("statement", handle)
