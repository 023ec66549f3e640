"""Free text to a task: which example phrases of the catalogues it is most like.

It must not call a model, guess silently, or learn: the same words always mean the same.
Character n-grams weighed by rarity, compared with each task's examples and with their mean; that
stands spelling mistakes and needs no word list, in Chinese as in English.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Protocol

TASKS: Final = (
    "balance", "why", "what_if", "statement", "relief", "status", "how_to_pay", "already_paid",
    "not_my_loan", "tips", "person", "my_data", "reminders", "language", "link", "help", "cancel",
)  # fmt: skip
PERSON: Final = "person"
_DISTRESS: Final = "distress"
_DAYS: Final = {
    "before_yesterday": -2,
    "yesterday": -1,
    "today": 0,
    "tomorrow": 1,
    "after_tomorrow": 2,
    "in_three_days": 3,
    "in_a_week": 7,
    "in_two_weeks": 14,
}
_WISHES: Final = (("reminders", "on"), ("reminders", "off"))

_LONGEST = 300  # characters that are compared; distress is looked for in all
_SURE = 0.75  # this like, and this much more than the next, is an answer
_CLEARLY = 1.15
_ALARMING = 0.6  # distress this like, and likelier than all else, is taken for it
_PERHAPS = 0.4  # less like than this is not even offered
_BESIDE = 0.5  # what is offered beside the likeliest is at least half as like
_MOST_CHOICES = 3
_NEAREST = (1.0, 0.5, 0.3)  # weights of the nearest examples of a task
_ELSEWHERE = 0.9  # examples in another language than the chat's count a little less
_HAN = re.compile(r"[\u3400-\u9fff]")
_BETWEEN = re.compile(r"[^\w]+")
_REPEATED = re.compile(r"(.)\1{2,}")
_CODES: Final = (1, 2, 3)  # lengths of n-grams, in Chinese
_LETTERS: Final = (3, 4)  # and elsewhere


class Phrases(Protocol):
    """What is needed of `Texts`."""

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales that have phrases."""

    def message(self, key: str, locale: str) -> str:
        """The phrases of `key`, one a line."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What typed words may mean: one task, or up to three to choose from, or neither.

    `distress` is set when they speak of despair, threats or harassment: a person must answer.
    `certain` says that words of despair themselves occur, not only something like them. `ahead`:
    the words are the name of the day so many days from today, and nothing else; `mentions`: they
    hold the names of that one. `wish`: the step of `task` that they plainly ask for.
    """

    task: str | None = None
    choices: tuple[str, ...] = ()
    distress: bool = False
    certain: bool = False
    ahead: int | None = None
    mentions: int | None = None
    wish: str = ""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A task in one locale."""

    task: str
    locale: str


_URGENT = Understood(PERSON, distress=True)
_CERTAIN = Understood(PERSON, distress=True, certain=True)


class Understanding:
    """The examples of every locale, weighed once; call it with the words and the chat's locale.

    Built from the catalogue keys `understand.<task>` and `understand.distress`, a phrase a line,
    `understand.distress_signs`, whose lines hold parts joined by `+`: all must occur, the like of
    it `understand.<task>.<step>` for wishes, and `understand.day.<name>` for days from today.
    """

    def __init__(self, phrases: Phrases, tasks: Sequence[str] = TASKS) -> None:
        examples = [
            (_Kind(task, locale), _grams(_plain(line)))
            for locale in phrases.locales
            for task in (*tasks, _DISTRESS)
            for line in phrases.message(f"understand.{task}", locale).splitlines()
        ]
        self._rarity = _rarity(grams for _, grams in examples)
        self._examples = [kind for kind, _ in examples]
        self._of_example: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._of_kind: dict[str, list[tuple[_Kind, float]]] = defaultdict(list)
        self._index([self._weighed(grams) for _, grams in examples])
        self._ahead = {
            _plain(line): days
            for locale in phrases.locales
            for name, days in _DAYS.items()
            for line in phrases.message(f"understand.day.{name}", locale).splitlines()
        }
        self._signs = _signs(phrases, "understand.distress_signs")
        self._wishes = {
            (task, step): _signs(phrases, f"understand.{task}.{step}") for task, step in _WISHES
        }

    def __call__(self, words: str, locale: str) -> Understood:
        """What `words` mean: distress before anything else, then the task they are most like."""
        plain = _plain(words)
        if _shows(self._signs, plain):
            return _CERTAIN
        short = _plain(words[:_LONGEST])
        chosen = _chosen(self._likeness(short, locale))
        return replace(
            chosen,
            ahead=self._ahead.get(short),
            mentions=self._mentioned(short),
            wish=self._wish(chosen.task, short),
        )

    def _mentioned(self, plain: str) -> int | None:
        """The one day from today that is named; of names within each other the longest counts."""
        named = [name for name in self._ahead if _stands(name, plain)]
        whole = [name for name in named if not any(name in other != name for other in named)]
        days = {self._ahead[name] for name in whole}
        return days.pop() if len(days) == 1 else None

    def _wish(self, task: str | None, plain: str) -> str:
        """The one step of the task that the words ask for."""
        steps = [
            step
            for (of_task, step), signs in self._wishes.items()
            if of_task == task and _shows(signs, plain)
        ]
        return steps[0] if len(steps) == 1 else ""

    def _index(self, weighed: Sequence[Mapping[str, float]]) -> None:
        means: dict[_Kind, Counter[str]] = defaultdict(Counter)
        for number, (kind, grams) in enumerate(zip(self._examples, weighed, strict=True)):
            for gram, weight in grams.items():
                self._of_example[gram].append((number, weight))
                means[kind][gram] += weight  # type: ignore[assignment]  # a Counter of weights
        for kind, mean in means.items():
            for gram, weight in _scaled(mean).items():
                self._of_kind[gram].append((kind, weight))

    def _weighed(self, grams: Mapping[str, int]) -> dict[str, float]:
        return _scaled(
            {
                gram: (1 + math.log(times)) * self._rarity[gram]
                for gram, times in grams.items()
                if gram in self._rarity
            }
        )

    def _likeness(self, plain: str, locale: str) -> list[tuple[float, str]]:
        """How like each task the words are, likeliest first."""
        near: dict[int, float] = defaultdict(float)
        like: dict[_Kind, float] = defaultdict(float)
        for gram, weight in self._weighed(_grams(plain)).items():
            for number, other in self._of_example[gram]:
                near[number] += weight * other
            for kind, other in self._of_kind[gram]:
                like[kind] += weight * other
        by_kind: dict[_Kind, list[float]] = defaultdict(list)
        for number, nearness in near.items():
            by_kind[self._examples[number]].append(nearness)
        best: dict[str, float] = {}
        for kind, nearest in by_kind.items():
            closest = zip(sorted(nearest, reverse=True), _NEAREST, strict=False)
            score = like[kind] + sum(nearness * weight for nearness, weight in closest)
            score *= 1 if kind.locale == locale else _ELSEWHERE
            best[kind.task] = max(score, best.get(kind.task, 0.0))
        return sorted(((score, task) for task, score in best.items()), reverse=True)


def _chosen(likeness: Sequence[tuple[float, str]]) -> Understood:
    if not likeness or likeness[0][0] < _PERHAPS:
        return Understood()
    best, task = likeness[0]
    if task == _DISTRESS and best >= _ALARMING:
        return _URGENT
    likeness = _with_person(likeness)
    second = likeness[1][0] if len(likeness) > 1 else 0.0
    if best >= _SURE and best >= _CLEARLY * second:
        return Understood(task)
    near = [other for score, other in likeness[:_MOST_CHOICES] if score >= _BESIDE * best]
    return Understood(choices=tuple(near))


def _with_person(likeness: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """The same with a person offered in the place of distress that is not certain."""
    shown: dict[str, float] = {}
    for score, task in likeness:
        shown.setdefault(PERSON if task == _DISTRESS else task, score)
    return [(score, task) for task, score in shown.items()]


def _plain(words: str) -> str:
    """Lower case, one width, no signs between words, no letter more than twice in a row."""
    folded = unicodedata.normalize("NFKC", words).casefold()
    bare = folded.replace("'", "").replace("\u2019", "")
    return _REPEATED.sub(r"\1", _BETWEEN.sub(" ", bare)).strip()


def _grams(plain: str) -> Counter[str]:
    words = plain.split()
    grams = Counter(gram for word in words for gram in _grams_of_word(word))
    grams.update(f"{before} {after}" for before, after in pairwise(words))
    return grams


def _grams_of_word(word: str) -> Iterator[str]:
    """The word's n-grams with its edges; a word of letters counts whole as well."""
    if _HAN.search(word):
        yield from (f"^{word[:2]}", f"{word[-2:]}$")
        yield from _runs(word, _CODES)
    else:
        yield from (f"={word}", f"={word}")
        yield from _runs(f"^{word}$", _LETTERS)


