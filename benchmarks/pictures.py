"""What drawing costs: charts and statements, with the process that draws them and without."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable
from datetime import timedelta
from fractions import Fraction

from benchmarks.figures import policy
from benchmarks.measuring import Figure, elapsed
from benchmarks.portfolios import AS_OF, CNY, REALISTIC
from bot.chart.drawing_process import DrawingProcess
from bot.chart.png import Painter
from bot.domain.chart import Chart, chart_values
from bot.domain.loan import Instalment, Loan
from bot.printing.press import Press
from bot.resources import resource_root
from bot.steps.statement import kept_on, sheet_of
from bot.texts import Texts
from bot.turn import BookedLoan, in_words

_COLD_STARTS, _DRAWN = 5, 5


def chart_cold() -> Figure:
    """The first picture, with the process that draws it; then the same out of the cache."""
    colds, cached, warm = zip(*(asyncio.run(_painted()) for _ in range(_COLD_STARTS)), strict=True)
    return Figure(
        "chart as PNG: cold, cached",
        f"{min(colds) * 1e3:.0f} ms, {min(cached) * 1e3:.2f} ms",
        f"{_starts(min(colds))}; {min(warm) * 1e3:.0f} ms when the process is there",
        "≤ 120 ms, ≤ 5 ms",
    )


def statement_cold() -> Figure:
    """The first statement as PDF, with the process that draws it; then another."""
    colds, warm = zip(*(asyncio.run(_printed()) for _ in range(_COLD_STARTS)), strict=True)
    return Figure(
        "statement as PDF: cold, when the process is there",
        f"{min(colds) * 1e3:.0f} ms, {min(warm) * 1e3:.0f} ms",
        _starts(min(colds)),
        "none",
    )


def _starts(seconds: float) -> str:
    """A cold figure beside its floor: a process of Python that does nothing."""
    bare = elapsed(lambda: subprocess.run([sys.executable, "-c", ""], check=True), _COLD_STARTS)
    return f"{seconds / bare:.1f} x starting Python ({bare * 1e3:.0f} ms)"


async def _painted() -> tuple[float, float, float]:
    drawing = DrawingProcess()
    painter = Painter(Texts(resource_root()), drawing)

    async def seconds(principal: int) -> float:
        return await _seconds(painter.paint(_chart(principal), "en"))

    try:
        cold = await seconds(512_345)
        cached = min([await seconds(512_345) for _ in range(10)])
        warm = min([await seconds(600_000 + more) for more in range(_DRAWN)])
    finally:
        await drawing.close()
    return cold, cached, warm


async def _printed() -> tuple[float, float]:
    drawing, texts = DrawingProcess(), Texts(resource_root())
    press = Press(texts, "Meadow Finance", drawing)

    async def seconds(principal: int) -> float:
        loan = Loan(CNY, (Instalment(1, AS_OF - timedelta(days=75), principal, 0, 0),))
        booked = BookedLoan("1", "LN-1", "cash-loan", "open", loan, AS_OF)
        sheet = sheet_of(kept_on(policy(), booked, AS_OF))
        paper = in_words(sheet, "en", lambda key: texts.plain(key, "en"))
        return await _seconds(press.printed(paper))

    try:
        cold = await seconds(512_345)
        warm = min([await seconds(600_000 + more) for more in range(_DRAWN)])
    finally:
        await drawing.close()
    return cold, warm


async def _seconds(work: Awaitable[object]) -> float:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    if await work is None:
        raise RuntimeError("nothing was drawn")
    return loop.time() - begun


def _chart(principal: int) -> Chart:
    loan = Loan(CNY, (Instalment(1, AS_OF - timedelta(days=75), principal, 0, 0),))
    terms, order = REALISTIC.terms, REALISTIC.allocation
    chart = chart_values("LN-1", loan, terms, order, AS_OF, Fraction(1, 2))
    if chart is None:
        raise RuntimeError("the loan has no chart")
    return chart
