"""The number a borrower reads out on the phone: `RP-7K3M-9QXD`, whose last sign checks the others.

It must not make chance: fresh random bits come in. 35 bits are few enough to read and not enough to
be unique by themselves, so the store refuses a number it has.
"""

from __future__ import annotations

import re
import unicodedata
from functools import reduce
from typing import Final

from bot.errors import Rejected, shown

BITS: Final = 35
_PREFIX: Final = "RP"
SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_LOOKALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_FORM: Final = re.compile(rf"(?:{_PREFIX})?([{SIGNS}]{{8}})\Z")
_GAPS: Final = re.compile(r"[\s\-\u2010-\u2015]+")  # phones turn hyphens into dashes
_FIELD: Final = 0b100101  # x^5 + x^2 + 1 makes the 32 signs a field


def reference(random_bits: int) -> str:
    """A reference from the lowest 35 of `random_bits`: seven signs and their check sign."""
    body = [random_bits >> shift & 31 for shift in range(BITS - 5, -1, -5)]
    signs = "".join(SIGNS[value] for value in (*body, _check(body)))
    return f"{_PREFIX}-{signs[:4]}-{signs[4:]}"


def parse_reference(text: str) -> str:
    """The reference somebody typed, as it was given out; any case, gaps, O for 0, I or L for 1.

    Raises Rejected `error.reference.form` when it does not look like one, and
    `error.reference.typo` when its signs do not belong together: one wrong sign or two swapped ones
    are always found.
    """
    match = _FORM.match(as_read_out(text))
    if match is None:
        raise Rejected("error.reference.form", value=shown(text))
    values = [SIGNS.index(sign) for sign in match[1]]
    if _check(values[:-1]) != values[-1]:
        raise Rejected("error.reference.typo", value=shown(text))
    return f"{_PREFIX}-{match[1][:4]}-{match[1][4:]}"


def as_read_out(text: str) -> str:
    """The signs of a code somebody typed: upper case, without gaps, lookalikes as we write them."""
    typed = unicodedata.normalize("NFKC", text[:80]).upper()
    return _GAPS.sub("", typed).translate(_LOOKALIKES)


def _check(values: list[int]) -> int:
    # Each place has another weight, a power of x in the field, so a changed sign and two swapped
    # signs change the sum.
    return _times_x(reduce(lambda so_far, value: _times_x(so_far) ^ value, values, 0))


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _FIELD if doubled & 32 else doubled
