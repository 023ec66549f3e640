"""Staff and the lender's back office: they decide cases, answer people and send the next tape.

Each act is theirs until it was acknowledged: after a crash they do the same again.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from bot import importing
from bot.domain.books import TapeBorrower, TapeLoan, TapePayment
from bot.domain.case import CaseFacts, Status
from bot.domain.packed_loan import packed
from bot.errors import Refused, Rejected
from bot.lender.tape.reading import Tape
from bot.serve import Serve, Update
from bot.store.load import load_cases, load_loans
from tests.simulation.ledger import Ledger

if TYPE_CHECKING:
    from tests.simulation.life import Life

Seen = tuple[Sequence[str], Sequence[CaseFacts]]  # the chats, and cases of one borrower
_DECIDABLE = (Status.SUBMITTED, Status.IN_REVIEW)
_STRUCK, _STRUCK_WITHIN = 0.2, 150  # chance that what was promised must outlive a crash; steps
_REASONS = ("not_eligible", "evidence_missing", "facts_differ", "other")


@dataclass
class Staff:
    """Two people at the console; `pending` is an act that nobody has acknowledged yet."""

    chance: random.Random
    ledger: Ledger
    acts_left: int
    pending: Update | None = None
    made: int = 0

    @property
    def is_done(self) -> bool:
        """Whether nothing of theirs is under way."""
        return self.pending is None

    async def work(self, life: Life) -> None:
        """Look, think, act, for as long as the life lasts."""
        while True:
            if self.pending is None:
                await asyncio.sleep(self.chance.expovariate(1 / 12))
                seen = await self._tried(lambda: self._seen(life))
                if seen and self.acts_left and not life.is_evening:  # which may fall as they look
                    self.pending = self._next(*seen)
                await asyncio.sleep(self.chance.expovariate(1 / 2))
            if self.pending is not None:
                await self._submit(life, self.pending)

    async def _tried(self, look: Callable[[], Awaitable[Seen]]) -> Seen | None:
        try:
            return await look()
        except sqlite3.OperationalError:
            return None

    async def _seen(self, life: Life) -> Seen:
        """The chats there are, and the cases of somebody who waits, or of anybody."""
        borrowers, chats = await life.look(_subjects)
        undecided = await life.look(_undecided)
        borrower_id = self.chance.choice(undecided or borrowers)
        return chats, await life.look(lambda db: load_cases(db, life.seals, borrower_id))

    def _next(self, chats: Sequence[str], cases: Sequence[CaseFacts]) -> Update | None:
        if self.chance.random() < 0.2 and chats:
            return self._wrote(self.chance.choice(chats))
        waiting = [case for case in cases if case.status in _DECIDABLE]
        if not waiting and self.chance.random() < 0.9:
            return None
        known = waiting or list(cases)
        return self._decided(self.chance.choice(known)) if known else None

    def _decided(self, case: CaseFacts) -> Update:
        self.acts_left -= 1
        act = self.chance.choice(("take", "offer", "offer", "offer", "reject"))
        percent = case.matrix_percent + Fraction(self.chance.choice((-5, 0, 0, 0, 5)), 100)
        body = {
            "case_id": case.id,
            "act": act,
            "staff_id": self.chance.choice(("robin", "kim")),
            "role": "reviewer",
            "reason": self.chance.choice(_REASONS) if act == "reject" else "",
            "note": "",
            "percent": str(percent) if act == "offer" else None,
            "case_version": case.version,
        }
        key = self._key()
        self.ledger.decisions[key] = (case.id, act)
        return Update("staff", key, case.borrower_id, "staff_decided", body)

    def _wrote(self, chat_id: str) -> Update:
        self.acts_left -= 1
        hand_back = self.chance.random() < 0.8
        body = {"staff_id": "robin", "text": f"note {self.made}", "hand_back": hand_back}
        return Update("staff", self._key(), chat_id, "staff_wrote", body)

    def _key(self) -> str:
        self.made += 1
        return f"form-{self.made}"

    async def _submit(self, life: Life, act: Update) -> None:
        """Press the button, at times twice; what is not acknowledged is pressed again."""
        times = 2 if self.chance.random() < 0.2 else 1
        self.ledger.note("staff", act.kind, act.key, act.body.get("act", ""))
        presses = [asyncio.ensure_future(_ended(life.serve, act)) for _ in range(times)]
        ends = [await press for press in presses]
        known = [end for end in ends if end != "failed"]
        if known:
            self.ledger.staff[act.key] = "refused" if "refused" in known else "accepted"
            self.ledger.note("staff", act.key, *ends)
            self.pending = None
            if self.chance.random() < _STRUCK:
                life.database.fuse.shorten(1 + int(self.chance.expovariate(1 / _STRUCK_WITHIN)))
        else:
            await asyncio.sleep(1)


async def _ended(serve: Serve, act: Update) -> str:
    try:
        await serve.receive(act)
    except (Refused, Rejected):
        return "refused"
    except sqlite3.Error:
        return "failed"
    return "accepted"


def _subjects(db: sqlite3.Connection) -> tuple[list[str], list[str]]:
    borrowers = [str(row[0]) for row in db.execute("SELECT borrower_id FROM borrower ORDER BY 1")]
    chats = [str(row[0]) for row in db.execute("SELECT chat_id FROM chat ORDER BY 1")]
    return borrowers, chats


def _undecided(db: sqlite3.Connection) -> list[str]:
    """The borrowers whose cases wait for somebody."""
    sql = (
        "SELECT borrower_id FROM relief_case WHERE status IN ('submitted', 'in_review') ORDER BY 1"
    )
    return [str(row[0]) for row in db.execute(sql)]


def _known_here(db: sqlite3.Connection) -> set[str]:
    """The borrowers whom a change of their books concerns."""
    return {
        str(row[0]) for row in db.execute("SELECT borrower_id FROM chat WHERE borrower_id > ''")
    }


def _awaited(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Borrower and loan of each case that a payment would settle."""
    sql = "SELECT borrower_id, loan_id FROM relief_case WHERE status IN ('offered', 'accepted')"
    return sorted((str(row[0]), str(row[1])) for row in db.execute(sql))


