"""`reprieve import` and `reprieve statement`: the lender's books in, one loan's statement out.

It must not know what a row or a rule means.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot.app import Parts, opened
from bot.commands import awaited, list_faults, say, settings, stop, tongue, words
from bot.domain.accrual import Statement
from bot.importing import Circumstances, ImportReport, import_tape
from bot.lender.document import answer
from bot.settings import Settings
from bot.steps.loan import statement_on
from bot.steps.money import money
from bot.steps.rules import line_text
from bot.store.load import load_loans
from bot.store.queries import SQL
from bot.store.tokens import loan_token
from bot.turn import BookedLoan, Text, text

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


def show_statement(
    loan_ref: Annotated[str, typer.Argument(help="The lender's loan reference.")],
    as_of: Annotated[str | None, typer.Option("--as-of", help="A day; default today.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As `reprieve calc` answers.")] = False,
) -> None:
    """The statement of one loan on a day."""
    told, booked = awaited(_statement(settings(), loan_ref, as_of))
    if as_json:
        typer.echo(json.dumps(answer(told), ensure_ascii=False, indent=1))
        return
    texts = words()
    for line in told.lines:
        typer.echo(texts.plain(line_text(line, told), tongue(texts)))
    typer.echo(texts.plain(_total(told, booked), tongue(texts)))


def _total(told: Statement, booked: BookedLoan) -> Text:
    return text(
        "cli.statement.total",
        ref=booked.ref,
        day=told.as_of,
        penalty=money(told, told.outstanding.penalty),
        total=money(told, told.outstanding.total),
    )


async def _statement(
    given: Settings, loan_ref: str, as_of: str | None
) -> tuple[Statement, BookedLoan]:
    async with opened(given) as parts:
        day = _day(as_of) if as_of else parts.today()
        booked = await parts.database.read(lambda db: _booked(db, parts, loan_ref))
        if booked is None:
            stop("cli.loan.unknown")
        return statement_on(parts.policy, booked, day), booked


def _booked(db: sqlite3.Connection, parts: Parts, loan_ref: str) -> BookedLoan | None:
    db.row_factory = sqlite3.Row
    token = loan_token(parts.seals, loan_ref)
    row = db.execute(SQL["loan_by_token"], {"ref_token": token}).fetchone()
    if row is None:
        return None
    loans = load_loans(db, parts.seals, row["borrower_id"])
    return next(booked for booked in loans if booked.id == row["loan_id"])


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        stop("cli.day.wrong", value=written)
