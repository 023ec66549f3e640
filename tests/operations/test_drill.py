"""The restore drill, and what backup and restore refuse."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from bot.app import only_one
from bot.store.connection import newest_schema
from tests.chat.house import House
from tests.chat.person import Chat
from tests.operations.operator import Operator
from tests.operations.running import running
from tests.store.files import tampered


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Another machine's folder."""
    (tmp_path / "elsewhere").mkdir()
    return tmp_path / "elsewhere"


@pytest.fixture
def backed(operator: Operator, tmp_path: Path) -> tuple[Path, Path]:
    """A backup and its keys, in folders of their own."""
    copy, keys = tmp_path / "backups" / "b.db", tmp_path / "vault" / "keys"
    assert operator.runs("backup", copy, "--keys", keys), operator.said
    return copy, keys


def moved(operator: Operator, folder: Path) -> None:
    """From now on the operator sits at another machine."""
    operator.sets(DATABASE_URL=f"sqlite:///{folder / 'house.db'}", KEY_FILE=f"{folder}/house.keys")


async def _chatting(chat: Chat, until: asyncio.Event) -> int:
    said = 0
    while not until.is_set():
        assert await chat.say("/my_data")
        said += 1
    return said


async def test_the_drill_back_up_while_writing_restore_elsewhere_verify_run(
    house: House, ann: Chat, operator: Operator, tmp_path: Path, elsewhere: Path
) -> None:
    done = asyncio.Event()
    writing = asyncio.create_task(_chatting(ann, done))
    copy, keys = tmp_path / "backups" / "b.db", tmp_path / "vault" / "keys"
    assert await operator.runs_beside("backup", copy, "--keys", keys), operator.said
    done.set()
    assert await writing > 0

    moved(operator, elsewhere)
    assert await operator.runs_beside("restore", copy, "--keys", keys), operator.said
    assert await operator.runs_beside("verify"), operator.said
    assert "All is whole" in operator.said
    with running(elsewhere) as there:
        async with httpx.AsyncClient() as client:
            ready = await client.get(f"{there.url}/readyz")
        assert (ready.status_code, ready.json()) == (200, {"ready": True, "failing": []})
        assert there.stop() == 0
    assert len(await house.rows("SELECT 1 FROM message")) >= _messages(elsewhere) > 0


def _messages(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "house.db")) as db:
        return int(db.execute("SELECT count(*) FROM message").fetchone()[0])


def test_a_folder_takes_backups_named_after_their_moment(
    operator: Operator, tmp_path: Path
) -> None:
    assert operator.runs("backup", tmp_path)
    assert len(list(tmp_path.glob("reprieve-*Z.db"))) == 1
    assert "was not copied" in operator.said


def test_the_backup_notes_when_it_was_made(operator: Operator, backed: tuple[Path, Path]) -> None:
    with closing(sqlite3.connect(operator.folder / "house.db")) as db:
        assert db.execute("SELECT 1 FROM meta WHERE name = 'backed_up_at'").fetchone()
    assert backed[0].exists()


def test_a_backup_replaces_another_only_when_told(
    operator: Operator, backed: tuple[Path, Path]
) -> None:
    assert not operator.runs("backup", backed[0])
    assert "already" in operator.said
    assert operator.runs("backup", backed[0], "--force")


def test_keys_are_not_kept_beside_the_backup(operator: Operator, tmp_path: Path) -> None:
    assert not operator.runs("backup", tmp_path / "b.db", "--keys", tmp_path / "b.keys")
    assert "apart" in operator.said
    assert not (tmp_path / "b.db").exists()


def test_the_newest_keys_replace_the_copy_before(
    operator: Operator, backed: tuple[Path, Path], tmp_path: Path
) -> None:
    keys = backed[1]
    keys.write_bytes(b"older")
    assert operator.runs("backup", tmp_path / "more.db", "--keys", keys.parent / "keys")
    assert keys.read_bytes().startswith(b"SQLite format 3")
    assert [path.name for path in keys.parent.iterdir()] == ["keys"]


