"""How moments are kept: UTC ISO-8601 text with microseconds, so that text order is time order.

It must not read the clock.
"""

from __future__ import annotations

from datetime import UTC, datetime


def instant(at: datetime) -> str:
    """An aware moment as it is kept. Raises ValueError for a naive one: a bug of the caller."""
    if at.utcoffset() is None:
        raise ValueError("a moment without a time zone cannot be kept")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def moment(kept: str) -> datetime:
    """The moment `instant` kept."""
    return datetime.fromisoformat(kept)
