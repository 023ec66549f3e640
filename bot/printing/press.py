"""Prints a paper: a sheet as PDF by the process that draws, a table as CSV; remembers both.

It must not print what it cannot print whole: a sign no font has is spelled out, never a box.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

import msgspec
import structlog

from bot.chart import alt
from bot.chart.drawing_process import DrawingProcess
from bot.chart.drawing_worker import order_of
from bot.chart.fonts import spelled_out
from bot.chart.labels import Words
from bot.chart.png import Album
from bot.chart.setting import chart_source, parted, size, written
from bot.domain.chart import Chart
from bot.printing.spreadsheet import csv_of
from bot.turn import Paper, Sheet

log = structlog.get_logger()
_MEMORY: Final = 8 * 1024 * 1024  # about a hundred statements


@dataclass(frozen=True, slots=True)
class Printed:
    """A file: its name, its media type, its content."""

    name: str
    media_type: str
    content: bytes


class Press:
    """Prints with the chart's words out of `texts`, under the name of the lender."""

    def __init__(
        self, texts: Words, lender: str, process: DrawingProcess, memory: int = _MEMORY
    ) -> None:
        self._texts = texts
        self._lender = lender
        self._process = process
        self._album = Album(memory)

    async def printed(self, paper: Paper[str]) -> Printed | None:
        """The file; None when it cannot be drawn now. The same paper gives the same bytes."""
        if paper.table is not None:
            return Printed(paper.name, "text/csv; charset=utf-8", csv_of(paper.table))
        if paper.sheet is None:
            return None
        order = self._order(paper, paper.sheet)
        key = sha256(order).digest()
        content = self._album.found(key) or await self._process.drawn(order)
        if content is None:
            log.warning("paper.failed")
            return None
        self._album.keep(key, content)
        return Printed(paper.name, "application/pdf", content)

    def _order(self, paper: Paper[str], sheet: Sheet[str]) -> bytes:
        """What typst is to do; the day is the statement's, so that no moment stands in the file."""
        words = msgspec.to_builtins(replace(sheet, chart=None)) | {"day": paper.day.isoformat()}
        svg, chart_words, alternative = self._picture(sheet.chart, paper.locale)
        width, height = size()
        look = written(paper.locale) | {
            "lender": self._lender, "alt": alternative, "width": width, "height": height,
        }  # fmt: skip
        inputs = {
            "sheet": spelled_out(json.dumps(words, ensure_ascii=False)),
            "look": spelled_out(json.dumps(look, ensure_ascii=False)),
            "svg": svg,
            "words": json.dumps(chart_words),
        }
        # Tagged, but not as PDF/UA-1: typst refuses that where a sign is shaped of several.
        return order_of(chart_source() + _source(), "pdf", inputs)

    def _picture(self, chart: Chart | None, locale: str) -> tuple[str, list[dict[str, Any]], str]:
        """The chart's shapes, its words, and the same for who cannot see it."""
        if chart is None:
            return "", [], ""
        return *parted(chart, self._texts, locale), alt(chart, self._texts, locale)


@cache
def _source() -> str:
    return files("bot.printing").joinpath("statement.typ").read_text("utf-8")
