"""The words of a chart, rendered in the viewer's locale before anything is drawn.

It must not hold a word itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.chart import Band, Chart, Mark
from bot.domain.money import Money
from bot.turn import Short, Text, text

_STEPS = (1, 2, 5, 10, 20, 25, 50)
_MOST_TICKS = 5


class Words(Protocol):
    """What the painter needs of `Texts`."""

    def plain(self, text: Text, locale: str) -> str:
        """`text` as plain words."""


@dataclass(frozen=True, slots=True)
class Card:
    """A marked day in words: what it is, and its penalty."""

    label: str
    amount: str


@dataclass(frozen=True, slots=True)
class Labels:
    """Every word on the chart: a long and a short one for a band, minor units with a tick's."""

    title: str
    subtitle: str
    description: str
    axis: str
    today: str
    bands: tuple[tuple[str, str], ...]
    cards: tuple[Card, ...]
    ticks: tuple[tuple[int, str], ...]


def labels_of(chart: Chart, texts: Words, locale: str) -> Labels:
    """All labels of `chart` in `locale`."""

    def said(key: str, **slots: object) -> str:
        return texts.plain(Text(key, slots), locale)

    ticks = _ticks(max(chart.totals))
    return Labels(
        title=said("chart.title"),
        subtitle=said("chart.subtitle", base=_money(chart, chart.base), ref=chart.loan_ref),
        description=alt(chart, texts, locale),
        axis=said("chart.axis"),
        today=said("chart.today", day=chart.today),
        bands=tuple(
            (texts.plain(long, locale), texts.plain(short, locale))
            for long, short in (_band(chart, band) for band in chart.bands)
        ),
        cards=tuple(
            Card(
                texts.plain(_card(chart, mark), locale),
                said("chart.amount", amount=_money(chart, mark.amount)),
            )
            for mark in chart.marks
        ),
        ticks=tuple(
            (minor, said("chart.amount", amount=Short(_money(chart, minor)))) for minor in ticks
        ),
    )


def alt(chart: Chart, texts: Words, locale: str) -> str:
    """The chart in a sentence or two, for screen readers and for where no picture can be shown."""
    amounts = {mark.kind: _money(chart, mark.amount) for mark in chart.marks}
    said = text(
        "chart.alt",
        ref=chart.loan_ref,
        day=chart.today,
        today=amounts["today"],
        in_7=amounts["in_7"],
        in_30=amounts["in_30"],
    )
    if chart.relief is None:
        return texts.plain(said, locale)
    relief = text("chart.alt.relief", percent=chart.relief, left=amounts["relief"])
    return texts.plain(text("chart.alt.both", growth=said, relief=relief), locale)


def _money(chart: Chart, minor: int) -> Money:
    return Money(minor, chart.currency)


def _band(chart: Chart, band: Band) -> tuple[Text, Text]:
    charge = _charge(chart, band)
    if band.until is None:
        return text("chart.band.from", start=band.start, charge=charge), charge
    if band.until == band.start:
        return text("chart.band.day", start=band.start, charge=charge), charge
    return text("chart.band.days", start=band.start, until=band.until, charge=charge), charge


def _charge(chart: Chart, band: Band) -> Text:
    amount = Short(_money(chart, band.each_day))
    if band.rate and band.each_day:
        return text("chart.charge.both", rate=band.rate, amount=amount)
    if band.rate:
        return text("chart.charge.rate", rate=band.rate)
    return text("chart.charge.fixed", amount=amount) if band.each_day else text("chart.charge.none")


def _card(chart: Chart, mark: Mark) -> Text:
    if mark.kind == "relief":
        return text("chart.card.relief", percent=chart.relief)
    return text(f"chart.card.{mark.kind}")


def _ticks(highest: int) -> Sequence[int]:
    """Round amounts from 0 to about `highest`, six at most."""
    if not highest:
        return (0,)
    step = _step(highest)
    return range(0, highest + step // 10 + 1, step)


def _step(highest: int) -> int:
    scale = 1
    while scale * _STEPS[-1] * _MOST_TICKS < highest:
        scale *= 10
    return next(scale * step for step in _STEPS if scale * step * _MOST_TICKS >= highest)
