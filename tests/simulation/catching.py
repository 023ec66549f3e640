"""Whether the simulation catches a planted bug: by which seed, how soon, and what it said.

It must not know what the bug is.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.simulation.bugs import Bug
from tests.simulation.image import image
from tests.simulation.simulate import simulate

SEEDS: Final = Path(__file__).parent / "bugs" / "seeds.toml"
"""The seed that caught each bug soonest when they were last looked for."""
_HEAD: Final = "# The seed that catches each bug soonest: `python -m tests.simulation --bugs`."


@dataclass(frozen=True)
class Catch:
    """Caught at a seed, after so many seconds of this machine's processor in all."""

    bug: str
    seed: int
    tried: int
    seconds: float
    said: str


def catch(bug: Bug, seeds: Iterable[int]) -> Catch | None:
    """The first of the seeds that breaks a promise with the bug planted; None when none does."""
    begun = _processor_seconds()
    for tried, seed in enumerate(seeds, start=1):
        said = _broken_by(bug, seed)
        if said:
            return Catch(bug.name, seed, tried, _processor_seconds() - begun, said)
    return None


def soonest(bug: Bug, among: int = 6, most: int = 60) -> Catch | None:
    """Of the first `among` seeds the one that catches it with the least work; else the next."""
    alone = (catch(bug, [seed]) for seed in range(among))
    found = min((each for each in alone if each), key=lambda each: each.seconds, default=None)
    return found or catch(bug, range(among, most))


def known_seeds() -> dict[str, int]:
    """The seed that catches each bug for which one is known."""
    seeds: dict[str, int] = tomllib.loads(SEEDS.read_text(encoding="utf-8"))
    return seeds


def remember(catches: Sequence[Catch]) -> None:
    """Write down which seeds to begin with the next time."""
    lines = [f"{each.bug} = {each.seed}" for each in catches]
    SEEDS.write_text("\n".join([_HEAD, *lines, ""]), encoding="utf-8")


def _broken_by(bug: Bug, seed: int) -> str:
    """What breaks at that seed, in one line; empty when nothing does."""
    image()  # made once for all: by the product as it is
    with bug.planted():
        try:
            simulate(seed)
        except Exception as broken:  # noqa: BLE001  # whatever a bug breaks shows that it is there
            said = f"{type(broken).__name__}: {broken}".removeprefix("AssertionError: ")
            return " ".join(said.split())
    return ""


def _processor_seconds() -> float:
    return time.process_time()  # noqa: TID251  # how soon a bug is caught is what is measured
