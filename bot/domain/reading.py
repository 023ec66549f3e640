"""Reading an untrusted document field by field: every fault is noted with the path of its field.

A faulty field is answered by a harmless stand-in of its type, so that one document shows all its
faults at once; whoever builds a value asks `sound` first. It must not know any rule of the lender.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeVar

from bot.domain.days import EARLIEST, parse_day
from bot.domain.money import parse_plain, parse_ratio
from bot.errors import Fault, Rejected, shown

Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value")

REPEATED: Final = object()  # stands in a mapping for a key that its JSON object held twice
_MISSING: Final = object()


class Fields:
    """One object of a document: each getter notes its own fault; `close` names unknown keys."""

    def __init__(self, raw: object, path: str, faults: list[Fault]) -> None:
        self.path = path
        self._faults = faults
        self._before = len(faults)
        self._asked: set[str] = set()
        self._raw: Mapping[str, object] = {}
        self._is_object = isinstance(raw, Mapping)
        if isinstance(raw, Mapping):
            self._raw = raw
        elif raw is not _MISSING:  # what is missing was noted by the object around it
            faults.append(Fault(path or "document", "error.field.object"))

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong with this object since reading it began."""
        return self._is_object and len(self._faults) == self._before

    def at(self, key: str) -> str:
        """The path of a field of this object."""
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key: str, text_key: str, **slots: object) -> None:
        """Note that the field `key` is wrong, and how."""
        if self._is_object:
            self._faults.append(Fault(self.at(key), text_key, slots))

    def fault_here(self, text_key: str, **slots: object) -> None:
        """Note that this object as a whole is wrong, and how."""
        if self._is_object:
            self._faults.append(Fault(self.path, text_key, slots))

    def has(self, key: str) -> bool:
        """Whether the field is there and not null; it counts as known from now on."""
        self._asked.add(key)
        return self._raw.get(key) is not None

    def raw(self, key: str) -> object:
        """What the field holds, for a reader that takes it as a whole."""
        self._asked.add(key)
        return self._raw.get(key)

    def close(self) -> bool:
        """Note every key nobody asked for; whether the object is sound."""
        for key in self._raw:
            if key not in self._asked:
                self._faults.append(Fault(self.at(shown(key)), "error.field.unknown"))
        return self.sound

    def text(self, key: str) -> str:
        """A required text; the empty text when faulty."""
        raw = self._required(key)
        if isinstance(raw, str):
            return raw
        return self._stand_in(key, raw, "error.field.text", "")

    def day(self, key: str) -> date:
        """A required day."""
        raw = self._required(key)
        if raw is _MISSING:
            return EARLIEST
        try:
            return parse_day(raw)
        except Rejected as error:
            self.fault(key, error.key, **error.slots)
            return EARLIEST

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number from `low` to `high`; required when there is no default."""
        if default is not None and not self.has(key):
            return default
        raw = self._required(key)
        if isinstance(raw, int) and not isinstance(raw, bool) and low <= raw <= high:
            return raw
        return self._stand_in(key, raw, "error.field.whole", low, low=low, high=high)

    def amount(self, key: str, digits: int, default: int | None = None) -> int:
        """Money as a decimal text, in minor units of `digits` digits; never a JSON number."""
        if default is not None and not self.has(key):
            return default
        raw = self._decimal_text(key)
        if raw is None:
            return 0
        try:
            return parse_plain(raw, digits)
        except Rejected as error:
            self.fault(key, error.key, **error.slots)
            return 0

    def ratio(self, key: str) -> Fraction:
        """A required exact decimal of zero or more, such as a rate; never a JSON number."""
        raw = self._decimal_text(key)
        if raw is None:
            return Fraction(0)
        try:
            return parse_ratio(raw)
        except Rejected as error:
            self.fault(key, error.key, **error.slots)
            return Fraction(0)

    def optional_ratio(self, key: str) -> Fraction | None:
        """As `ratio`; None when the field is absent or null."""
        return self.ratio(key) if self.has(key) else None

    def choice(self, key: str, of: type[Choice], default: Choice | None = None) -> Choice:
        """One of the words of `of`; required when there is no default."""
        if default is not None and not self.has(key):
            return default
        return self._one_of(key, self._required(key), of)

    def choices(self, key: str, of: type[Choice]) -> tuple[Choice, ...]:
        """A required list of words of `of`, none of them twice."""
        rows = self.rows(key, limit=len(of), required=True)
        found = tuple(self._one_of(f"{key}[{at}]", row, of) for at, row in enumerate(rows))
        if self.sound and len(set(found)) < len(found):
            self.fault(key, "error.field.twice")
        return found

    def rows(self, key: str, limit: int, *, required: bool = False) -> Sequence[object]:
        """A list of at most `limit` raw entries; empty when absent, null or faulty."""
        if not required and not self.has(key):
            return ()
        raw = self._required(key)
        if not isinstance(raw, list | tuple):
            return self._stand_in(key, raw, "error.field.list", ())
        if len(raw) > limit:
            return self._stand_in(key, raw, "error.field.many", (), limit=limit, count=len(raw))
        return raw

    def objects(self, key: str, limit: int, *, required: bool = False) -> Iterator[Fields]:
        """The objects of a list of at most `limit`."""
        for at, raw in enumerate(self.rows(key, limit, required=required)):
            yield Fields(raw, f"{self.at(key)}[{at}]", self._faults)

    def child(self, key: str) -> Fields:
        """A required object inside this one."""
        return Fields(self._required(key), self.at(key), self._faults)

    def _required(self, key: str) -> object:
        self._asked.add(key)
        raw = self._raw.get(key, _MISSING)
        if raw is _MISSING:
            self.fault(key, "error.field.missing")
        elif raw is REPEATED:
            self.fault(key, "error.field.repeated")
            return _MISSING
        return raw

    def _stand_in(
        self, key: str, raw: object, text_key: str, value: Value, **slots: object
    ) -> Value:
        if raw is not _MISSING:
            self.fault(key, text_key, **slots)
        return value

    def _decimal_text(self, key: str) -> str | None:
        raw = self._required(key)
        if isinstance(raw, str):
            return raw
        is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
        text_key = "error.amount.number" if is_number else "error.field.text"
        return self._stand_in(key, raw, text_key, None)

    def _one_of(self, key: str, raw: object, of: type[Choice]) -> Choice:
        words = [word.value for word in of]
        if isinstance(raw, str) and raw in words:
            return of(raw)
        return self._stand_in(
            key, raw, "error.field.choice", next(iter(of)), words=", ".join(words)
        )
