"""`reprieve reconcile`: where the lender's reported penalty is not ours, and what would explain it.

It must not compute either figure.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot.app import Parts, opened
from bot.commands import awaited, say, settings, tongue, words
from bot.domain.money import Money
from bot.reconciling import Difference, borrower_count, differences
from bot.settings import Settings
from bot.turn import Text, text


def reconcile_command(
    *, as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False
) -> None:
    """List loans whose reported penalty differs from ours, with the likeliest causes."""
    found = awaited(_found(settings()))
    if as_json:
        told = {"differences": [each.document() for each in found]}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    texts = words()
    for line in (line for each in found for line in _lines(each)):
        typer.echo(texts.plain(line, tongue(texts)))
    say("cli.reconcile.differences", len(found))


async def _found(given: Settings) -> list[Difference]:
    async with opened(given) as parts:
        return await parts.database.apart(lambda db: _looked(db, parts))


def _looked(db: sqlite3.Connection, parts: Parts) -> list[Difference]:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    )
    found: list[Difference] = []
    with bar:
        task = bar.add_task("", total=borrower_count(db))
        for _, theirs in differences(db, parts.seals, parts.policy):
            found += theirs
            bar.advance(task)
    return found


def _lines(each: Difference) -> Iterator[Text]:
    """Both figures, then each cause."""
    slots: dict[str, object] = {
        "ref": each.ref,
        "day": each.on,
        "reported": Money(each.reported, each.currency),
    }
    if each.ours is None:
        yield Text("cli.reconcile.not_computable", slots)
        return
    yield Text("cli.reconcile.both", {**slots, "ours": Money(each.ours, each.currency)})
    for cause in each.causes:
        yield text("cli.reconcile.cause", cause=Text(cause.key, cause.slots))
    if not each.causes:
        yield text("cli.reconcile.cause", cause=text("difference.none"))
