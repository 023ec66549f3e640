"""A word that the catalogue holds, standing in a slot of another text.

It must not know the word itself: that is what the text layer looks up.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A text key as the value of a slot: `Word("product.cash-loan")`."""

    key: str
