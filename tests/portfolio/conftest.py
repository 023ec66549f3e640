"""The made-up lender's books in a database of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import pytest

from bot.domain.books import TapeBorrower, TapeLoan
from bot.domain.policy import Policy, load_policy
from bot.importing import Circumstances, import_tape
from bot.lender.madeup import made_up
from bot.lender.tape.writing import write_tape
from bot.store.connection import Database
from bot.store.seal import Seals

ROOT = Path(__file__).parent.parent.parent
TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Books:
    """An imported tape: what it said and where it lies now."""

    database: Database
    seals: Seals
    policy: Policy
    loans: tuple[TapeLoan, ...]
    grades: dict[str, str]

    async def run(self, sql: str, *values: object) -> None:
        """One change to the database."""
        await self.database.write(lambda db: db.execute(sql, values))


def shipped_policy() -> Policy:
    """The made-up lender's policy."""
    return load_policy((ROOT / "policy" / "default.toml").read_text(encoding="utf-8"))


@pytest.fixture
async def books(tmp_path: Path) -> AsyncIterator[Books]:
    """The made-up lender as of TODAY."""
    borrowers, loans = made_up(TODAY)
    database = await Database.open(tmp_path / "books.db")
    seals = Seals(tmp_path / "books.keys", b"k" * 32)
    try:
        await _imported(database, seals, tmp_path / "tape", borrowers, loans)
        grades = {borrower.ref: borrower.grade for borrower in borrowers}
        yield Books(database, seals, shipped_policy(), loans, grades)
    finally:
        await database.close()
        seals.close()


async def _imported(
    database: Database,
    seals: Seals,
    tape: Path,
    borrowers: tuple[TapeBorrower, ...],
    loans: tuple[TapeLoan, ...],
) -> None:
    write_tape(tape, TODAY, borrowers, loans)
    ids = count(1)
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    given = Circumstances(now, TODAY, lambda: f"{next(ids):032x}")
    await import_tape(tape, (database, seals), given)
