"""A store under a lender's tape: importing into it, and looking at what it holds then."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from bot.importing import Circumstances, ImportReport, import_tape
from bot.store.connection import Database
from bot.store.load import load_loans
from bot.store.seal import Seals
from bot.store.tokens import borrower_token
from bot.turn import BookedLoan
from tests.lender.tapes import Rows, folder, sound

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_ids = itertools.count(1)
GIVEN = Circumstances(
    now=NOW,
    today=date(2026, 3, 2),
    new_id=lambda: f"{next(_ids):032x}",
    locales=("en", "zh_Hans", "zh_Hant"),
    digits={"IDR": 0},
)
Store = tuple[Database, Seals]


async def take(
    store: Store,
    at: Path,
    tape: dict[str, Rows],
    given: Circumstances = GIVEN,
    *,
    dry_run: bool = False,
) -> ImportReport:
    return await import_tape(folder(at, tape), store, given, dry_run=dry_run)


async def loans_of(store: Store, ref: str) -> dict[str, BookedLoan]:
    database, seals = store
    borrower_id = await id_of(store, ref)
    loans = await database.read(lambda db: load_loans(by_name(db), seals, borrower_id))
    return {loan.ref: loan for loan in loans}


async def id_of(store: Store, ref: str) -> str:
    token = borrower_token(store[1], ref)
    found = await rows(store, "SELECT borrower_id FROM borrower WHERE ref_token = ?", token)
    return str(found[0][0])


async def rows(store: Store, sql: str, *values: object) -> list[tuple[object, ...]]:
    found = await store[0].read(lambda db: db.execute(sql, values).fetchall())
    return [tuple(row) for row in found]


async def change(store: Store, sql: str, *values: object) -> None:
    await store[0].write(lambda db: db.execute(sql, values))


async def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    tables = await rows(store, "SELECT name FROM sqlite_schema WHERE type = 'table'")
    return {str(name): await rows(store, f"SELECT * FROM {name}") for (name,) in tables}  # noqa: S608  # our own


def stored_bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("reprieve.db*"))


def by_name(db: sqlite3.Connection) -> sqlite3.Connection:
    db.row_factory = sqlite3.Row
    return db


def stop_after(seen: list[tuple[int, int]]) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        raise KeyboardInterrupt

    return progress


async def with_a_case(store: Store, tmp_path: Path) -> dict[str, str]:
    """The sound tape, with one relief case on L1 that put a waiver and a freeze there."""
    await take(store, tmp_path / "tape", sound())
    borrower_id = await id_of(store, "B1")
    place = (borrower_id, (await loans_of(store, "B1"))["L1"].id)
    await change(
        store,
        "INSERT INTO relief_case (borrower_id, loan_id, case_id, reference, status, facts, version)"
        " VALUES (?, ?, 'c1', 'R-0001', 'offered', x'', 1)",
        *place,
    )
    await change(
        store, "INSERT INTO waiver VALUES (?, ?, 'c1', '2026-03-01', 500, 'c1', 0)", *place
    )
    await change(
        store,
        "INSERT INTO freeze VALUES (?, ?, 'c1', '2026-02-25', '2026-03-05', 'relief', 'c1')",
        *place,
    )
    return {"borrower_id": borrower_id, "loan_id": place[1]}


async def confirmed(store: Store, place: dict[str, str]) -> list[object]:
    found = await rows(
        store,
        "SELECT confirmed FROM waiver WHERE loan_id = ? AND case_id IS NOT NULL",
        place["loan_id"],
    )
    return [row[0] for row in found]


async def audited(store: Store, ref: str) -> list[tuple[str, dict[str, dict[str, object]]]]:
    borrower_id = await id_of(store, ref)
    found = await rows(
        store, "SELECT seq, kind, body FROM audit WHERE subject_id = ? ORDER BY seq", borrower_id
    )
    opened = []
    for seq, kind, body in found:
        assert isinstance(body, bytes)
        clear = store[1].open(borrower_id, "audit", "body", f"{borrower_id}.{seq}", body)
        opened.append((str(kind), json.loads(clear)))
    return opened
