"""How a form is conducted in a chat: ask, hear, go back, change an answer, review, submit, leave.

It must not know any question: tasks bring theirs, `steps` holds the shared ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.errors import Rejected, Unfinished
from bot.flow import Answers, Flow, Replay, Step, replay
from bot.turn import (
    Button,
    Buttons,
    CloseDraft,
    Draft,
    Heard,
    Lost,
    Outcome,
    Paragraph,
    Press,
    Pressed,
    Said,
    SaveDraft,
    Say,
    Text,
    Turn,
    Unusable,
    refusal,
    text,
)

SUBMIT, CANCEL, CHANGE, BACK, LATER = ":submit", ":cancel", ":change", ":back", ":later"
Value = TypeVar("Value")
_PAIR = 2  # this many change buttons to a row


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be pressed instead of typed, and its label."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as it is put: paragraphs and rows of choices."""

    paragraphs: tuple[Paragraph, ...]
    choices: tuple[tuple[Choice, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Unclear:
    """An answer with more than one meaning: each is offered to be confirmed by a press."""

    meanings: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form.

    `ask` puts it; `hear` turns what was typed, pressed or sent into a raw answer, raises Rejected
    when it is none; `check` validates a raw answer (again at each replay); `show` is the answer as
    the review shows it.
    """

    name: str
    ask: Callable[[Turn, Answers], Asking]
    hear: Callable[[Turn, Answers, Heard], str | Unclear]
    check: Callable[[Turn, Answers, str], object]
    show: Callable[[Turn, Answers], Text] | None = None
    applies: Callable[[Turn, Answers], bool] | None = None

    def step(self) -> Step[Turn]:
        """The same as the flow sees it."""
        if self.applies is None:
            return Step(self.name, self.check)
        return Step(self.name, self.check, self.applies)


@dataclass(frozen=True, slots=True)
class Form:
    """A named list of questions and what to do with the answers.

    `review` says whether the answers are shown before they are sent; `before` may refuse to start
    (an Outcome instead of the first question) or give paragraphs that precede it; `finish` gets the
    answers of a complete draft.
    """

    name: str
    questions: tuple[Question, ...]
    finish: Callable[[Turn, Draft, Answers], Outcome]
    review: Callable[[Turn, Answers], tuple[Paragraph, ...]] | None = None
    before: Callable[[Turn], Outcome | None] | None = None
    restarts: bool = False  # a short form: starting it again forgets the earlier answers

    def flow(self) -> Flow[Turn]:
        """The steps alone, for replay."""
        return Flow(self.name, tuple(question.step() for question in self.questions))

    def question(self, name: str) -> Question:
        """The question called `name`."""
        return next(question for question in self.questions if question.name == name)


def conduct(form: Form, turn: Turn) -> Outcome:
    """Answer what was heard within `form`: start it, go on with it, or finish it."""
    draft = turn.drafts.get(form.name)
    heard = turn.heard
    if isinstance(heard, Pressed) and heard.press.step:
        return _tapped(form, turn, draft, heard.press)
    typed_command = isinstance(heard, Said) and heard.text.startswith("/")
    if isinstance(heard, Pressed) or typed_command or turn.chat.asking != form.name:
        return begin(form, turn)
    if draft is None:
        return begin(form, turn)
    return _answered(form, turn, draft)


def begin(form: Form, turn: Turn, first: str = "") -> Outcome:
    """Start a new draft or take up the open one; `first` answers the first question."""
    draft = turn.drafts.get(form.name)
    refused = form.before(turn) if form.before else None
    if refused is not None:
        return refused
    raw = {form.questions[0].name: first} if first else {}
    if draft is None:
        return _put(form, turn, _new(form, turn, raw))
    if form.restarts:
        return _put(form, turn, replace(draft, raw=raw, changing=None))
    again = (text("form.resumed"),) if turn.chat.asking != form.name else ()
    return _put(form, turn, draft, again)


def _new(form: Form, turn: Turn, raw: Mapping[str, str]) -> Draft:
    return Draft(turn.ids[0], form.name, raw, 0, turn.now, turn.now)


def _tapped(form: Form, turn: Turn, draft: Draft | None, press: Press) -> Outcome:
    if draft is None:
        return Outcome((Say((text("form.gone"),), _start_button(form)),))
    if press.draft_version != draft.version:
        return _put(form, turn, draft, (text("form.moved_on"),))
    controls: Mapping[str, Callable[[], Outcome]] = {
        CANCEL: lambda: _cancelled(turn, draft),
        LATER: lambda: _left(form, turn),
        CHANGE: lambda: _put(form, turn, _changing(form, turn, draft, press.value)),
        BACK: lambda: _put(form, turn, _back(form, turn, draft)),
        SUBMIT: lambda: _submit(form, turn, draft),
    }
    control = controls.get(press.step)
    return control() if control else _answered(form, turn, draft)


def _answered(form: Form, turn: Turn, draft: Draft) -> Outcome:
    """An answer to the question that stands open, typed, pressed or sent."""
    now = _standing(form, turn, draft)
    if now.at is None:
        return _put(form, turn, draft, (text("form.review.please_choose"),))
    question = form.question(now.at)
    if isinstance(turn.heard, Unusable | Lost):
        return _put(form, turn, draft, (unusable(turn.heard),))
    try:
        raw = question.hear(turn, now.answers, turn.heard)
        if isinstance(raw, Unclear):
            return _which(form, draft, question, raw)
        _check(question, turn, now.answers, raw)
    except Rejected as wrong:
        return _put(form, turn, draft, (refusal(wrong),))
    return _put(form, turn, replace(draft, raw={**draft.raw, question.name: raw}, changing=None))


def _check(question: Question, turn: Turn, answers: Answers, raw: str) -> None:
    """Raise when the answer is wrong; one that is only unfinished is kept."""
    with suppress(Unfinished):
        question.check(turn, answers, raw)


def _put(form: Form, turn: Turn, draft: Draft, first: tuple[Text, ...] = ()) -> Outcome:
    """Save the draft and ask what stands open: a question, the review, or finish when there is none."""
    now = _standing(form, turn, draft)
    saved = _saved(turn, draft, now)
    if now.failed is not None and not first:
        first = (refusal(now.failed),)
    if now.at is None and form.review is None:
        return form.finish(turn, replace(draft, raw=now.kept), now.answers)
    card = _card(form, replace(turn, drafts={**turn.drafts, form.name: saved}), saved, now, first)
    return Outcome((card,), (SaveDraft(saved),), asking=form.name)


def _card(form: Form, turn: Turn, draft: Draft, now: Replay, first: tuple[Text, ...]) -> Say:
    if now.at is None:
        return _review_card(form, turn, draft, now.answers, first)
    question = form.question(now.at)
    asked = question.ask(turn, now.answers)
    choices = _choices(form.name, question.name, asked.choices, draft.version)
    return Say((*first, *asked.paragraphs), (*choices, *_leave(form, turn, draft, now)))


def _which(form: Form, draft: Draft, question: Question, unclear: Unclear) -> Outcome:
    rows = tuple((meaning,) for meaning in unclear.meanings)
    buttons = _choices(form.name, question.name, rows, draft.version)
    return Outcome((Say((text("form.which"),), buttons),), asking=form.name)


def _review_card(
    form: Form, turn: Turn, draft: Draft, answers: Answers, first: tuple[Text, ...]
) -> Say:
    if form.review is None:
        raise ValueError(form.name)
    shown = [question for question in form.questions if question.show and question.name in answers]
    changes = tuple(
        Button(
            text("form.change", what=text(f"{form.name}.{question.name}.label")),
            Press(form.name, CHANGE, question.name, draft.version),
        )
        for question in shown
    )
    rows = tuple(changes[i : i + _PAIR] for i in range(0, len(changes), _PAIR))
    submit = Button(text(f"{form.name}.submit"), Press(form.name, SUBMIT, "", draft.version))
    return Say(
        (*first, *form.review(turn, answers)), ((submit,), *rows, _leave_row(form, draft))
    )


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


def _choices(
    task: str, step: str, rows: tuple[tuple[Choice, ...], ...], version: int
) -> Buttons:
    return tuple(
        tuple(Button(choice.label, Press(task, step, choice.value, version)) for choice in row)
        for row in rows
    )


def _leave(form: Form, turn: Turn, draft: Draft, now: Replay) -> Buttons:
    """Back (when there is a question before), later and cancel."""
    row = _leave_row(form, draft)
    if _before(form, turn, draft, now) is None:
        return (row,)
    return ((Button(text("form.back"), Press(form.name, BACK, "", draft.version)), *row),)


def _leave_row(form: Form, draft: Draft) -> tuple[Button, ...]:
    return (
        Button(text("form.later"), Press(form.name, LATER, "", draft.version)),
        Button(text("form.cancel"), Press(form.name, CANCEL, "", draft.version)),
    )


def _start_button(form: Form) -> Buttons:
    return ((Button(text("form.start_again"), Press(form.name)),),)


def _standing(form: Form, turn: Turn, draft: Draft) -> Replay:
    """Where the draft stands; a step being changed is asked again, with what precedes it answered."""
    flow = form.flow()
    now = replay(flow, turn, draft.raw)
    if draft.changing is None or draft.changing not in now.answers:
        return now
    earlier = {}
    for question in form.questions:
        if question.name == draft.changing:
            break
        if question.name in now.answers:
            earlier[question.name] = now.answers[question.name]
    return Replay(earlier, now.kept, draft.changing)


def _before(form: Form, turn: Turn, draft: Draft, now: Replay) -> str | None:
    """The question asked before the one that stands open; None at the first."""
    answered = list(now.answers)
    return answered[-1] if answered else None


def _back(form: Form, turn: Turn, draft: Draft) -> Draft:
    return replace(draft, changing=_before(form, turn, draft, _standing(form, turn, draft)))


def _changing(form: Form, turn: Turn, draft: Draft, step: str) -> Draft:
    known = step in replay(form.flow(), turn, draft.raw).answers
    return replace(draft, changing=step) if known else draft


def _submit(form: Form, turn: Turn, draft: Draft) -> Outcome:
    now = _standing(form, turn, draft)
    if now.at is not None:
        return _put(form, turn, draft, (text("form.incomplete"),))
    return form.finish(turn, draft, now.answers)


def _saved(turn: Turn, draft: Draft, now: Replay) -> Draft:
    return replace(draft, raw=now.kept, version=draft.version + 1, updated_at=turn.now)


def _cancelled(turn: Turn, draft: Draft) -> Outcome:
    return Outcome((Say((text("form.cancelled"),)),), (CloseDraft(draft, "withdrawn"),))


def _left(form: Form, turn: Turn) -> Outcome:
    go_on = ((Button(text("form.go_on"), Press(form.name)),),)
    return Outcome((Say((text("form.kept"),), go_on),))


def answering(form: Form, turn: Turn) -> bool:
    """Whether what was heard belongs to the form: a button of a step, or an answer while it asks."""
    heard = turn.heard
    if isinstance(heard, Pressed):
        return bool(heard.press.step)
    typed_command = isinstance(heard, Said) and heard.text.startswith("/")
    return turn.chat.asking == form.name and not typed_command


def answered(answers: Answers, name: str, kind: type[Value]) -> Value:
    """The answer called `name`, which its question's check made a `kind`."""
    value = answers[name]
    if not isinstance(value, kind):
        raise TypeError(name)
    return value


def unusable(heard: Heard) -> Text:
    """One hint on something that is no answer."""
    return text(f"heard.{heard.kind}") if isinstance(heard, Unusable) else text("heard.lost")


def typed(heard: Heard, step: str) -> str:
    """The raw words of an answer: typed, or the value of a button of that step; else Rejected."""
    if isinstance(heard, Said):
        return heard.text.strip()
    if isinstance(heard, Pressed) and heard.press.step == step:
        return heard.press.value
    raise Rejected("answer.words")
