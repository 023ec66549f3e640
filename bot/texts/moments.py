"""Days and moments as one locale writes them, by the patterns its catalogue holds.

It must not know what day it is.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from babel import Locale
from babel.dates import DateTimePattern, parse_pattern

from bot.turn import Days, Weekday

_REMEMBERED = 5_000


class Moments:
    """How days look in `locale`; `patterns` come from the catalogue keys `format.*`."""

    def __init__(self, locale: Locale, zone: tzinfo, patterns: dict[str, str]) -> None:
        self._locale = locale
        self._zone = zone
        self._range = patterns["format.days"]
        self._patterns = {
            name: parse_pattern(text) for name, text in patterns.items() if name != "format.days"
        }
        self._days: dict[tuple[date, str], str] = {}

    def day(self, day: date) -> str:
        """A day with its year: `11 Jan 2026`."""
        return self._day(day, "format.day")

    def moment(self, at: datetime) -> str:
        """An aware moment in the lender's time zone; ValueError for a naive one."""
        if at.utcoffset() is None:
            raise ValueError("a moment without a time zone cannot be shown")
        return self._written(at.astimezone(self._zone), self._patterns["format.moment"])

    def days(self, days: Days) -> str:
        """A run of days, `11 Jan` to `1 Feb`; years only where `days` asks or the two differ."""
        years = days.years or days.start.year != days.until.year
        key = "format.day" if years else "format.day_short"
        if days.start == days.until:
            return self._day(days.start, key)
        return self._range.format(
            start=self._day(days.start, key), until=self._day(days.until, key)
        )

    def weekday(self, named: Weekday) -> str:
        """A day with the name of its weekday, `Fri 6 Mar`; with its year if `named` asks."""
        return self._day(named.day, "format.weekday" if named.year else "format.weekday_short")

    def _day(self, day: date, key: str) -> str:
        found = self._days.get((day, key))
        if found is None:
            if len(self._days) >= _REMEMBERED:
                self._days.clear()
            found = self._written(day, self._patterns[key])
            self._days[day, key] = found
        return found

    def _written(self, day: date, pattern: DateTimePattern) -> str:
        return pattern.apply(day, self._locale)
