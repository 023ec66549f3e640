"""A row of a tape and the reading of its cells: a value, or None after noting what is wrong.

It must not know which columns exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction

from bot.errors import Rejected, shown
from bot.lender.tape import texts
from bot.lender.tape.findings import Findings
from bot.lender.tape.texts import Known, Texts, Value


class Row:
    """The cursor of one file: stands on one row, reads its cells by column name."""

    __slots__ = ("_before", "_cells", "_findings", "_places", "_texts", "file", "number")

    def __init__(
        self, file: str, places: Mapping[str, int], texts: Texts, findings: Findings
    ) -> None:
        self.file = file
        self.number = 1
        self._places = places
        self._texts = texts
        self._findings = findings
        self._cells: list[str] = []
        self._before = 0

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

    def raw(self, column: str) -> str:
        """The cell as it is written."""
        return self._cells[self._places[column]]

    def ref(self, column: str, *, required: bool = True) -> str | None:
        """A reference of the lender's as written: at most 64 characters, none of them invisible."""
        cell = self._cells[self._places[column]]
        if texts.is_plain_ref(cell):
            return cell
        return self._once(column, texts.ref, required=required)

    def name(self, column: str) -> str | None:
        """A person's name, composed, without direction marks and invisible spaces."""
        return self._once(column, texts.name, required=True)

    def email(self, column: str) -> str | None:
        """An address; None when blank or faulty."""
        return self._once(column, texts.email, required=False)

    def phone(self, column: str) -> str | None:
        """A phone number: digits, with `+` first when it is international (`00` becomes `+`)."""
        return self._once(column, texts.phone, required=False)

    def last4(self, column: str) -> str | None:
        """The last four signs of an identity document, letters in capitals."""
        return self._known(column, self._texts.last4, required=False)

    def word(self, column: str, *, required: bool = True) -> str | None:
        """A short word of the lender's, such as a product or a status."""
        return self._known(column, self._texts.words, required=required)

    def whole(self, column: str) -> int | None:
        """A whole number of zero or more."""
        return self._known(column, self._texts.wholes, required=True)

    def day(self, column: str, *, required: bool = True) -> date | None:
        """A day such as 2026-03-01."""
        return self._known(column, self._texts.days, required=required)

    def moment(self, column: str) -> datetime | None:
        """An ISO moment in UTC; one without an offset, or a bare day, is meant in the zone."""
        return self._known(column, self._texts.moments, required=False)

    def amount(self, column: str, digits: int, *, required: bool = True) -> int | None:
        """Money in minor units of `digits` digits; None when blank or faulty."""
        return self._known(column, self._texts.amounts[digits], required=required)

    def rate(self, column: str) -> Fraction | None:
        """A fraction a year such as 0.18; None when blank or faulty."""
        return self._known(column, self._texts.rates, required=False)

    def _known(self, column: str, known: Known[Value], *, required: bool) -> Value | None:
        cell = self._cells[self._places[column]]
        if not required and (not cell or cell.isspace()):
            return None
        try:
            return known[cell]
        except Rejected as error:
            self.fault(column, error.key, **error.slots)
            return None

    def _once(self, column: str, kind: Callable[[str], Value], *, required: bool) -> Value | None:
        """Of a kind in which hardly two cells are equal."""
        cell = self._cells[self._places[column]]
        if not required and (not cell or cell.isspace()):
            return None
        try:
            return texts.read(cell, kind, self._texts.longest)
        except Rejected as error:
            self.fault(column, error.key, **error.slots)
            return None
