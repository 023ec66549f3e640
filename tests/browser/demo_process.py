"""A real `reprieve demo` as a person starts it: its own process, folder and port.

It must not look inside: it knows the folder, what was printed, and how to kill.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_SAID_AT_LAST = "Ctrl-C"
_PATIENCE = 60  # seconds until a killed process is gone


@dataclass(slots=True)
class DemoProcess:
    """The demo in `folder`; `url` and `password` are known once it has started."""

    folder: Path
    port: int
    url: str = ""
    password: str = ""
    _running: subprocess.Popen[str] | None = None

    @property
    def log(self) -> Path:
        """What the server logs, beside its folder."""
        return self.folder.with_suffix(".log")

    def start(self) -> None:
        """Start and read what it prints until it serves."""
        with self.log.open("a") as log:
            started = subprocess.Popen(
                [_program(), "demo", "--port", str(self.port), "--folder", str(self.folder)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=_environment(),
            )
        self._running = started
        said = _said_until_ready(started)
        if _SAID_AT_LAST not in said:
            self.kill()
            raise RuntimeError(said + self.log.read_text())
        self.url = _found(r"(http://\S+)/chat", said)
        self.password = _found(r"password (\S+?)\)", said)

    def kill(self) -> None:
        """As a power cut does: nothing is finished, nothing tidied."""
        if self._running is None:
            return
        self._running.kill()
        self._running.wait(_PATIENCE)
        if self._running.stdout is not None:
            self._running.stdout.close()
        self._running = None

    def restart(self) -> None:
        """Killed and started again, on the same folder and port."""
        self.kill()
        self.start()


def demo_in(folder: Path) -> DemoProcess:
    """A demo not started yet, on a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return DemoProcess(folder, probe.getsockname()[1])


def _program() -> str:
    return str(Path(sys.executable).parent / "reprieve")


def _environment() -> dict[str, str]:
    """Ours without its settings, and a terminal in English, whose words are read here."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("REPRIEVE_")}
    return {**ours, "LC_ALL": "en_US.UTF-8", "PYTHONUNBUFFERED": "1"}


def _said_until_ready(started: subprocess.Popen[str]) -> str:
    said = ""
    for line in started.stdout or ():
        said += line
        if _SAID_AT_LAST in line:
            break
    return said


def _found(pattern: str, said: str) -> str:
    found = re.search(pattern, said)
    if found is None:
        raise RuntimeError(said)
    return found[1]
