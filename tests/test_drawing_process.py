"""The process that draws, ending by itself: on uvloop, as in production, and on asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest
import uvloop

from bot.chart.drawing_process import DrawingProcess
from bot.chart.drawing_worker import order_of

PATIENT = 60.0  # seconds; nothing here should ever wait as long


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_a_process_that_ended_by_itself_can_be_closed_and_replaced_on_any_event_loop(
    run: Callable[[Coroutine[None, None, None]], None],
) -> None:
    async def idle_twice() -> None:
        process = DrawingProcess(patience=PATIENT, idle=0.01)
        for _ in range(2):
            assert await process.drawn(order_of("#nonsense(", "png", {})) is None
            assert process._running is not None
            await process._running.wait()
        await process.close()

    run(idle_twice())


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_a_process_that_ends_at_once_costs_the_picture_and_nothing_else(
    run: Callable[[Coroutine[None, None, None]], None], tmp_path: Path
) -> None:
    program = tmp_path / "broken.py"
    program.write_text("raise SystemExit(1)")

    async def asked() -> None:
        process = DrawingProcess(patience=PATIENT, program=program)
        for _ in range(3):
            assert await process.drawn(b"x" * 200_000) is None
        await process.close()

    run(asked())
