"""Files sent in one go: collected until no more follow, so that one question is answered once.

It must not store them: each is kept in the inbox already, and after a crash comes alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.channels.telegram.reading import Came
from bot.serve import Update

Piece = tuple[Update, Came]
_QUIET = 0.6  # seconds without another piece


@dataclass(slots=True)
class Albums:
    """The albums that are still coming."""

    quiet: float = _QUIET
    _coming: dict[tuple[str, str], list[Piece]] = field(default_factory=dict)

    def joins(self, piece: Piece) -> bool:
        """Whether the piece belongs to an album whose first one somebody looks after."""
        came = piece[1]
        if came.album is None:
            return False
        known = self._coming.setdefault((came.address, came.album), [])
        known.append(piece)
        return len(known) > 1

    async def whole(self, first: Piece) -> Sequence[Piece]:
        """The pieces of the album of `first`, once it is quiet; what comes later stands alone."""
        key = (first[1].address, first[1].album or "")
        pieces = self._coming[key]
        known = 0
        while known < len(pieces):
            known = len(pieces)
            await asyncio.sleep(self.quiet)
        del self._coming[key]
        return pieces
