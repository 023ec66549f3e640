"""How a chart looks: its two frames and its colours by what they stand for.

It must not know any value of a chart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """Where things stand on the canvas, in its own units; sizes are of type."""

    width: int
    height: int
    margin: int
    left: int
    right: int
    top: int
    bottom: int
    title: int
    subtitle: int
    label: int
    tick: int
    amount: int
    badge: int
    cards_top: int
    card_height: int
    card_gap: int
    card_columns: int
    most_days: int  # labels under the axis


WIDE = Frame(
    width=1000, height=700, margin=40, left=90, right=960, top=118, bottom=520,
    title=30, subtitle=18, label=15, tick=13, amount=24, badge=12,
    cards_top=590, card_height=86, card_gap=11, card_columns=4, most_days=7,
)  # fmt: skip
NARROW = Frame(
    width=480, height=668, margin=20, left=70, right=462, top=96, bottom=410,
    title=24, subtitle=15, label=13, tick=13, amount=21, badge=11,
    cards_top=480, card_height=78, card_gap=18, card_columns=2, most_days=6,
)  # fmt: skip

# role: light, dark. Text keeps a contrast of 4.5 to 1 on its ground in both.
_COLOURS: Mapping[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#161b22"),
    "ink": ("#1f2937", "#e6e9ee"),
    "mute": ("#5f6875", "#a3acb9"),
    "grid": ("#e5e7eb", "#333b47"),
    "band0": ("#f6c667", "#d9a53f"),
    "band1": ("#f08a4b", "#d9753a"),
    "band2": ("#d1495b", "#c64a5e"),
    "band3": ("#a23b72", "#a8508a"),
    "band4": ("#6b4fa0", "#8468c0"),
    "today": ("#1f2937", "#e6e9ee"),
    "in_7": ("#2563eb", "#6ea8ff"),
    "in_30": ("#9333ea", "#c58bfd"),
    "relief": ("#1b7f47", "#4fcb85"),
}
BANDS = 5


def colours(*, dark: bool) -> dict[str, str]:
    """The colour of each role in one scheme."""
    return {role: pair[dark] for role, pair in _COLOURS.items()}


def dark_style() -> str:
    """The rule that turns a light chart dark where the viewer asks for it."""
    rules = "".join(f".pc-{role}{{color:{pair[1]}}}" for role, pair in _COLOURS.items())
    return f"@media (prefers-color-scheme:dark){{{rules}}}"
