"""Reads one CSV file of a tape: its header, then its rows, one after another.

It must not know what the columns mean: `files` does.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import islice
from typing import Final, NamedTuple

from bot.errors import Rejected, shown
from bot.lender.tape.archive import UNREADABLE
from bot.lender.tape.cells import Row
from bot.lender.tape.findings import Findings
from bot.lender.tape.texts import Texts

_AT_ONCE: Final = 500  # rows


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one file: those it must have, and those that may be missing."""

    file: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def every(self) -> tuple[str, ...]:
        """All of them, in the order of this file's description."""
        return (*self.required, *self.optional)


@dataclass(frozen=True, slots=True)
class Header:
    """Where the columns of a file stand, how many it has, and the zone of its moments."""

    places: Mapping[str, int]
    width: int
    zone: tzinfo


class Run(NamedTuple):
    """Rows that follow each other, and the number of each."""

    numbers: Sequence[int]
    rows: Sequence[Sequence[str]]

    def columns(self, places: Iterable[int]) -> tuple[tuple[str, ...], ...]:
        """Their cells by column; a column that is missing stands behind the last and is blank."""
        told = (*zip(*self.rows, strict=False), ("",) * len(self.rows))
        return tuple(told[place] for place in places)


class Table:
    """The rows of a file whose header is sound, to be gone through once.

    A row's number is the one a spreadsheet shows: the header is row 1 and empty rows count. Rows
    that are no rows are faults and left out.
    """

    def __init__(
        self, columns: Columns, reader: Iterator[list[str]], header: Header, findings: Findings
    ) -> None:
        self.texts = Texts(header.zone, findings.limits.cell)
        self.places = tuple(header.places[name] for name in columns.every)
        self._row = Row(columns.file, header.places, self.texts, findings)
        self._reader = reader
        self._width = header.width
        self._findings = findings

    def __iter__(self) -> Iterator[Row]:
        """One cursor, standing on each row in turn."""
        for run in self.runs():
            yield from self.each(run)

    def each(self, run: Run) -> Iterator[Row]:
        """The same of the rows of a run."""
        for number, cells in zip(run.numbers, run.rows, strict=True):
            self._row.move(number, [*cells, ""])
            yield self._row

    def runs(self) -> Iterator[Run]:
        """The rows, many at a time."""
        file, last, most = self._row.file, 1, self._findings.limits.rows
        over = False
        while not over:
            rows: list[list[str]] = []
            wrong: tuple[str, Mapping[str, object]] | None = None
            try:
                for cells in islice(self._reader, _AT_ONCE):
                    rows.append(cells)  # noqa: PERF402  # what came before a fault is kept
                over = len(rows) < _AT_ONCE
            except csv.Error:
                wrong = "tape.csv", {}
            except Rejected as error:
                wrong, over = (error.key, error.slots), True
            except UNREADABLE:
                wrong, over = ("tape.file.damaged", {}), True
            if last + len(rows) > most:
                wrong, over = ("tape.rows", {"limit": most}), True
                del rows[most - last :]
            yield from self._sound(last + 1, rows)
            last += len(rows)
            if wrong is not None:
                last += 1
                self._findings.fault(f"{file}:{last}", wrong[0], **wrong[1])

    def _sound(self, first: int, rows: Sequence[Sequence[str]]) -> Iterator[Run]:
        """Those that are rows, of which the first has that number; one by one if any is none."""
        if all(map(any, rows)) and {self._width}.issuperset(map(len, rows)):
            if rows:
                yield Run(range(first, first + len(rows)), rows)
            return
        for number, cells in enumerate(rows, first):
            if any(cells) and (len(cells) == self._width or self._fits(number, cells)):
                yield Run((number,), (cells,))

    def _fits(self, number: int, cells: Sequence[str]) -> bool:
        """Whether a row with more or fewer cells than the header will do: empty ones do no harm."""
        if len(cells) > self._width and not any(cells[self._width :]):
            return True
        path = f"{self._row.file}:{number}"
        self._findings.fault(path, "tape.row.cells", found=len(cells), expected=self._width)
        return False


def table_of(
    columns: Columns, lines: Iterable[str], zone: tzinfo, findings: Findings
) -> Table | None:
    """The file as a table; None when its header is not sound. Moments are meant in `zone`."""
    reader = csv.reader(lines, strict=True)
    names = _header(columns, reader, findings)
    places = None if names is None else _places(columns, names, findings)
    if names is None or places is None:
        return None
    return Table(columns, reader, Header(places, len(names), zone), findings)


def _header(columns: Columns, reader: Iterator[list[str]], findings: Findings) -> list[str] | None:
    try:
        return next(reader)
    except StopIteration:
        findings.fault(columns.file, "tape.header.none")
    except csv.Error:
        findings.fault(f"{columns.file}:1", "tape.csv")
    except Rejected as error:
        findings.fault(f"{columns.file}:1", error.key, **error.slots)
    except UNREADABLE:
        findings.fault(f"{columns.file}:1", "tape.file.damaged")
    return None


def _places(columns: Columns, header: list[str], findings: Findings) -> dict[str, int] | None:
    """Where each known column stands, missing ones behind the last; None when that is a fault."""
    before = len(findings.faults)
    names = [name.strip().lower() for name in header]
    known = columns.every
    for name in columns.required:
        if name not in names:
            findings.fault(f"{columns.file}:1: {name}", "tape.column.missing")
    for name in known:
        if names.count(name) > 1:
            findings.fault(f"{columns.file}:1: {name}", "tape.column.twice")
    for name in names:
        if name and name not in known:
            findings.note(f"{columns.file}: {shown(name)}", "tape.column.unknown")
    if len(findings.faults) > before:
        return None
    return {name: names.index(name) if name in names else len(names) for name in known}
