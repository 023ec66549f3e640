"""Whether the simulation catches a planted bug: by which seed, how soon, and what it said.

It must not know what the bug is.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.simulation.bugs import Bug
from tests.simulation.image import image
from tests.simulation.simulate import simulate

SEEDS: Final = Path(__file__).parent / "bugs" / "seeds.toml"
"""Which seeds caught the bugs when they were last looked for."""
# The machine's fault, or a bug planted into what is no longer there: neither is a promise of ours.
_NO_CATCH: Final = (OSError, TypeError, AttributeError, NameError)
_HEAD: Final = "# Seeds soon over, and the one for each bug: `python -m tests.simulation --bugs`."


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


def shortest(among: int = 200, kept: int = 40) -> tuple[int, ...]:
    """The seeds that are soonest over while every promise is kept."""
    steps = {seed: simulate(seed).steps for seed in range(among)}
    return tuple(sorted(steps, key=steps.__getitem__)[:kept])


@dataclass(frozen=True)
class Seeds:
    """Which seeds to try first: those soon over, the soonest first, and the best for each bug."""

    short: tuple[int, ...]
    caught: dict[str, int]

    def to_try(self, bug: str) -> tuple[int, ...]:
        """The best seed that is known, then those soon over."""
        best = (self.caught[bug],) if bug in self.caught else ()
        return (*best, *self.short)


def known_seeds() -> Seeds:
    """As they were last looked for."""
    known = tomllib.loads(SEEDS.read_text(encoding="utf-8"))
    return Seeds(tuple(known["short"]), known["caught"])


def remember(seeds: Seeds) -> None:
    """Write down which seeds to begin with the next time."""
    lines = [f"{name} = {seed}" for name, seed in seeds.caught.items()]
    short = f"short = {list(seeds.short)}"
    SEEDS.write_text("\n".join([_HEAD, short, "", "[caught]", *lines, ""]), encoding="utf-8")


def _broken_by(bug: Bug, seed: int) -> str:
    """What breaks at that seed, in one line; empty when nothing does."""
    image()  # made once for all: by the product as it is
    with bug.planted():
        try:
            simulate(seed)
        except _NO_CATCH:
            raise
        except Exception as broken:  # noqa: BLE001  # whatever a bug breaks shows that it is there
            said = f"{type(broken).__name__}: {broken}".removeprefix("AssertionError: ")
            return " ".join(said.split())
    return ""


def _processor_seconds() -> float:
    return time.process_time()  # noqa: TID251  # how soon a bug is caught is what is measured
