"""`reprieve policy check` and `policy show`: a policy file's faults, and its rules in words.

It must not know what a rule means.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.commands import list_faults, refusals, say, stop, tongue, words
from bot.domain.days import parse_day
from bot.domain.money import Currency
from bot.domain.policy import Policy, check, load_piece
from bot.domain.policy.relief_policy import ReliefPolicy
from bot.domain.terms import Terms, in_force
from bot.errors import Rejected
from bot.lender.currencies import currency_digits
from bot.resources import resource_root
from bot.steps.rules import rule_words
from bot.turn import Named, Text, text

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
    on: Annotated[str, typer.Option("--on", help="The day the rules are wanted for.")] = "",
    currency: Annotated[str, typer.Option(help="The currency amounts are shown in.")] = "CNY",
) -> None:
    """Print the rules in force on a day, in words."""
    with refusals():
        policy, lacking = load_piece(_read(file or resource_root() / _SHIPPED))
        day = _day(on)
        digits = currency_digits(currency)
        if digits is None:
            stop("cli.currency.unknown", value=currency)
        texts = words()
        for line in _told(policy, lacking, day, Currency(currency, digits)):
            typer.echo(texts.plain(line, tongue(texts)))


def _told(policy: Policy, lacking: frozenset[str], day: date, currency: Currency) -> Iterator[Text]:
    """Each product's penalty rules, then the relief programme, those in force on the day."""
    yield text("cli.policy.on", day=day, policy=policy.policy_id)
    for product in policy.products:
        yield text("cli.policy.product", product=Named(f"product.{product}", product))
        yield from _terms(policy.terms_for(product), day, currency)
    if policy.relief:
        rules = policy.relief_on(day)
        at = policy.relief.index(rules)
        yield from _relief(rules, answers=f"relief[{at}].deadlines" not in lacking)
    if lacking:
        yield text("cli.policy.piece")


def _terms(entries: tuple[Terms, ...], day: date, currency: Currency) -> Iterator[Text]:
    terms = in_force(entries, day)
    for rule in rule_words(terms, currency, None):
        yield text("cli.policy.rule", rule=rule)


def _relief(rules: ReliefPolicy, *, answers: bool) -> Iterator[Text]:
    """The matrix of the programme, a line a band, and what is asked and promised."""
    yield text("cli.policy.relief", day=rules.start, source=rules.source.text)
    for band in rules.percent.bands:
        for grade, percent in band.percent.items():
            yield text("cli.policy.band", day=band.from_day, grade=grade, percent=percent)
    for reason in rules.reasons:
        name = Named(f"reason.{reason.id}", reason.id)
        yield text("cli.policy.reason", reason=name, points=reason.points)
    if rules.conditions.pay_within_days is not None:
        yield text("cli.policy.pay_within", rules.conditions.pay_within_days)
    if rules.conditions.freeze_days_in_12_months:
        yield text("cli.policy.freeze", rules.conditions.freeze_days_in_12_months)
        yield text(f"cli.policy.freeze.{rules.conditions.freeze_when_not_settled.value}")
    if answers:
        yield text("cli.policy.answer", rules.deadlines.answer_working_days)


def _day(written: str) -> date:
    if not written:
        stop("cli.policy.day_missing")
    try:
        return parse_day(written)
    except Rejected:
        stop("cli.day.wrong", value=written)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        stop("cli.file.unreadable", path=str(file))
