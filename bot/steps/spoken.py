"""A day and an amount that stand among other words, as in "what if I pay 500 on Friday".

It must not guess: where two may be meant, or none is a plain one, there is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from bot.domain.money import Currency
from bot.errors import Rejected
from bot.flow import Raw
from bot.steps.amount import read_amount
from bot.steps.day import names_no_month, read_day
from bot.turn import Said, Turn

Span = tuple[int, int]

_LONGEST: Final = 300  # characters that are looked at
_A_MONTH: Final = timedelta(days=31)
_WRITTEN = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
    r"|(?:\d{4}年)?\d{1,2}月\d{1,2}[日号號]?"
    r"|(?<!\d)\d{1,3}\s?(?:[天日]|[个個]?(?:周|週|星期|礼拜|禮拜))[之以]?[后後]"
    r"|(?<!\d)\d{1,2}[日号號](?![内內元圆圓])"
    r"|(?:[这這本下][个個]?)?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]"
)
_WORD = re.compile(r"[^\W\d_]+|\d+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NEXT: Final = "next"  # Friday: that one, or the one a week later
_MONTH = re.compile(r"\bmonths?\b|\bof\b|月", re.IGNORECASE)
# A number with nothing before it that makes it a part of something else: a reference, a sign.
_NUMBER = re.compile(r"(?:(?<![0-9A-Za-z.,'+/%_-])|(?<=[A-Z]{3}))[0-9]+(?:[.,'][0-9]+)*")
# What behind a number makes it no amount: a share, a thousand in words, a count of something else.
_COUNTED = re.compile(
    r"(?![A-Z]{3}\b)[A-Za-z_]|\s*[%‰/-]"
    r"|\s*[万萬千百亿億天日号號周週星礼禮月年期次点點折個个岁歲分笔筆]"
    r"|\s*(?:days?|weeks?|months?|years?|hours?|times|percent|instal\w*|loans?|payments?)\b"
)


def spoken_payment(turn: Turn, heard: Said, until: date) -> Raw:
    """What of a payment the words name, as a form takes it: `day`, from today to `until`, `amount`.

    No amount where the borrower's loans are of several currencies.
    """
    currencies = {booked.loan.currency for booked in turn.loans}
    day, amount = spoken_day(heard, turn.chat.locale, turn.today, until), None
    if len(currencies) == 1:
        amount = spoken_amount(heard, turn.chat.locale, turn.today, currencies.pop())
    found = {"amount": amount, "day": day and day.isoformat()}
    return {name: str(value) for name, value in found.items() if value is not None}


def written(told: Raw) -> str:
    """What was told, as the value of a press."""
    return " ".join(f"{name}={value}" for name, value in told.items())


def read_written(value: str) -> Raw:
    """What `written` wrote."""
    return {name: each for name, _, each in (part.partition("=") for part in value.split())}


def spoken_day(heard: Said, locale: str, today: date, until: date) -> date | None:
    """The one day that the words name, `today` to `until`; None for none, or for more than one."""
    days = {day for found in _days(_folded(heard), locale, today).values() for day in found}
    if heard.mentions is not None:
        days.add(today + timedelta(days=heard.mentions))
    if len(days) != 1:
        return None
    (day,) = days
    return day if today <= day <= until else None


def spoken_amount(heard: Said, locale: str, today: date, currency: Currency) -> int | None:
    """The one amount that the words name, in minor units; None for none, or for more than one."""
    words = _folded(heard)
    for start, end in _days(words, locale, today):
        words = f"{words[:start]}{' ' * (end - start)}{words[end:]}"
    plain = [
        found[0] for found in _NUMBER.finditer(words) if not _COUNTED.match(words, found.end())
    ]
    if len(plain) != 1:
        return None
    try:
        meant = read_amount(plain[0], locale, currency)
    except Rejected:
        return None
    return meant[0] if len(meant) == 1 else None


def _folded(heard: Said) -> str:
    return unicodedata.normalize("NFKC", heard.text[:_LONGEST])


def _days(words: str, locale: str, today: date) -> dict[Span, tuple[date, ...]]:
    """Where which days are written; two of one place when it can be read two ways."""
    found: dict[Span, tuple[date, ...]] = {}
    for start, end in _places(words):
        if any(start < to and since < end for since, to in found):
            continue
        piece = words[start:end]
        try:
            meant = read_day(piece, "zh" if _HAN.search(piece) else locale, today)
        except Rejected:
            continue
        if names_no_month(piece) and _MONTH.search(words):
            meant = (*meant, *(day + _A_MONTH for day in meant))  # that of another month, perhaps
        found[start, end] = meant
    return found


def _places(words: str) -> Iterator[Span]:
    """Where a day may be written, the longest places first."""
    yield from (found.span() for found in _WRITTEN.finditer(words))
    parts = [found.span() for found in _WORD.finditer(words)]
    dated = [(one, other) for one, other in pairwise(parts) if _is_dated(words, one, other)]
    for more in (4, 3, 2):  # 15th of April 2026: five words
        yield from ((first[0], last[1]) for first, last in zip(parts, parts[more:], strict=False))
    yield from ((start, end) for (start, _), (_, end) in dated)
    yield from parts


def _is_dated(words: str, one: Span, other: Span) -> bool:
    """Whether a number and a word stand beside each other, or a word after `next`."""
    first, second = words[slice(*one)], words[slice(*other)]
    return first.isdigit() != second.isdigit() or first.casefold() == _NEXT
