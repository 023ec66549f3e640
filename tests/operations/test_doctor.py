"""`reprieve doctor` finds what is wrong and says what to do."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.app import real_clock
from bot.doctor import Level
from tests.chat.house import ROOT
from tests.operations.operator import Operator
from tests.store.files import tampered

POLICY = (ROOT / "policy" / "default.toml").read_text("utf-8")


class Usage(NamedTuple):
    """What `shutil.disk_usage` tells."""

    total: int
    used: int
    free: int


@pytest.fixture(autouse=True)
def words_stand_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogues are checked by their own tests; others may be editing them now."""
    monkeypatch.setattr("bot.doctor.rules.check_catalogues", lambda _root: [])


def levels(operator: Operator) -> dict[str, Level]:
    """The worst of each check, as `--json` tells it."""
    order = list(Level)
    worst: dict[str, Level] = {}
    for told in operator.asks("doctor"):
        level = Level(told["level"])
        worst[told["check"]] = max(level, worst.get(told["check"], level), key=order.index)
    return worst


def said(operator: Operator, check: str) -> str:
    """What is said of one thing."""
    return " ".join(told["message"] for told in operator.asks("doctor") if told["check"] == check)


def test_a_sound_installation_fails_at_nothing(operator: Operator) -> None:
    assert Level.FAIL not in levels(operator).values()
    assert operator.code == 0
    assert operator.runs("doctor")
    assert "ok   database: It is whole" in operator.said


def test_before_the_first_start_nothing_fails(operator: Operator, tmp_path: Path) -> None:
    operator.sets(
        DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}", KEY_FILE=str(tmp_path / "new.keys")
    )
    told = levels(operator)
    assert Level.FAIL not in told.values()
    assert told["database"] is Level.WARN
    assert not (tmp_path / "new.db").exists()
    assert not (tmp_path / "new.keys").exists()


def test_settings_that_are_not_understood_are_named(operator: Operator) -> None:
    operator.sets(HTTP_PORT="ninety")
    assert not operator.runs("doctor")
    assert "REPRIEVE_HTTP_PORT" in operator.said


def test_what_is_for_rehearsals_is_told(operator: Operator) -> None:
    operator.sets(DEMO="1", CLOCK="2026-03-01T09:00+08:00")
    assert "REPRIEVE_DEMO" in said(operator, "settings")
    assert "REPRIEVE_CLOCK" in said(operator, "settings")


def _wipe_keys(folder: Path) -> None:
    (folder / "house.keys").unlink()


def _garble_keys(folder: Path) -> None:
    (folder / "house.keys").write_bytes(b"no key file at all" * 100)


def _open_keys(folder: Path) -> None:
    (folder / "house.keys").chmod(0o644)


def _garble_database(folder: Path) -> None:
    (folder / "house.db").write_bytes(b"no database at all" * 1000)


def _older(folder: Path) -> None:
    tampered(folder / "house.db", "PRAGMA user_version = 1")


def _newer(folder: Path) -> None:
    tampered(folder / "house.db", "PRAGMA user_version = 99")


def _ahead(folder: Path) -> None:
    tampered(
        folder / "house.db",
        "INSERT INTO audit_head VALUES (1, '2099-01-01', '2099-01-01T00:00:00+00:00', x'00')",
    )


def _unknown_product(folder: Path) -> None:
    tampered(folder / "house.db", "UPDATE loan SET product = 'mystery'")


@pytest.mark.parametrize(
    ("harm", "check", "level", "words"),
    [
        (_wipe_keys, "keys", Level.FAIL, "bring its copy back"),
        (_garble_keys, "keys", Level.FAIL, "cannot be read"),
        (_open_keys, "keys", Level.WARN, "chmod 600"),
        (_garble_database, "database", Level.FAIL, "restore"),
        (_older, "database", Level.WARN, "Back it up first"),
        (_newer, "database", Level.FAIL, "newer program"),
        (_ahead, "clock", Level.FAIL, "NTP"),
        (_unknown_product, "products", Level.FAIL, "no terms"),
        (_unknown_product, "products", Level.FAIL, "no name"),
    ],
)
def test_harm_is_found(
    operator: Operator, harm: Callable[[Path], None], check: str, level: Level, words: str
) -> None:
    harm(operator.folder)
    assert levels(operator)[check] is level
    assert operator.code == (1 if level is Level.FAIL else 0)
    assert words in said(operator, check)


