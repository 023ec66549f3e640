"""The whole assistant in a test, over a real database file: staircase, web bridge, jobs, outbox.

Nothing is faked but the clock, the ids, and the lender's tape, which is written and imported.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import TypeVar

from bot.channels.web.bridge import CHANNEL, Bridge, Waking, WebDelivery
from bot.chart.drawing_process import DrawingProcess
from bot.domain.case import CaseFacts
from bot.domain.policy import Policy, load_policy
from bot.errors import Refused, Rejected
from bot.jobs import Jobs
from bot.outbox import Outbox
from bot.printing.press import Press
from bot.serve import Machine, Serve, Update
from bot.store.chats import Chats
from bot.store.connection import Database
from bot.store.load import load_cases, load_loans
from bot.store.rows import RequestBody, decode
from bot.store.seal import Seals, chained
from bot.texts import Texts
from bot.turn import BookedLoan, Outcome, Task, Turn
from bot.understand import Understanding
from handlers import TASKS
from tests.chat.clock import ZONE, Clock
from tests.chat.kicked import Kicked
from tests.chat.telling import Telling

ROOT = Path(__file__).parent.parent.parent
SECRET = b"a master secret of the tests, 32 bytes and more"
IDLE = timedelta(minutes=15)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Asked:
    """A request to staff as it is kept."""

    id: str
    chat_id: str
    kind: str
    words: str
    upload_ids: tuple[str, ...]
    urgent: bool
    state: str
    loan_id: str | None


@dataclass
class House:
    """One assistant over one folder; `open` starts it, `restart` does so over the same files.

    `faults` are what handlers raised that is no answer; a test that plants one takes it out.
    """

    folder: Path
    clock: Clock
    policy: Policy
    texts: Telling
    faults: list[Exception] = field(default_factory=list)
    menu: dict[str, Task] = field(default_factory=dict)
    drawing: DrawingProcess = field(default_factory=lambda: DrawingProcess(patience=60.0))
    kicks: int = 0
    patient: bool = False  # updates may wait: the test looks after them
    sent: int = 0  # updates given keys so far
    turns: list[Turn] = field(default_factory=list)  # as handlers were given them

    async def open(self) -> None:
        """Open the files and join the parts."""
        self.menu = self.menu or {task.name: self._watched(task) for task in TASKS}
        self.database = await Database.open(self.folder / "house.db")
        self.seals = Seals(self.folder / "house.keys", SECRET)
        self.seals.create(["system"])
        self.serve = Serve(self._machine(), Kicked(self))
        self.chats = Chats(self.database, self.seals)
        waking = Waking()
        new_id, press = self.clock.new_id, Press(self.texts, "Meadow Finance", self.drawing)
        self.bridge = Bridge(
            self.serve, self.chats, self.texts, self.clock, new_id, IDLE, waking, press.printed
        )
        self.outbox = Outbox(self.database, {CHANNEL: WebDelivery(waking)}, self.clock)

        def today() -> str:
            return self.clock.today.isoformat()

        self.jobs = Jobs(self.serve, self.database, self.clock, today)

    async def close(self) -> None:
        """Let go of the files, and of the process that draws."""
        await self.drawing.close()
        await self.database.close()
        self.seals.close()

    async def restart(self) -> None:
        """A new process over the same files: nothing in memory survives."""
        await self.close()
        await self.open()

    async def receive(self, update: Update) -> None:
        """An update down the staircase."""
        self.texts.noted.texts.clear()
        await self.serve.receive(update)
        await self.check_nothing_waits()

    @asynccontextmanager
    async def side_by_side(self) -> AsyncIterator[None]:
        """Updates come at once, and each may see what another has not done yet."""
        self.patient = True
        yield
        self.patient = False
        await self.check_nothing_waits()

    async def tick(self) -> None:
        """One look at the inbox and the calendar."""
        self.texts.noted.texts.clear()
        await self.jobs.tick()
        await self.check_nothing_waits()

    async def pass_days(self, days: int) -> None:
        """Live through so many days, a tick on each."""
        for _ in range(days):
            self.clock.forward(days=1)
            await self.tick()

    def key(self) -> str:
        """A key no update had before."""
        self.sent += 1
        return f"k{self.sent}"

    async def read(self, look: Callable[[sqlite3.Connection], Result]) -> Result:
        """Look into the database."""

        def with_names(db: sqlite3.Connection) -> Result:
            db.row_factory = sqlite3.Row
            return look(db)

        return await self.database.read(with_names)

    async def rows(self, sql: str, **values: object) -> list[sqlite3.Row]:
        """The rows of a query."""
        return await self.read(lambda db: db.execute(sql, values).fetchall())

    async def value(self, sql: str, **values: object) -> object:
        """The first column of the only row."""
        (row,) = await self.rows(sql, **values)
        return row[0]

    async def borrower_id(self, ref: str) -> str:
        """The id of the borrower the lender calls so."""
        found = await self.chats.borrower(ref.upper())
        assert found is not None, ref
        return found

    async def cases(self, ref: str) -> tuple[CaseFacts, ...]:
        """All cases of a borrower, oldest first."""
        borrower_id = await self.borrower_id(ref)
        return await self.read(lambda db: load_cases(db, self.seals, borrower_id))

    async def case(self, ref: str) -> CaseFacts:
        """The latest case of a borrower."""
        return (await self.cases(ref))[-1]

    async def loans(self, ref: str) -> tuple[BookedLoan, ...]:
        """All loans of a borrower."""
        borrower_id = await self.borrower_id(ref)
        return await self.read(lambda db: load_loans(db, self.seals, borrower_id))

    async def loan(self, loan_ref: str) -> BookedLoan:
        """A loan by the lender's reference, which starts with its owner's."""
        owner, _, _ = loan_ref.partition("-")
        return next(loan for loan in await self.loans(owner) if loan.ref == loan_ref)

    async def requests(self) -> list[Asked]:
        """Every request to staff, oldest first."""
        rows = await self.rows("SELECT * FROM request ORDER BY at, request_id")
        return [self._asked(row) for row in rows]

    def _asked(self, row: sqlite3.Row) -> Asked:
        place = (row["borrower_id"], "request", "body", row["request_id"])
        body = decode(self.seals.open(*place, row["body"]), RequestBody)
        return Asked(
            row["request_id"],
            row["chat_id"],
            row["kind"],
            body.words,
            body.upload_ids,
            bool(row["urgent"]),
            row["state"],
            row["loan_id"],
        )

    # --- what must always hold ---

    async def check_nothing_waits(self) -> None:
        """Every update had its effect; else the fault that kept it from it fails the test."""
        if self.patient:
            return
        if self.texts.noted.missing:
            raise self.texts.noted.missing[0]
        if self.faults:
            raise self.faults[0]
        left = await self.rows("SELECT kind, state, error FROM inbox WHERE state <> 'done'")
        assert not left, [dict(row) for row in left]

    async def check_promises(self) -> None:
        """What holds after any test: whole chains, one open case a loan, no message forgotten."""
        await self._check_chain("audit", "subject_id", "")
        await self._check_chain("case_event", "borrower_id", ", case_id")
        twice = await self.rows(
            "SELECT loan_id FROM relief_case WHERE status IN ('submitted', 'in_review', 'offered',"
            " 'accepted') GROUP BY loan_id HAVING count(*) > 1"
        )
        assert not twice
        unsent = await self.rows(
            "SELECT 1 FROM message LEFT JOIN outbox USING (message_id)"
            " WHERE speaker <> 'me' AND outbox.message_id IS NULL"
        )
        assert not unsent

    async def _check_chain(self, table: str, subject: str, more: str) -> None:
        rows = await self.rows(f"SELECT * FROM {table} ORDER BY {subject}{more}, seq")  # noqa: S608  # our own names
        last: dict[tuple[object, ...], tuple[int, bytes]] = {}
        for row in rows:
            chain = (row[subject], row["case_id"] if more else "")
            seq, previous = last.get(chain, (0, b""))
            assert row["seq"] == seq + 1
            assert row["hash"] == chained(previous, row["body"])
            last[chain] = (row["seq"], row["hash"])

    def _machine(self) -> Machine:
        return Machine(
            database=self.database,
            seals=self.seals,
            texts=self.texts,
            menu=self.menu,
            policy=self.policy,
            zone=ZONE,
            clock=self.clock,
            new_id=self.clock.new_id,
            chance=self.clock.chance,
            understand=understanding(),
            idle=IDLE,
        )

    def _watched(self, task: Task) -> Task:
        """The task, deciding twice: the same turn must have the same outcome."""

        def handle(turn: Turn) -> Outcome:
            self.turns.append(turn)
            try:
                outcome = task.handle(turn)
            except (Refused, Rejected):
                raise
            except Exception as fault:
                self.faults.append(fault)
                raise
            assert task.handle(turn) == outcome
            return outcome

        return replace(task, handle=handle)


@cache
def shipped_policy() -> Policy:
    """The policy of the made-up lender."""
    return load_policy((ROOT / "policy" / "default.toml").read_text(encoding="utf-8"))


@cache
def understanding() -> Understanding:
    """Free text as the assistant understands it."""
    return Understanding(Texts(ROOT))


@asynccontextmanager
async def housed(
    folder: Path, policy: Policy | None = None, **given: object
) -> AsyncIterator[House]:
    """An open house over the files in `folder`; its promises are checked at the end."""
    texts = Telling(ROOT, ZONE)
    clock = Clock(numbers=count(1_000_000))  # above the ids of the imported books
    house = House(folder, clock, policy or shipped_policy(), texts, **given)  # type: ignore[arg-type]  # fields of a house
    await house.open()
    try:
        yield house
        await house.check_promises()
    finally:
        await house.close()
