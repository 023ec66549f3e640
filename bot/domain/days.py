"""Days as the lender counts them: reading one, moving by days and working days, runs, time zones.

A day is a `date`; nothing here knows what day it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from bot.errors import Rejected, shown

EARLIEST: Final = date(1970, 1, 1)
LATEST: Final = date(2100, 12, 31)
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_SATURDAY: Final = 5


def parse_day(raw: object) -> date:
    """The day `raw` names: ISO text such as `2026-03-01`, or a `date` as TOML gives it.

    Raises Rejected `error.day.plain` (slot `value`) when it names no day of the calendar, and
    `error.day.range` (slots `value`, `earliest`, `latest`) before 1970 or after 2100.
    """
    day = _calendar_day(raw)
    if not EARLIEST <= day <= LATEST:
        raise Rejected("error.day.range", value=day, earliest=EARLIEST, latest=LATEST)
    return day


def _calendar_day(raw: object) -> date:
    # A datetime is a date to Python but a moment to the lender: it has a zone and is refused.
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if isinstance(raw, str) and _ISO.match(raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            pass
    raise Rejected("error.day.plain", value=shown(raw))


def add_days(day: date, days: int) -> date:
    """The day `days` calendar days after `day` (before it, when negative)."""
    return day + timedelta(days=days)


def days_between(start: date, until: date) -> int:
    """Calendar days from `start` to `until`: 0 for the same day, 1 for the next."""
    return (until - start).days


def is_working_day(day: date, holidays: AbstractSet[date] = frozenset()) -> bool:
    """Whether the lender works on `day`: Monday to Friday, less its `holidays`."""
    return day.weekday() < _SATURDAY and day not in holidays


def add_working_days(day: date, days: int, holidays: AbstractSet[date] = frozenset()) -> date:
    """The `days`-th working day after `day`, which itself never counts; `day` itself for 0."""
    while days > 0:
        day = add_days(day, 1)
        days -= is_working_day(day, holidays)
    return day


def working_days_between(
    start: date, until: date, holidays: AbstractSet[date] = frozenset()
) -> int:
    """How many working days lie after `start`, up to and including `until`."""
    span = range(1, days_between(start, until) + 1)
    return sum(is_working_day(add_days(start, step), holidays) for step in span)


def runs(days: Iterable[date]) -> tuple[tuple[date, date], ...]:
    """The runs of consecutive days among `days`, in order, both ends included."""
    found: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if found and days_between(found[-1][1], day) == 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return tuple(found)


def day_of(instant: datetime, zone: tzinfo) -> date:
    """The lender's day of an aware moment, in the lender's time `zone`.

    Raises ValueError for a naive moment: that is a bug of the caller, not bad input.
    """
    if instant.utcoffset() is None:
        raise ValueError("a moment without a time zone has no day")
    return instant.astimezone(zone).date()
