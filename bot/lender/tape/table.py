"""Reads one CSV file of a tape: its header, then its rows, one after another.

It must not know what the columns mean: `files` does.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from bot.errors import Rejected, shown
from bot.lender.tape.archive import UNREADABLE
from bot.lender.tape.cells import Row
from bot.lender.tape.findings import Findings
from bot.lender.tape.texts import Texts


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
        return (self.row(number, cells) for number, cells in self.cells())

    def row(self, number: int, cells: list[str]) -> Row:
        """The cursor, standing on that row."""
        self._row.move(number, cells)
        return self._row

    def cells(self) -> Iterator[tuple[int, list[str]]]:
        """Each row's number and cells, with a blank one for the columns that are missing."""
        file, number, most = self._row.file, 1, self._findings.limits.rows
        width = self._width
        while True:
            try:
                for cells in self._reader:
                    number += 1
                    if number > most:
                        self._findings.fault(f"{file}:{number}", "tape.rows", limit=most)
                        return
                    if any(cells) and (len(cells) == width or self._fits(number, cells)):
                        cells.append("")
                        yield number, cells
            except csv.Error:
                number += 1
                self._findings.fault(f"{file}:{number}", "tape.csv")
            except Rejected as error:
                self._findings.fault(f"{file}:{number + 1}", error.key, **error.slots)
                return
            except UNREADABLE:
                self._findings.fault(f"{file}:{number + 1}", "tape.file.damaged")
                return
            else:
                return

    def _fits(self, number: int, cells: list[str]) -> bool:
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
