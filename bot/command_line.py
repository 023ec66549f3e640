"""The command line: what `reprieve …` does.

It must not decide anything: each command asks the module that knows.
"""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.commands import awaited, say, sentence, settings
from bot.commands.books import import_books
from bot.commands.keeping import backup_command, restore_command, verify_command
from bot.commands.keys import key_commands
from bot.commands.people import link_command, staff_commands, transcript_command
from bot.commands.policy import policy_commands
from bot.commands.reconcile import reconcile_command
from bot.commands.statement import show_statement
from bot.commands.understand import understand_command
from bot.garbage import start_spared
from bot.settings import Settings

command_line = typer.Typer(
    name="reprieve", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
command_line.add_typer(policy_commands, name="policy")
command_line.add_typer(key_commands, name="keys")
command_line.add_typer(staff_commands, name="staff")
command_line.command("import")(import_books)
command_line.command("statement")(show_statement)
command_line.command("reconcile")(reconcile_command)
command_line.command("link")(link_command)
command_line.command("transcript")(transcript_command)
command_line.command("backup")(backup_command)
command_line.command("restore")(restore_command)
command_line.command("verify")(verify_command)
command_line.command("understand")(understand_command)


def _show_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"reprieve {installed_version('reprieve')}")
        raise typer.Exit


@command_line.callback()
def reprieve(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """The assistant a consumer lender gives its borrowers."""


@command_line.command("demo")
def demo_command(
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0: any free one.")] = None,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its data.")] = Path(".demo"),
) -> None:
    """Start chat and console with a made-up lender, in the foreground."""
    from bot.demo import run_demo  # only this command needs the made-up lender

    awaited(run_demo(folder, port, _log_to))


@command_line.command("run")
def run_command() -> None:
    """Serve borrowers and staff until asked to stop."""
    with start_spared():
        from bot.app.assistant import run  # the channels, which other commands do not need

    given = settings()
    _log_to(given)
    awaited(run(given, lambda port: say("cli.run.ready", url=_url(given, port))))


@command_line.command("doctor")
def doctor_command(
    *, as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False
) -> None:
    """Look at everything the assistant stands on; exit 1 when something fails."""
    from bot.commands.doctor import show_findings  # reaches out as the channels do, with theirs

    show_findings(as_json=as_json)


@command_line.command("calc")
def calc_command(
    file: Annotated[str, typer.Argument(help="A calc document; - is standard input.")],
    *,
    lines: Annotated[bool, typer.Option("--lines", help="One document a line.")] = False,
) -> None:
    """Compute a statement without a database."""
    from bot.lender.calc import calc  # only this command needs it

    if file == "-":
        raise typer.Exit(
            calc(sys.stdin.buffer, sys.stdout, sys.stderr, lines=lines, render=sentence)
        )
    try:
        with Path(file).open("rb") as source:
            code = calc(source, sys.stdout, sys.stderr, lines=lines, render=sentence)
    except OSError as unreadable:
        say("cli.file.unreadable", path=file)
        raise typer.Exit(2) from unreadable
    raise typer.Exit(code)


@command_line.command("portfolio")
def portfolio_command(
    as_of: Annotated[str | None, typer.Option("--as-of", help="A day; default today.")] = None,
    ahead: Annotated[int, typer.Option(min=0, max=366, help="Days to look ahead.")] = 7,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Also list each loan that owes, in this file.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """What is overdue over all loans: buckets, products, grades, growth, the next days."""
    from bot.commands.portfolio import show_portfolio  # only this command needs numpy

    show_portfolio(as_of, ahead, csv, as_json=as_json)


def _url(given: Settings, port: int) -> str:
    return given.public_url or f"http://{given.http_host}:{port}"


def _log_to(given: Settings) -> None:
    logs.set_up(given.log)
