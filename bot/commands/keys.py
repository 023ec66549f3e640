"""`reprieve keys`: erasing a borrower by destroying the key their fields are sealed under.

It must not erase what the lender still decides about.
"""

from __future__ import annotations

from typing import Annotated

import typer

from bot.app import opened
from bot.commands import awaited, say, settings, stop
from bot.settings import Settings
from bot.store.erasing import erase

key_commands = typer.Typer(no_args_is_help=True, help="Keys, and erasure by destroying one.")


@key_commands.command("erase")
def erase_command(
    borrower_ref: Annotated[str, typer.Argument(help="The lender's borrower reference.")],
    *,
    sure: Annotated[bool, typer.Option("--sure", help="It cannot be taken back.")] = False,
) -> None:
    """Erase a borrower for good: conversation, files, forms and person become unreadable."""
    if not sure:
        stop("cli.keys.sure", ref=borrower_ref)
    awaited(_erase(settings(), borrower_ref))
    say("cli.keys.erased", ref=borrower_ref)


async def _erase(given: Settings, borrower_ref: str) -> None:
    async with opened(given) as parts:
        borrower_id = await parts.chats.borrower(borrower_ref)
        if borrower_id is None:
            stop("cli.borrower.unknown")
        at = parts.clock()
        await parts.database.write(lambda db: erase(db, parts.seals, borrower_id, at))
        # After the commit: a crash in between leaves a key that opens nothing; erase again.
        parts.seals.destroy(borrower_id)