def test_restoring_asks_before_it_replaces_and_keeps_what_was_there(
    operator: Operator, backed: tuple[Path, Path]
) -> None:
    assert not operator.runs("restore", backed[0])
    assert "--force" in operator.said
    assert operator.runs("restore", backed[0], "--force"), operator.said
    assert len(list(operator.folder.glob("house.db.before-*"))) == 1
    assert operator.runs("verify"), operator.said


async def test_restoring_refuses_a_database_in_use(
    operator: Operator, backed: tuple[Path, Path]
) -> None:
    async with only_one(operator.folder / "house.db"):
        assert not await operator.runs_beside("restore", backed[0], "--force")
    assert "run" in operator.said
    assert not list(operator.folder.glob("house.db.before-*"))


def test_restoring_refuses_a_backup_that_is_not_whole(
    operator: Operator, backed: tuple[Path, Path], elsewhere: Path
) -> None:
    tampered(backed[0], "PRAGMA user_version = 99")
    moved(operator, elsewhere)
    assert not operator.runs("restore", backed[0], "--keys", backed[1])
    assert "version 99" in operator.said
    assert not (elsewhere / "house.db").exists()
    assert not (elsewhere / "house.keys").exists()


def test_restoring_refuses_when_no_keys_are_there(
    operator: Operator, backed: tuple[Path, Path], elsewhere: Path
) -> None:
    moved(operator, elsewhere)
    assert not operator.runs("restore", backed[0])
    assert "no key file" in operator.said


def test_a_restored_outbox_says_that_its_messages_may_repeat(
    operator: Operator, backed: tuple[Path, Path]
) -> None:
    tampered(
        backed[0],
        "INSERT INTO chat (chat_id, channel, address_token, locale)"
        " VALUES ('c', 'web', x'00', 'en')",
        "INSERT INTO message VALUES ('c', 1, 'm', NULL, 'system', 't', 'x', 'reprieve', x'', NULL)",
        "INSERT INTO outbox (message_id, chat_id, seq, channel, state)"
        " VALUES ('m', 'c', 1, 'web', 'ready')",
    )
    with closing(sqlite3.connect(operator.folder / "house.keys")) as keys, keys:
        keys.execute("INSERT INTO destroyed_key VALUES ('c')")
    assert operator.runs("restore", backed[0], "--force"), operator.said
    with closing(sqlite3.connect(operator.folder / "house.db")) as db:
        assert db.execute("SELECT may_repeat FROM outbox").fetchall() == [(1,)]


async def test_who_was_erased_after_the_backup_stays_erased(
    house: House, operator: Operator, backed: tuple[Path, Path]
) -> None:
    ann = await house.borrower_id("ann")
    house.seals.destroy(ann)
    await house.close()
    assert await operator.runs_beside("restore", backed[0], "--force"), operator.said
    assert "stays erased" in operator.said
    assert await operator.runs_beside("verify"), operator.said
    await house.open()
    assert await house.value("SELECT erased_at FROM borrower WHERE borrower_id = :b", b=ann)


def test_old_keys_are_refused_because_they_would_bring_the_erased_back(
    operator: Operator, backed: tuple[Path, Path]
) -> None:
    tampered(
        operator.folder / "house.db",
        "UPDATE borrower SET erased_at = '2026-03-01' WHERE borrower_id ="
        " (SELECT min(borrower_id) FROM borrower)",
    )
    assert not operator.runs("verify", "--keys", backed[1])
    assert "old copy" in operator.said


def test_verifying_answers_as_json_too(operator: Operator, backed: tuple[Path, Path]) -> None:
    assert operator.runs("verify", backed[0], "--keys", backed[1], "--json")
    told = json.loads(operator.said)
    assert told["whole"] is True
    assert told["schema"] == newest_schema()
    assert told["keys"] > 0


def test_verifying_names_a_file_that_is_not_there(operator: Operator, tmp_path: Path) -> None:
    assert not operator.runs("verify", tmp_path / "none.db")
    assert "no such file" in operator.said
