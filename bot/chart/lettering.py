"""How wide words will be, near enough to place them without knowing the viewer's fonts.

It must not draw.
"""

from __future__ import annotations

import unicodedata

_WIDE = frozenset("WF")
_NARROW_SIGNS = frozenset(" .,:;'|!·iljtfI()[]")
_FULL, _CAPITAL, _ORDINARY, _NARROW = 1.0, 0.75, 0.63, 0.35


def width(words: str, size: float) -> float:
    """The width of `words` at a type size, a little more rather than less."""
    return size * sum(map(_advance, words))


def fitted(words: str, size: float, room: float, smallest: float) -> float | None:
    """The largest size up to `size` at which `words` fit; None when `smallest` is too large."""
    needed = width(words, size)
    if needed <= room:
        return size
    shrunk = size * room / needed
    return shrunk if shrunk >= smallest else None


def _advance(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in _WIDE:
        return _FULL
    if sign in _NARROW_SIGNS or unicodedata.combining(sign) or not sign.isprintable():
        return _NARROW
    return _CAPITAL if sign.isupper() or sign in "%mwMW@" else _ORDINARY
