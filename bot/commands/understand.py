"""`reprieve understand`: what the assistant makes of typed words, for whoever words its phrases.

It must not answer them, and keeps nothing of them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

import typer

from bot.app import clock_from, read_policy, zone_of
from bot.commands import refusals, settings, stop, tongue, words
from bot.domain.money import Currency, Money
from bot.lender.currencies import currency_digits
from bot.steps.spoken import spoken_amount, spoken_day
from bot.turn import Said, Text, Weekday, text
from bot.understand import Understanding, Understood

_A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Words with all that is made of them."""

    words: str
    found: Understood
    day: date | None
    amount: Money | None

    def document(self) -> Mapping[str, object]:
        """As JSON tells it; the amount in minor units."""
        return {
            "words": self.words,
            "task": self.found.task,
            "choices": list(self.found.choices),
            "distress": self.found.distress,
            "day": self.day and self.day.isoformat(),
            "amount": self.amount and self.amount.minor,
        }

    def told(self) -> Iterator[Text]:
        """In sentences."""
        yield self._answer()
        if self.day is not None:
            yield text("cli.understand.day", day=Weekday(self.day, year=True))
        if self.amount is not None:
            yield text("cli.understand.amount", amount=self.amount)

    def _answer(self) -> Text:
        found = self.found
        if found.distress:
            return text("cli.understand.distress")
        if found.task is not None:
            return text("cli.understand.task", task=text(f"task.{found.task}"))
        if found.choices:
            choices = tuple(text(f"task.{choice}") for choice in found.choices)
            return text("cli.understand.choices", tasks=choices)
        return text("cli.understand.nothing")


def understand_command(
    said: Annotated[str, typer.Argument(metavar="WORDS", help="Typed words; - reads lines.")],
    locale: Annotated[str, typer.Option(help="The language of the chat; default: yours.")] = "",
    currency: Annotated[str, typer.Option(help="The currency of the loans.")] = "CNY",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one document a line.")] = False,
) -> None:
    """Show what the assistant makes of words: the task, or a choice; a day, an amount."""
    texts = words()
    digits = currency_digits(currency)
    if digits is None:
        stop("cli.currency.unknown", value=currency)
    chat = texts.negotiate(locale) if locale else tongue(texts)
    with refusals():
        today = _today()
    for reading in _readings(_lines(said), chat, today, Currency(currency, digits)):
        if as_json:
            typer.echo(json.dumps(reading.document(), ensure_ascii=False))
            continue
        typer.echo(reading.words)
        for line in reading.told():
            typer.echo(f"  {texts.plain(line, tongue(texts))}")


def _lines(said: str) -> Iterable[str]:
    """The words, or the lines of standard input that hold any."""
    return (line.strip() for line in sys.stdin if line.strip()) if said == "-" else (said,)


def _readings(
    lines: Iterable[str], locale: str, today: date, currency: Currency
) -> Iterator[_Reading]:
    understand = Understanding(words())
    for line in lines:
        found = understand(line, locale)
        heard = Said(line, ahead=found.ahead, mentions=found.mentions)
        amount = spoken_amount(heard, locale, today, currency)
        yield _Reading(
            line,
            found,
            spoken_day(heard, locale, today, today + _A_YEAR),
            None if amount is None else Money(amount, currency),
        )


def _today() -> date:
    given = settings()
    return clock_from(given.clock)().astimezone(zone_of(given, read_policy(given))).date()
