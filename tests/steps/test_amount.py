"""Amounts as people type them, in each grammar and currency."""

from __future__ import annotations

import pytest

from bot.domain.money import Currency
from bot.errors import Rejected
from bot.steps import read_amount

CNY, JPY, KWD = Currency("CNY", 2), Currency("JPY", 0), Currency("KWD", 3)


@pytest.mark.parametrize(
    ("typed", "locale", "currency", "minor"),
    [
        ("512.50", "en", CNY, (51_250,)),
        ("512,50", "en", CNY, (51_250,)),
        ("512,50", "de", CNY, (51_250,)),
        ("512.50", "de", CNY, (51_250,)),
        ("1,000", "en", CNY, (100_000,)),
        ("1.000", "de", CNY, (100_000,)),
        ("1.000", "en", CNY, (100_000, 100)),
        ("1,000", "de", CNY, (100_000, 100)),
        ("1.000", "en", JPY, (1_000, 1)),
        ("1.234", "en", KWD, (1_234, 1_234_000)),
        ("1,234", "en", KWD, (1_234_000,)),
        ("0.500", "en", KWD, (500,)),
        ("1,00,000", "en", CNY, (10_000_000,)),
        ("1,234,567.89", "en", CNY, (123_456_789,)),
        ("1.234.567,89", "en", CNY, (123_456_789,)),
        ("1\u202f000,5", "fr", CNY, (100_050,)),
        ("１，０００．５", "zh_Hans", CNY, (100_050,)),
        ("٥٠٠", "en", CNY, (50_000,)),
        ("५००", "en", CNY, (50_000,)),
        ("500", "en", JPY, (500,)),
        ("Rp. 500", "en", JPY, (500,)),
        ("₹ 500", "en", CNY, (50_000,)),
        ("500 RMB", "zh_Hans", CNY, (50_000,)),
    ],
)
def test_an_amount_is_read(
    typed: str, locale: str, currency: Currency, minor: tuple[int, ...]
) -> None:
    assert read_amount(typed, locale, currency) == minor


@pytest.mark.parametrize(
    ("typed", "currency", "key"),
    [
        ("", CNY, "empty"),
        ("¥", CNY, "empty"),
        ("-5", CNY, "shape"),
        ("−5", CNY, "shape"),
        ("(5)", CNY, "shape"),
        ("5%", CNY, "shape"),
        ("1e5", CNY, "shape"),
        ("½", CNY, "shape"),
        ("5.", CNY, "shape"),
        (".5", CNY, "shape"),
        ("1,2.3,4", CNY, "shape"),
        ("1,0000,000", CNY, "shape"),
        ("1 00 00", CNY, "shape"),
        ("1.005", CNY, "decimals"),
        ("0.125", CNY, "decimals"),
        ("5.5", JPY, "decimals"),
        ("1.2345", KWD, "decimals"),
        ("9" * 25, CNY, "large"),
        ("9" * 60, CNY, "shape"),
        ("5\u200b0", CNY, "shape"),
        ("¥¥5", CNY, "shape"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_reason(
    typed: str, currency: Currency, key: str
) -> None:
    with pytest.raises(Rejected) as rejected:
        read_amount(typed, "en", currency)
    assert rejected.value.key == f"answer.amount.{key}"


@pytest.mark.parametrize(
    ("locale", "currency", "example"),
    [("en", CNY, "500.00"), ("de", CNY, "500,00"), ("en", JPY, "500"), ("en", KWD, "500.000")],
)
def test_a_refusal_shows_how_it_is_written(locale: str, currency: Currency, example: str) -> None:
    with pytest.raises(Rejected) as rejected:
        read_amount("x", locale, currency)
    assert rejected.value.slots["example"] == example
