"""The three families of error and the fault list of a refused file.

It must not hold prose: an error carries a text key and slots, the catalogue holds the words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


class ReprieveError(Exception):
    """Base of every error this project raises on purpose: a text key and the slots it needs."""

    def __init__(self, key: str, /, **slots: object) -> None:
        super().__init__(key)
        self.key = key
        self.slots = slots

    def __str__(self) -> str:
        """The key and the slot names; never the values, which may be personal."""
        return f"{self.key}({', '.join(sorted(self.slots))})"


class Rejected(ReprieveError):
    """The person who gave the input can mend it."""


class Unfinished(Rejected):
    """An answer that is good so far and kept, but not yet complete."""


class Refused(ReprieveError):
    """A rule or a permission says no."""


class Broken(ReprieveError):
    """Ours to mend: the turn ends, the borrower is told calmly, nothing is lost."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a file: where (`loan.payments[0].on`, `loans.csv:3: due_on`) and what."""

    path: str
    key: str
    slots: Mapping[str, object] = field(default_factory=dict)


class Faulty(Rejected):
    """A file or document with at least one fault; nothing of it was used."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("error.faulty", count=len(faults))
        self.faults = tuple(faults)


def shown(text: object) -> str:
    """Untrusted text fit for a message: forty characters at most, unprintable ones as `?`."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(text)[:40])
