"""A made-up lender and borrowers, driven through the real path.

It must not take a short cut: its tape is imported, its links are links, its payments are in the
next tape.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.app import Parts, only_one, opened
from bot.app.assistant import assemble, web_application
from bot.channels.web.machine import SentCode, Situation
from bot.commands import say
from bot.commands.books import import_into
from bot.errors import Refused
from bot.lender.madeup import SITUATIONS, pay, write_made_up_tape
from bot.listening import serve_http
from bot.settings import Settings, load_settings
from bot.steps.loan import statement_on
from bot.store import staff
from bot.store.load import load_loans
from bot.store.posts import drop_posts_over, due_posts
from bot.turn import BookedLoan

_PASSWORD_BYTES = 9
_SECRET_BYTES = 32
_LOGIN = "reviewer"


async def run_demo(folder: Path, port: int | None, log_to: Callable[[Settings], None]) -> None:
    """Prepare the demo in `folder` if need be, then serve until asked to stop."""
    given = await asyncio.to_thread(_settings, folder, port)
    log_to(given)
    async with only_one(given.database), opened(given) as parts:
        pages = DemoPages(parts, folder / "tape", _password(folder))
        await _prepare(parts, pages)
        assistant = assemble(parts)
        application = web_application(assistant, pages)
        stop = assistant.waking.stop
        await serve_http(application, given, lambda at: _told(given, at, pages), stop)


def _settings(folder: Path, port: int | None) -> Settings:
    """The environment's settings, with the demo's own database, keys and secret."""
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "secret"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(_SECRET_BYTES), encoding="utf-8")
    chosen: dict[str, object] = {} if port is None else {"http_port": port}
    return load_settings(
        database_url=f"sqlite:///{folder / 'reprieve.db'}",
        key_file=folder / "reprieve.keys",
        secret_key=None,
        secret_key_file=secret,
        demo=True,
        **chosen,
    )


def _password(folder: Path) -> str:
    """The reviewer's password, made up once for this folder."""
    kept = folder / "login.json"
    if not kept.exists():
        kept.touch(mode=0o600)
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        kept.write_text(json.dumps({"login": _LOGIN, "password": password}), encoding="utf-8")
    return str(json.loads(kept.read_text(encoding="utf-8"))["password"])


async def _prepare(parts: Parts, pages: DemoPages) -> None:
    """The first start writes and imports the tape and makes the reviewer; later ones find both."""
    known = await parts.database.read(staff.list_staff)
    if any(account.actor.login == _LOGIN for account in known):
        return
    say("cli.demo.preparing")
    await asyncio.to_thread(write_made_up_tape, pages.tape, parts.today())
    await import_into(parts, pages.tape)
    locale, password_hash = parts.texts.default, staff.hashed(pages.staff_password)
    new = staff.NewStaff(_LOGIN, "Robin Reviewer", staff.Role.REVIEWER, locale, password_hash)
    await parts.database.write(lambda db: staff.add_staff(db, parts.new_id(), new))


def _told(given: Settings, port: int, pages: DemoPages) -> None:
    url = given.public_url or f"http://{given.http_host}:{port}"
    say("cli.demo.ready", chat=f"{url}/chat", demo=f"{url}/demo")
    say("cli.demo.console", console=f"{url}/console", login=_LOGIN, password=pages.staff_password)
    say("cli.demo.stop")


@dataclass(frozen=True, slots=True)
class DemoPages:
    """What the demo's page can do, each deed by the path everybody's takes."""

    parts: Parts
    tape: Path
    staff_password: str
    staff_name: str = _LOGIN

    def situations(self) -> Sequence[Situation]:
        """The twelve, in order."""
        return tuple(
            Situation(each.borrower_ref, each.title, each.line, each.borrower().id_last4)
            for each in SITUATIONS
        )

    async def codes(self) -> Sequence[SentCode]:
        """The latest one-time codes: in the demo they wait for a gateway there is not."""
        parts = self.parts
        await drop_posts_over(parts.database, parts.clock())
        posts = await due_posts(parts.database, parts.seals, parts.clock())
        sent = [post.body for post in posts if post.body.get("kind") == "code"]
        return [
            SentCode(
                str(body["phone"]),
                str(body["code"]),
                datetime.fromisoformat(str(body["expires_at"])),
            )
            for body in reversed(sent)
        ]

    async def make_link(self, ref: str) -> str:
        """A one-time link as `reprieve link` makes it, for one of the twelve only."""
        if ref not in {each.borrower_ref for each in SITUATIONS}:
            raise Refused("link.borrower.unknown")
        good_for = timedelta(hours=self.parts.settings.link_hours)
        parts = self.parts
        link = await parts.chats.make_link(ref, parts.new_id(), parts.clock(), good_for)
        return f"/link/{link.token}"

    async def is_linked(self, chat_id: str) -> bool:
        """Whether a borrower was proven in this chat."""
        row = await self.parts.chats.row(chat_id)
        return row is not None and row.borrower_id is not None

    async def pay_what_remains(self, chat_id: str) -> None:
        """The chat's borrower pays all that is due today: the next tape shows it."""
        row = await self.parts.chats.row(chat_id)
        if row is None or row.borrower_id is None:
            raise Refused("link.borrower.unknown")
        borrower_id = row.borrower_id
        owing = await self.parts.database.read(lambda db: self._owing(db, borrower_id))
        today = self.parts.today()
        await asyncio.to_thread(_pay_all, self.tape, owing, today)
        await import_into(self.parts, self.tape)

    def _owing(self, db: sqlite3.Connection, borrower_id: str) -> list[tuple[str, int]]:
        """Loan reference and what is due today, of each loan that owes something."""
        db.row_factory = sqlite3.Row
        loans = load_loans(db, self.parts.seals, borrower_id)
        due = [(booked.ref, self._due(booked)) for booked in loans]
        return [(ref, amount) for ref, amount in due if amount]

    def _due(self, booked: BookedLoan) -> int:
        told = statement_on(self.parts.policy, booked, self.parts.today())
        return told.outstanding.total


def _pay_all(tape: Path, owing: list[tuple[str, int]], on: date) -> None:
    for ref, amount in owing:
        pay(tape, ref, amount, on)
