"""A document to keep: the same shape twice, first in text keys, then in the words of a language.

It must not hold how it looks: printing adds that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from bot.domain.chart import Chart

Words = TypeVar("Words")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class Section(Generic[Words]):
    """A part of a sheet: its heading, figures with what they are, then sentences.

    A `minor` one belongs to the one before it; `summed` says that the last figure is the total.
    """

    head: Words
    figures: tuple[tuple[Words, Words], ...] = ()
    lines: tuple[Words, ...] = ()
    minor: bool = False
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Words]):
    """A document for a person: the one figure that matters, sections, a chart between them."""

    title: Words
    about: tuple[Words, ...]
    total: tuple[Words, Words]
    beneath: tuple[Words, ...]
    first: tuple[Section[Words], ...]
    chart: Chart | None
    then: tuple[Section[Words], ...]
    code: tuple[Words, Words]  # what it is called, and the code itself
    foot: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Table(Generic[Words]):
    """A document for a spreadsheet; a cell that is no key is a plain decimal, day or reference."""

    columns: tuple[Words, ...]
    rows: tuple[tuple[Words | str, ...], ...]


@dataclass(frozen=True, slots=True)
class Paper(Generic[Words]):
    """A document with its file name, the day it speaks of, and what it holds: one of the two.

    `locale` is the language of its words, empty while they are keys.
    """

    name: str
    day: date
    sheet: Sheet[Words] | None = None
    table: Table[Words] | None = None
    locale: str = ""


def in_words(paper: Paper[Words], locale: str, say: Callable[[Words], Other]) -> Paper[Other]:
    """The same document with each key said by `say`, in `locale`."""
    return Paper(
        paper.name,
        paper.day,
        _sheet(paper.sheet, say) if paper.sheet else None,
        _table(paper.table, say) if paper.table else None,
        locale,
    )


def _sheet(sheet: Sheet[Words], say: Callable[[Words], Other]) -> Sheet[Other]:
    def each(keys: tuple[Words, ...]) -> tuple[Other, ...]:
        return tuple(map(say, keys))

    def pair(keys: tuple[Words, Words]) -> tuple[Other, Other]:
        return say(keys[0]), say(keys[1])

    def sections(parts: tuple[Section[Words], ...]) -> tuple[Section[Other], ...]:
        return tuple(
            Section(
                say(part.head),
                tuple(map(pair, part.figures)),
                each(part.lines),
                part.minor,
                part.summed,
            )
            for part in parts
        )

    return Sheet(
        title=say(sheet.title),
        about=each(sheet.about),
        total=pair(sheet.total),
        beneath=each(sheet.beneath),
        first=sections(sheet.first),
        chart=sheet.chart,
        then=sections(sheet.then),
        code=pair(sheet.code),
        foot=each(sheet.foot),
    )


def _table(table: Table[Words], say: Callable[[Words], Other]) -> Table[Other]:
    rows = (
        tuple(cell if isinstance(cell, str) else say(cell) for cell in row) for row in table.rows
    )
    return Table(tuple(map(say, table.columns)), tuple(rows))
