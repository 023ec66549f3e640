"""A day and an amount among other words: the one that is named, or none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.money import Currency
from bot.steps.spoken import spoken_amount, spoken_day
from bot.turn import Said

MONDAY = date(2026, 3, 2)
CNY, JPY = Currency("CNY", 2), Currency("JPY", 0)


def day_of(words: str, locale: str = "en", mentions: int | None = None) -> str | None:
    until = MONDAY + timedelta(days=365)
    found = spoken_day(Said(words, mentions=mentions), locale, MONDAY, until)
    return None if found is None else found.isoformat()


@pytest.mark.parametrize(
    ("words", "locale", "day"),
    [
        ("what if I pay on Friday", "en", "2026-03-06"),
        ("what if I pay 500 Fri", "en", "2026-03-06"),
        ("if I pay 500 on 15 March, what is left?", "en", "2026-03-15"),
        ("and on Mar 9, 2026?", "en", "2026-03-09"),
        ("pay 2026-03-20 say 300", "en", "2026-03-20"),
        ("如果我周五还500呢", "zh_Hans", "2026-03-06"),
        ("如果星期天还一半", "zh_Hans", "2026-03-08"),
        ("3月10号还300会怎样", "zh_Hans", "2026-03-10"),
        ("如果我週五還500呢", "zh_Hant", "2026-03-06"),
        ("３月１０日還款會怎樣", "zh_Hant", "2026-03-10"),
        ("如果我周五还500呢", "en", "2026-03-06"),  # in a chat in another language
        ("what if I pay 500 in 10 days", "en", "2026-03-12"),
        ("what if I pay in 2 weeks", "en", "2026-03-16"),
        ("can I pay 500 on the 15th?", "en", "2026-03-15"),
        ("and on the 15th of April?", "en", "2026-04-15"),
        ("April the 3rd 2027 with 500", "en", None),  # more than a year ahead
        ("pay on April 3rd, 500", "en", "2026-04-03"),
        ("如果我10天后还500呢", "zh_Hans", "2026-03-12"),
        ("如果我15号还500呢", "zh_Hans", "2026-03-15"),
        ("如果我2個星期後還500呢", "zh_Hant", "2026-03-16"),
        ("next month, on the 15th", "en", None),  # of March is not what is meant
        ("on the 15th of next month", "en", None),
        ("on the 15th of April, or on the 20th", "en", None),
        ("下个月15号还呢", "zh_Hans", None),
        ("下个月，15号还呢", "zh_Hans", None),
        ("3月10号或者15号", "zh_Hans", None),
        ("15日内还清呢", "zh_Hans", None),
        ("还20日元呢", "zh_Hans", None),
        ("I am 15 days late", "en", None),
        ("what if I pay next Friday", "en", None),  # that one, or the one after
        ("下周五还呢", "zh_Hans", None),
        ("Friday or Saturday?", "en", None),
        ("03/04/2026", "en", None),
        ("what if I had paid on 2026-02-20", "en", None),
        ("what if I pay on 2027-03-03", "en", None),
        ("what if I pay on 31 Feb", "en", None),
        ("what may 500 change", "en", None),
        ("what if I pay 500", "en", None),
        ("", "en", None),
    ],
)
def test_the_one_day_that_is_named(words: str, locale: str, day: str | None) -> None:
    assert day_of(words, locale) == day


def test_a_day_named_from_today_counts_with_the_others() -> None:
    assert day_of("what if I pay tomorrow", mentions=1) == "2026-03-03"
    assert day_of("what if I pay on Tuesday, so tomorrow", mentions=1) == "2026-03-03"
    assert day_of("today, or on Friday", mentions=0) is None
    assert day_of("what if I had paid yesterday", mentions=-1) is None


@pytest.mark.parametrize(
    ("words", "locale", "minor"),
    [
        ("what if I pay 500 on Friday", "en", 50_000),
        ("what if I pay ¥1,234.50 now", "en", 123_450),
        ("CNY500 on 9 March", "en", 50_000),
        ("500 CNY?", "en", 50_000),
        ("3 months late, what if I pay 500 on 2026-03-20", "en", 50_000),
        ("如果我周五还500呢", "zh_Hans", 50_000),
        ("3月10号还300元", "zh_Hans", 30_000),
        ("還５００塊會怎樣", "zh_Hant", 50_000),
        ("what if I pay 500 or 600", "en", None),
        ("what if I pay in 7 days", "en", None),
        ("what if I pay half, 50%", "en", None),
        ("what if I pay 5k", "en", None),
        ("what about ANN-1 and L2", "en", None),
        ("还1万呢", "zh_Hans", None),
        ("3天后还呢", "zh_Hans", None),
        ("500 in 10 days", "en", 50_000),
        ("on the 15th 500", "en", 50_000),
        ("如果我15号还500呢", "zh_Hans", 50_000),
        ("1.234 now", "en", None),  # a thousand and more, or one and a bit
        ("500.001", "en", None),
        ("-500", "en", None),
        ("tomorrow", "en", None),
    ],
)
def test_the_one_amount_that_is_named(words: str, locale: str, minor: int | None) -> None:
    assert spoken_amount(Said(words), locale, MONDAY, CNY) == minor


def test_an_amount_has_the_digits_of_its_currency() -> None:
    assert spoken_amount(Said("what if I pay 500"), "en", MONDAY, JPY) == 500
    assert spoken_amount(Said("what if I pay 5.50"), "en", MONDAY, JPY) is None
