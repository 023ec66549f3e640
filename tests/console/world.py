"""A lender's desk in a test: real books and cases, the real staircase, a bare browser."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from litestar import Litestar

from bot.console import console_routes
from bot.console.figures import told
from bot.domain.case import Act, By, CaseFacts, Filing, apply, filed
from bot.domain.case.table import Actor, ActorKind
from bot.domain.policy import Policy, load_policy
from bot.domain.relief import ReliefFacts, verdict
from bot.importing import Circumstances, import_tape
from bot.outbox import Outbox
from bot.serve import Machine, Serve, Update
from bot.settings import Settings
from bot.store import staff
from bot.store.commit import Decided, Spoken, plan
from bot.store.connection import Database, Op
from bot.store.load import Loaded, Wanted, load
from bot.store.queries import SQL
from bot.store.rows import Body, ShownButton, stamp
from bot.store.seal import Seals
from bot.store.staff import NewStaff, Role
from bot.store.tokens import borrower_token, loan_token
from bot.texts import Texts
from bot.turn import AskStaff, Outcome, SaveCase
from bot.understand import Understood
from handlers import TASKS
from tests.console.books import TAPE, Clock
from tests.console.browser import HOME, PASSWORD, Browser
from tests.lender.tapes import folder

ROOT = Path(__file__).parent.parent.parent
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class World:
    """Everything behind one desk."""

    database: Database
    seals: Seals
    texts: Texts
    policy: Policy
    clock: Clock
    serve: Serve
    settings: Settings
    ids: count[int]
    received: list[Update] = field(default_factory=list)
    app: Litestar = field(init=False)

    def new_id(self) -> str:
        """A fresh id that sorts by time."""
        return f"{next(self.ids):032x}"

    async def receive(self, update: Update) -> None:
        """The machine, noting what it was given."""
        self.received.append(update)
        await self.serve.receive(update)

    def browser(self, **headers: str) -> Browser:
        """A fresh browser without cookies."""
        transport = httpx.ASGITransport(app=self.app)  # type: ignore[arg-type]  # Litestar types its own
        client = httpx.AsyncClient(transport=transport, base_url=HOME, headers=headers)
        return Browser(client)

    async def signed_in(self, role: str = "reviewer", locale: str = "en") -> Browser:
        """A browser in which somebody of that role has signed in; the login is the role."""
        await self.add_staff(role, locale)
        browser = self.browser()
        answer = await browser.sign_in(role)
        assert answer.status_code == 303, answer.text
        return browser

    async def add_staff(self, role: str, locale: str = "en") -> str:
        """An account whose login is the role; there already is fine."""
        new = NewStaff(role, role.title(), Role(role), locale, staff.hashed(PASSWORD))
        staff_id = f"staff-{role}"

        def add(db: sqlite3.Connection) -> None:
            if not any(each.actor.login == role for each in staff.list_staff(db)):
                staff.add_staff(db, staff_id, new)

        await self.database.write(add)
        return staff_id

    async def borrower_id(self, ref: str) -> str:
        """Who the lender's reference means."""
        token = borrower_token(self.seals, ref)
        row = await self.database.read(
            lambda db: db.execute(SQL["borrower_by_token"], {"ref_token": token}).fetchone()
        )
        return str(row[0])

    async def loan_id(self, ref: str) -> str:
        """The id of a loan of the tape."""
        token = loan_token(self.seals, ref)
        row = await self.database.read(
            lambda db: db.execute(SQL["loan_by_token"], {"ref_token": token}).fetchone()
        )
        return str(row[1])

    async def chat(self, ref: str | None, locale: str = "en", human: int = 0) -> str:
        """A web chat, linked to the borrower of that reference (None: to nobody)."""
        chat_id = self.new_id()
        self.seals.create([chat_id])
        values = {
            "chat_id": chat_id,
            "channel": "web",
            "address_token": self.seals.blind("chat", chat_id),
            "address": None,
            "locale": locale,
        }
        await self.database.commit([Op(SQL["new_chat"], values)])
        borrower = await self.borrower_id(ref) if ref else None
        linked = {"borrower": borrower, "human": human, "at": stamp(self.clock()), "chat": chat_id}
        await self.database.commit(
            [
                Op(
                    "UPDATE chat SET borrower_id = :borrower, human = :human, consented_at = :at,"
                    " heard_at = :at WHERE chat_id = :chat",
                    linked,
                )
            ]
        )
        return chat_id

    async def say(self, chat_id: str, *lines: tuple[str, str], buttons: str = "") -> None:
        """Lines of a conversation: speaker ('me', 'reprieve', 'person') and HTML."""
        shown = ((ShownButton(buttons, "help||"),),) if buttons else ()
        spoken = tuple(Spoken(chat_id, who, Body(html, shown)) for who, html in lines)
        await self._commit(chat_id, Outcome(), spoken)

    async def ask(
        self,
        chat_id: str,
        words: str,
        kind: str = "person",
        *,
        urgent: bool = False,
        uploads: tuple[str, ...] = (),
    ) -> str:
        """A request to staff out of that chat; its id."""
        request_id = self.new_id()
        asked = AskStaff(request_id, kind, words, None, uploads, urgent)
        await self._commit(chat_id, Outcome((), (asked,)), ())
        return request_id

    async def upload(self, chat_id: str, kind: str, content: bytes, name: str = "proof") -> str:
        """A file sent in that chat; its id."""
        upload_id = self.new_id()
        seal = self.seals.seal
        values = {
            "subject_id": chat_id,
            "upload_id": upload_id,
            "kind": kind,
            "size": len(content),
            "at": stamp(self.clock()),
            "name": seal(chat_id, "upload", "name", upload_id, name.encode()),
            "content": seal(chat_id, "upload", "content", upload_id, content),
        }
        await self.database.commit([Op(SQL["new_upload"], values)])
        return upload_id

    async def file_case(
        self,
        chat_id: str,
        loan_ref: str,
        reference: str,
        *,
        details: str = "",
        reason: str = "illness",
        uploads: tuple[str, ...] = (),
    ) -> CaseFacts:
        """An application as the relief form files it, today."""
        loaded = await self._load(chat_id)
        loan_id = await self.loan_id(loan_ref)
        booked = next(loan for loan in loaded.loans if loan.id == loan_id)
        assert loaded.borrower is not None
        facts = ReliefFacts(
            booked.product,
            loaded.borrower.grade,
            booked.status,
            told(self.policy, booked, self.today()),
            reason=reason,
        )
        found = verdict(facts, self.policy, self.today())
        filing = Filing(
            id=self.new_id(),
            reference=reference,
            loan_id=loan_id,
            borrower_id=loaded.borrower.id,
            reason=reason,
            details=details,
            pay_on=self.today() + timedelta(days=5),
            upload_ids=uploads,
        )
        by = By(Actor(ActorKind.BORROWER, loaded.borrower.id), self.clock(), self.today())
        case, event = apply(filed(filing, found, self.policy.policy_id), Act.SUBMIT, by)
        await self._commit(chat_id, Outcome((), (SaveCase(case, event),)), ())
        return case

    def today(self) -> date:
        """The lender's day."""
        return self.clock().astimezone(ZONE).date()

    async def status(self, case_id: str) -> str:
        """Where a case stands."""
        return str(await self.value("SELECT status FROM relief_case WHERE case_id = ?", case_id))

    async def value(self, sql: str, *values: object) -> object:
        """The first column of the first row."""
        row = await self.database.read(lambda db: tuple(db.execute(sql, values).fetchone()))
        return row[0]

    async def _load(self, chat_id: str) -> Loaded:
        wanted = Wanted("test", self.new_id(), chat_id=chat_id)
        return await self.database.read(lambda db: load(db, self.seals, wanted))

    async def _commit(self, chat_id: str, outcome: Outcome, spoken: tuple[Spoken, ...]) -> None:
        loaded = await self._load(chat_id)
        decided = Decided(
            source="test",
            key=self.new_id(),
            kind="text",
            turn_id=self.new_id(),
            at=self.clock(),
            actor="borrower",
            loaded=loaded,
            outcome=outcome,
            spoken=spoken,
            heard_here=True,
            idle=timedelta(minutes=15),
        )
        await self.database.commit(plan(decided, self.seals, self.new_id))


