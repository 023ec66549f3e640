"""The program of the process that draws: typst, and nothing of ours, is loaded in it.

It must not import `bot`: it is run by path, with the seconds it may be idle and the folder of the
fonts. On stdin and stdout each message is its length in four bytes, then itself: in, the arguments
of typst as JSON; out, a PNG or a PDF, empty when it cannot be drawn. It ends with its parent, and
when it has had nothing to do for so long.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from typing import BinaryIO

LENGTH = 4


def work(
    orders: BinaryIO, drawings: BinaryIO, idle_seconds: float, draw: Callable[[bytes], bytes]
) -> None:
    """Draw what is asked for until there is no more."""
    while order := _next(orders, idle_seconds):
        drawing = draw(order)
        drawings.write(len(drawing).to_bytes(LENGTH, "big") + drawing)
        drawings.flush()


def drawer(fonts: str) -> Callable[[bytes], bytes]:
    """Draws an order with the fonts of that folder; it is all that a document could read."""
    import typst  # noqa: PLC0415  # so that reading this file's LENGTH does not load it

    ours = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    compiler = typst.Compiler(root=fonts, font_paths=ours)

    def draw(order: bytes) -> bytes:
        asked = json.loads(order)
        try:
            drawn = compiler.compile(asked.pop("source").encode(), **asked)
        except typst.TypstError:
            return b""
        return drawn if isinstance(drawn, bytes) else b""

    return draw


def _next(orders: BinaryIO, idle_seconds: float) -> bytes:
    """The next order; empty at the end. The alarm's default is to end the process."""
    signal.setitimer(signal.ITIMER_REAL, idle_seconds)
    length = int.from_bytes(orders.read(LENGTH), "big")
    order = orders.read(length)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return order


if __name__ == "__main__":
    work(sys.stdin.buffer, sys.stdout.buffer, float(sys.argv[1]), drawer(sys.argv[2]))
