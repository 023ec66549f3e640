"""Tables as CSV that a spreadsheet opens rightly and never runs.

It must not change a figure: decimals are plain, days ISO.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from io import StringIO
from typing import Final

from bot.turn import Table

# How a cell begins that a spreadsheet would run; some take wide signs (U+FF1D ...) for the others.
_RUNS: Final = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?\Z", re.ASCII)
_DIGITS: Final = re.compile(r"-?[0-9.]+\Z", re.ASCII)
_EXACT: Final = 15  # digits a spreadsheet keeps of a number


def csv_of(table: Table[str]) -> bytes:
    """`table` in UTF-8 with a byte order mark, which Excel needs, and lines that end in CR LF."""
    written = StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(map(harmless, table.columns))
    rows.writerows(map(_harmless_row, table.rows))
    return written.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The cell as it is, or after a `'` where a spreadsheet would run it or lose digits of it.

    A number stays one; a reference of digits alone, with a zero in front or more of them than a
    spreadsheet keeps, becomes words.
    """
    if _DIGITS.match(cell):
        exact = _NUMBER.match(cell) and sum(map(str.isdigit, cell)) <= _EXACT
        return cell if exact else f"'{cell}"
    return f"'{cell}" if cell.startswith(_RUNS) else cell


def _harmless_row(row: Iterable[str]) -> Iterable[str]:
    return map(harmless, row)
