"""A clock that stands until a test moves it, and ids that count."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")
STARTED: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, nine in the morning there
TODAY: Final = STARTED.astimezone(ZONE).date()


@dataclass
class Clock:
    """Aware UTC moments; `chance` are bits that look random and are always the same."""

    now: datetime = STARTED
    numbers: count[int] = field(default_factory=lambda: count(1))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Move on by `seconds=`, `minutes=`, `hours=` or `days=`."""
        self.now += timedelta(**by)

    @property
    def today(self) -> date:
        """The lender's day."""
        return self.now.astimezone(ZONE).date()

    def new_id(self) -> str:
        """An id that sorts by the order it was made in."""
        return f"{next(self.numbers):032x}"

    def chance(self) -> int:
        """64 bits that no two calls share."""
        return next(self.numbers) * 0x9E3779B97F4A7C15 & 0xFFFF_FFFF_FFFF_FFFF
