"""A photo of a letter, small and real: what a borrower sends as evidence."""

from __future__ import annotations

import struct
import zlib

WIDTH, HEIGHT = 240, 320
_PAPER, _INK = 0xF2, 0x55
_MARGIN, _LINE = 24, 18


def photo() -> bytes:
    """A PNG of grey lines on paper."""
    rows = b"".join(b"\0" + _row(y) for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _row(y: int) -> bytes:
    line, within = divmod(y, _LINE)
    written = within in {0, 1, 2} and _MARGIN < y < HEIGHT - _MARGIN
    end = WIDTH - _MARGIN - line * 37 % 90
    row = bytearray([_PAPER]) * WIDTH
    if written:
        row[_MARGIN:end] = bytes([_INK]) * (end - _MARGIN)
    return bytes(row)


def _chunk(kind: bytes, data: bytes) -> bytes:
    checked = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checked
