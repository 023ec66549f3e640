"""Which files we take: how large, and of which kind by their first bytes, whatever they are called.

It must not unpack, render or trust one.
"""

from __future__ import annotations

import filetype

LIMIT_MB = 10
LARGEST_FILE = LIMIT_MB * 1_000_000
_FIRST_BYTES = 8_192
_KINDS = {
    "image/jpeg": "jpeg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
}


def sniffed(content: bytes) -> str | None:
    """'jpeg', 'png', 'webp' or 'pdf'; None for anything else, the empty file too."""
    return _KINDS.get(str(filetype.guess_mime(content[:_FIRST_BYTES]))) if content else None
