"""`python -m tests.fuzz`: round after round with a fresh seed each, until the time is up.

With tests named, one round of those alone: what a failure prints to see it again.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent
FUZZED: Final = (
    "tests/fuzz",
    "tests/domain/test_changes.py",
    "tests/domain/test_explaining.py",
    "tests/domain/test_statement_promises.py",
    "tests/domain/test_statement_property.py",
    "tests/lender/test_tape_once.py",
    "tests/lender/test_tape_texts.py",
    "tests/lender/test_tape_writing.py",
    "tests/portfolio/test_engine.py",
    "tests/store/test_mac.py",
    "tests/test_amounts.py",
    "tests/test_chart.py",
)
"""Every test that tries a property on made-up values: the engines, what is read, what is shown."""
_MOST_SEEDS: Final = 2**32


def main() -> int:
    """1 as soon as a round fails, with the command that shows it again."""
    wanted = _arguments()
    first = secrets.randbelow(_MOST_SEEDS) if wanted.seed is None else wanted.seed
    begun = time.monotonic()
    for seed in count(first):
        print(f"seed {seed}, {wanted.examples} examples of each", flush=True)
        failed = _round(seed, wanted.examples, wanted.tests or FUZZED)
        if failed:
            _tell(seed, wanted.examples, failed)
            return 1
        if wanted.tests or time.monotonic() - begun >= wanted.seconds:
            print(f"{seed - first + 1} rounds, nothing found")
            break
    return 0


def _round(seed: int, examples: int, tests: tuple[str, ...]) -> list[str]:
    """One run of pytest; the tests that failed in it."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:cacheprovider"]
    ran = subprocess.run(
        [*command, f"--hypothesis-seed={seed}", *tests],
        cwd=ROOT,
        env={
            **os.environ,
            "REPRIEVE_FUZZ": str(examples),
            "REPRIEVE_FUZZ_SEED": str(seed),
            "REPRIEVE_EXAMPLES": str(examples * 10),
        },
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if ran.returncode == 0:
        return []
    print(ran.stdout)
    lines = [line.split() for line in ran.stdout.splitlines()]
    return [words[1] for words in lines if words[:1] in (["FAILED"], ["ERROR"])] or list(tests)


def _tell(seed: int, examples: int, failed: list[str]) -> None:
    again = f"{sys.executable} -m tests.fuzz --seed {seed} --examples {examples}"
    print(f"See it again:\n  {again} {' '.join(failed)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("tests", nargs="*", help="of these alone, one round")
    parser.add_argument("--seconds", type=float, default=600.0, help="begin rounds for that long")
    parser.add_argument("--seed", type=int, help="of the first round; the next ones count on")
    parser.add_argument("--examples", type=int, default=300, help="for each property in a round")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
