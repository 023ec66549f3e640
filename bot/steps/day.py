"""A day as people type it.

It must not guess: a day that can be read two ways is offered as both.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from typing import Final, Literal

from babel.dates import format_timedelta, get_day_names, get_month_names

from bot.errors import Rejected

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\Z")
_NUMBERS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\Z")
_SHORT = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}\Z")
_CHINESE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号號]?\Z")
_TH = "(?:st|nd|rd|th)"
_NAMED = re.compile(
    rf"(\d{{1,2}}){_TH}?\.?\s+(?:of\s+)?([^\W\d]+)\.?(?:,?\s+(\d{{4}}))?\Z"
    rf"|([^\W\d]+)\.?\s+(?:the\s+)?(\d{{1,2}}){_TH}?(?:,?\s+(\d{{4}}))?\Z",
    re.IGNORECASE,
)
_OF_A_MONTH = re.compile(rf"(?:the\s+)?(\d{{1,2}}){_TH}\Z|(\d{{1,2}})[日号號]\Z", re.IGNORECASE)
_CHINESE_AHEAD = re.compile(
    r"(\d{1,3})\s?(?:([天日])|[个個]?(?:周|週|星期|礼拜|禮拜))[之以]?[后後]\Z"
)
_COUNT = re.compile(r"\d{1,3}")
_Unit = Literal["day", "week"]
_UNITS: Final[tuple[tuple[_Unit, int], ...]] = (("day", 1), ("week", 7))  # with their days
_CHINESE_WEEK = re.compile("(?:禮拜|礼拜|周|週)(?=[一二三四五六日天])")
_WHICH = re.compile(r"(?:[^\W\d]+ |[这這本下][个個]?)\Z")
_LONGEST = 40
_WEEK = 7
_MONTHS_WITH_ANY, _MOST_DAYS = 2, 31  # of two months that follow each other, one has 31 days
_ANY = 1_000  # of a unit are still told in that unit


def read_day(raw: str, locale: str, since: date, today: date | None = None) -> tuple[date, ...]:
    """The days `raw` may mean, one when it is clear; Rejected `error.day.*` when it is none.

    Understood: 2026-12-01, 1 Dec (2026), 12月1日, 01/12/2026 (both readings where both exist), and
    Friday: the next one from `since` on or, where days before `today` are asked for, the last one;
    with a word before it (next Friday) that one or the one a week later. So is the 15th, alone. In
    7 days and in 2 weeks count from `today`, or from `since`.
    A day without a year is the first one from the day before `since` on. Two-digit years and years
    outside 1970-2100 are refused.
    """
    typed = "".join(_plain(character) for character in raw.strip())[:_LONGEST]
    if _SHORT.match(typed):
        raise Rejected("answer.day.year", example=since)
    week = max(since, today - timedelta(days=_WEEK - 1)) if today else since
    found = (
        _candidates(typed, locale, since)
        or _weekday(typed, locale, week)
        or _of_a_month(typed, since, today)
        or _ahead(typed, locale, today or since)
    )
    if not found:
        raise Rejected("answer.day.shape", example=since)
    return found


def names_no_month(typed: str) -> bool:
    """Whether it is a day of a month that is not named: the 15th."""
    return _OF_A_MONTH.match(typed) is not None


def _plain(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return str(value) if value is not None else unicodedata.normalize("NFKC", character)


def _candidates(typed: str, locale: str, since: date) -> tuple[date, ...]:
    if match := _ISO.match(typed):
        return (_real(*map(int, match.groups())),)
    if match := _NUMBERS.match(typed):
        return _either(*map(int, match.groups()))
    if match := _CHINESE.match(typed):
        year, month, day = match.groups()
        return (_with_year(year, int(month), int(day), since),)
    if match := _NAMED.match(typed):
        return _named(match, locale, since)
    return ()


def _either(first: int, second: int, year: int) -> tuple[date, ...]:
    """`03/04/2026` as 3 April and as 4 March, whichever exist."""
    readings = {(first, second), (second, first)}
    days = [_real(year, month, day) for day, month in sorted(readings) if _exists(year, month, day)]
    if not days:
        raise Rejected("answer.day.none")
    return tuple(dict.fromkeys(days))


def _named(match: re.Match[str], locale: str, since: date) -> tuple[date, ...]:
    day, name, year = match.group(1, 2, 3) if match.group(1) else match.group(5, 4, 6)
    month = _month(name, locale)
    return () if month is None else (_with_year(year, month, int(day), since),)


def _weekday(name: str, locale: str, since: date) -> tuple[date, ...]:
    """The first day from `since` on whose weekday it names; after more words, the next as well."""
    wanted = _CHINESE_WEEK.sub("星期", name.casefold()).replace("星期天", "星期日").rstrip(".")
    for day in (since + timedelta(days=days) for days in range(_WEEK)):
        names = _weekday_names(locale, day.weekday())
        if wanted in names:
            return (day,)
        if any(wanted.endswith(each) and _WHICH.match(wanted.removesuffix(each)) for each in names):
            return day, day + timedelta(days=_WEEK)
    return ()


def _weekday_names(locale: str, weekday: int) -> tuple[str, ...]:
    return tuple(
        str(get_day_names(width, "format", tongue)[weekday]).casefold().rstrip(".")
        for width in ("wide", "abbreviated")
        for tongue in (locale, "en")
    )


def _of_a_month(typed: str, since: date, today: date | None) -> tuple[date, ...]:
    """The next day of that number, or the last one where days gone by are asked for."""
    match = _OF_A_MONTH.match(typed)
    if match is None:
        return ()
    number, back = int(match[1] or match[2]), today is not None and since < today
    day = today if today is not None and back else since
    for _ in range(_MONTHS_WITH_ANY * _MOST_DAYS):
        if day.day == number:
            return (day,)
        day += timedelta(days=-1 if back else 1)
    raise Rejected("answer.day.none")


def _ahead(typed: str, locale: str, today: date) -> tuple[date, ...]:
    """So many days or weeks from today, in the words of either language."""
    chinese = _CHINESE_AHEAD.match(typed)
    if chinese:
        return (today + timedelta(days=int(chinese[1]) * (1 if chinese[2] else _WEEK)),)
    counts = _COUNT.findall(typed)
    if len(counts) != 1:
        return ()
    wanted = "".join(typed.casefold().split())
    for unit, days in _UNITS:
        ahead = timedelta(days=int(counts[0]) * days)
        told = (_in_words(ahead, unit, tongue) for tongue in (locale, "en"))
        if wanted in told:
            return (today + ahead,)
    return ()


def _in_words(ahead: timedelta, unit: _Unit, locale: str) -> str:
    """How the locale says so long from now, without the spaces."""
    told = format_timedelta(ahead, unit, threshold=_ANY, add_direction=True, locale=locale)
    return "".join(told.casefold().split())


def _month(name: str, locale: str) -> int | None:
    wanted = name.casefold().rstrip(".")
    for width in ("wide", "abbreviated"):
        for tongue in (locale, "en"):
            for number, known in get_month_names(width, "format", tongue).items():
                if str(known).casefold().rstrip(".") == wanted:
                    return int(number)
    return None


def _with_year(year: str | None, month: int, day: int, since: date) -> date:
    if year:
        return _real(int(year), month, day)
    this = _real(since.year, month, day) if _exists(since.year, month, day) else None
    if this is not None and this >= since - timedelta(days=1):
        return this
    return _real(since.year + 1, month, day)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _real(year: int, month: int, day: int) -> date:
    if not 1970 <= year <= 2100:  # noqa: PLR2004  # Buddhist and Persian years fall outside
        raise Rejected("answer.day.year_range")
    if not _exists(year, month, day):
        raise Rejected("answer.day.none")
    return date(year, month, day)
