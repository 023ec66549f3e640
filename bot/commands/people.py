"""`reprieve link`, `transcript` and `staff`: who may see what, and what was said.

It must not print a password it was not asked to make.
"""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import Annotated

import typer

from bot.app import opened
from bot.commands import awaited, say, settings, stop
from bot.settings import Settings
from bot.store import staff
from bot.store.audit import append
from bot.store.chats import Link
from bot.store.outgoing import Stored
from bot.texts import plain_words

staff_commands = typer.Typer(no_args_is_help=True, help="Staff accounts of the console.")
_PASSWORD_BYTES = 12


def link_command(
    borrower_ref: Annotated[str, typer.Argument(help="The lender's borrower reference.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Make a one-time link that lets a borrower into the chat."""
    given = settings()
    link, username = awaited(_link_and_name(given, borrower_ref))
    web = f"{given.url}/link/{link.token}"
    telegram = f"https://t.me/{username}?start={link.token}" if username else None
    if as_json:
        told = {"web": web, "telegram": telegram, "expires_at": link.expires_at.isoformat()}
        typer.echo(json.dumps(told))
        return
    say("cli.link.made", url=web, until=link.expires_at)
    if telegram:
        say("cli.link.telegram", url=telegram)


async def _link_and_name(given: Settings, borrower_ref: str) -> tuple[Link, str | None]:
    """The link, and what the bot is called if there is one."""
    from bot.channels.telegram import username_of  # noqa: PLC0415  # telegram loads for long

    return await _link(given, borrower_ref), await username_of(given)


async def _link(given: Settings, borrower_ref: str) -> Link:
    async with opened(given) as parts:
        good_for = timedelta(hours=given.link_hours)
        return await parts.chats.make_link(borrower_ref, parts.new_id(), parts.clock(), good_for)


def transcript_command(
    borrower_ref: Annotated[str, typer.Argument(help="The lender's borrower reference.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Read a borrower's conversation back; reading it is audited."""
    for stored in awaited(_transcript(settings(), borrower_ref)):
        typer.echo(json.dumps(_told(stored), ensure_ascii=False) if as_json else _line(stored))


async def _transcript(given: Settings, borrower_ref: str) -> list[Stored]:
    async with opened(given) as parts:
        borrower_id = await parts.chats.borrower(borrower_ref)
        if borrower_id is None:
            stop("cli.borrower.unknown")
        found = await parts.chats.transcript(borrower_id)
        at = parts.clock()
        await parts.database.write(
            lambda db: append(db, parts.seals, (borrower_id, "system", "TranscriptRead", ""), at)
        )
        return list(found)


def _told(stored: Stored) -> dict[str, object]:
    return {
        "at": stored.at.isoformat(),
        "from": stored.speaker,
        "text": plain_words(stored.body.html),
        "buttons": [[shown.label for shown in row] for row in stored.body.buttons],
    }


def _line(stored: Stored) -> str:
    labels = " ".join(f"[{shown.label}]" for row in stored.body.buttons for shown in row)
    said = plain_words(stored.body.html)
    head = f"{stored.at.isoformat(timespec='seconds')} {stored.speaker}: "
    return head + "\n  ".join((*said.splitlines(), *((labels,) if labels else ())))


@staff_commands.command("add")
def add(
    login: Annotated[str, typer.Argument(help="What they sign in with.")],
    role: Annotated[staff.Role, typer.Option(help="What they may do.")] = staff.Role.REVIEWER,
    name: Annotated[str, typer.Option(help="As colleagues see it.")] = "",
    locale: Annotated[str, typer.Option(help="Their language.")] = "en",
) -> None:
    """Make an account; its password is made up and shown once."""
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    awaited(add_account(settings(), (login, name or login, role, locale), password))
    say("cli.staff.added", login=login, password=password)


async def add_account(
    given: Settings, who: tuple[str, str, staff.Role, str], password: str
) -> None:
    """An account of (login, name, role, locale) with that password."""
    login, name, role, locale = who
    new = staff.NewStaff(login, name, role, locale, staff.hashed(password))
    async with opened(given) as parts:
        await parts.database.write(lambda db: staff.add_staff(db, parts.new_id(), new))


@staff_commands.command("password")
def password_command(login: Annotated[str, typer.Argument(help="Whose.")]) -> None:
    """Make up a new password and show it once; every session of theirs ends."""
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    awaited(_password(settings(), login, staff.hashed(password)))
    say("cli.staff.password", login=login, password=password)


async def _password(given: Settings, login: str, password_hash: str) -> None:
    async with opened(given) as parts:
        await parts.database.write(lambda db: staff.set_password(db, login, password_hash))


@staff_commands.command("disable")
def disable_command(login: Annotated[str, typer.Argument(help="Whose.")]) -> None:
    """Let nobody sign in with this login any more."""
    awaited(_disable(settings(), login))
    say("cli.staff.disabled", login=login)


async def _disable(given: Settings, login: str) -> None:
    async with opened(given) as parts:
        await parts.database.write(lambda db: staff.disable(db, login, parts.clock()))


@staff_commands.command("list")
def list_command() -> None:
    """Every account: login, role, name, and whether it is locked or disabled."""
    for account in awaited(_accounts(settings())):
        who = account.actor
        state = "disabled" if account.disabled_at else "locked" if account.locked_until else ""
        typer.echo(f"{who.login}\t{who.role.value}\t{who.name}\t{state}".rstrip())


async def _accounts(given: Settings) -> list[staff.Account]:
    async with opened(given) as parts:
        return await parts.database.read(staff.list_staff)
