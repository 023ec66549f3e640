"""The one process that draws, from our side: started at the first picture, replaced when it fails.

It must not load typst here: it would hold every other thread of the machine while it draws.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog

from bot.chart.drawing_worker import LENGTH
from bot.chart.fonts import FOLDER

log = structlog.get_logger()
_PROGRAM: Final = Path(__file__).with_name("drawing_worker.py")
_TRIES: Final = 2


class DrawingProcess:
    """Draws one thing at a time; `patience` and `idle` are seconds: for one, and without any.

    A program of its own rather than a pool's: a pool's process would import what its parent was
    started as, and keep a second one beside it.
    """

    def __init__(
        self, patience: float = 10.0, idle: float = 60.0, program: Path = _PROGRAM
    ) -> None:
        self._patience = patience
        self._command = (sys.executable, "-P", str(program), str(idle), str(FOLDER))
        self._running: Process | None = None
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The process there is; None before the first picture, and after it ended."""
        running = self._running
        return running.pid if running and running.returncode is None else None

    async def drawn(self, order: bytes) -> bytes | None:
        """The PNG or PDF for an order; None when it cannot be drawn, or two processes failed."""
        async with self._turn:
            for _ in range(_TRIES):
                try:
                    return await self._exchanged(order) or None
                except (OSError, EOFError, TimeoutError) as failed:
                    log.warning("picture.process", failed=type(failed).__name__)
        return None

    async def close(self) -> None:
        """End the process, at once and for good; the next picture would start another."""
        async with self._turn:
            await self._end()

    async def _exchanged(self, order: bytes) -> bytes:
        """What the process answers; it is ended when it does not, or nobody waits any more."""
        answered = False
        try:
            async with asyncio.timeout(self._patience):
                answer = await _asked(await self._ready(), order)
            answered = True
        finally:
            if not answered:
                await self._end()
        return answer

    async def _ready(self) -> Process:
        if self._running is not None and self._running.returncode is not None:
            await self._end()
        if self._running is None:
            self._running = await asyncio.create_subprocess_exec(
                # A session of its own: Ctrl-C is for us, and we close it.
                *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True
            )  # fmt: skip
        return self._running

    async def _end(self) -> None:
        running, self._running = self._running, None
        if running is None:
            return
        with suppress(ProcessLookupError):
            running.kill()
        # Both pipes are closed and what was left is read, so that none outlives the event loop.
        # Not by feeding it nothing: uvloop cannot write to one that has ended by itself.
        if running.stdin is not None:
            running.stdin.close()
        await running.communicate()


async def _asked(process: Process, order: bytes) -> bytes:
    if process.stdin is None or process.stdout is None or process.stdin.is_closing():
        raise EOFError  # a process that ended at once: uvloop would not say so in these words
    process.stdin.write(len(order).to_bytes(LENGTH, "big") + order)
    await process.stdin.drain()
    length = int.from_bytes(await process.stdout.readexactly(LENGTH), "big")
    return await process.stdout.readexactly(length)
