"""The command line's words and exits: faults as sentences, one place for all commands.

It must not do what a command does.
"""

from __future__ import annotations

import locale as system_locale
import os
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NoReturn, TypeVar

import typer
import uvloop

from bot.errors import Fault, Faulty, ReprieveError
from bot.resources import resource_root
from bot.settings import Settings, load_settings
from bot.texts import Texts
from bot.turn import Text, refusal, text

Result = TypeVar("Result")
BAD = 1  # the input was refused, nothing was changed
_FAULTS_SHOWN = 200


@cache
def words() -> Texts:
    """The catalogues, read once a command."""
    return Texts(resource_root())


def tongue(texts: Texts) -> str:
    """The operator's language, from LC_ALL, LC_MESSAGES or LANG."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return texts.negotiate(value.partition(".")[0])
    return texts.negotiate(system_locale.getlocale()[0])


def say(key: str, /, count: int | None = None, **slots: object) -> None:
    """A sentence of the catalogue on standard output."""
    texts = words()
    typer.echo(texts.plain(text(key, count, **slots), tongue(texts)))


def sentence(fault: Fault) -> str:
    """What is wrong, without the place."""
    texts = words()
    slots = dict(fault.slots)
    count = slots.pop("count", None)
    wanted = Text(fault.key, slots, count if isinstance(count, int) else None)
    return texts.plain(wanted, tongue(texts))


def list_faults(faults: tuple[Fault, ...]) -> None:
    """Every fault as `place: sentence` on standard error, the first 200."""
    for fault in faults[:_FAULTS_SHOWN]:
        typer.echo(f"{fault.path}: {sentence(fault)}", err=True)
    if len(faults) > _FAULTS_SHOWN:
        texts = words()
        more = text("cli.faults.more", len(faults) - _FAULTS_SHOWN)
        typer.echo(texts.plain(more, tongue(texts)), err=True)


@contextmanager
def refusals(code: int = BAD) -> Iterator[None]:
    """Faults and refusals end the command with sentences, not with a traceback."""
    try:
        yield
    except Faulty as faulty:
        list_faults(faulty.faults)
        raise typer.Exit(code) from faulty
    except ReprieveError as refused:
        texts = words()
        typer.echo(texts.plain(refusal(refused), tongue(texts)), err=True)
        raise typer.Exit(code) from refused


def settings() -> Settings:
    """The settings, or an exit that names each wrong variable."""
    with refusals():
        return load_settings()


def awaited(work: Coroutine[Any, Any, Result]) -> Result:
    """Run one asynchronous piece of work, refusals as sentences."""
    with refusals():
        return uvloop.run(work)


def stop(key: str, /, **slots: object) -> NoReturn:
    """End the command with a sentence on standard error."""
    texts = words()
    typer.echo(texts.plain(Text(key, slots), tongue(texts)), err=True)
    raise typer.Exit(BAD)
