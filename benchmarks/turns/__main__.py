"""`make bench-turns`: a turn by Reprieve and by three other bots, tables into docs/benchmarks.md.

`--quick` measures a little of everything, to see that it works, and writes nothing.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median
from typing import Final

import uvloop

from benchmarks.measuring import machine, publish, table
from benchmarks.turns.bots import BUILD, COMPETITORS, REPRIEVE, Bot, Running, running, versions
from benchmarks.turns.measures import Load, Pace, load

_IDLE: Final = 3.0  # seconds without a turn before memory is looked at
_MODEST, _HIGH = 300.0, 1_000.0  # turns a second
_CALM: Final = 100.0  # the same, where a turn waits for hardly any other
# At least so many times a competitor's turns; and what is aimed at.
_WANTED: Final = ((4.0, 8.0), (2.5, 5.0), (1.0, 2.0))
Rows = list[tuple[str, ...]]


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    conversations: int = 10_000
    many: int = 1_000_000
    warm_up: int = 1_000
    turns: int = 1_500  # of each bot in a round
    rounds: int = 5
    seconds: float = 8.0  # of a load
    loads: int = 3  # of each bot, by turns
    pairs: int = 6  # of loads on the small and on the large file, each of half as long


_QUICK: Final = Sizes(1_000, 10_000, 50, 200, 2, 1.0, 1, 1)


async def main(sizes: Sizes, *, quick: bool) -> None:
    """All of it; the tables are printed and, but for a quick look, published."""
    shutil.rmtree(BUILD / "runs", ignore_errors=True)
    busy = os.getloadavg()[0]
    rivals, alone = await _measured(sizes)
    shutil.rmtree(BUILD / "runs")
    told = "\n\n".join((f"Measured on: {_machine(busy)}.", table(rivals), table(alone)))
    print(told)
    if not quick:
        publish("turns", told)


async def _measured(sizes: Sizes) -> tuple[Rows, Rows]:
    async with AsyncExitStack() as stack:

        async def begun(bot: Bot, number: int, among: int | None = None) -> Running:
            folder = BUILD / "runs" / str(number)
            return await stack.enter_async_context(running(bot, folder, sizes.conversations, among))

        bots = [await begun(bot, at) for at, bot in enumerate((REPRIEVE, *COMPETITORS))]
        await asyncio.sleep(_IDLE)
        idle = [bot.megabytes() for bot in bots]
        paces = await _paces(bots, sizes)
        modest = await _loads(bots, sizes)
        high = await load(bots[0], _HIGH, sizes.seconds / 2)
        small, large = await _by_size(bots[0], await begun(REPRIEVE, len(bots), sizes.many), sizes)
        return (
            _rivals(paces, modest, idle),
            _alone(sizes, bots[0].ready_after, idle[0], (modest[0], high), (small, large)),
        )


async def _paces(bots: list[Running], sizes: Sizes) -> list[Pace]:
    for bot in bots:
        await bot.telegram.closed(sizes.warm_up)
    paces = [Pace(bot) for bot in bots]
    for _ in range(sizes.rounds):
        for pace in paces:
            await pace.round(sizes.turns)
    return paces


async def _loads(bots: list[Running], sizes: Sizes) -> list[Load]:
    """Of several loads by turns, for each bot the one whose 99th percentile is the middle one."""
    every = [[await load(bot, _MODEST, sizes.seconds) for bot in bots] for _ in range(sizes.loads)]
    return [
        sorted(each, key=lambda under: under.p99)[len(each) // 2]
        for each in zip(*every, strict=True)
    ]


async def _by_size(small: Running, large: Running, sizes: Sizes) -> tuple[float, float]:
    """p50 with few and with many conversations in the file, by turns: the median of each."""
    await large.telegram.closed(sizes.warm_up)
    found = [
        [(await load(bot, _CALM, sizes.seconds / 2)).p50 for bot in (small, large)]
        for _ in range(sizes.pairs)
    ]
    return median(pair[0] for pair in found), median(pair[1] for pair in found)


def _rivals(paces: list[Pace], modest: list[Load], idle: list[float]) -> Rows:
    head = ("", "turns a CPU second", "rounds", "Reprieve is", "wanted, aim")
    loads = (f"at {_MODEST:.0f} turns a second", "idle")
    ours = paces[0].a_second
    rows: Rows = [(*head, *loads)]
    for pace, under, megabytes, wanted in zip(paces, modest, idle, (None, *_WANTED), strict=True):
        against = (
            (f"{ours / pace.a_second:.2f} x", f"{wanted[0]:g} x, {wanted[1]:g} x")
            if wanted
            else ("", "")
        )
        name, rate = pace.running.bot.name, f"{pace.a_second:,.0f}"
        rows.append((name, rate, pace.span, *against, under.told(), f"{megabytes:.0f} MB"))
    return rows


def _alone(
    sizes: Sizes,
    ready: float,
    idle: float,
    loads: tuple[Load, Load],
    by_size: tuple[float, float],
) -> Rows:
    few, many = by_size
    size = f"p50 with {sizes.many:,} conversations against {sizes.conversations:,}"
    size = f"{size}, at {_CALM:.0f} a second"
    return [
        ("Reprieve alone", "figure", "wanted"),
        *(
            (f"{under.rate:,.0f} turns a second, by chance", under.told(), wanted)
            for under, wanted in zip(loads, ("p99 ≤ 10 ms", "aim: the same"), strict=True)
        ),
        (size, f"{many:.1f} ms against {few:.1f} ms: {many / few:.2f} x", "≤ 1.2 x"),
        ("ready after its start", f"{ready:.2f} s", "≤ 1 s"),
        ("idle", f"{idle:.0f} MB", "≤ 120 MB"),
    ]


def _machine(busy: float) -> str:
    """The machine, what else it did when this began, and the versions of the others."""
    ours = machine("python-telegram-bot", "aiohttp", "uvicorn")
    return f"{ours}; {', '.join(versions())}; the machine's load before: {busy:.1f}"


if __name__ == "__main__":
    quick_look = "--quick" in sys.argv
    uvloop.run(main(_QUICK if quick_look else Sizes(), quick=quick_look))
