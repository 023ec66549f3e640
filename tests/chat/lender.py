"""The lender's side: books that come as the next tape, and staff who decide and answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from bot.domain.books import TapeBorrower, TapeLoan, TapePayment
from bot.domain.case import CaseFacts
from bot.importing import Circumstances, import_tape
from bot.lender.tape.writing import write_tape
from bot.serve import Update
from bot.store.connection import Database
from bot.store.seal import Seals
from tests.chat.books import LENDER
from tests.chat.clock import ZONE, Clock


async def publish(
    folder: Path,
    store: tuple[Database, Seals],
    clock: Clock,
    books: tuple[Sequence[TapeBorrower], Sequence[TapeLoan]],
    as_of: date,
) -> None:
    """Write the tape and import it as `reprieve import` does."""
    write_tape(folder, as_of, *books)
    given = Circumstances(
        clock(), clock.today, clock.new_id, ("en", "zh_Hans", "zh_Hant"), zone=ZONE
    )
    await import_tape(folder, store, given)


class Office(Protocol):
    """What a lender and its staff need of a running assistant."""

    @property
    def folder(self) -> Path: ...
    @property
    def database(self) -> Database: ...
    @property
    def seals(self) -> Seals: ...
    @property
    def clock(self) -> Clock: ...
    def key(self) -> str: ...
    async def receive(self, update: Update) -> None: ...
    async def tick(self) -> None: ...


@dataclass
class Lender:
    """The lender's books; each change arrives as a tape of all loans, and the jobs look."""

    house: Office
    loans: dict[str, TapeLoan]
    borrowers: dict[str, TapeBorrower]

    @classmethod
    def of(cls, house: Office) -> Lender:
        """The lender whose first tape the house was opened with."""
        loans = {loan.ref: loan for _, theirs in LENDER for loan in theirs}
        return cls(house, loans, {borrower.ref: borrower for borrower, _ in LENDER})

    async def pay(self, loan_ref: str, amount: int, on: date | None = None) -> None:
        """`amount` minor units came in; the tape of today shows it."""
        on = on or self.house.clock.today
        loan = self.loans[loan_ref]
        payment = TapePayment(f"{loan_ref}-N{len(loan.payments)}", on, amount)
        self.loans[loan_ref] = replace(loan, payments=(*loan.payments, payment))
        await self.books()

    async def change(self, loan_ref: str, **fields: object) -> None:
        """The loan reads otherwise on the tape of today."""
        self.loans[loan_ref] = replace(self.loans[loan_ref], **fields)  # type: ignore[arg-type]  # fields of a loan
        await self.books()

    async def books(self, as_of: date | None = None) -> None:
        """The tape of today (or another day) arrives."""
        house = self.house
        await publish(
            house.folder / "tape",
            (house.database, house.seals),
            house.clock,
            (tuple(self.borrowers.values()), tuple(self.loans.values())),
            as_of or house.clock.today,
        )
        await house.tick()


@dataclass
class Staff:
    """A member of staff at the console, acting as its forms do."""

    house: Office
    id: str = "staff-robin"
    role: str = "reviewer"

    async def decide(
        self,
        act: str,
        case: CaseFacts,
        *,
        percent: Fraction | None = None,
        reason: str = "",
        note: str = "",
        version: int | None = None,
        key: str = "",
    ) -> None:
        """An act on a case as seen at `version`; Refused and Rejected come through."""
        body = {
            "case_id": case.id,
            "act": act,
            "staff_id": self.id,
            "role": self.role,
            "reason": reason,
            "note": note,
            "percent": None if percent is None else str(percent),
            "case_version": case.version if version is None else version,
        }
        update = Update("staff", key or self.house.key(), case.borrower_id, "staff_decided", body)
        await self.house.receive(update)

    async def write(self, chat_id: str, words: str, **more: object) -> None:
        """An answer in a chat."""
        body = {"staff_id": self.id, "text": words, **more}
        await self.house.receive(Update("staff", self.house.key(), chat_id, "staff_wrote", body))