def _runs(word: str, lengths: Sequence[int]) -> Iterator[str]:
    for length in lengths:
        yield from (word[at : at + length] for at in range(len(word) - length + 1))


def _rarity(examples: Iterable[Mapping[str, int]]) -> dict[str, float]:
    each = [set(grams) for grams in examples]
    among = Counter(gram for grams in each for gram in grams)
    return {gram: math.log((1 + len(each)) / (1 + found)) + 1 for gram, found in among.items()}


def _scaled(weights: Mapping[str, float]) -> dict[str, float]:
    """The same of length one."""
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {gram: weight / length for gram, weight in weights.items()}


Signs = Sequence[Sequence[str]]


def _signs(phrases: Phrases, key: str) -> Signs:
    """Lines of parts that must all occur, of every locale."""
    return tuple(
        tuple(_plain(part) for part in line.split("+"))
        for locale in phrases.locales
        for line in phrases.message(key, locale).splitlines()
    )


def _shows(signs: Signs, plain: str) -> bool:
    return any(all(_occurs(part, plain) for part in line) for line in signs)


def _stands(name: str, plain: str) -> bool:
    """Whether the name stands in the text as whole words."""
    if _HAN.search(name):
        return name in plain
    return f" {name} " in f" {plain} "


def _occurs(part: str, plain: str) -> bool:
    """Whether words begin so somewhere in the text; Chinese has no word edges to mind."""
    if _HAN.search(part):
        return part in plain.replace(" ", "")
    return f" {part}" in f" {plain}"
