"""Free words and digits a person typed, made safe to keep without changing what they mean."""

from __future__ import annotations

import re
import unicodedata

from bot.errors import Rejected

_DIGITS = re.compile(r"[\s\-\u00b7.]")


def words(raw: str, shortest: int = 1, longest: int = 1000) -> str:
    """The words as typed, without edge space; Rejected when too few or too many characters."""
    said = raw.strip()
    if len(said) < shortest:
        raise Rejected("answer.words.short", count=shortest)
    if len(said) > longest:
        raise Rejected("answer.words.long", longest=longest, count=len(said))
    return said


def digits(raw: str, length: int) -> str:
    """`length` ASCII characters of an identifier, digits from any script; else Rejected."""
    plain = _DIGITS.sub("", raw)
    folded = "".join(_plain_digit(character) for character in plain).upper()
    if len(folded) != length or not folded.isascii() or not folded.isalnum():
        raise Rejected("answer.digits", length=length)
    return folded


def _plain_digit(character: str) -> str:
    """A decimal digit of any script as ASCII; numerals that are no digits stay as they are."""
    value = unicodedata.decimal(character, None)
    if value is not None:
        return str(value)
    folded = unicodedata.normalize("NFKC", character)
    is_letter = not unicodedata.category(character).startswith("N")
    return folded if folded.isascii() and is_letter else character
