"""A drawn chart taken apart for typst: its shapes as SVG, its words with their places.

It must not draw: typst sets the words, because its SVG takes Hindi apart.
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from importlib.resources import files
from typing import Any, Final

from babel import Locale

from bot.chart import draw
from bot.chart.fonts import families_for, script_of, spelled_out
from bot.chart.labels import Words
from bot.chart.look import NARROW
from bot.domain.chart import Chart

_WORDS: Final = re.compile(r"<text ([^>]*)>([^<]*)</text>\n?")
_ATTRIBUTE: Final = re.compile(r'([a-z-]+)="([^"]*)"')
_REGIONS: Final = {"Hans": "cn", "Hant": "tw"}  # whose commas and quotes are theirs


def parted(chart: Chart, texts: Words, locale: str) -> tuple[str, list[dict[str, Any]]]:
    """The chart's shapes for a phone on white paper, and each of its words as `chart.typ` takes it.

    A sign that none of our fonts has is spelled out.
    """
    drawn = draw(chart, texts, locale, "light", narrow=True)
    return _WORDS.sub("", drawn), [_word(*found.groups()) for found in _WORDS.finditer(drawn)]


def written(locale: str) -> dict[str, Any]:
    """How a language is written: its fonts first, its direction, its region where that matters."""
    parsed = Locale.parse(locale)
    return {
        "fonts": families_for(locale),
        "lang": parsed.language,
        "region": _REGIONS.get(script_of(locale)),
        "rtl": parsed.text_direction == "rtl",
    }


@cache
def chart_source() -> str:
    """What defines `chart` for a document of typst's."""
    return files("bot.chart").joinpath("chart.typ").read_text("utf-8")


def size() -> tuple[int, int]:
    """Width and height of the chart in points."""
    return NARROW.width, NARROW.height


def _word(attributes: str, words: str) -> dict[str, Any]:
    found = dict(_ATTRIBUTE.findall(attributes))
    return {
        "x": float(found["x"]),
        "y": float(found["y"]),
        "size": float(found["font-size"]),
        "weight": int(found.get("font-weight", 400)),
        "anchor": found["text-anchor"],
        "colour": found["color"],
        "halo": "stroke" in found,
        "words": spelled_out(unescape(words)),
    }
