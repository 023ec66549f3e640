"""`reprieve import`: the lender's books in.

It must not know what a row or a rule means.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot.app import Parts, opened
from bot.commands import awaited, list_faults, say, settings
from bot.importing import Circumstances, ImportReport, import_tape
from bot.settings import Settings

_COUNTS = ("new_borrowers", "changed_borrowers", "new_loans", "changed_loans", "removed_rows")


def import_books(
    path: Annotated[Path, typer.Argument(help="A loan tape: a folder or a zip.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Import a loan tape: all of it, or nothing and every fault."""
    report = awaited(_import(settings(), path, dry_run=dry_run, quiet=as_json))
    if as_json:
        typer.echo(json.dumps(report.document(), ensure_ascii=False))
        return
    say("cli.import.read", loans=report.loans, borrowers=report.borrowers, day=report.as_of)
    for name in _COUNTS:
        if number := getattr(report, name):
            say(f"cli.import.{name}", number)
    if not report.changed_anything:
        say("cli.import.nothing")
    list_faults(report.notes)


async def _import(given: Settings, path: Path, *, dry_run: bool, quiet: bool) -> ImportReport:
    async with opened(given) as parts:
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=Console(stderr=True),
            disable=quiet or not sys.stderr.isatty(),
            transient=True,
        )
        with bar:
            task = bar.add_task(path.name, total=None)
            return await import_into(
                parts,
                path,
                dry_run=dry_run,
                on_progress=lambda done, total: bar.update(task, completed=done, total=total),
            )


async def import_into(
    parts: Parts,
    path: Path,
    *,
    dry_run: bool = False,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ImportReport:
    """Import a tape into an open database, under this lender's policy, zone and languages."""
    given = Circumstances(
        now=parts.clock(),
        today=parts.today(),
        new_id=parts.new_id,
        locales=parts.texts.locales,
        products=frozenset(parts.policy.products),
        zone=parts.zone,
    )
    store = (parts.database, parts.seals)
    return await import_tape(path, store, given, dry_run=dry_run, on_progress=on_progress)
