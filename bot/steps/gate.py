"""The digits a person proves themselves with: read, compared, counted.

It must not say which part was wrong.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from bot.errors import Rejected
from bot.steps.words import digits
from bot.turn import Borrower

TRIES = 5
LOCKED = timedelta(hours=1)
_LENGTH = 4


def matches(typed: str, borrower: Borrower) -> bool:
    """Whether `typed` are the last four of the borrower's document; False for anything else."""
    try:
        given = digits(typed, _LENGTH)
    except Rejected:
        return False
    known = borrower.id_last4.upper().encode()
    return bool(known) and hmac.compare_digest(given.encode(), known)


def locked_after(tries: int, now: datetime) -> datetime | None:
    """Until when no digits are taken after one more wrong try; None while tries are left."""
    return now + LOCKED if (tries + 1) % TRIES == 0 else None
