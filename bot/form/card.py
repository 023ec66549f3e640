"""How a form looks in a chat: the question's card, the review, the way out.

It must not move a draft: its buttons say what would.
"""

from __future__ import annotations

from bot.flow import Answers, Replay
from bot.form.question import Choice, Form, Question, Unclear
from bot.form.standing import before, mark
from bot.turn import Button, Buttons, Draft, Press, Say, Text, Turn, text

SUBMIT, CANCEL, CHANGE, BACK, LATER = ":submit", ":cancel", ":change", ":back", ":later"
_PAIR = 2  # this many change buttons to a row


def card(form: Form, turn: Turn, draft: Draft, now: Replay, first: tuple[Text, ...]) -> Say:
    """What stands open, a question or the review, with `first` before it."""
    if now.at is None:
        return _review_card(form, turn, draft, now.answers, first)
    question = form.question(now.at)
    asked = question.ask(turn, now.answers)
    choices = _choices(form.name, question.name, asked.choices, mark(draft))
    return Say((*first, *asked.paragraphs), (*choices, *_leave(form, draft, now)))


def which(form: Form, draft: Draft, question: Question, unclear: Unclear) -> Say:
    """Which of its meanings an answer has."""
    rows = tuple((meaning,) for meaning in unclear.meanings)
    buttons = _choices(form.name, question.name, rows, mark(draft))
    return Say((text("form.which"),), buttons)


def left(form: Form, draft: Draft) -> Say:
    """The form rests: everything is kept, and one press goes on or gives it up."""
    go_on = Button(text("form.go_on"), Press(form.name))
    cancel = Button(text("form.cancel"), Press(form.name, CANCEL, "", mark(draft)))
    return Say((text("form.kept"),), ((go_on, cancel),))


def start_button(form: Form) -> Buttons:
    """The one row that starts the form anew."""
    return ((Button(text("form.start_again"), Press(form.name)),),)


def answer_lines(form: Form, turn: Turn, answers: Answers) -> tuple[Text, ...]:
    """Each answer as `label: answer`, in asking order."""
    return tuple(
        text(
            "form.review.line",
            label=text(f"{form.name}.{question.name}.label"),
            answer=question.show(turn, answers),
        )
        for question in form.questions
        if question.show and question.name in answers
    )


def _review_card(
    form: Form, turn: Turn, draft: Draft, answers: Answers, first: tuple[Text, ...]
) -> Say:
    if form.review is None:
        raise ValueError(form.name)
    shown = [question for question in form.questions if question.show and question.name in answers]
    changes = tuple(
        Button(
            text("form.change", what=text(f"{form.name}.{question.name}.label")),
            Press(form.name, CHANGE, question.name, mark(draft)),
        )
        for question in shown
    )
    rows = tuple(changes[i : i + _PAIR] for i in range(0, len(changes), _PAIR))
    submit = Button(text(f"{form.name}.submit"), Press(form.name, SUBMIT, "", mark(draft)))
    return Say((*first, *form.review(turn, answers)), ((submit,), *rows, _leave_row(form, draft)))


def _choices(task: str, step: str, rows: tuple[tuple[Choice, ...], ...], marked: int) -> Buttons:
    return tuple(
        tuple(Button(choice.label, Press(task, step, choice.value, marked)) for choice in row)
        for row in rows
    )


def _leave(form: Form, draft: Draft, now: Replay) -> Buttons:
    """Back (when there is a question before), later and cancel."""
    row = _leave_row(form, draft)
    if before(now) is None:
        return (row,)
    return ((Button(text("form.back"), Press(form.name, BACK, "", mark(draft))), *row),)


def _leave_row(form: Form, draft: Draft) -> tuple[Button, ...]:
    return (
        Button(text("form.later"), Press(form.name, LATER, "", mark(draft))),
        Button(text("form.cancel"), Press(form.name, CANCEL, "", mark(draft))),
    )
