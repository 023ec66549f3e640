"""Just enough of PNG, JPEG, GIF and WebP to know a picture, its size, and to draw a grey one."""

from __future__ import annotations

import struct
import zlib

from tests.simulator.refusals import bad_request

MAX_SIDES = 10_000
MAX_RATIO = 20
MAX_PHOTO_BYTES = 10 * 1024 * 1024
SIZES = (90, 320, 800, 1280)


def photo_size(data: bytes) -> tuple[int, int]:
    """Width and height of a picture fit to be sent as a photo; Refusal as Telegram words it."""
    if not data:
        raise bad_request("file must be non-empty")
    if len(data) > MAX_PHOTO_BYTES:
        raise bad_request(f"file of size {len(data)} bytes is too big for a photo")
    size = picture_size(data)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = size
    if min(size) == 0 or width + height > MAX_SIDES or max(size) > MAX_RATIO * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return size


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from the header, None if this is no picture Telegram reads."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 33:
        return struct.unpack(">II", data[16:24])
    if data[:6] in {b"GIF87a", b"GIF89a"} and len(data) >= 10:
        return struct.unpack("<HH", data[6:10])
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return webp_size(data)
    if data.startswith(b"\xff\xd8\xff"):
        return jpeg_size(data)
    return None


def webp_size(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8 " and len(data) >= 30:
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Walk the segments to the frame header."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += segment_length(data, at)
    return None


def segment_length(data: bytes, at: int) -> int:
    """Bytes from one marker to the next; fill bytes and bare markers carry no length."""
    marker = data[at + 1]
    if marker == 0xFF:
        return 1
    if 0xD0 <= marker <= 0xD9:
        return 2
    return 2 + int.from_bytes(data[at + 2 : at + 4], "big")


def smaller_sizes(width: int, height: int) -> list[tuple[int, int]]:
    """The sizes Telegram makes of a photo besides the largest, smallest first."""
    largest = max(width, height)
    return [
        (max(1, width * side // largest), max(1, height * side // largest))
        for side in SIZES
        if side < largest
    ]


def grey_png(width: int, height: int) -> bytes:
    """A real, plain picture of that size: thumbnails are not the original."""
    rows = (b"\0" + b"\x80" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(name, data) for name, data in chunks)


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
