"""CSV that opens in a spreadsheet as it is meant, and never runs."""

from __future__ import annotations

import csv

import pytest

from bot.printing.spreadsheet import csv_of, harmless
from bot.turn import Table


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", "+1 234", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1",
        "－1", "＠A1", "-", "+",
    ],
)  # fmt: skip
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell",
    ["", "0", "0.00", "512.50", "-8.46", "0.00075", "2026-03-01", "LN-1", "123456789012.345"],
)
def test_figures_days_and_references_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


@pytest.mark.parametrize("cell", ["007", "1234567890123456", "-01.5", "1.2.3", "12345678901234.56"])
def test_digits_that_a_spreadsheet_would_lose_become_words(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_the_file_is_what_excel_takes_for_utf_8() -> None:
    written = csv_of(Table(("项目", "a,b"), (('say "hi"', "=1"), ("two\nlines", "1.00"))))
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.decode("utf-8-sig").startswith('项目,"a,b"\r\n"say ""hi""",\'=1\r\n')
    rows = list(csv.reader(written.decode("utf-8-sig").splitlines(keepends=True)))
    assert rows[2] == ["two\nlines", "1.00"]
