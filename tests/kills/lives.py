"""Processes that run the whole bot, seen from outside: born, told to stop, killed, mourned."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.kills.points import Blow
from tests.simulator import Bell

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 30.0  # seconds, on a machine that is busy with other things


@dataclass
class Life:
    """One process. `exit_code` is negative for a signal, None while it lives."""

    pid: int
    exit_code: int | None = None

    def signal(self, number: int) -> None:
        """Send a signal to this process."""
        if self.exit_code is None:
            os.kill(self.pid, number)


class Nursery:
    """Forks a process that has everything imported; one child lives at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kills.nursery"],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if not _is_ours(name)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lines: deque[str] = deque()
        self._bell = Bell()
        self._loop: asyncio.AbstractEventLoop | None = None
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """End it, and the child there may be."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.kill()
        self._process.wait(PATIENCE)
        if self._process.stdout is not None:
            self._process.stdout.close()

    async def born(self, order: dict[str, object], blow: Blow) -> Life:
        """A new process, which may be dying already."""
        self._lines.clear()
        stdin = self._process.stdin
        if stdin is None:
            raise RuntimeError("no nursery")
        stdin.write(json.dumps({**order, "blow": asdict(blow)}) + "\n")
        stdin.flush()
        return Life(int((await self.said("born")).split()[1]))

    async def ended(self, life: Life, within: float = PATIENCE) -> int:
        """Its exit code, once it is gone."""
        life.exit_code = int((await self.said("ended", within)).split()[1])
        return life.exit_code

    async def said(self, word: str, within: float = PATIENCE) -> str:
        """The first line that begins with `word`; TimeoutError when none comes."""

        def found() -> str | None:
            return next((line for line in tuple(self._lines) if line.startswith(word)), None)

        self._loop = asyncio.get_running_loop()
        try:
            return await self._bell.until(found, within)
        except TimeoutError:
            told = f"no process said {word!r}; what was said: {list(self._lines)}"
            raise TimeoutError(told) from None

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            self._lines.append(line.strip())
            with suppress(RuntimeError):  # a loop that is closed waits for nothing
                if self._loop is not None:
                    self._loop.call_soon_threadsafe(self._bell.ring)


def _is_ours(name: str) -> bool:
    """Settings of whoever runs the tests, and what would measure the children's coverage."""
    return name.startswith(("REPRIEVE_", "COV_CORE_", "COVERAGE_"))
