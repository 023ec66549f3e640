"""`reprieve statement`: one loan's statement out of the books: told, printed, checked.

It must not print other than the borrower's own chat does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.app import opened
from bot.chart.drawing_process import DrawingProcess
from bot.commands import awaited, say, settings, stop, tongue, words
from bot.domain.checksum import same_checksum
from bot.lender.document import answer
from bot.printing.press import Press, Printed
from bot.settings import Settings
from bot.steps.money import money
from bot.steps.rules import line_text
from bot.steps.statement import Kept, kept_on, sheet_of
from bot.steps.statement_table import table_of
from bot.store.load import load_loan
from bot.turn import Paper, Text, in_words, text


def show_statement(
    loan_ref: Annotated[str, typer.Argument(help="The lender's loan reference.")],
    as_of: Annotated[str | None, typer.Option("--as-of", help="A day; default today.")] = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", help="Print it to this file, as borrowers get it.")
    ] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="The same for a spreadsheet.")] = None,
    locale: Annotated[
        str | None, typer.Option("--locale", help="The language of what is printed; default yours.")
    ] = None,
    check: Annotated[
        str | None, typer.Option("--check", help="Whether a statement's checksum is this one.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As `reprieve calc` answers.")] = False,
) -> None:
    """The statement of one loan on a day."""
    kept = awaited(_kept(settings(), loan_ref, as_of))
    if as_json:
        typer.echo(json.dumps(answer(kept.told), ensure_ascii=False, indent=1))
    elif check is not None:
        _check(kept, check)
    elif pdf or csv:
        _print(kept, pdf, sheet_of, locale)
        _print(kept, csv, table_of, locale)
    else:
        _tell(kept)


def _tell(kept: Kept) -> None:
    texts = words()
    for line in kept.told.lines:
        typer.echo(texts.plain(line_text(line, kept.told), tongue(texts)))
    typer.echo(texts.plain(_total(kept), tongue(texts)))
    say("cli.statement.code", code=kept.code)


def _total(kept: Kept) -> Text:
    told = kept.told
    return text(
        "cli.statement.total",
        ref=kept.booked.ref,
        day=told.as_of,
        penalty=money(told, told.outstanding.penalty),
        total=money(told, told.outstanding.total),
    )


def _check(kept: Kept, typed: str) -> None:
    """Say whether the books have the figures of the statement somebody holds; exit 1 when not."""
    if not same_checksum(typed, kept.code):
        stop("cli.statement.other", ref=kept.booked.ref, day=kept.told.as_of)
    say("cli.statement.same", ref=kept.booked.ref, day=kept.told.as_of)


def _print(
    kept: Kept, path: Path | None, paper_of: Callable[[Kept], Paper[Text]], wanted: str | None
) -> None:
    if path is None:
        return
    texts = words()
    locale = texts.negotiate(wanted) if wanted else tongue(texts)
    paper = in_words(paper_of(kept), locale, lambda key: texts.plain(key, locale))
    printed = awaited(_printed(settings(), paper))
    if printed is None:
        stop("cli.statement.unprinted")
    try:
        path.write_bytes(printed.content)
    except OSError:
        stop("cli.file.unwritable", path=str(path))
    say("cli.statement.printed", path=str(path), code=kept.code)


async def _printed(given: Settings, paper: Paper[str]) -> Printed | None:
    process = DrawingProcess()
    try:
        return await Press(words(), given.lender_name, process).printed(paper)
    finally:
        await process.close()


async def _kept(given: Settings, loan_ref: str, as_of: str | None) -> Kept:
    async with opened(given) as parts:
        day = _day(as_of) if as_of else parts.today()
        found = await parts.database.read(lambda db: load_loan(db, parts.seals, loan_ref))
        if found is None:
            stop("cli.loan.unknown")
        return kept_on(parts.policy, found[1], day)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        stop("cli.day.wrong", value=written)
