"""What a look at one thing found, as a text key: the words say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.errors import Fault


class Level(StrEnum):
    """How it is."""

    OK = "ok"
    WARN = "warn"  # it works, but somebody should look
    FAIL = "fail"  # it does not work, or will not for long


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, and the words for it; `place` narrows it down."""

    check: str
    level: Level
    key: str
    slots: Mapping[str, object] = field(default_factory=dict)
    place: str = ""


def well(check: str, key: str, /, **slots: object) -> Finding:
    """It is as it should be."""
    return Finding(check, Level.OK, key, slots)


def doubtful(check: str, key: str, /, **slots: object) -> Finding:
    """It works, but somebody should look."""
    return Finding(check, Level.WARN, key, slots)


def failing(check: str, key: str, /, **slots: object) -> Finding:
    """It does not work."""
    return Finding(check, Level.FAIL, key, slots)


def of_fault(check: str, level: Level, fault: Fault) -> Finding:
    """A fault of a file or a setting as a finding."""
    return Finding(check, level, fault.key, fault.slots, fault.path)
