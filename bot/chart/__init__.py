"""Pictures: the penalty chart as one SVG, and the same in words for who cannot see it.

It must not compute money: every amount stands in the chart's values already.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from bot.chart.labels import Words, alt, labels_of
from bot.chart.layout import drawing
from bot.chart.look import NARROW, WIDE, colours, dark_style
from bot.domain.chart import Chart

__all__ = ["alt", "draw", "ready"]

Scheme = Literal["light", "dark", "auto"]


def draw(
    chart: Chart, texts: Words, locale: str, scheme: Scheme = "auto", *, narrow: bool = False
) -> str:
    """`chart` as an SVG document; the same values always give the same document.

    `auto` follows the viewer's light or dark setting where style sheets are allowed and is light
    elsewhere. `narrow` is laid out for a phone (480 wide), the other for a page (1,000 wide).
    """
    frame = NARROW if narrow else WIDE
    return _template().render(
        d=drawing(chart, labels_of(chart, texts, locale), frame),
        f=frame,
        colours=colours(dark=scheme == "dark"),
        style=dark_style() if scheme == "auto" else "",
        lang=locale.replace("_", "-"),
    )


def ready() -> None:
    """Compile the template ahead of the first chart: that takes half as long as drawing one."""
    _template()


@cache
def _template() -> Template:
    made = Environment(
        loader=PackageLoader("bot.chart", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return made.get_template("penalty.svg.jinja")
