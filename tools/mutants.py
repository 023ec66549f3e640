"""`make mutants`: runs mutmut over `bot/domain` and writes its counts into docs/mutation.md.

Arguments are names of mutants to try again; without any, all that have no verdict are tried. It
must not judge a survivor: reasons are written by hand, and it fails while one has none.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from mutmut.__main__ import _run
from mutmut.runners.harness import PytestRunner
from mutmut.state import state
from mutmut.stats import status_by_exit_code

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "mutation.md"
VERDICTS = ROOT / "mutants" / "bot" / "domain"
COUNTS = re.compile(r"(?<=<!-- counts -->\n).*(?=<!-- end of counts -->)", re.DOTALL)
# Where CI is set hypothesis draws the same cases every time; few made-up loans kill what many do.
SURROUNDINGS = {"CI": "1", "REPRIEVE_EXAMPLES": "300"}
DEAD = {"killed", "timeout", "segfault"}


ordinary_arguments = PytestRunner._pytest_args_regular_run  # noqa: SLF001 - mutmut has no setting


def quickest_first(runner: PytestRunner, tests: Iterable[str]) -> list[str]:
    """What pytest is called with for a mutant: the quickest test first, most die of it."""
    durations = state().duration_by_test
    ordered = sorted(tests, key=lambda name: durations.get(name, 0))
    return list(ordinary_arguments(runner, ordered))


def verdicts() -> dict[str, str]:
    """Every mutant by name, with what became of it."""
    found: dict[str, str] = {}
    for path in sorted(VERDICTS.rglob("*.meta")):
        codes = json.loads(path.read_text("utf-8"))["exit_code_by_key"]
        found |= {name: status_by_exit_code[code] for name, code in codes.items()}
    return found


def function_of(mutant: str) -> str:
    """`accrual.charge._steps` of `bot.domain.accrual.charge.x__steps__mutmut_6`."""
    module, _, mangled = mutant.removeprefix("bot.domain.").rpartition(".")
    name = mangled.rpartition("__mutmut_")[0]
    return f"{module}.{name.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')}"


def table(found: dict[str, str]) -> str:
    """The counts of each package or module of the domain, and of all."""
    counts: dict[str, Counter[str]] = {}
    for mutant, verdict in found.items():
        part = function_of(mutant).partition(".")[0]
        for row in (part, "all"):
            counts.setdefault(row, Counter())[verdict] += 1
    rows = [row_of(part, counts[part]) for part in sorted(counts, key=lambda part: part == "all")]
    head = "| `bot/domain/` | mutants | killed | by time | survived | killed, % |\n"
    return head + "|---|--:|--:|--:|--:|--:|\n" + "".join(rows)


def row_of(part: str, counts: Counter[str]) -> str:
    """One row: what ran out of time was killed too, and what no test reached survived."""
    total, killed = counts.total(), counts["killed"] + counts["segfault"]
    dead = sum(counts[verdict] for verdict in DEAD)
    share = f"{dead * 1000 // total / 10:.1f}"
    return f"| {part} | {total} | {killed} | {counts['timeout']} | {total - dead} | {share} |\n"


def main() -> None:
    """Run, write the counts, name each survivor whose function has no reason on the page."""
    os.chdir(ROOT)
    os.environ |= SURROUNDINGS
    PytestRunner._pytest_args_regular_run = quickest_first  # noqa: SLF001 - as above
    _run(tuple(sys.argv[1:]), max_children=None)
    found = verdicts()
    if "not checked" in found.values():
        sys.exit("Some were not tried yet, so the page keeps its counts.")
    page = COUNTS.sub(lambda _: table(found), PAGE.read_text("utf-8"))
    PAGE.write_text(page, "utf-8")
    alive = [mutant for mutant, verdict in found.items() if verdict not in DEAD]
    unexplained = [mutant for mutant in alive if f"`{function_of(mutant)}`" not in page]
    sys.exit("\n".join(["Survivors without a reason:", *unexplained]) if unexplained else 0)


if __name__ == "__main__":
    main()
