"""Keys that should stand once in a file, remembered in eight bytes each: a file may hold millions.

It must not name a repeat: equal hashes only say where to look again.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from typing import Final

_PARTS: Final = 16  # looked through one by one, so that little memory is needed at once


class Once:
    """`add` every key, then ask which of them may be repeated."""

    __slots__ = ("_parts",)

    def __init__(self) -> None:
        self._parts = [array("q") for _ in range(_PARTS)]

    def add(self, key: Hashable) -> None:
        """Remember the key of a row."""
        self.add_all((key,))

    def add_all(self, keys: Iterable[Hashable]) -> None:
        """The same of many."""
        parts = self._parts
        for mark in map(hash, keys):
            parts[mark % _PARTS].append(mark)

    def suspects(self) -> frozenset[int]:
        """The hashes that came more than once; empty when every key stands once."""
        found: set[int] = set()
        for part in self._parts:
            if len(set(part)) < len(part):
                found.update(mark for mark, count in Counter(part).items() if count > 1)
        return frozenset(found)


def repeats(
    keyed: Iterable[tuple[int, Hashable]], suspects: frozenset[int]
) -> Iterator[tuple[int, int]]:
    """Of (row number, key) pairs those rows whose key stood before, with the row that had it."""
    first: dict[Hashable, int] = {}
    for number, key in keyed:
        if hash(key) in suspects:
            before = first.setdefault(key, number)
            if before != number:
                yield number, before
