"""Whether the simulation catches a planted bug: by which seed, how soon, and what it said.

It must not know what the bug is.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from tests.simulation.bugs import Bug
from tests.simulation.simulate import simulate


@dataclass(frozen=True)
class Catch:
    """Caught at a seed, after so many seconds of this machine."""

    bug: str
    seed: int
    tried: int
    seconds: float
    said: str


def catch(bug: Bug, seeds: Iterable[int], seconds: float = 60.0) -> Catch | None:
    """The first of the seeds that breaks a promise with the bug planted; None when none does."""
    begun = time.perf_counter()  # noqa: TID251  # how soon a bug is caught is what is measured
    for tried, seed in enumerate(seeds, start=1):
        said = ""
        with bug.planted():
            try:
                simulate(seed)
            except Exception as broken:  # noqa: BLE001  # whatever a bug breaks shows that it is there
                said = f"{type(broken).__name__}: {broken}".removeprefix("AssertionError: ")
        took = time.perf_counter() - begun  # noqa: TID251  # the same
        if said:
            return Catch(bug.name, seed, tried, took, said)
        if took > seconds:
            return None
    return None
