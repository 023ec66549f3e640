"""Days: reading one, working days, runs, and the lender's day of a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.days import (
    EARLIEST,
    LATEST,
    add_days,
    add_working_days,
    day_of,
    days_between,
    is_working_day,
    parse_day,
    runs,
    working_days_between,
)
from bot.errors import Rejected, shown
from tests.domain.saying_no import says_no

FRIDAY = date(2026, 3, 6)
MONDAY = date(2026, 3, 9)


@pytest.mark.parametrize("raw", ["2026-03-01", date(2026, 3, 1)])
def test_a_day_is_read_from_iso_text_or_a_date(raw: object) -> None:
    assert parse_day(raw) == date(2026, 3, 1)


@pytest.mark.parametrize("raw", ["1970-01-01", "2100-12-31"])
def test_the_first_and_the_last_day_accepted(raw: str) -> None:
    assert parse_day(raw).isoformat() == raw


@pytest.mark.parametrize("raw", ["1969-12-31", "2101-01-01", "0001-01-01", date(9999, 12, 31)])
def test_an_absurd_day_is_out_of_range(raw: object) -> None:
    value = date.fromisoformat(str(raw))
    with says_no("error.day.range", Rejected, value=value, earliest=EARLIEST, latest=LATEST):
        parse_day(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-02-30", "2026-3-1", "26-03-01", "2026/03/01", "20260301", "2026-W10-1", "2026-060",
        " 2026-03-01", "2026-03-01\n", "2026-03-01T00:00:00", "٢٠٢٦-٠٣-٠١", "", None, 20260301,
        True, datetime(2026, 3, 1, tzinfo=UTC), float("nan"),
    ],
)  # fmt: skip
def test_what_names_no_day_is_refused(raw: object) -> None:
    with says_no("error.day.plain", Rejected, value=shown(raw)):
        parse_day(raw)


def test_days_are_added_and_counted_across_a_leap_day() -> None:
    assert add_days(date(2024, 2, 28), 2) == date(2024, 3, 1)
    assert add_days(date(2024, 3, 1), -2) == date(2024, 2, 28)
    assert days_between(date(2024, 2, 28), date(2024, 3, 1)) == 2


def test_working_days_are_monday_to_friday_less_holidays() -> None:
    assert is_working_day(FRIDAY)
    assert not is_working_day(date(2026, 3, 7))
    assert not is_working_day(date(2026, 3, 8))
    assert not is_working_day(MONDAY, {MONDAY})


@pytest.mark.parametrize(
    ("start", "count", "holidays", "reached"),
    [
        (FRIDAY, 0, set(), FRIDAY),
        (FRIDAY, 1, set(), MONDAY),
        (date(2026, 3, 7), 1, set(), MONDAY),
        (FRIDAY, 1, {MONDAY}, date(2026, 3, 10)),
        (FRIDAY, 5, set(), date(2026, 3, 13)),
        (FRIDAY, 6, set(), date(2026, 3, 16)),
    ],
)
def test_the_nth_working_day_never_counts_the_first(
    start: date, count: int, holidays: set[date], reached: date
) -> None:
    assert add_working_days(start, count, holidays) == reached


def test_working_days_between_count_the_last_day_only() -> None:
    assert working_days_between(FRIDAY, MONDAY) == 1
    assert working_days_between(MONDAY, date(2026, 3, 10)) == 1
    assert working_days_between(FRIDAY, FRIDAY) == 0
    assert working_days_between(MONDAY, FRIDAY) == 0
    assert working_days_between(FRIDAY, date(2026, 3, 16), {MONDAY}) == 5


def test_runs_join_neighbours_in_any_order_and_drop_repeats() -> None:
    one, two, four = date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 3)
    assert runs([four, two, one, two]) == ((one, two), (four, four))
    assert runs([four, two, one, date(2026, 3, 2)]) == ((one, four),)
    assert runs([]) == ()


def test_the_lenders_day_of_a_moment_is_that_of_its_zone() -> None:
    late = datetime(2026, 2, 28, 16, 0, tzinfo=UTC)
    assert day_of(late, ZoneInfo("Asia/Shanghai")) == date(2026, 3, 1)
    assert day_of(late, UTC) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        # New York springs forward on 8 March 2026: midnight is 05:00 UTC before, 04:00 after.
        ("America/New_York", "2026-03-08T04:59:59Z", date(2026, 3, 7)),
        ("America/New_York", "2026-03-08T05:00:00Z", date(2026, 3, 8)),
        ("America/New_York", "2026-03-09T03:59:59Z", date(2026, 3, 8)),
        ("America/New_York", "2026-03-09T04:00:00Z", date(2026, 3, 9)),
        # It falls back on 1 November: 01:30 comes twice, on one and the same day of 25 hours.
        ("America/New_York", "2026-11-01T04:00:00Z", date(2026, 11, 1)),
        ("America/New_York", "2026-11-01T05:30:00Z", date(2026, 11, 1)),
        ("America/New_York", "2026-11-01T06:30:00Z", date(2026, 11, 1)),
        ("America/New_York", "2026-11-02T04:59:59Z", date(2026, 11, 1)),
        ("America/New_York", "2026-11-02T05:00:00Z", date(2026, 11, 2)),
        # London: the last day of March, and the night its summer ends.
        ("Europe/London", "2026-03-28T23:59:59Z", date(2026, 3, 28)),
        ("Europe/London", "2026-03-29T23:00:00Z", date(2026, 3, 30)),
        ("Europe/London", "2026-10-24T23:00:00Z", date(2026, 10, 25)),
        ("Europe/London", "2026-10-25T23:59:59Z", date(2026, 10, 25)),
        # Cairo has no midnight on 24 April 2026: the day begins at 01:00, which is 22:00 UTC.
        ("Africa/Cairo", "2026-04-23T21:59:59Z", date(2026, 4, 23)),
        ("Africa/Cairo", "2026-04-23T22:00:00Z", date(2026, 4, 24)),
        # Mexico City gave up its summer time in 2022; Kolkata and Shanghai have none.
        ("America/Mexico_City", "2026-07-01T05:59:59Z", date(2026, 6, 30)),
        ("America/Mexico_City", "2026-07-01T06:00:00Z", date(2026, 7, 1)),
        ("Asia/Kolkata", "2026-02-28T18:30:00Z", date(2026, 3, 1)),
        ("Asia/Shanghai", "2024-02-28T16:00:00Z", date(2024, 2, 29)),
    ],
)
def test_a_day_begins_at_the_lenders_own_midnight_when_clocks_change(
    zone: str, moment: str, day: date
) -> None:
    assert day_of(datetime.fromisoformat(moment), ZoneInfo(zone)) == day


def test_a_naive_moment_has_no_day() -> None:
    with pytest.raises(ValueError, match=r"^a moment without a time zone has no day$"):
        day_of(datetime(2026, 3, 1), UTC)  # noqa: DTZ001 - the point of the test
