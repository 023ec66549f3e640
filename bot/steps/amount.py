"""An amount of money as people type it, read by the grammar of their locale.

It must not guess: what can mean two amounts is offered as both.
"""

from __future__ import annotations

import re
import unicodedata

from babel.numbers import get_decimal_symbol, get_group_symbol

from bot.domain.money import Currency, parse_plain
from bot.errors import Rejected

_SHAPE = re.compile(r"[0-9]+(?:[.,' \u00a0\u202f][0-9]+)*\Z")
_SEPARATOR = re.compile(r"[.,' \u00a0\u202f]")
_CURRENCY_WORDS = re.compile(
    r"^(?:[A-Z]{3}|[¥￥$€£₹₫฿]|Rp\.?|RMB|元|圆)\s*|\s*(?:[A-Z]{3}|元|圆|块|RMB)$"
)
_THREE = 3
_LONGEST = 40


def read_amount(raw: str, locale: str, currency: Currency) -> tuple[int, ...]:
    """The minor units `raw` may mean, likeliest first; one when it is clear.

    Full-width and other scripts' decimal digits count; signs, exponents, words and hexadecimal do
    not. Raises Rejected `error.amount.*`.
    """
    typed = _folded(raw)
    if not typed:
        raise Rejected("answer.amount.empty")
    if len(typed) > _LONGEST or not _SHAPE.match(typed):
        raise Rejected("answer.amount.shape", example=_example(locale, currency))
    return _meanings(typed, locale, currency)


def _folded(raw: str) -> str:
    bare = _CURRENCY_WORDS.sub("", raw.strip())
    return "".join(_folded_character(character) for character in bare).strip()


def _folded_character(character: str) -> str:
    """ASCII for decimal digits and full-width signs; superscripts and numerals stay, and fail."""
    value = unicodedata.decimal(character, None)
    if value is not None:
        return str(value)
    return {"．": ".", "，": ",", "٫": ".", "٬": ",", "。": "."}.get(character, character)


def _meanings(typed: str, locale: str, currency: Currency) -> tuple[int, ...]:
    separators = _SEPARATOR.findall(typed)
    if not separators:
        return (_plain(typed, currency),)
    if len(set(separators)) == 1:
        return _one_kind(typed, separators, locale, currency)
    last = separators[-1]
    if separators.count(last) > 1:
        raise Rejected("answer.amount.shape", example=_example(locale, currency))
    whole, _, decimals = typed.rpartition(last)
    return (_grouped(whole, decimals, locale, currency),)


def _one_kind(
    typed: str, separators: list[str], locale: str, currency: Currency
) -> tuple[int, ...]:
    """All separators alike: groups when many, both meanings when `1.000` could be either."""
    separator = separators[0]
    if len(separators) > 1:
        return (_grouped(typed, "", locale, currency),)
    whole, _, part = typed.partition(separator)
    if len(part) != _THREE or whole.startswith("0") or len(whole) > _THREE:
        return (_grouped(whole, part, locale, currency),)
    group = int(whole + part) * 10**currency.digits
    if separator not in ".," or separator == get_group_symbol(locale):
        return (group,)
    decimals = part[: currency.digits] + part[currency.digits :].rstrip("0")
    literal = _plain(f"{whole}.{decimals}" if decimals else whole, currency)
    # Three decimals where the currency has fewer are more likely another country's thousand.
    return (group, literal) if currency.digits < _THREE else (literal, group)


def _grouped(whole: str, decimals: str, locale: str, currency: Currency) -> int:
    groups = _SEPARATOR.split(whole)
    uneven = any(len(group) not in (2, _THREE) for group in groups[1:]) or len(groups[0]) > _THREE
    if len(groups) > 1 and (uneven or len(groups[-1]) != _THREE):
        raise Rejected("answer.amount.shape", example=_example(locale, currency))
    plain = "".join(groups) + (f".{decimals}" if decimals else "")
    return _plain(plain, currency)


def _plain(typed: str, currency: Currency) -> int:
    try:
        return parse_plain(typed, currency.digits)
    except Rejected as wrong:
        if "." in typed:
            raise Rejected("answer.amount.decimals", digits=currency.digits) from wrong
        raise Rejected("answer.amount.large") from wrong


def _example(locale: str, currency: Currency) -> str:
    point = get_decimal_symbol(locale)
    return f"500{point}{'0' * currency.digits}" if currency.digits else "500"
