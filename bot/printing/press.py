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
from babel import Locale

from bot.chart import alt, draw, with_font
from bot.chart.drawing_process import DrawingProcess
from bot.chart.fonts import every_sign, families_for, script_for, script_of, signs_of
from bot.chart.labels import Words
from bot.chart.png import Album
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
        order = json.dumps(self._order(paper, paper.sheet)).encode()
        key = sha256(order).digest()
        content = self._album.found(key) or await self._process.drawn(order)
        if content is None:
            log.warning("paper.failed")
            return None
        self._album.keep(key, content)
        return Printed(paper.name, "application/pdf", content)

    def _order(self, paper: Paper[str], sheet: Sheet[str]) -> dict[str, Any]:
        """What typst is to do; the day is the statement's, so that no moment stands in the file."""
        words = msgspec.to_builtins(replace(sheet, chart=None)) | {"day": paper.day.isoformat()}
        svg, alternative = self._picture(sheet.chart, paper.locale) if sheet.chart else ("", "")
        look = _look(paper.locale) | {"lender": self._lender, "alt": alternative}
        return {
            "source": _source(),
            "format": "pdf",
            "pdf_standards": ["ua-1"],  # read out loud in order, with the chart in words
            "timestamp": 0,
            "sys_inputs": {
                "sheet": spelled_out(json.dumps(words, ensure_ascii=False)),
                "look": spelled_out(json.dumps(look, ensure_ascii=False)),
                "svg": svg,
            },
        }

    def _picture(self, chart: Chart, locale: str) -> tuple[str, str]:
        """The chart with our font, and in words; no picture where no font has all its signs."""
        own = signs_of(script_of(locale))
        for tried in (chart, replace(chart, loan_ref=spelled_out(chart.loan_ref, own))):
            drawn = draw(tried, self._texts, locale, "light", narrow=True)
            script = script_for(drawn.replace("\n", ""), locale)
            if script is not None:
                return with_font(drawn, script), alt(chart, self._texts, locale)
        return "", ""


def spelled_out(words: str, signs: frozenset[str] | None = None) -> str:
    """`words`, each sign that none of our fonts (or not `signs`) can draw as `[U+1F4CE]`."""
    known = every_sign() if signs is None else signs
    if known.issuperset(words):
        return words
    return "".join(
        sign if sign in known or sign == "\n" else f"[U+{ord(sign):04X}]" for sign in words
    )


def _look(locale: str) -> dict[str, Any]:
    """How a language is written: its fonts first, its direction, its region where that matters."""
    parsed = Locale.parse(locale)
    regions = {"Hans": "cn", "Hant": "tw"}
    return {
        "fonts": families_for(locale),
        "lang": parsed.language,
        "region": regions.get(script_of(locale)),
        "direction": parsed.text_direction,
    }


@cache
def _source() -> str:
    return files("bot.printing").joinpath("statement.typ").read_text("utf-8")
