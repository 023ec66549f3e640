"""What reading a tape found wrong (faults) or merely curious (notes), and how much it may hold.

It must not hold prose, nor a whole cell: untrusted text is shortened by whoever quotes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bot.errors import Fault, Faulty

MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a tape may hold; beyond it is a fault, never a slow death."""

    rows: int = 10_000_000  # of one file
    line: int = 65_536  # bytes between two line ends
    cell: int = 1_000  # characters
    bytes_unpacked: int = 2_048 * MEBIBYTE  # of all files together
    members: int = 64  # of a zip
    faults: int = 10_000  # listed; the last one says that there are more


class TooManyFaults(Exception):  # stops the reading, never leaves this package
    """The list of faults is full."""


@dataclass(slots=True)
class Findings:
    """Faults in the order they were met, and notes counted by what they are about."""

    limits: Limits = field(default_factory=Limits)
    faults: list[Fault] = field(default_factory=list)
    _notes: dict[tuple[str, str, str], tuple[int, int | None]] = field(default_factory=dict)

    def fault(self, path: str, key: str, **slots: object) -> None:
        """Note that what stands at `path` is wrong."""
        if len(self.faults) >= self.limits.faults:
            self.faults.append(Fault(path, "tape.faults.more", {"limit": self.limits.faults}))
            raise TooManyFaults
        self.faults.append(Fault(path, key, slots))

    def note(self, path: str, key: str, row: int | None = None, value: str = "") -> None:
        """Remember something harmless at `path`, in one `row` or as a whole; again only counts."""
        count, first = self._notes.get((path, key, value), (0, row))
        self._notes[path, key, value] = (count + 1, first)

    @property
    def notes(self) -> tuple[Fault, ...]:
        """The notes, each with the value meant, how many rows it is about and the first of them.

        What does not apply is left out, as the words have no place for it.
        """
        return tuple(
            Fault(path, key, _slots(value, count, first))
            for (path, key, value), (count, first) in self._notes.items()
        )

    def stop_if_faulty(self) -> None:
        """Raise Faulty when anything was wrong."""
        if self.faults:
            raise Faulty(self.faults)


def _slots(value: str, count: int, first: int | None) -> dict[str, object]:
    rows: dict[str, object] = {} if first is None else {"count": count, "row": first}
    return rows | ({"value": value} if value else {})
