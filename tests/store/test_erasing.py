"""Erasure leaves nothing to read, keeps the chains valid, and never a case undecided."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import Parts, opened
from bot.commands.books import import_into
from bot.errors import Broken, Refused
from bot.lender.madeup import SITUATIONS, write_made_up_tape
from bot.settings import load_settings
from bot.store.erasing import erase
from bot.store.load import load_borrower

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
REF = SITUATIONS[1].borrower_ref


async def _somebody(parts: Parts, folder: Path) -> str:
    write_made_up_tape(folder, parts.today())
    await import_into(parts, folder)
    borrower_id = await parts.chats.borrower(REF)
    assert borrower_id is not None
    return borrower_id


async def test_who_was_erased_cannot_be_read_nor_found_by_phone(tmp_path: Path) -> None:
    given = load_settings(
        database_url=f"sqlite:///{tmp_path / 'x.db'}", secret_key="s" * 40, clock=NOW
    )
    async with opened(given) as parts:
        borrower_id = await _somebody(parts, tmp_path / "tape")
        await parts.database.write(lambda db: _looked_at(db, borrower_id))
        await parts.database.write(lambda db: erase(db, parts.seals, borrower_id, NOW))
        parts.seals.destroy(borrower_id)
        assert await parts.database.read(_looks) == 0
        with pytest.raises(Broken, match=r"error\.borrower\.unknown"):
            await parts.database.read(lambda db: load_borrower(db, parts.seals, borrower_id))
        left = await parts.database.read(lambda db: _row(db, borrower_id))
        assert left["person"] == b""
        assert left["phone_token"] is None
        assert left["erased_at"] is not None
        assert not parts.seals.has(borrower_id)


async def test_the_next_tape_does_not_bring_back_who_was_erased(tmp_path: Path) -> None:
    given = load_settings(
        database_url=f"sqlite:///{tmp_path / 'x.db'}", secret_key="s" * 40, clock=NOW
    )
    async with opened(given) as parts:
        borrower_id = await _somebody(parts, tmp_path / "tape")
        await parts.database.write(lambda db: erase(db, parts.seals, borrower_id, NOW))
        parts.seals.destroy(borrower_id)
        report = await import_into(parts, tmp_path / "tape")
        assert any(note.key == "tape.note.erased" for note in report.notes)
        assert (await parts.database.read(lambda db: _row(db, borrower_id)))["person"] == b""


async def test_a_borrower_with_an_open_case_is_not_erased(tmp_path: Path) -> None:
    given = load_settings(
        database_url=f"sqlite:///{tmp_path / 'x.db'}", secret_key="s" * 40, clock=NOW
    )
    async with opened(given) as parts:
        borrower_id = await _somebody(parts, tmp_path / "tape")
        await parts.database.write(lambda db: _open_case(db, borrower_id))
        with pytest.raises(Refused, match=r"keys\.erase\.open_case"):
            await parts.database.write(lambda db: erase(db, parts.seals, borrower_id, NOW))
        assert (await parts.database.read(lambda db: _row(db, borrower_id)))["erased_at"] is None


def _row(db: sqlite3.Connection, borrower_id: str) -> sqlite3.Row:
    db.row_factory = sqlite3.Row
    found: sqlite3.Row = db.execute(
        "SELECT * FROM borrower WHERE borrower_id = ?", (borrower_id,)
    ).fetchone()
    return found


def _open_case(db: sqlite3.Connection, borrower_id: str) -> None:
    loan_id = db.execute(
        "SELECT loan_id FROM loan WHERE borrower_id = ?", (borrower_id,)
    ).fetchone()
    db.execute(
        "INSERT INTO relief_case (borrower_id, case_id, loan_id, reference, status, facts, version)"
        " VALUES (?, 'c1', ?, 'RP-1', 'submitted', X'', 1)",
        (borrower_id, loan_id[0]),
    )


def _looked_at(db: sqlite3.Connection, borrower_id: str) -> None:
    db.execute(
        "INSERT INTO look SELECT borrower_id, loan_id, X'00', '' FROM loan WHERE borrower_id = ?",
        (borrower_id,),
    )


def _looks(db: sqlite3.Connection) -> int:
    found: int = db.execute("SELECT count(*) FROM look").fetchone()[0]
    return found
