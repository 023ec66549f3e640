"""What the texts in cells say: a value, or Rejected with the key of what is wrong.

It must not know rows or columns. Each distinct text of a kind is read once: tapes repeat them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, tzinfo
from fractions import Fraction
from functools import partial
from typing import Final, TypeVar

from bot.domain.days import parse_day
from bot.domain.money import parse_plain, parse_ratio, plain
from bot.errors import Rejected, shown

Value = TypeVar("Value")

MOST_KNOWN: Final = 65_536  # texts of one kind, then all are forgotten
LONGEST_REF: Final = 64
LONGEST_NAME: Final = 200
MOST_MINOR: Final = 10**15  # sums of a loan stay far inside 64 bits
HIGHEST_RATE: Final = 10  # a year; more means that percents were written
HIGHEST_NO: Final = 10**9
_USUAL: Final = 15  # digits: an amount of no more is not above the most there may be
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


class Known(dict[str, Value]):
    """What cells of one kind say, by their text as written; Rejected for wrong and blank ones."""

    __slots__ = ("_longest", "_read")

    def __init__(self, read: Callable[[str], Value], longest: int) -> None:
        """`read` is given texts that are stripped, not blank, and of at most `longest` signs."""
        super().__init__()
        self._read = read
        self._longest = longest

    def __missing__(self, cell: str) -> Value:
        if len(self) >= MOST_KNOWN:
            self.clear()
        found = self[cell] = read(cell, self._read, self._longest)
        return found


class Amounts(Known[int]):
    """Money in minor units of so many digits."""

    __slots__ = ("_digits", "_usual", "_zero")

    def __init__(self, digits: int, longest: int) -> None:
        super().__init__(partial(amount, digits), longest)
        decimals = f"[.][0-9]{{{digits}}}" if digits else ""
        self._usual = re.compile(f"(?:[0-9]{{1,{_USUAL - digits}}}{decimals}\n)*")
        self._zero = plain(0, digits)

    def column(self, cells: Sequence[str]) -> Sequence[int]:
        """What each of many cells says, nothing for a blank one; Rejected when any is wrong.

        Hardly two amounts are equal: cells of the usual spelling are read together.
        """
        if not any(cells):
            return [0] * len(cells)
        together = "\n".join([cell or self._zero for cell in cells]) + "\n"
        if self._usual.fullmatch(together) and together.count("\n") == len(cells):
            return list(map(int, together.replace(".", "").split()))
        return [self[cell] if cell else 0 for cell in cells]


class ByDigits(dict[int, Amounts]):
    """Money by how many digits the minor unit of its currency has."""

    __slots__ = ("_longest",)

    def __init__(self, longest: int) -> None:
        super().__init__()
        self._longest = longest

    def __missing__(self, digits: int) -> Amounts:
        found = self[digits] = Amounts(digits, self._longest)
        return found


class Texts:
    """The texts of one file by kind. Moments without an offset are meant in `zone`."""

    def __init__(self, zone: tzinfo, longest: int) -> None:
        """`longest` is how many signs a cell may have."""
        self.longest = longest
        self.days = Known(parse_day, longest)
        self.moments = Known(partial(moment, zone), longest)
        self.wholes = Known(whole, longest)
        self.words = Known(word, longest)
        self.last4 = Known(last4, longest)
        self.rates = Known(rate, longest)
        self.amounts = ByDigits(longest)


def read(cell: str, kind: Callable[[str], Value], longest: int) -> Value:
    """What one cell says; Rejected when it is blank, too long, unsafe, or none of its kind."""
    stripped = cell.strip()
    if not stripped:
        raise Rejected("tape.cell.blank")
    return kind(_safe(stripped, longest))


def _safe(cell: str, longest: int) -> str:
    """The cell, when it may be looked at."""
    if len(cell) > longest:
        raise Rejected("tape.cell.long", limit=longest, count=len(cell))
    if not cell.isprintable():
        if _SURROGATE.search(cell):
            raise Rejected("tape.cell.encoding")
        if _CONTROL.search(cell):
            raise Rejected("tape.cell.control")
    return cell


def _line(cell: str, longest: int) -> str:
    """One line of text, white space made plain."""
    line = " ".join(cell.split())
    if len(line) > longest:
        raise Rejected("tape.cell.long", limit=longest, count=len(line))
    return line


def is_plain_ref(cell: str) -> bool:
    """Whether `ref` would answer the cell itself: so nearly all of them do."""
    return cell.isprintable() and " " not in cell and 0 < len(cell) <= LONGEST_REF


def are_plain_refs(cells: Sequence[str]) -> bool:
    """Whether all of them are."""
    together = "".join(cells)
    fit = all(cells) and len(max(cells, key=len, default="")) <= LONGEST_REF
    return fit and together.isprintable() and " " not in together


def ref(cell: str) -> str:
    line = _line(cell, LONGEST_REF)
    if not line.isprintable():
        raise Rejected("tape.cell.control")
    return line


def name(cell: str) -> str:
    return _TRICKY.sub("", unicodedata.normalize("NFC", _line(cell, LONGEST_NAME)))


def word(cell: str) -> str:
    return _matching(cell, _WORD, "tape.cell.word")


def email(cell: str) -> str:
    return _matching(cell, _EMAIL, "tape.cell.email")


def last4(cell: str) -> str:
    return _matching(cell, _LAST4, "tape.cell.last4").upper()


def _matching(cell: str, pattern: re.Pattern[str], key: str) -> str:
    if not pattern.match(cell):
        raise Rejected(key)
    return cell


def phone(cell: str) -> str:
    digits = _PHONE_FILLING.sub("", unicodedata.normalize("NFKC", cell))
    digits = f"+{digits[2:]}" if digits.startswith("00") else digits
    return _matching(digits, _PHONE, "tape.cell.phone")


def whole(cell: str) -> int:
    if _WHOLE.match(cell) and int(cell) <= HIGHEST_NO:
        return int(cell)
    raise Rejected("tape.cell.whole", value=shown(cell), high=HIGHEST_NO)


def moment(zone: tzinfo, cell: str) -> datetime:
    try:
        found = datetime.combine(parse_day(cell[:10]), time())
        found = datetime.fromisoformat(cell) if len(cell) > len("2026-03-01") else found
    except (Rejected, ValueError) as wrong:
        raise Rejected("tape.cell.moment", value=shown(cell)) from wrong
    return (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(UTC)


def amount(digits: int, cell: str) -> int:
    minor = parse_plain(cell, digits)
    if minor > MOST_MINOR:
        raise Rejected("error.amount.large", value=shown(cell), digits=len(str(MOST_MINOR)))
    return minor


def rate(cell: str) -> Fraction:
    found = parse_ratio(cell)
    if found > HIGHEST_RATE:
        raise Rejected("tape.cell.rate", value=shown(cell))
    return found
