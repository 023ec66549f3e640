"""A real `reprieve run` in a process of its own, over given files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chat.house import SECRET

_PATIENCE = 60  # seconds until a process that was asked to stop is gone


@dataclass
class Running:
    """`url` once it has said that it listens; `log` what it wrote to standard error."""

    process: subprocess.Popen[str]
    url: str
    log: Path

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(_PATIENCE)


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Running]:
    """`reprieve run` over the files of `folder`; killed at the end if it still runs."""
    log = folder / "log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [str(Path(sys.executable).parent / "reprieve"), "run"],
            cwd=folder,
            env=_environment(folder, settings),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield Running(process, _url(process, log), log)
        finally:
            process.kill()
            process.wait(_PATIENCE)
            if process.stdout is not None:
                process.stdout.close()


def _url(process: subprocess.Popen[str], log: Path) -> str:
    said = process.stdout.readline() if process.stdout is not None else ""
    found = next((word.strip(".") for word in said.split() if word.startswith("http")), None)
    if found is None:
        raise RuntimeError(said + log.read_text())
    return found.rstrip("/")


def _environment(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("REPRIEVE_")}
    given = {
        "DATABASE_URL": f"sqlite:///{folder / 'house.db'}",
        "KEY_FILE": str(folder / "house.keys"),
        "SECRET_KEY": SECRET.decode(),
        "HTTP_PORT": "0",
        **settings,
    }
    return {
        **ours,
        "LC_ALL": "en_US.UTF-8",
        "PYTHONUNBUFFERED": "1",
        **{f"REPRIEVE_{name}": value for name, value in given.items()},
    }
