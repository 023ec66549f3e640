"""Days as people type them; what can be read two ways is read both ways."""

from __future__ import annotations

from datetime import date

import pytest

from bot.errors import Rejected
from bot.steps import read_day

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("typed", "locale", "days"),
    [
        ("2026-12-01", "en", ("2026-12-01",)),
        ("2026/12/1", "en", ("2026-12-01",)),
        ("2026.12.1", "en", ("2026-12-01",)),
        ("２０２６-１２-０１", "en", ("2026-12-01",)),
        ("1 Dec 2026", "en", ("2026-12-01",)),
        ("1 december", "en", ("2026-12-01",)),
        ("1. Dezember 2026", "de", ("2026-12-01",)),
        ("Dec 1", "en", ("2026-12-01",)),
        ("December 1, 2026", "en", ("2026-12-01",)),
        ("Dec. 1", "en", ("2026-12-01",)),
        ("1 Dec", "zh_Hans", ("2026-12-01",)),
        ("12月1日", "zh_Hans", ("2026-12-01",)),
        ("2026年12月1号", "zh_Hans", ("2026-12-01",)),
        ("十二月 1", "zh_Hans", ("2026-12-01",)),
        ("1 March", "en", ("2026-03-01",)),  # yesterday, not in a year
        ("28 Feb", "en", ("2027-02-28",)),
        ("31/12/2026", "en", ("2026-12-31",)),
        ("12/31/2026", "en", ("2026-12-31",)),
        ("03/04/2026", "en", ("2026-04-03", "2026-03-04")),
        ("04.04.2026", "en", ("2026-04-04",)),
        ("29 Feb 2028", "en", ("2028-02-29",)),
        ("Friday", "en", ("2026-03-06",)),
        ("fri.", "en", ("2026-03-06",)),
        ("Monday", "en", ("2026-03-02",)),  # today
        ("Freitag", "de", ("2026-03-06",)),
        ("星期五", "zh_Hans", ("2026-03-06",)),
        ("周五", "zh_Hans", ("2026-03-06",)),
        ("週五", "zh_Hant", ("2026-03-06",)),
        ("礼拜五", "zh_Hans", ("2026-03-06",)),
        ("星期天", "zh_Hans", ("2026-03-08",)),
        ("禮拜日", "zh_Hant", ("2026-03-08",)),
        ("next Friday", "en", ("2026-03-06", "2026-03-13")),
        ("on friday", "en", ("2026-03-06", "2026-03-13")),
        ("下周五", "zh_Hans", ("2026-03-06", "2026-03-13")),
        ("這個禮拜五", "zh_Hant", ("2026-03-06", "2026-03-13")),
        ("15th March", "en", ("2026-03-15",)),
        ("3rd of April 2027", "en", ("2027-04-03",)),
        ("April the 3rd", "en", ("2026-04-03",)),
        ("april 22nd, 2026", "en", ("2026-04-22",)),
        ("the 15th", "en", ("2026-03-15",)),
        ("1st", "en", ("2026-04-01",)),
        ("2nd", "en", ("2026-03-02",)),  # today
        ("31st", "en", ("2026-03-31",)),
        ("15号", "zh_Hans", ("2026-03-15",)),
        ("１號", "zh_Hant", ("2026-04-01",)),
        ("in 7 days", "en", ("2026-03-09",)),
        ("In 1 day", "en", ("2026-03-03",)),
        ("in 2 weeks", "en", ("2026-03-16",)),
        ("in 10 Tagen", "de", ("2026-03-12",)),
        ("in 7 days", "zh_Hans", ("2026-03-09",)),
        ("7天后", "zh_Hans", ("2026-03-09",)),
        ("7 天之後", "zh_Hant", ("2026-03-09",)),
        ("15日后", "zh_Hans", ("2026-03-17",)),
        ("2个星期以后", "zh_Hans", ("2026-03-16",)),
    ],
)
def test_a_day_is_read(typed: str, locale: str, days: tuple[str, ...]) -> None:
    assert tuple(day.isoformat() for day in read_day(typed, locale, TODAY)) == days


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("2026-02-30", "none"),
        ("31 June", "none"),
        ("29 Feb", "none"),
        ("2026-13-01", "none"),
        ("13/13/2026", "none"),
        ("0/0/2026", "none"),
        ("13月1日", "none"),
        ("1.12.26", "year"),
        ("1/12/26", "year"),
        ("2569-03-02", "year_range"),
        ("1404-12-11", "year_range"),
        ("1 Dec 2569", "year_range"),
        ("1969-12-31", "year_range"),
        ("2101-01-01", "year_range"),
        ("", "shape"),
        ("tomorrow", "shape"),
        ("12", "shape"),
        ("32nd", "none"),
        ("0th", "none"),
        ("0号", "none"),
        ("7 days ago", "shape"),
        ("in 7 or 8 days", "shape"),
        ("1 Smarch", "shape"),
        ("2026-12", "shape"),
        ("Ⅻ 1", "shape"),
        ("12 Friday", "shape"),
        ("not on Friday", "shape"),
        ("1 Dec 2026 at noon", "shape"),
        ("9" * 60, "shape"),
    ],
)
def test_what_is_no_day_is_refused_with_a_reason(typed: str, key: str) -> None:
    with pytest.raises(Rejected) as rejected:
        read_day(typed, "en", TODAY)
    assert rejected.value.key == f"answer.day.{key}"


def test_the_31st_is_that_of_the_next_month_that_has_one() -> None:
    assert read_day("31st", "en", date(2026, 4, 1)) == (date(2026, 5, 31),)


def test_a_day_without_a_year_is_the_first_since_then() -> None:
    since = date(2025, 9, 6)
    assert read_day("24 Dec", "en", since) == (date(2025, 12, 24),)
    assert read_day("1 Sep", "en", since) == (date(2026, 9, 1),)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("Friday", "2026-02-27"),
        ("Monday", "2026-03-02"),
        ("the 3rd", "2026-02-03"),
        ("2号", "2026-03-02"),
    ],
)
def test_where_days_gone_by_are_asked_for_it_is_the_last_one(typed: str, day: str) -> None:
    since = date(2025, 9, 1)
    assert read_day(typed, "en", since, TODAY) == (date.fromisoformat(day),)
