"""Catalogues that notice what is said: every text in every locale, and which key said it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cache
from pathlib import Path

from bot.texts import MissingText, Texts
from bot.turn import Text


@dataclass
class Heard:
    """One text as it was rendered for somebody."""

    text: Text
    words: dict[str, str]  # by locale


@dataclass
class Noted:
    """What was said since the notes were last cleared, and what could not be said."""

    texts: list[Heard] = field(default_factory=list)
    missing: list[MissingText] = field(default_factory=list)
    keys: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # by words

    def slots(self, key: str) -> dict[str, object]:
        """The slots of the last text of that key, in another or not; AssertionError for none."""
        every = (text for heard in self.texts for text in _texts(heard.text))
        found = [text for text in every if text.key == key]
        assert found, f"{key} was not said; said were {sorted(self.said())}"
        return dict(found[-1].slots) | {"count": found[-1].count}

    def said(self) -> set[str]:
        """Every key said, texts within texts as well."""
        return {text.key for heard in self.texts for text in _texts(heard.text)}


class Telling(Texts):
    """The real words; whatever is rendered for one locale is rendered for all of them."""

    def __init__(self, root: Path, zone: tzinfo) -> None:
        self.__dict__.update(vars(_loaded(root, zone)))
        self.noted = Noted()

    def render(self, text: Text, locale: str) -> str:
        """As `Texts.render`, in every locale."""
        words = {each: self._rendered(text, each) for each in self.locales}
        self.noted.texts.append(Heard(text, words))
        for each in words.values():
            self.noted.keys[each].add(text.key)
        return words[locale]

    def label(self, text: Text, locale: str) -> str:
        """As `Texts.label`, in every locale."""
        words = {each: super(Telling, self).label(text, each) for each in self.locales}
        self.noted.texts.append(Heard(text, words))
        for each in words.values():
            self.noted.keys[each].add(text.key)
        return words[locale]

    def _rendered(self, text: Text, locale: str) -> str:
        try:
            return super().render(text, locale)
        except MissingText as missing:
            self.noted.missing.append(missing)
            raise


@cache
def _loaded(root: Path, zone: tzinfo) -> Texts:
    """The catalogues, read once for all tests."""
    return Texts(root, zone=zone)


def _texts(text: Text) -> Iterator[Text]:
    yield text
    for value in text.slots.values():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Text):
                yield from _texts(part)
