"""HMAC-SHA-256 whose key is hashed once: an import makes a token for every payment.

It must not be used where one token is made: `hmac.digest` says the same in three times as long.
"""

from __future__ import annotations

import hashlib
from typing import Final

_BLOCK: Final = 64  # bytes that SHA-256 takes at once
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))


class Mac:
    """HMAC-SHA-256 (RFC 2104) under one key of at most 64 bytes; safe in several threads."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        if len(key) > _BLOCK:
            raise ValueError("a longer key would have to be hashed first")
        padded = key.ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(padded.translate(_INNER))
        self._outer = hashlib.sha256(padded.translate(_OUTER))

    def begun(self, prefix: bytes) -> Mac:
        """The same of messages that all begin with `prefix`, which is then not given again."""
        after = Mac.__new__(Mac)
        after._inner, after._outer = self._inner.copy(), self._outer  # noqa: SLF001  # one of us
        after._inner.update(prefix)  # noqa: SLF001  # one of us
        return after

    def digest(self, message: bytes) -> bytes:
        """The 32 bytes that `hmac.digest(key, message, "sha256")` answers."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()
