"""The program of the process that draws: typst, and nothing of ours, is loaded in it.

It must not import `bot`: it is run by path, with the seconds it may be idle and the folder of the
fonts. On stdin and stdout each message is its length in four bytes, then itself: in, an order; out,
a PNG or a PDF, empty when it cannot be drawn. It ends with its parent, and when it has had nothing
to do for so long. What it loads delays the first picture: `json` and `signal` alone take twice as
long as typst.
"""

from __future__ import annotations

import select
import sys

TYPE_CHECKING = False  # as the checker knows it, without loading `typing`
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import BinaryIO

LENGTH = 4
_BETWEEN = "\0"  # the parts of an order; no source, shape or JSON holds it


def order_of(source: str, form: str, inputs: Mapping[str, str], ppi: float | None = None) -> bytes:
    """An order: what typst is to compile to a "png" or "pdf", and what the source may ask for."""
    given = (part for pair in inputs.items() for part in pair)
    return _BETWEEN.join((source, form, "" if ppi is None else repr(ppi), *given)).encode()


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
        source, form, ppi, *given = order.decode().split(_BETWEEN)
        try:
            drawn = compiler.compile(
                source.encode(),
                format="pdf" if form == "pdf" else "png",
                ppi=float(ppi) if ppi else None,
                sys_inputs=dict(zip(given[::2], given[1::2], strict=True)),
                timestamp=0,  # the day stands in the source: no moment does in the file
            )
        except typst.TypstError:
            return b""
        return drawn if isinstance(drawn, bytes) else b""

    return draw


def _next(orders: BinaryIO, idle_seconds: float) -> bytes:
    """The next order; empty at the end, or when none begins for so long."""
    if not select.select([orders], [], [], idle_seconds)[0]:
        return b""
    length = int.from_bytes(orders.read(LENGTH), "big")
    return orders.read(length)


if __name__ == "__main__":
    work(sys.stdin.buffer, sys.stdout.buffer, float(sys.argv[1]), drawer(sys.argv[2]))