@asynccontextmanager
async def open_world(place: Path, **settings: object) -> AsyncIterator[World]:
    """A desk with the tape imported and nobody waiting yet."""
    database = await Database.open(place / "desk.db")
    seals = Seals(place / "desk.keys", b"k" * 32)
    try:
        chosen = {"public_url": HOME, **settings}
        world = _world(database, seals, Settings(**chosen))  # type: ignore[arg-type]  # pydantic checks
        tape = folder(place / "tape", TAPE, manifest__json='{"as_of": "2026-03-01"}')
        given = Circumstances(
            world.clock(), date(2026, 3, 1), world.new_id, world.texts.locales, zone=ZONE
        )
        await import_tape(tape, (database, seals), given)
        yield world
    finally:
        await database.close()
        seals.close()


@cache
def _texts() -> Texts:
    return Texts(ROOT, zone=ZONE)


def _world(database: Database, seals: Seals, settings: Settings) -> World:
    texts = _texts()
    policy = load_policy((ROOT / "policy" / "default.toml").read_text(encoding="utf-8"))
    clock, ids = Clock(), count(1)
    machine = Machine(
        database=database,
        seals=seals,
        texts=texts,
        menu={task.name: task for task in TASKS},
        policy=policy,
        zone=ZONE,
        clock=clock,
        new_id=lambda: f"{next(ids):032x}",
        chance=lambda: next(ids),
        understand=lambda _words, _locale: Understood(None, (), distress=False),
        idle=timedelta(minutes=15),
    )
    serve = Serve(machine, Outbox(database, {}, clock))
    world = World(database, seals, texts, policy, clock, serve, settings, ids)
    routes = console_routes(
        world, database, seals, texts, settings, clock, policy=policy, zone=ZONE
    )
    world.app = Litestar(routes, openapi_config=None, logging_config=None)
    return world
