"""`reprieve policy check` and `policy show`: a policy file's faults, and its rules in words.

It must not know what a rule means.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.app import clock_from, zone_of
from bot.commands import list_faults, refusals, say, settings, stop, tongue, words
from bot.commands.policy_words import policy_words
from bot.domain.days import parse_day
from bot.domain.money import Currency
from bot.domain.policy import Policy, check, load_piece
from bot.errors import Rejected
from bot.lender.currencies import currency_digits
from bot.resources import resource_root

policy_commands = typer.Typer(no_args_is_help=True, help="The lender's policy file.")
_SHIPPED = Path("policy") / "default.toml"


@policy_commands.command("check")
def check_command(file: Annotated[Path, typer.Argument(help="A policy file.")]) -> None:
    """Name every fault of a policy file by path, then its warnings."""
    faults, warnings = check(_read(file))
    list_faults((*faults, *warnings))
    if faults:
        raise typer.Exit(1)
    say("cli.policy.good", len(warnings))


@policy_commands.command("show")
def show_command(
    file: Annotated[
        Path | None, typer.Argument(help="A policy file; default: the shipped one.")
    ] = None,
    on: Annotated[
        str, typer.Option("--on", help="The day the rules are wanted for; default: today.")
    ] = "",
    currency: Annotated[str, typer.Option(help="The currency amounts are shown in.")] = "CNY",
) -> None:
    """Print the rules in force on a day, in words."""
    with refusals():
        policy, lacking = load_piece(_read(file or resource_root() / _SHIPPED))
        day = _day(on) if on else _today(policy)
        digits = currency_digits(currency)
        if digits is None:
            stop("cli.currency.unknown", value=currency)
        texts = words()
        for line in policy_words(policy, lacking, day, Currency(currency, digits)):
            typer.echo(texts.plain(line, tongue(texts)))


def _today(policy: Policy) -> date:
    given = settings()
    return clock_from(given.clock)().astimezone(zone_of(given, policy)).date()


def _day(written: str) -> date:
    try:
        return parse_day(written)
    except Rejected:
        stop("cli.day.wrong", value=written)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        stop("cli.file.unreadable", path=str(file))
