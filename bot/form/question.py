"""What a form is made of: questions, the choices they offer, the form itself.

It must not know any question: tasks bring theirs, `steps` holds the shared ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.flow import Answers, Flow, Step
from bot.turn import Draft, Heard, Outcome, Paragraph, Text, Turn


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