def _set_aside(folder: Path) -> None:
    tampered(
        folder / "house.db",
        "INSERT INTO inbox (source, key, received_at, kind, subject_id, state, attempts)"
        " VALUES ('telegram', '1', '2026-03-01', 'text', 'x', 'quarantined', 3)",
    )


def _given_up(folder: Path, *more: str) -> None:
    tampered(
        folder / "house.db",
        "INSERT INTO message (chat_id, seq, message_id, subject_id, turn_id, at, speaker, body)"
        " VALUES ('c', 1, '019cac0f34b0', 'c', 't', '2026-03-01T00:00:00+00:00', 'person', x'')",
        "INSERT INTO outbox (message_id, chat_id, seq, channel, state)"
        " VALUES ('019cac0f34b0', 'c', 1, 'telegram', 'dead')",
        *more,
    )


def _late(folder: Path) -> None:
    _given_up(folder, "UPDATE outbox SET state = 'ready'")


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_set_aside, "1 update is set aside"),
        (_given_up, "was given up"),
        (_late, "The oldest message not sent waits since"),
    ],
)
def test_what_waits_for_a_person_is_told(
    operator: Operator, harm: Callable[[Path], None], words: str
) -> None:
    harm(operator.folder)
    assert levels(operator)["queues"] is Level.WARN
    assert words in said(operator, "queues")
    assert operator.code == 0


def test_another_master_secret_opens_nothing(operator: Operator) -> None:
    operator.sets(SECRET_KEY="another secret of thirty-two characters and more")
    assert "Use the secret it was made with" in said(operator, "keys")


def test_no_master_secret_is_told(operator: Operator) -> None:
    operator.sets(SECRET_KEY="short")
    assert "REPRIEVE_SECRET_KEY" in said(operator, "keys")


@pytest.mark.parametrize(
    ("free", "level"), [(1 << 40, Level.OK), (1 << 30, Level.WARN), (1 << 20, Level.FAIL)]
)
def test_a_disk_that_fills_up_is_told(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, free: int, level: Level
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1 << 41, 0, free))
    assert levels(operator)["disk"] is level


def test_a_journal_without_end_is_told(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.doctor.files._JOURNAL", -1)
    assert levels(operator)["journal"] is Level.WARN


@pytest.mark.parametrize(("days", "level"), [(0, Level.OK), (1, Level.OK), (3, Level.WARN)])
def test_a_backup_is_no_older_than_two_days(operator: Operator, days: int, level: Level) -> None:
    assert levels(operator)["backup"] is Level.WARN
    made = (real_clock() - timedelta(days=days)).isoformat()
    with closing(sqlite3.connect(operator.folder / "house.db")) as db, db:
        db.execute("INSERT INTO meta VALUES ('backed_up_at', ?)", (made,))
    assert levels(operator)["backup"] is level


def test_every_fault_of_the_policy_is_named(operator: Operator, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    operator.sets(POLICY=str(policy))
    assert "cannot be read" in said(operator, "policy")
    policy.write_text(POLICY.replace('rounding = "half_even"', 'rounding = "upwards"'), "utf-8")
    assert levels(operator)["policy"] is Level.FAIL
    assert "rounding" in said(operator, "policy")
    policy.write_text(POLICY, "utf-8")
    assert levels(operator)["policy"] is Level.WARN  # above the yearly ceiling, as shipped


def test_a_policy_without_a_programme_today_is_told(operator: Operator) -> None:
    operator.sets(CLOCK="2001-01-01T09:00+08:00")
    assert "nobody can apply" in said(operator, "policy")


def test_catalogues_with_faults_are_told(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.doctor.rules.check_catalogues", lambda _root: ["en: x is missing"])
    assert levels(operator)["catalogues"] is Level.FAIL
    assert "x is missing" in said(operator, "catalogues")


def test_a_look_that_breaks_ends_no_other(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_path: object) -> Usage:
        raise PermissionError

    monkeypatch.setattr(shutil, "disk_usage", breaks)
    told = levels(operator)
    assert told["disk"] is Level.FAIL
    assert told["telegram"] is Level.OK
