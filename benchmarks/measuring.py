"""How a figure is measured: processor time, the best of several rounds, beside a floor."""

from __future__ import annotations

import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Figure:
    """One row of the table: what was measured, the figure, the floor of the same run, the aim."""

    name: str
    found: str
    floor: str
    aim: str


def best(work: Callable[[], object], rounds: int = 5) -> float:
    """Processor seconds of the fastest round: others on the machine slow some of them."""
    return min(_seconds(work) for _ in range(rounds))


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def elapsed(work: Callable[[], object], rounds: int = 5) -> float:
    """Seconds on the wall of the fastest round, for work that another process does."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def peak_megabytes() -> float:
    """The most memory this process has held so far."""
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6


def machine(*packages: str) -> str:
    """The machine, as a sentence, with the versions of what counts."""
    named = [f"{name} {version(name)}" for name in packages]
    versions = ", ".join((f"Python {platform.python_version()}", *named))
    system = f"{platform.system()} {platform.machine()}"
    return f"{_processor()}, {os.cpu_count()} processors, {system}, {versions}"


def table(rows: Iterable[Iterable[str]]) -> str:
    """Rows of cells as Markdown, the first one the head."""
    head, *rest = (tuple(cells) for cells in rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rest))


def publish(name: str, measured: str) -> None:
    """Put what was measured between the markers of that name; what is around them stays."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}\n{measured}\n{end}{after}", encoding="utf-8")


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        names = [line for line in told.read_text().splitlines() if line.startswith("model name")]
        if names:
            return names[0].partition(":")[2].strip()
    return platform.processor() or "unknown processor"
