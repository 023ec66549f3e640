"""The chart as a PNG, for a channel that shows no SVG: drawn once, remembered, in a process apart.

It must not fail its caller: without a picture the words stay, and they say the same.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from hashlib import sha256
from typing import Final

import structlog

from bot.chart import ready
from bot.chart.drawing_process import DrawingProcess
from bot.chart.drawing_worker import order_of
from bot.chart.labels import Words
from bot.chart.setting import chart_source, parted, size, written
from bot.domain.chart import Chart

log = structlog.get_logger()
# The longest side Telegram shows as sent; larger photos it makes smaller, and less sharp.
_HEIGHT: Final = 1280
_POINTS_AN_INCH: Final = 72
_SOURCE: Final = """
#set page(width: auto, height: auto, margin: 0pt)
#let look = json(bytes(sys.inputs.look))
#chart(
  sys.inputs.svg, json(bytes(sys.inputs.words)), look.width, look.height, none,
  look.fonts, look.lang, look.region, look.rtl,
)"""
_MEMORY: Final = 8 * 1024 * 1024  # about 90 pictures


class Painter:
    """Paints charts with the words of `texts`; remembers up to `memory` bytes of them."""

    def __init__(self, texts: Words, process: DrawingProcess, memory: int = _MEMORY) -> None:
        self._texts = texts
        ready()
        self._process = process
        self._album = Album(memory)

    async def paint(self, chart: Chart, locale: str) -> bytes | None:
        """`chart` as a PNG in `locale`, laid out for a phone; None when it cannot be painted.

        The same values give the same bytes.
        """
        order = self._order(chart, locale)
        key = sha256(order).digest()
        picture = self._album.found(key) or await self._process.drawn(order)
        if picture is None:
            log.warning("picture.failed")
            return None
        self._album.keep(key, picture)
        return picture

    def _order(self, chart: Chart, locale: str) -> bytes:
        """What typst is to do."""
        svg, words = parted(chart, self._texts, locale)
        width, height = size()
        look = written(locale) | {"width": width, "height": height}
        inputs = {"svg": svg, "words": json.dumps(words), "look": json.dumps(look)}
        ppi = _POINTS_AN_INCH * _HEIGHT / height
        return order_of(chart_source() + _SOURCE, "png", inputs, ppi)


class Album:
    """Pictures by what they were drawn from; the ones longest unused go when they are too many."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0
        self._pictures: OrderedDict[bytes, bytes] = OrderedDict()

    def found(self, key: bytes) -> bytes | None:
        """The picture, now the last to go; None when it is not here."""
        if key in self._pictures:
            self._pictures.move_to_end(key)
        return self._pictures.get(key)

    def keep(self, key: bytes, picture: bytes) -> None:
        """Hold on to a picture."""
        if key in self._pictures or len(picture) > self._most:
            return
        self._pictures[key] = picture
        self._held += len(picture)
        while self._held > self._most:
            _, oldest = self._pictures.popitem(last=False)
            self._held -= len(oldest)
