"""Where everything of a chart stands: shapes and placed words, ready for the template.

It must not hold a colour or a word; floats in here are places on the canvas, never money.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.chart.labels import Card, Labels
from bot.chart.lettering import fitted, width
from bot.chart.look import BANDS, Frame
from bot.domain.chart import Chart, Mark

_HEADROOM = 1.2  # the curve leaves the top to the labels
_STRIP = 32  # height of the strip with the bands' labels
_BOLD = 1.08  # how much wider bold type is
_SMALLEST = 0.72  # words may shrink to this share of their size
_DAY_STEPS = (15, 30, 60, 90, 180, 360, 720, 1_440, 3_600)
_PLACES = ((0, 0), (0, -1), (0, 1), (1, 0), (1, -1), (-1, -1), (0, -2), (1, 1), (2, 0), (2, -1))


@dataclass(frozen=True, slots=True)
class Word:
    """Words at a place."""

    x: float
    y: float
    words: str
    size: float
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class BandShape:
    """The ground of a band, its label (None when it would not fit) and the area that grew in it."""

    role: str
    x: float
    width: float
    label: Word | None
    area: str


@dataclass(frozen=True, slots=True)
class Badge:
    """A numbered mark, and the point it stands for when it had to step aside."""

    role: str
    number: int
    x: float
    y: float
    point: tuple[float, float]
    aside: bool


@dataclass(frozen=True, slots=True)
class CardShape:
    """A card under the chart."""

    role: str
    number: int
    x: float
    y: float
    width: float
    label: Word
    amount: Word


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything the template writes down."""

    labels: Labels
    title: Word
    subtitle: Word
    axis: Word
    today: Word
    today_x: float
    bands: tuple[BandShape, ...]
    heights: tuple[Word, ...]
    days: tuple[Word, ...]
    relief: str
    badges: tuple[Badge, ...]
    cards: tuple[CardShape, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    """From days and minor units to places on the canvas."""

    frame: Frame
    last_day: int
    top_amount: float

    def x(self, day: int) -> float:
        """The place of a day late."""
        frame = self.frame
        return round(frame.left + (frame.right - frame.left) * day / self.last_day, 1)

    def y(self, amount: int) -> float:
        """The place of an amount."""
        frame = self.frame
        room = frame.bottom - frame.top - _STRIP
        return round(frame.bottom - room * amount / self.top_amount, 1)


def drawing(chart: Chart, labels: Labels, frame: Frame) -> Drawing:
    """`chart` laid out on `frame`."""
    scale = _Scale(frame, chart.days[-1], _HEADROOM * (max(chart.totals) or 1))
    across = frame.width - 2 * frame.margin
    return Drawing(
        labels=labels,
        title=_fit(frame.margin, 52 * frame.title / 30, labels.title, frame.title, across),
        subtitle=_fit(frame.margin, _subtitle_y(frame), labels.subtitle, frame.subtitle, across),
        axis=Word(
            (frame.left + frame.right) / 2,
            frame.bottom + 3.1 * frame.label,
            labels.axis,
            frame.label,
        ),
        today=_today(chart, labels.today, scale),
        today_x=scale.x(chart.today),
        bands=tuple(_bands(chart, labels, scale)),
        heights=tuple(_height(minor, words, scale) for minor, words in labels.ticks),
        days=tuple(_day_ticks(scale)),
        relief=_relief_line(chart, scale),
        badges=tuple(_badges(chart.marks, scale)),
        cards=tuple(_cards(chart.marks, labels.cards, frame)),
    )


def _subtitle_y(frame: Frame) -> float:
    return 52 * frame.title / 30 + 1.9 * frame.subtitle


def _fit(x: float, y: float, words: str, size: float, room: float, anchor: str = "start") -> Word:
    smallest = size * _SMALLEST
    return Word(
        x, round(y, 1), words, round(fitted(words, size, room, smallest) or smallest, 1), anchor
    )


def _today(chart: Chart, words: str, scale: _Scale) -> Word:
    """Left of today's line, or right of it where the left has no room."""
    frame, x = scale.frame, scale.x(chart.today)
    size = frame.label + 1
    y = frame.top + _STRIP + 26
    if x - frame.left > width(words, size) + 14:
        return Word(x - 10, y, words, size, "end")
    return Word(x + 10, y, words, size, "start")


def _bands(chart: Chart, labels: Labels, scale: _Scale) -> Iterator[BandShape]:
    below = (0,) * len(chart.days)
    edges = [
        (scale.x(band.start - 1), scale.x(chart.days[-1] if band.until is None else band.until))
        for band in chart.bands
    ]
    words = _band_labels(labels, edges, scale.frame)
    for at, (start, end) in enumerate(edges):
        above = tuple(map(sum, zip(below, chart.layers[at], strict=True)))
        yield BandShape(
            role=f"band{min(at, BANDS - 1)}",
            x=start,
            width=round(end - start, 1),
            label=words[at],
            area=_area(chart.days, below, above, scale),
        )
        below = above


def _band_labels(
    labels: Labels, edges: Sequence[tuple[float, float]], frame: Frame
) -> Sequence[Word | None]:
    """Long labels if each band with room for a short one has room for them too, else short ones."""
    pairs = [
        (_band_label(long, *at, frame), _band_label(short, *at, frame))
        for (long, short), at in zip(labels.bands, edges, strict=True)
    ]
    all_long = all(long or not short for long, short in pairs)
    return [long if all_long else short for long, short in pairs]


def _band_label(words: str, start: float, end: float, frame: Frame) -> Word | None:
    size = fitted(words, frame.label, end - start - 10, 0.8 * frame.label)
    middle = round((start + end) / 2, 1)
    return Word(middle, frame.top + 22, words, round(size, 1)) if size else None


def _area(days: Sequence[int], below: Sequence[int], above: Sequence[int], scale: _Scale) -> str:
    """The outline between two curves; empty when they never part."""
    parted = [at for at in range(len(days)) if above[at] > below[at]]
    if not parted:
        return ""
    around = range(max(parted[0] - 1, 0), min(parted[-1] + 2, len(days)))
    upper = [_point(scale.x(days[at]), scale.y(above[at])) for at in around]
    lower = [_point(scale.x(days[at]), scale.y(below[at])) for at in reversed(around)]
    return " ".join(upper + lower)


def _point(x: float, y: float) -> str:
    return f"{x:.1f},{y:.1f}"


def _height(minor: int, words: str, scale: _Scale) -> Word:
    frame = scale.frame
    room = frame.left - 12
    return _fit(frame.left - 8, scale.y(minor), words, frame.tick, room, "end")


def _day_ticks(scale: _Scale) -> Iterator[Word]:
    frame, last = scale.frame, scale.last_day
    step = next((each for each in _DAY_STEPS if last <= each * frame.most_days), _DAY_STEPS[-1])
    for day in range(0, last + 1, step):
        yield Word(scale.x(day), frame.bottom + 22, str(day), frame.tick)


def _relief_line(chart: Chart, scale: _Scale) -> str:
    """From today's penalty down by the relief, then along the same growth; empty without relief."""
    amounts = {mark.kind: mark.amount for mark in chart.marks}
    if "relief" not in amounts:
        return ""
    less = amounts["today"] - amounts["relief"]
    ahead = [
        (day, total)
        for day, total in zip(chart.days, chart.totals, strict=True)
        if day >= chart.today
    ]
    start = _point(scale.x(chart.today), scale.y(amounts["today"]))
    return " ".join([start, *(_point(scale.x(day), scale.y(total - less)) for day, total in ahead)])


def _badges(marks: Sequence[Mark], scale: _Scale) -> Iterator[Badge]:
    """Each mark at its point; one that would cover another steps aside."""
    taken: list[tuple[float, float]] = []
    for number, mark in enumerate(marks, 1):
        point = scale.x(mark.day), scale.y(mark.amount)
        x, y = _free_place(point, taken, scale.frame)
        taken.append((x, y))
        yield Badge(mark.kind, number, x, y, point, (x, y) != point)


def _free_place(
    point: tuple[float, float], taken: Sequence[tuple[float, float]], frame: Frame
) -> tuple[float, float]:
    apart = 2 * frame.badge + 3
    for right, down in _PLACES:
        x, y = round(point[0] + right * apart, 1), round(point[1] + down * apart, 1)
        inside = frame.left <= x <= frame.right and frame.top + _STRIP <= y <= frame.bottom
        clear = all((x - other) ** 2 + (y - below) ** 2 >= apart**2 - 1 for other, below in taken)
        if inside and clear:
            return x, y
    return point


def _cards(marks: Sequence[Mark], cards: Sequence[Card], frame: Frame) -> Iterator[CardShape]:
    """A card for each mark; those of a row that is not full share its whole width."""
    most = frame.card_columns
    for at, (mark, card) in enumerate(zip(marks, cards, strict=True)):
        row, column = divmod(at, most)
        columns = min(most, len(cards) - row * most)
        across = (frame.width - 2 * frame.margin - (columns - 1) * frame.card_gap) / columns
        x = frame.margin + column * (across + frame.card_gap)
        y = frame.cards_top + row * (frame.card_height + frame.card_gap)
        middle, room = round(x + across / 2, 1), across - 24
        label_y, amount_y = y + 0.36 * frame.card_height, y + 0.77 * frame.card_height
        yield CardShape(
            role=mark.kind,
            number=at + 1,
            x=round(x, 1),
            y=y,
            width=round(across, 1),
            label=_fit(middle, label_y, card.label, frame.label + 1, room, "middle"),
            amount=_fit(middle, amount_y, card.amount, frame.amount, room / _BOLD, "middle"),
        )
