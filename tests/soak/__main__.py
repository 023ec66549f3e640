"""`python -m tests.soak`: a third of the time for seeds, the rest for kills, then the report."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from shutil import copytree, rmtree
from typing import Final

from tests.kills.books import imported
from tests.kills.lives import Nursery
from tests.kills.migrating import killed_while_migrating
from tests.kills.points import MIGRATION
from tests.kills.reckoning import Toll
from tests.kills.scene import played
from tests.kills.scenes import KILLS, OTHERS
from tests.simulation.bugs import BUGS
from tests.simulation.catching import Catch, catch, known_seeds
from tests.simulation.simulate import Ran, simulate
from tests.soak import report
from tests.soak.report import Simulated

TIMES: Final = 10  # at each point in a round
_FIRST_SEED: Final = 100_000  # those below are CI's


def main() -> int:
    """Run until the time is up; whatever breaks ends it with a traceback, and writes nothing."""
    wanted = _arguments()
    simulated = _simulated(wanted.seed, wanted.seconds / 3)
    catches = [_caught(name) for name in BUGS]
    tolls, rounds = _killed(wanted.seed, wanted.seconds * 2 / 3)
    done = f"{time.strftime('%Y-%m-%d', time.gmtime())}, {report.machine()}"
    report.put("simulation", [f"Run on {done}.", "", *simulated.lines()])
    report.put("bugs", [f"Run on {done}.", "", *report.bugs(catches)])
    told = f"Run on {done}: {rounds} rounds with another seed each."
    report.put("kills", [told, "", *report.kills(tolls)])
    return 0


def _simulated(first: int, seconds: float) -> Simulated:
    begun, busy, ran = time.perf_counter(), time.process_time(), []
    for seed in count(first):
        ran.append(_one(seed))
        if time.perf_counter() - begun > seconds:
            break
    seeds = range(first, first + len(ran))
    return Simulated(seeds, ran, time.process_time() - busy)


def _one(seed: int) -> Ran:
    try:
        return simulate(seed)
    except Exception as broken:
        broken.add_note(f"to see it again: .venv/bin/python -m tests.simulation --seed {seed}")
        raise


def _caught(name: str) -> Catch:
    found = catch(BUGS[name], known_seeds().to_try(name))
    if found is None:
        raise AssertionError(f"{name} is not caught; `python -m tests.simulation --bugs` seeks")
    print(f"{name}: seed {found.seed}, {found.seconds:.1f} s")
    return found


def _killed(first: int, seconds: float) -> tuple[list[Toll], int]:
    """Rounds of every scene until the time is up."""
    begun, rounds, sums = time.perf_counter(), 0, dict[str, Toll]()
    nursery, template = Nursery(), Path(tempfile.mkdtemp(prefix="reprieve-soak-"))
    try:
        asyncio.run(imported(template))
        while not rounds or time.perf_counter() - begun < seconds:
            rounds += 1
            for toll in asyncio.run(_round(nursery, template, first + rounds)):
                toll.check()
                sums[toll.name] = toll.plus(sums.get(toll.name))
            print(f"round {rounds}: {sum(toll.kills for toll in sums.values())} in all")
    finally:
        nursery.close()
        rmtree(template)
    return list(sums.values()), rounds


async def _round(nursery: Nursery, template: Path, seed: int) -> list[Toll]:
    tolls = []
    with tempfile.TemporaryDirectory(prefix="reprieve-soak-") as room:
        folders = _folders(Path(room))
        for scene in (*KILLS, *OTHERS):
            folder = copytree(template, next(folders))
            dying = scene.dying(TIMES)
            tolls.append(await played(nursery, folder, scene.toll(), dying, seed, **scene.given))
        for point in MIGRATION:
            folder = next(folders)
            folder.mkdir()
            tolls.append(await killed_while_migrating(nursery, folder, point, TIMES, seed))
    return tolls


def _folders(room: Path) -> Iterator[Path]:
    return (room / str(number) for number in count())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=900.0, help="about how long")
    parser.add_argument("--seed", type=int, default=_FIRST_SEED, help="the first seed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
