"""A flow: the questions of one form, in order, and the replay of raw answers through them.

It must not know how a question is asked or worded: that is `form`, `steps` and the catalogue.
Answers are kept raw by step name and replayed (as smart-answers does), so that an early answer can
change without losing the later ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.errors import Rejected

Facts = TypeVar("Facts")
Answers = Mapping[str, object]
Raw = Mapping[str, str]


def _always(_facts: object, _answers: Answers) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Step(Generic[Facts]):
    """A question: `check` makes a raw answer a value or raises Rejected; `applies`: is it asked?"""

    name: str
    check: Callable[[Facts, Answers, str], object]
    applies: Callable[[Facts, Answers], bool] = _always


@dataclass(frozen=True, slots=True)
class Replay:
    """How far raw answers carry: `answers` that hold, the step to ask now (None: all answered).

    `kept` are the raw answers still wanted, the unknown dropped; `failed` says why `at` must be
    asked again although it had an answer.
    """

    answers: Answers
    kept: Raw
    at: str | None
    failed: Rejected | None = None


@dataclass(frozen=True, slots=True)
class Flow(Generic[Facts]):
    """Named steps in asking order; names are unique and at least one step exists."""

    name: str
    steps: tuple[Step[Facts], ...]

    def __post_init__(self) -> None:
        """Refuse a flow that cannot be walked."""
        names = [step.name for step in self.steps]
        if not names or len(set(names)) != len(names):
            message = f"flow {self.name} needs steps with unique names: {names}"
            raise ValueError(message)


def replay(flow: Flow[Facts], facts: Facts, raw: Raw) -> Replay:
    """Walk `raw` through `flow`: drop unknown answers, check each again, stop at one that fails.

    Answers of steps that do not apply now are kept raw (they may apply again) but have no value.
    """
    known = {name: raw[name] for name in (step.name for step in flow.steps) if name in raw}
    answers: dict[str, object] = {}
    for step in flow.steps:
        if not step.applies(facts, answers):
            continue
        if step.name not in known:
            return Replay(answers, known, step.name)
        try:
            answers[step.name] = step.check(facts, answers, known[step.name])
        except Rejected as failed:
            return Replay(answers, known, step.name, failed)
    return Replay(answers, known, None)
