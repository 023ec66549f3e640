"""`python -m tests.simulation`: one seed again, or seeds for as long as is wanted."""

from __future__ import annotations

import argparse
import sys
import time

from tests.simulation.bugs import BUGS
from tests.simulation.catching import Seeds, catch, known_seeds, remember, shortest
from tests.simulation.simulate import simulate

LONGER = 100  # seeds to try when none of the short ones will do


def main() -> int:
    """Run what the arguments ask for; 1 when a promise was broken or a bug was not noticed."""
    wanted = _arguments()
    if wanted.bugs is not None:
        return _hunt(wanted.bugs or list(BUGS))
    begun, steps, seed, broken = time.perf_counter(), 0, wanted.seed, 0
    while True:
        try:
            ran = simulate(seed, trace=wanted.trace)
        except Exception as failed:  # noqa: BLE001  # whatever breaks a seed, the next may hold
            print(f"seed {seed}: {type(failed).__name__}: {failed}")
            broken += 1
        else:
            steps += ran.steps
            if wanted.verbose or not wanted.seconds:
                print(ran)
        seed += 1
        if time.perf_counter() - begun >= wanted.seconds or (broken and not wanted.go_on):
            break
    took = time.perf_counter() - begun
    print(f"{seed - wanted.seed} seeds, {steps} steps, {steps / took:.0f} a second")
    return 1 if broken else 0


def _hunt(names: list[str]) -> int:
    """Which seed catches each of these bugs; when it is all, which seeds are soon over as well."""
    known = known_seeds()
    if names == list(BUGS):
        known = Seeds(shortest(), {})
    missed = 0
    for name in names:
        found = catch(BUGS[name], [*known.short, *range(LONGER)])
        print(found or f"{name}: nobody notices that {BUGS[name].says}", flush=True)
        if found:
            known.caught[name] = found.seed
        else:
            missed += 1
    remember(known)
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the first (or only) seed")
    parser.add_argument("--trace", action="store_true", help="print everything that happens")
    parser.add_argument("--seconds", type=float, default=0.0, help="run seeds for that long")
    parser.add_argument("--verbose", action="store_true", help="a line for each seed")
    parser.add_argument("--go-on", action="store_true", help="do not stop at the first broken one")
    parser.add_argument(
        "--bugs", nargs="*", metavar="NAME", help="plant these bugs, or all, and look for a seed"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
