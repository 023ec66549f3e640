"""`reprieve doctor`: everything the assistant stands on, and what to do about it.

It must not look itself: that is `doctor`.
"""

from __future__ import annotations

import json

import typer

from bot import doctor
from bot.app import clock_from
from bot.channels.telegram.webhook import PATH
from bot.commands import BAD, awaited, sentence, words
from bot.commands import tongue as language
from bot.doctor import Circumstances, Finding, Level
from bot.doctor.finding import of_fault
from bot.errors import Fault, Faulty
from bot.resources import resource_root
from bot.settings import Settings, load_settings
from bot.turn import text


def show_findings(*, as_json: bool) -> None:
    """What was found; exit 1 when something fails."""
    findings = awaited(_examined())
    if as_json:
        told = [_told(finding) for finding in findings]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            typer.echo(_line(finding))
    if any(finding.level is Level.FAIL for finding in findings):
        raise typer.Exit(BAD)


async def _examined() -> list[Finding]:
    try:
        given = load_settings()
    except Faulty as faulty:
        # The rest stands on settings that are not understood.
        return [of_fault("settings", Level.FAIL, fault) for fault in faulty.faults]
    return [finding async for finding in doctor.examine(_circumstances(given))]


def _circumstances(given: Settings) -> Circumstances:
    now = clock_from(given.clock)()
    return Circumstances(given, now, resource_root(), PATH)


def _told(finding: Finding) -> dict[str, str]:
    return {"check": finding.check, "level": finding.level.value, "message": _message(finding)}


def _line(finding: Finding) -> str:
    texts = words()
    level = texts.plain(text(f"doctor.level.{finding.level.value}"), language(texts))
    return f"{level:<4} {finding.check}: {_message(finding)}"


def _message(finding: Finding) -> str:
    said = sentence(Fault(finding.place, finding.key, finding.slots))
    return f"{finding.place}: {said}" if finding.place else said
