"""A refused start ends: nothing it opened keeps the process alive."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

SECONDS = 60  # a start that hangs is ended and fails; a good one takes about one


def _refused(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "REPRIEVE_SECRET_KEY": "x" * 40,
        "REPRIEVE_DATABASE_URL": f"sqlite:///{folder / 'x.db'}",
        "LC_ALL": "C.UTF-8",
        **settings,
    }
    return subprocess.run(
        [sys.executable, "-m", "bot", "link", "B-1"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_a_database_of_a_newer_program_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.db") as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    ended = _refused(tmp_path)
    assert ended.returncode == 1
    assert "schema 99" in ended.stderr


def test_a_locale_without_a_catalogue_is_refused_with_a_sentence(tmp_path: Path) -> None:
    ended = _refused(tmp_path, REPRIEVE_DEFAULT_LOCALE="xx")
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
