"""What the bot asked and what it was told: one record per call, in order of arrival."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

Json = dict[str, Any]


class Outcome(Enum):
    """How a call ended, seen from Telegram's side."""

    OPEN = "open"  # not answered yet, or the bot hung up before the answer
    ACCEPTED = "accepted"  # done; the answer may still have been lost on the way
    REFUSED = "refused"  # the bot's own mistake
    HINDERED = "hindered"  # circumstances: blocked, rate limited, stale tap, an injected fault


@dataclass(frozen=True)
class Upload:
    """A file that came inside a multipart body."""

    file_name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass
class Call:
    """One call of a Bot API method."""

    number: int
    at: float
    method: str
    params: dict[str, str]
    files: dict[str, Upload]
    encoding: str = ""
    outcome: Outcome = Outcome.OPEN
    code: int = 0
    result: object = None
    error: str = ""
    fault: str = ""

    @property
    def accepted(self) -> bool:
        """Whether Telegram did what was asked."""
        return self.outcome is Outcome.ACCEPTED

    def __str__(self) -> str:
        """One line for a failing test: method, outcome, error and parameters."""
        shown = ", ".join(f"{name}={value[:80]!r}" for name, value in self.params.items())
        return f"#{self.number} {self.method}({shown}) {self.outcome.value} {self.error}".rstrip()
