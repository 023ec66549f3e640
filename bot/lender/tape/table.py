"""Reads one CSV file of a tape: its header, then a cursor that stands on one row after another.

It must not know what the columns mean: `files` does.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.errors import Rejected, shown
from bot.lender.tape.archive import UNREADABLE
from bot.lender.tape.cells import Row
from bot.lender.tape.findings import Findings


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one file: those it must have, and those that may be missing."""

    file: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


def rows(columns: Columns, lines: Iterable[str], findings: Findings) -> Iterator[Row] | None:
    """One cursor, standing on each row in turn; None when the header is not sound.

    Rows that are no rows are faults and left out. A row's number is the one a spreadsheet shows:
    the header is row 1 and empty rows count.
    """
    records = _numbered(columns.file, lines, findings)
    header = next(records, None)
    if header is None:
        findings.fault(columns.file, "tape.header.none")
        return None
    places = _places(columns, header[1], findings)
    if places is None:
        return None
    cursor = Row(columns.file, places, findings)
    return _walk(cursor, records, len(header[1]), findings)


def _walk(
    cursor: Row, records: Iterator[tuple[int, list[str]]], width: int, findings: Findings
) -> Iterator[Row]:
    for number, cells in records:
        if number > findings.limits.rows:
            findings.fault(f"{cursor.file}:{number}", "tape.rows", limit=findings.limits.rows)
            return
        if any(cells) and _fits(cursor.file, number, cells, width, findings):
            cursor.move(number, cells)
            yield cursor


def _numbered(
    file: str, lines: Iterable[str], findings: Findings
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error:
            findings.fault(f"{file}:{number}", "tape.csv")
        except Rejected as error:
            findings.fault(f"{file}:{number}", error.key, **error.slots)
            return
        except UNREADABLE:
            findings.fault(f"{file}:{number}", "tape.file.damaged")
            return


def _places(columns: Columns, header: list[str], findings: Findings) -> dict[str, int] | None:
    """Where each known column stands; None when one is missing or stands twice."""
    before = len(findings.faults)
    names = [name.strip().lower() for name in header]
    known = (*columns.required, *columns.optional)
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
    return {name: names.index(name) for name in known if name in names}


def _fits(file: str, number: int, cells: list[str], width: int, findings: Findings) -> bool:
    """Whether a row has as many cells as the header; empty ones too many do no harm."""
    if len(cells) >= width and not any(cells[width:]):
        return True
    findings.fault(f"{file}:{number}", "tape.row.cells", found=len(cells), expected=width)
    return False
