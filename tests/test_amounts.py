"""Amounts, days and shares as each language writes them, and never other than they are."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from babel import Locale
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Currency, Money
from bot.texts import Texts
from bot.texts.amounts import Amounts
from bot.texts.template import Place, Slot
from bot.turn import Days, Short, Weekday
from tests.test_texts import CNY, JPY, KWD, ROOT, USD


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Money(51250, CNY), "¥512.50"),
        (Money(500, JPY), "JP¥500"),
        (Money(500, USD), "$5.00"),
        (Short(Money(150_000_000, CNY)), "¥150万"),
        (date(2026, 1, 11), "2026年1月11日"),
        (Days(date(2026, 1, 11), date(2026, 2, 1)), "1月11日–2月1日"),
        (Weekday(date(2026, 3, 6)), "3月6日 周五"),
        (Weekday(date(2026, 3, 6), year=True), "2026年3月6日（周五）"),
        (Fraction(75, 100_000), "0.075%"),
        (datetime(2026, 3, 1, 1, 5, tzinfo=UTC), "2026年3月1日 01:05"),
    ],
)
def test_chinese_writes_them_its_own_way(value: object, shown: str) -> None:
    texts = Texts(ROOT)
    said = texts.voice("zh_Hans")._shown("x", value, Slot("v", Place.WORDS), html=False)
    assert said == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Money(51250, CNY), "¥512.50"),
        (Money(51200, Currency("TWD", 2)), "NT$512.00"),
        (Money(51200, Currency("HKD", 2)), "HK$512.00"),
        (Short(Money(150_000_000, CNY)), "¥150萬"),
        (date(2026, 1, 11), "2026年1月11日"),
        (Days(date(2026, 1, 11), date(2026, 2, 1)), "1月11日至2月1日"),
        (Weekday(date(2026, 3, 6)), "3月6日 週五"),
        (datetime(2026, 3, 1, 1, 5, tzinfo=UTC), "2026年3月1日 01:05"),
        (("甲", "乙", "丙"), "甲、乙和丙"),
    ],
)
def test_traditional_chinese_writes_them_its_own_way(value: object, shown: str) -> None:
    texts = Texts(ROOT)
    said = texts.voice("zh_Hant")._shown("x", value, Slot("v", Place.WORDS), html=False)
    assert said == shown


@given(
    minor=st.integers(-(10**15), 10**15),
    currency=st.sampled_from((CNY, JPY, USD, KWD)),
    name=st.sampled_from(("en", "zh_Hans", "zh_Hant", "de", "hi", "fr", "sv", "pt_BR", "es_MX")),
)
def test_amounts_agree_with_babel_but_for_the_sign(
    minor: int, currency: Currency, name: str
) -> None:
    locale = Locale.parse(name)
    ours = Amounts(locale, None).money(Money(minor, currency))
    exact = Decimal(minor).scaleb(-currency.digits)
    theirs = format_currency(exact, currency.code, locale=locale)
    assert _figures(ours) == _figures(theirs)


def _figures(shown: str) -> str:
    # Babel writes a plain hyphen where a locale has a minus sign of its own; we write that.
    shown = shown.replace("\u2212", "-")
    return "".join(sign for sign in shown if sign.isdigit() or sign in ".,'-\u202f")


@given(st.fractions(0, 2, max_denominator=10**7))
def test_more_than_nothing_is_never_shown_as_nothing(share: Fraction) -> None:
    shown = Amounts(Locale.parse("en"), None).percent(share)
    assert (shown == "0%") == (share == 0)
    assert abs(Fraction(shown.rstrip("%").replace(",", "")) - share * 100) <= Fraction(1, 10**6)