@dataclass
class Lender:
    """The lender's books; `pending` is a tape that was not imported to its end yet."""

    chance: random.Random
    ledger: Ledger
    borrowers: tuple[TapeBorrower, ...]
    loans: dict[str, TapeLoan]
    tapes_left: int
    pending: Tape | None = None
    made: int = 0
    as_of: date | None = None
    payer: str = ""  # known here, whose loan the pending tape changes
    notes: list[str] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether no tape is under way."""
        return self.pending is None

    async def work(self, life: Life) -> None:
        """A payment now and then, and the tape that shows it."""
        while True:
            if self.pending is None:
                await asyncio.sleep(self.chance.expovariate(1 / 40))
                if not self.tapes_left or life.is_evening:
                    continue
                try:
                    await self._paid(life)
                except sqlite3.OperationalError:
                    continue
            if self.pending is not None:
                await self._import(life, self.pending)

    async def _paid(self, life: Life) -> None:
        """Somebody pays: what an accepted case leaves to pay, mostly; or a part of anything."""
        borrowers, _ = await life.look(_subjects)
        awaited = await life.look(_awaited)
        borrower_id, _ = self.chance.choice(awaited or [(each, "") for each in borrowers])
        booked = await life.look(lambda db: load_loans(db, life.seals, borrower_id))
        known = await life.look(_known_here)
        if not booked or life.is_evening:  # which may fall as they look
            return
        self.tapes_left -= 1
        loan = self.chance.choice(
            [each for each in booked if (borrower_id, each.id) in awaited] or booked
        )
        owed = life.statement(loan).outstanding.total
        part = self.chance.choice((1, 1, 1, 3))
        self.payer = borrower_id if owed // part > 0 and borrower_id in known else ""
        if owed // part > 0:
            self._add(loan.ref, owed // part, life.today())
        self.tape(life.today())

    def _add(self, ref: str, amount: int, on: date) -> None:
        loan = self.loans[ref]
        paid = TapePayment(f"{ref}-N{len(loan.payments)}", on, amount)
        self.loans[ref] = replace(loan, payments=(*loan.payments, paid))
        self.ledger.note("lender", ref, "paid", amount, on)

    def tape(self, as_of: date) -> None:
        """The books as they stand, to be imported."""
        self.made += 1
        self.as_of = as_of
        mark = f"tape {self.made}".encode()
        loans = [packed(loan) for loan in self.loans.values()]
        self.pending = Tape(as_of, self.borrowers, loans, mark)

    async def _import(self, life: Life, tape: Tape) -> None:
        """`reprieve import`, again until it went through."""
        given = importing.Circumstances(
            life.clock(), life.today(), life.new_id, ("en", "zh_Hans", "zh_Hant"), zone=life.zone
        )
        try:
            await importing.import_tape(life.folder, (life.database, life.seals), given)
        except sqlite3.OperationalError:
            await asyncio.sleep(1)
            return
        self.ledger.note("lender", "imported", tape.as_of)
        self.ledger.paid[self.payer] += 1
        self.pending = None
