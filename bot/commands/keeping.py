"""`reprieve backup`, `restore` and `verify`: the books kept safe, put back, and looked through.

It must not copy or judge a file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from bot import keeping
from bot.app import clock_from, only_one
from bot.commands import BAD, awaited, list_faults, refusals, say, settings
from bot.keeping import Files, Restored
from bot.settings import Settings
from bot.store.verifying import Verified

_KB = 1024
Keys = Annotated[Path | None, typer.Option("--keys", help="Where the key file's copy lies.")]


def backup_command(
    path: Annotated[Path, typer.Argument(help="The new file, or a folder for it.")],
    keys: Keys = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace an older backup.")] = False,
) -> None:
    """Copy the database, and with --keys its key file, while both are in use."""
    given = settings()
    now = clock_from(given.clock)()
    if keys is not None and keys.is_dir():
        keys = keys / given.keys.name
    target = Files(keeping.place_of(path, now), keys)
    with refusals(), _bar() as bar:
        task = bar.add_task(target.database.name, total=None)
        keeping.back_up(
            Files(given.database, given.keys),
            target,
            now,
            force=force,
            on_progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    size = target.database.stat().st_size // _KB
    say("cli.backup.done", path=str(target.database), kilobytes=size)
    if keys is None:
        say("cli.backup.no_keys", path=str(given.keys))
    else:
        say("cli.backup.keys", path=str(keys))


def restore_command(
    path: Annotated[Path, typer.Argument(help="A backup.")],
    keys: Keys = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Put aside what is there.")] = False,
) -> None:
    """Put a backup back, once it is found whole; refused while `reprieve run` runs."""
    restored = awaited(_restored(settings(), Files(path, keys), force=force))
    say("cli.restore.done", path=str(path))
    for old in restored.aside:
        say("cli.restore.aside", path=str(old))
    if restored.erased:
        say("cli.restore.erased", restored.erased)


async def _restored(given: Settings, copied: Files, *, force: bool) -> Restored:
    secret, target = given.secret(), Files(given.database, given.keys)
    given.database.parent.mkdir(parents=True, exist_ok=True)
    async with only_one(given.database):
        now = clock_from(given.clock)()
        return await keeping.restore(copied, target, secret, now, force=force)


def verify_command(
    path: Annotated[Path | None, typer.Argument(help="A backup; default: the database.")] = None,
    keys: Keys = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Look through the database or a backup: pages, schema, chains, heads, keys."""
    given = settings()
    with refusals():
        files = Files(path or given.database, keys or given.keys)
        verified = keeping.check(files, given.secret())
    if as_json:
        typer.echo(json.dumps(keeping.told(verified)))
    list_faults(tuple(verified.faults))
    if not verified.is_whole:
        raise typer.Exit(BAD)
    if not as_json:
        _tell(verified)


def _tell(verified: Verified) -> None:
    say("cli.verify.whole", cases=verified.cases, chains=verified.chains, rows=verified.rows)
    if verified.last_head is not None:
        day, hmac = verified.last_head
        say("cli.verify.head", day=day, hmac=hmac)
    say("cli.verify.keys", verified.keys or 0)
    if verified.erased_since:
        say("cli.verify.erased_since", verified.erased_since)


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, disable=not sys.stderr.isatty(), transient=True)
