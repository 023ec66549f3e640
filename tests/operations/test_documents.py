"""What operators read and copy agrees with what runs."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from bot.metrics import Meters
from bot.settings import Settings
from bot.store.connection import migrate
from bot.watch.figures import Figures
from tests.chat.house import ROOT

OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
DEPLOYED = sorted((ROOT / "deploy").iterdir())
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
# One instruction a line, comments gone.
PLAIN = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
INSTRUCTIONS = [" ".join(line.split()) for line in PLAIN.splitlines() if line.strip()]


def given(instruction: str) -> list[str]:
    """What is given to each use of an instruction."""
    return [
        line.removeprefix(instruction).strip()
        for line in INSTRUCTIONS
        if line.startswith(f"{instruction} ")
    ]


def test_every_figure_is_described(tmp_path: Path) -> None:
    database = tmp_path / "x.db"
    migrate_into(database)
    figures = Figures(Meters(), database, lambda: datetime(2026, 3, 2, tzinfo=UTC))
    names = {f"{m.name}_total" if m.type == "counter" else m.name for m in figures.collect()}
    names = {"reprieve_info" if name == "reprieve" else name for name in names}
    described = set(re.findall(r"^\| `(reprieve_\w+)`", OPERATIONS, re.MULTILINE))
    assert described == names


def migrate_into(path: Path) -> None:
    """An empty database of the newest schema."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrate(db)


@pytest.mark.parametrize("event", ["turn", "update.quarantined", "outbox.dead", "audit.head"])
def test_every_event_that_asks_for_a_person_is_described(event: str) -> None:
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "bot").rglob("*.py"))
    assert f'"{event}"' in code
    assert event in OPERATIONS


@pytest.mark.parametrize("path", [*DEPLOYED, ROOT / "docs" / "operations.md"], ids=lambda p: p.name)
def test_what_is_copied_names_settings_that_exist(path: Path) -> None:
    ours = {f"REPRIEVE_{name.upper()}" for name in Settings.model_fields}
    places = {"REPRIEVE_BACKUPS", "REPRIEVE_VAULT", "REPRIEVE_SECRET_FILE"}  # compose's own
    named = set(re.findall(r"\bREPRIEVE_[A-Z_]+\b", path.read_text("utf-8")))
    assert named - places <= ours


def test_the_image_starts_from_a_version_and_ends_without_rights() -> None:
    assert all(re.search(r":\d+\.\d+[\w.-]*( AS \w+)?$", base) for base in given("FROM"))
    assert given("USER")[-1] not in {"root", "0", "0:0"}


def test_the_image_keeps_to_what_a_linter_would_say() -> None:
    assert given("ADD") == given("MAINTAINER") == []
    assert all(folder.startswith("/") for folder in given("WORKDIR"))
    assert all(each.startswith("[") for each in [*given("ENTRYPOINT"), *given("CMD")])
    for run in given("RUN"):
        assert not re.search(r"\b(sudo|cd|apt|apt-get|curl|wget)\b", run)
        assert "pip install" not in run or "--no-cache-dir" in run
        assert "pip install" not in run or "--require-hashes" in run or "--no-deps" in run
        assert "useradd" not in run or "--no-log-init" in run
    assert not any(
        one.startswith("RUN ") and two.startswith("RUN ") for one, two in pairwise(INSTRUCTIONS)
    )


def test_no_secret_is_baked_into_the_image() -> None:
    assert not re.search(r"(TOKEN|SECRET\w*)=\S", DOCKERFILE)
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert {".git", ".env", "*.db", "*.keys", "deploy/secret", "deploy/vault"} <= set(ignored)
