"""The program of the process that draws: resvg and nothing else of ours is loaded in it.

It must not import `bot`: it is run by path. On stdin and stdout each message is its length in four
bytes, then itself: in, the arguments of resvg as JSON; out, a PNG, empty when it cannot be drawn.
It ends with its parent, and when it has had nothing to do for the seconds it is given.
"""

from __future__ import annotations

import json
import signal
import sys
from typing import BinaryIO

LENGTH = 4


def work(orders: BinaryIO, pictures: BinaryIO, idle_seconds: float) -> None:
    """Draw what is asked for until there is no more."""
    while order := _next(orders, idle_seconds):
        picture = _drawn(order)
        pictures.write(len(picture).to_bytes(LENGTH, "big") + picture)
        pictures.flush()


def _next(orders: BinaryIO, idle_seconds: float) -> bytes:
    """The next order; empty at the end. The alarm's default is to end the process."""
    signal.setitimer(signal.ITIMER_REAL, idle_seconds)
    length = int.from_bytes(orders.read(LENGTH), "big")
    order = orders.read(length)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return order


def _drawn(order: bytes) -> bytes:
    import resvg_py  # noqa: PLC0415  # so that reading this file's LENGTH does not load it

    try:
        return bytes(resvg_py.svg_to_bytes(**json.loads(order)))
    except ValueError:
        return b""


if __name__ == "__main__":
    work(sys.stdin.buffer, sys.stdout.buffer, float(sys.argv[1]))
