"""What happened, as it happened: who did what, what committed, what Telegram took, and why twice.

It must not judge: `promises` do.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.simulator.refusals import Refusal


@dataclass(frozen=True)
class Taken:
    """A message that Telegram accepted."""

    message_id: str  # of the outbox
    chat: int
    method: str
    words: str


@dataclass
class Ledger:
    """Notes of one simulation; `trace` also prints them."""

    clock: Callable[[], float]
    trace: bool = False
    taken: list[Taken] = field(default_factory=list)
    versions: Counter[tuple[str, str, int]] = field(default_factory=Counter)  # left, by row
    excuses: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    refusals: Counter[int] = field(default_factory=Counter)
    mistakes: list[str] = field(default_factory=list)
    unreachable: set[str] = field(default_factory=set)
    acts: dict[int, str] = field(default_factory=dict)  # what a person did, by number
    turns: defaultdict[tuple[str, str], set[str]] = field(
        default_factory=lambda: defaultdict(set)
    )  # turn ids by (source, key)
    paid: Counter[str] = field(default_factory=Counter)  # tapes that changed a borrower's loan
    followed: dict[str, tuple[str, str]] = field(default_factory=dict)  # what goes on, by turn id
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)  # of Telegram's update
    decisions: dict[str, tuple[str, str]] = field(default_factory=dict)  # case and act, by key
    staff: dict[str, str] = field(default_factory=dict)  # how an act of staff ended, by key
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def note(self, what: str, *about: object) -> None:
        """Into the digest, and onto the screen when it is asked for."""
        line = " ".join([f"{self.clock():12.4f}", what, *map(str, about)])
        self._digest.update(line.encode(errors="replace"))
        if self.trace:
            sys.stdout.write(line.replace("\n", " / ") + "\n")

    def digest(self) -> str:
        """The same for the same run."""
        return self._digest.hexdigest()[:16]

    def accepted(self, message_id: str, chat: int, method: str, words: str) -> None:
        """Telegram took it."""
        self.taken.append(Taken(message_id, chat, method, words))
        self.note("  taken", chat, method, message_id[:20], words[:60])

    def refused(self, message_id: str, method: str, refusal: Refusal) -> None:
        """Telegram said no for good."""
        self.refusals[refusal.code] += 1
        self.note("  refused", method, refusal.description)
        if refusal.code == 403 and message_id:
            self.unreachable.add(message_id)
        if refusal.code == 400 and refusal.mistake and "message " not in refusal.description:
            self.mistakes.append(f"{method}: {refusal.description}")

    def unheard(self, what: str) -> None:
        """Something failed in the assistant, and nobody looked."""
        self.mistakes.append(what)
        self.note("  unheard", what)

    def excuse(self, message_id: str, why: str) -> None:
        """A reason for which that message may be sent once more."""
        if message_id:
            self.excuses[message_id].append(why)
            self.note("  may repeat", message_id[:20], why)
