"""A row of a tape and the reading of its cells: a value, or None after noting what is wrong.

It must not know which columns exist.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, tzinfo
from fractions import Fraction
from typing import Final

from bot.domain.days import parse_day
from bot.domain.money import parse_plain, parse_ratio
from bot.errors import Rejected, shown
from bot.lender.tape.findings import Findings

LONGEST_REF: Final = 64
LONGEST_NAME: Final = 200
MOST_MINOR: Final = 10**15  # sums of a loan stay far inside 64 bits
HIGHEST_RATE: Final = 10  # a year; more means that percents were written
HIGHEST_NO: Final = 10**9
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_WHOLE: Final = re.compile(r"[0-9]{1,10}\Z")
_PHONE: Final = re.compile(r"\+?[0-9]{5,15}\Z")
_PHONE_FILLING: Final = re.compile(r"[\s().\-\u2010-\u2015/]")
_LAST4: Final = re.compile(r"[0-9A-Za-z]{4}\Z")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}\Z")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Direction marks and invisible spaces could make a name read as another one; joiners are spelling.
_TRICKY: Final = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class Row:
    """The cursor of one file: stands on one row, reads its cells by column name."""

    __slots__ = ("_before", "_cells", "_findings", "_places", "_seen_days", "file", "number")

    def __init__(self, file: str, places: Mapping[str, int], findings: Findings) -> None:
        self.file = file
        self.number = 1
        self._places = places
        self._findings = findings
        self._cells: list[str] = []
        self._before = 0
        self._seen_days: dict[str, date] = {}  # a tape repeats few days very often

    def move(self, number: int, cells: list[str]) -> None:
        """Stand on another row."""
        self.number = number
        self._cells = cells
        self._before = len(self._findings.faults)

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong with this row so far."""
        return len(self._findings.faults) == self._before

    def fault(self, column: str, key: str, **slots: object) -> None:
        """Note that a cell of this row is wrong."""
        self._findings.fault(f"{self.file}:{self.number}: {column}", key, **slots)

    def note(self, column: str, key: str, value: str = "") -> None:
        """Remember something harmless about a cell."""
        self._findings.note(f"{self.file}: {column}", key, self.number, shown(value))

    def has(self, column: str) -> bool:
        """Whether the column is there and this cell is not blank."""
        place = self._places.get(column)
        return place is not None and not self._cells[place].isspace() and self._cells[place] != ""

    def text(self, column: str, longest: int, *, required: bool = True) -> str | None:
        """One line of text, white space made plain; None when blank or faulty."""
        cell = self._cell(column, required=required)
        if cell is None:
            return None
        cell = " ".join(cell.split())
        if len(cell) > longest:
            self.fault(column, "tape.cell.long", limit=longest, count=len(cell))
            return None
        return cell

    def ref(self, column: str, *, required: bool = True) -> str | None:
        """A reference of the lender's as written: at most 64 characters, none of them invisible."""
        cell = self.text(column, LONGEST_REF, required=required)
        if cell is not None and not cell.isprintable():
            self.fault(column, "tape.cell.control")
            return None
        return cell

    def name(self, column: str) -> str | None:
        """A person's name, composed, without direction marks and invisible spaces."""
        cell = self.text(column, LONGEST_NAME)
        return None if cell is None else _TRICKY.sub("", unicodedata.normalize("NFC", cell))

    def word(self, column: str, *, required: bool = True) -> str | None:
        """A short word of the lender's, such as a product or a status."""
        return self._matching(column, _WORD, "tape.cell.word", required=required)

    def email(self, column: str) -> str | None:
        """An address; None when blank or faulty."""
        return self._matching(column, _EMAIL, "tape.cell.email", required=False)

    def last4(self, column: str) -> str | None:
        """The last four signs of an identity document, letters in capitals."""
        found = self._matching(column, _LAST4, "tape.cell.last4", required=False)
        return None if found is None else found.upper()

    def phone(self, column: str) -> str | None:
        """A phone number: digits, with `+` first when it is international (`00` becomes `+`)."""
        cell = self._cell(column, required=False)
        if cell is None:
            return None
        digits = _PHONE_FILLING.sub("", unicodedata.normalize("NFKC", cell))
        digits = f"+{digits[2:]}" if digits.startswith("00") else digits
        if _PHONE.match(digits):
            return digits
        self.fault(column, "tape.cell.phone")
        return None

    def whole(self, column: str) -> int | None:
        """A whole number of zero or more."""
        cell = self._cell(column, required=True)
        if cell is None:
            return None
        if _WHOLE.match(cell) and int(cell) <= HIGHEST_NO:
            return int(cell)
        self.fault(column, "tape.cell.whole", value=shown(cell), high=HIGHEST_NO)
        return None

    def day(self, column: str, *, required: bool = True) -> date | None:
        """A day such as 2026-03-01."""
        cell = self._cell(column, required=required)
        if cell is None:
            return None
        known = self._seen_days.get(cell)
        if known is not None:
            return known
        try:
            found = self._seen_days[cell] = parse_day(cell)
        except Rejected as error:
            self.fault(column, error.key, **error.slots)
            return None
        return found

    def moment(self, column: str, zone: tzinfo) -> datetime | None:
        """An ISO moment in UTC; one without an offset, or a bare day, is meant in `zone`."""
        cell = self._cell(column, required=False)
        if cell is None:
            return None
        try:
            found = datetime.combine(parse_day(cell[:10]), time())
            found = datetime.fromisoformat(cell) if len(cell) > len("2026-03-01") else found
        except (Rejected, ValueError):
            self.fault(column, "tape.cell.moment", value=shown(cell))
            return None
        return (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(UTC)

    def amount(self, column: str, digits: int, *, required: bool = True) -> int | None:
        """Money in minor units of `digits` digits; None when blank or faulty."""
        cell = self._cell(column, required=required)
        if cell is None:
            return None
        try:
            minor = parse_plain(cell, digits)
        except Rejected as error:
            self.fault(column, error.key, **error.slots)
            return None
        if minor <= MOST_MINOR:
            return minor
        self.fault(column, "error.amount.large", value=shown(cell), digits=len(str(MOST_MINOR)))
        return None

    def rate(self, column: str) -> Fraction | None:
        """A fraction a year such as 0.18; None when blank or faulty."""
        cell = self._cell(column, required=False)
        if cell is None:
            return None
        try:
            found = parse_ratio(cell)
        except Rejected as error:
            self.fault(column, error.key, **error.slots)
            return None
        if found <= HIGHEST_RATE:
            return found
        self.fault(column, "tape.cell.rate", value=shown(cell))
        return None

    def _matching(
        self, column: str, pattern: re.Pattern[str], key: str, *, required: bool
    ) -> str | None:
        cell = self._cell(column, required=required)
        if cell is None or pattern.match(cell):
            return cell
        self.fault(column, key)
        return None

    def _cell(self, column: str, *, required: bool) -> str | None:
        """The cell, stripped and safe to look at; None when blank, missing or unsafe."""
        place = self._places.get(column)
        cell = "" if place is None else self._cells[place].strip()
        if not cell:
            if required:
                self.fault(column, "tape.cell.blank")
            return None
        return cell if self._is_safe(column, cell) else None

    def _is_safe(self, column: str, cell: str) -> bool:
        limit = self._findings.limits.cell
        if len(cell) > limit:
            self.fault(column, "tape.cell.long", limit=limit, count=len(cell))
        elif cell.isprintable():
            return True
        elif _SURROGATE.search(cell):
            self.fault(column, "tape.cell.encoding")
        elif _CONTROL.search(cell):
            self.fault(column, "tape.cell.control")
        else:
            return True
        return False
