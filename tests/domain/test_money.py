"""Money: reading plain decimals, writing them, and the only rounding there is."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bot.domain.money import (
    Currency,
    Rounding,
    iso_digits,
    parse_plain,
    parse_ratio,
    plain,
    plain_ratio,
    rounded,
    rounded_up,
)
from bot.errors import Rejected, shown
from tests.domain.saying_no import says_no


@pytest.mark.parametrize(
    ("text", "digits", "minor"),
    [
        ("512.50", 2, 51250), ("512.5", 2, 51250), ("512", 2, 51200), ("0", 2, 0), ("007", 0, 7),
        ("0.001", 3, 1), ("999999999999999999999.999", 3, 999999999999999999999999),
    ],
)  # fmt: skip
def test_a_plain_decimal_is_read_exactly(text: str, digits: int, minor: int) -> None:
    assert parse_plain(text, digits) == minor


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("1.001", "decimals"), ("1.000", "decimals"), ("-1", "negative"), ("-0.50", "negative"),
        ("", "plain"), ("+1", "plain"), ("1,000", "plain"), (".5", "plain"), ("5.", "plain"),
        ("1e3", "plain"), ("NaN", "plain"), ("Infinity", "plain"), ("--1", "plain"),
        ("1_000", "plain"), ("0x10", "plain"), ("１２", "plain"), (" 1", "plain"),
        ("1\n", "plain"), ("五百", "plain"), ("1" * 25, "large"), ("1." + "0" * 24, "large"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_by_what_is_wrong_with_it(text: str, key: str) -> None:
    slots = {"decimals": {"digits": 2}, "large": {"digits": 24}}.get(key, {})
    with says_no(f"error.amount.{key}", Rejected, value=shown(text), **slots):
        parse_plain(text, 2)


def test_a_currency_without_decimals_takes_none() -> None:
    with says_no("error.amount.decimals", Rejected, value="100.0", digits=0):
        parse_plain("100.0", 0)


def test_a_ratio_is_exact() -> None:
    assert parse_ratio("0.00075") == Fraction(3, 4000)
    with pytest.raises(Rejected):
        parse_ratio("-0.1")


@pytest.mark.parametrize(
    ("minor", "digits", "text"),
    [(51250, 2, "512.50"), (5, 2, "0.05"), (0, 2, "0.00"), (7, 0, "7"), (1, 3, "0.001"),
     (-31, 2, "-0.31")],
)  # fmt: skip
def test_minor_units_are_written_as_a_plain_decimal(minor: int, digits: int, text: str) -> None:
    assert plain(minor, digits) == text


@pytest.mark.parametrize(
    ("amount", "half_even", "half_up"),
    [
        (Fraction(0), 0, 0), (Fraction(1, 2), 0, 1), (Fraction(3, 2), 2, 2),
        (Fraction(5, 2), 2, 3), (Fraction(49, 100), 0, 0), (Fraction(51, 100), 1, 1),
        (Fraction(10**30 + 1, 2), 5 * 10**29, 5 * 10**29 + 1),
    ],
)  # fmt: skip
def test_halves_go_as_the_terms_say(amount: Fraction, half_even: int, half_up: int) -> None:
    assert rounded(amount, Rounding.HALF_EVEN) == half_even
    assert rounded(amount, Rounding.HALF_UP) == half_up


@pytest.mark.parametrize("text", ["0.00075", "1.5", "100", "0"])
def test_a_ratio_is_written_as_it_was_read(text: str) -> None:
    assert plain_ratio(parse_ratio(text)) == text


def test_a_ratio_that_no_decimal_names_is_not_written() -> None:
    for ratio in (Fraction(1, 3), Fraction(1, 10**25)):
        with pytest.raises(ValueError, match=r"^not a decimal$"):
            plain_ratio(ratio)
    assert plain_ratio(Fraction(1, 10**24)) == "0." + "0" * 23 + "1"


def test_relief_is_rounded_up() -> None:
    assert [rounded_up(Fraction(minor, 10)) for minor in (0, 1, 10, 11)] == [0, 1, 1, 2]


def test_digits_of_a_currency_are_those_of_iso_4217() -> None:
    digits = [iso_digits(code) for code in ("CNY", "JPY", "KWD", "CLF", "IDR")]
    assert digits == [2, 0, 3, 4, 2]
    assert Currency("KWD", 3).minor_units == 1000
