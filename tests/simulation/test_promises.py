"""A million steps of a simulated assistant: lives, crashes and trouble, and every promise kept."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import count

import pytest

from tests.simulation.image import ROOT
from tests.simulation.simulate import simulate

STEPS = 1_000_000
PARTS = 10  # that several workers may share
APART = 1_000  # seeds between the first ones of two parts
SHORT = 21  # a seed that is soon over


@pytest.mark.parametrize("part", range(PARTS))
def test_every_promise_holds_for_a_tenth_of_a_million_steps(part: int) -> None:
    steps = 0
    for seed in count(part * APART):
        try:
            steps += simulate(seed).steps
        except Exception as broken:
            broken.add_note(f"to see it again: .venv/bin/python -m tests.simulation --seed {seed}")
            raise
        if steps >= STEPS / PARTS:
            break


def test_the_same_seed_is_the_same_run() -> None:
    assert simulate(SHORT) == simulate(SHORT)


def test_the_same_seed_is_the_same_run_in_another_process() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--seed", str(SHORT)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.startswith(str(simulate(SHORT)))


def test_another_seed_is_another_run() -> None:
    assert simulate(SHORT).digest != simulate(SHORT + 1).digest
