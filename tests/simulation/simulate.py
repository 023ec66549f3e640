"""One seed from its first life to the verdict; nothing of it is left behind.

It must not decide what happens nor what must hold.
"""

from __future__ import annotations

import gc
import logging
import sys
import warnings
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from tests.simulation.day import live
from tests.simulation.ledger import Ledger
from tests.simulation.promises import check
from tests.simulation.world import World, made


@dataclass(frozen=True)
class Ran:
    """What a simulation came to."""

    seed: int
    digest: str
    steps: int
    lives: int
    seconds: float  # made up
    acts: int
    filed: int  # applications
    decided: int  # by staff
    sent: int
    repeated: int


def simulate(seed: int, *, trace: bool = False) -> Ran:
    """Run one seed to its end; raises AssertionError for a promise that was not kept."""
    with quiet(), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of what a dead life never got to begin
        world = made(seed, trace=trace)
        try:
            with logged(world.ledger):
                while not world.is_over:
                    live(world)
                check(world)
            return _ran(world)
        finally:
            world.disk.close()


@contextmanager
def quiet() -> Iterator[None]:
    """Dead lives are collected at the end, and their last words go unheard."""
    heard, sys.unraisablehook = sys.unraisablehook, lambda _: None
    was_collecting = gc.isenabled()
    gc.disable()
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
        gc.collect()
        if was_collecting:
            gc.enable()
        sys.unraisablehook = heard


@contextmanager
def logged(ledger: Ledger) -> Iterator[None]:
    """The assistant's log, into the notes."""

    def note(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
        for name in ("hmac", "ms"):
            event.pop(name, None)
        ledger.note("  log", *sorted(event.items()))
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[note], cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.configure(**before)


def _ran(world: World) -> Ran:
    taken = [each for each in world.ledger.taken if each.message_id]
    kinds = {(each.message_id, each.words) for each in taken}
    return Ran(
        seed=world.seed,
        digest=world.ledger.digest(),
        steps=world.steps,
        lives=world.lives,
        seconds=world.now,
        acts=len(world.ledger.acts),
        filed=world.disk.applications(),
        decided=len(world.ledger.decisions),
        sent=len(kinds),
        repeated=len(taken) - len(kinds),
    )
