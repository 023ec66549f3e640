"""The table fault × point × result in `docs/reliability.md`, between its own two markers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.kills.reckoning import Toll

FIRST: Final = "<!-- kills: written by `make soak`, do not type -->"
LAST: Final = "<!-- kills: end -->"
_HEAD: Final = (
    "| fault | point | by | times | filed | lost | twice | repeated | of in flight | flagged |",
    "|---|---|---|--:|--:|--:|--:|--:|--:|--:|",
)


def written(tolls: Sequence[Toll], document: Path, told: str) -> None:
    """Put the table of these tolls into the document; what others wrote there stays."""
    old = document.read_text(encoding="utf-8") if document.exists() else "# Reliability\n"
    new = "\n".join([FIRST, "", told, "", *table(tolls), "", LAST])
    before, found, rest = old.partition(FIRST)
    _, _, after = rest.partition(LAST)
    text = f"{before}{new}{after}" if found else f"{old.rstrip()}\n\n## Real kills\n\n{new}\n"
    document.write_text(text, encoding="utf-8")


def table(tolls: Sequence[Toll]) -> list[str]:
    """One row for each fault, point and way of taking updates; the sum below."""
    rows = [_row(toll.fault, toll.point, toll.mode, [toll]) for toll in tolls]
    return [*_HEAD, *rows, _row("**all**", "", "", tolls)]


def _row(fault: str, point: str, mode: str, tolls: Sequence[Toll]) -> str:
    names = ("kills", "filed", "lost", "twice", "repeated", "in_flight", "flagged")
    sums = [str(sum(getattr(toll, name) for toll in tolls)) for name in names]
    return f"| {' | '.join([fault, point, mode, *sums])} |"
