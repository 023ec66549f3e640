"""`reprieve portfolio`: what is overdue over all loans, computed at once.

It must not compute or read a row itself. It alone needs numpy, so it is loaded when it is called.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from bot.app import Parts, opened
from bot.commands import awaited, say, settings, stop, tongue, words
from bot.domain.days import parse_day
from bot.domain.money import Currency, Money
from bot.errors import Rejected
from bot.portfolio.document import document
from bot.portfolio.figures import How
from bot.portfolio.listing import Listing
from bot.portfolio.survey import Seen, Survey, survey
from bot.portfolio.totals import BUCKETS, Sums, Totals
from bot.settings import Settings
from bot.store import audit
from bot.texts import Texts
from bot.turn import Named, text

_HEADINGS = ("loans", "due", "penalty", "charged", "grows")
_AHEAD = ("tier", "window")


def show_portfolio(as_of: str | None, ahead: int, csv: Path | None, *, as_json: bool) -> None:
    """What is overdue, by bucket, product and grade of each currency."""
    given = settings()
    day = None if as_of is None else _day(as_of)
    totals, today = awaited(_surveyed(given, day, ahead, csv))
    if as_json:
        typer.echo(json.dumps(document(totals, today, ahead), ensure_ascii=False, indent=1))
        return
    _print(totals, today, ahead)


async def _surveyed(
    given: Settings, day: date | None, ahead: int, csv: Path | None
) -> tuple[Totals, date]:
    async with opened(given) as parts:
        today = day or parts.today()
        asked = Survey(parts.policy, today, ahead)
        with _private(csv) as file, _bar() as on_progress:
            listing = Listing(file, parts.seals) if file is not None else None
            seen: Seen = listing.see if listing is not None else lambda *_: None
            totals = await parts.database.apart(lambda db: survey(db, asked, on_progress, seen))
        if listing is not None:
            await _remember(parts, today, listing.written)
        return totals, today


async def _remember(parts: Parts, as_of: date, loans: int) -> None:
    """Note that a list with loan references left the house."""
    about = json.dumps({"as_of": as_of.isoformat(), "loans": loans})
    what = (audit.SYSTEM, audit.SYSTEM, "portfolio.listed", about)
    now = parts.clock()
    await parts.database.write(lambda db: audit.append(db, parts.seals, what, now))


@contextmanager
def _private(path: Path | None) -> Iterator[IO[str] | None]:
    """The new file for the list, for its owner's eyes only; None when no list was asked for."""
    if path is None:
        yield None
        return
    try:
        place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError:
        stop("cli.portfolio.unwritable", path=str(path))
    with os.fdopen(place, "w", encoding="utf-8", newline="") as file:
        path.chmod(0o600)
        yield file


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print(totals: Totals, as_of: date, ahead: int) -> None:
    texts = words()
    say("cli.portfolio.loans", totals.loans, day=as_of)
    console = Console()
    for currency in sorted(totals.by_currency, key=lambda each: each.code):
        console.print(_table(texts, totals, currency, ahead))
    _say_how(totals)


def _say_how(totals: Totals) -> None:
    """How many loans the columns did not cover, and why: nothing is left out in silence."""
    say("cli.portfolio.at_once", totals.computed[How.AT_ONCE])
    for how in How:
        count = totals.computed[how]
        if count and how is not How.AT_ONCE:
            say(f"cli.portfolio.how.{how.name.lower()}", count)


def _table(texts: Texts, totals: Totals, currency: Currency, ahead: int) -> Table:
    spoken = tongue(texts)
    table = Table(title=currency.code, title_justify="left", box=SIMPLE_HEAD)
    table.add_column("")
    headings = [text(f"cli.portfolio.column.{name}") for name in _HEADINGS]
    headings += [text(f"cli.portfolio.column.{name}", days=ahead) for name in _AHEAD]
    for heading in headings:
        table.add_column(texts.plain(heading, spoken), justify="right", overflow="fold")
    sections = (
        _buckets(totals, currency),
        _products(texts, totals, currency),
        _grades(totals, currency),
    )
    for rows in sections:
        for label, sums in rows:
            table.add_row(label, *_row(texts, sums, currency))
        table.add_section()
    everything = totals.grouped(currency, None)[""]
    label = texts.plain(text("cli.portfolio.all"), spoken)
    table.add_row(label, *_row(texts, everything, currency))
    return table


def _buckets(totals: Totals, currency: Currency) -> Iterator[tuple[str, Sums]]:
    texts = words()
    found = totals.grouped(currency, 0)
    for name in BUCKETS:
        if name in found:
            label = text("cli.portfolio.bucket", bucket=name)
            yield texts.plain(label, tongue(texts)), found[name]


def _products(texts: Texts, totals: Totals, currency: Currency) -> Iterator[tuple[str, Sums]]:
    for name, sums in totals.grouped(currency, 1).items():
        label = text("cli.policy.product", product=Named(f"product.{name}", name))
        yield texts.plain(label, tongue(texts)), sums


def _grades(totals: Totals, currency: Currency) -> Iterator[tuple[str, Sums]]:
    texts = words()
    for name, sums in totals.grouped(currency, 2).items():
        yield texts.plain(text("cli.portfolio.grade", grade=name), tongue(texts)), sums


def _row(texts: Texts, sums: Sums, currency: Currency) -> Iterator[str]:
    amounts = texts.voice(tongue(texts)).amounts
    yield amounts.number(sums.loans)
    for minor in (sums.total, sums.penalty, sums.charged, sums.grows_by_per_day):
        yield amounts.money(Money(minor, currency))
    yield amounts.number(sums.tier_ahead)
    yield amounts.number(sums.window_ahead)


def _day(written: str) -> date:
    try:
        return parse_day(written)
    except Rejected:
        stop("cli.day.wrong", value=written)
