"""`python -m tests.simulation`: one seed again, or seeds for as long as is wanted."""

from __future__ import annotations

import argparse
import sys
import time

from tests.simulation.simulate import simulate


def main() -> int:
    """Run what the arguments ask for; 1 when a promise was broken."""
    wanted = _arguments()
    begun, steps, seed = time.perf_counter(), 0, wanted.seed
    while True:
        try:
            ran = simulate(seed, trace=wanted.trace)
        except AssertionError as broken:
            print(f"seed {seed}: {broken}")
            if not wanted.go_on:
                return 1
        else:
            steps += ran.steps
            if wanted.verbose or not wanted.seconds:
                print(ran)
        seed += 1
        if time.perf_counter() - begun >= wanted.seconds:
            break
    took = time.perf_counter() - begun
    print(f"{seed - wanted.seed} seeds, {steps} steps, {steps / took:.0f} a second")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the first (or only) seed")
    parser.add_argument("--trace", action="store_true", help="print everything that happens")
    parser.add_argument("--seconds", type=float, default=0.0, help="run seeds for that long")
    parser.add_argument("--verbose", action="store_true", help="a line for each seed")
    parser.add_argument("--go-on", action="store_true", help="do not stop at the first broken one")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
