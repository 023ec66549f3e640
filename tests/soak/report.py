"""What a long run found, as tables between the markers of `docs/reliability.md`.

It must not run or judge anything.
"""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.kills.reckoning import COUNTED, Toll
from tests.simulation.bugs import BUGS
from tests.simulation.catching import Catch
from tests.simulation.simulate import Ran

PAGE: Final = Path(__file__).parent.parent.parent / "docs" / "reliability.md"
_SAID_MOST: Final = 110  # characters of what a promise said


@dataclass(frozen=True)
class Simulated:
    """All seeds of a run together."""

    seeds: range
    ran: Sequence[Ran]
    seconds: float  # of the processor

    def lines(self) -> list[str]:
        """One row for each thing counted."""
        rows = [
            ("seeds", f"{self.seeds.start} to {self.seeds.stop - 1}"),
            ("steps", f"{sum(ran.steps for ran in self.ran):,}"),
            ("lives of the process", f"{sum(ran.lives for ran in self.ran):,}"),
            ("acts of people", f"{sum(ran.acts for ran in self.ran):,}"),
            ("applications filed", f"{sum(ran.filed for ran in self.ran):,}"),
            ("decisions of staff", f"{sum(ran.decided for ran in self.ran):,}"),
            ("messages that Telegram took", f"{sum(ran.sent for ran in self.ran):,}"),
            ("of them taken twice, each flagged", f"{sum(ran.repeated for ran in self.ran):,}"),
            ("made-up time", f"{sum(ran.seconds for ran in self.ran) / 3600:,.0f} hours"),
            ("processor", f"{self.seconds:,.0f} seconds"),
            ("broken promises", "none"),
        ]
        return table(("what", "how much"), rows)


def bugs(catches: Sequence[Catch]) -> list[str]:
    """What each planted bug does, and how it was caught."""
    rows = [
        (each.bug, BUGS[each.bug].says, str(each.seed), f"{each.seconds:.1f}", _cut(each.said))
        for each in catches
    ]
    return table(("bug", "what is wrong", "seed", "seconds", "what the simulation said"), rows)


def kills(tolls: Sequence[Toll]) -> list[str]:
    """One row for each fault, point and way of taking updates; the sum below."""
    head = ("fault", "point", "by", "times", *COUNTED[1:5], "of in flight", "flagged")
    rows = [_row(toll.fault, toll.point, toll.mode, [toll]) for toll in tolls]
    return table(head, [*rows, _row("**all**", "", "", tolls)])


def machine() -> str:
    """Where it ran."""
    return (
        f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def put(name: str, lines: Iterable[str]) -> None:
    """Put lines between the markers of that name; what stands around them stays."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    text = "\n".join([f"{before}{begin}", *lines, f"{end}{after}"])
    PAGE.write_text(text, encoding="utf-8")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows of cells as Markdown."""
    return [f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows)]


def _row(fault: str, point: str, mode: str, tolls: Sequence[Toll]) -> tuple[str, ...]:
    sums = [str(sum(getattr(toll, name) for toll in tolls)) for name in COUNTED]
    return fault, point, mode, *sums


def _cut(said: str) -> str:
    short = said if len(said) <= _SAID_MOST else f"{said[:_SAID_MOST]}…"
    return f"`{short.replace('|', '¦').replace('`', '´')}`"
