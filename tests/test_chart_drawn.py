"""The penalty chart as drawn: every picture the same, every word in place.

`UPDATE_PICTURES=1` writes the pictures under `tests/cases/charts` anew; look at them then.
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chart import alt, draw
from bot.texts import Texts
from tests.test_chart import CASES

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "tests/cases/charts"
LOCALES = ("en", "zh_Hans", "zh_Hant")
LOOKED_AT = [
    *[("design", locale, narrow) for locale in LOCALES for narrow in (False, True)],
    *[(name, "en", False) for name in CASES if name != "design"],
    ("no_relief", "zh_Hans", True),
    ("no_relief", "zh_Hant", True),
]


def parsed(drawn: str) -> ET.Element:
    """The document as a viewer reads it."""
    return ET.fromstring(drawn)  # noqa: S314  # drawn by ourselves a moment ago


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts(ROOT)


@pytest.mark.parametrize(("name", "locale", "narrow"), LOOKED_AT)
def test_the_picture_is_the_one_that_was_looked_at(
    texts: Texts, name: str, locale: str, *, narrow: bool
) -> None:
    drawn = draw(CASES[name], texts, locale, narrow=narrow)
    path = PICTURES / f"{name}.{locale}.{'narrow' if narrow else 'wide'}.svg"
    if os.environ.get("UPDATE_PICTURES"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, "utf-8")
    assert drawn == path.read_text("utf-8")


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("locale", LOCALES)
def test_words_stay_on_the_canvas_and_inside_their_cards(
    texts: Texts, name: str, locale: str
) -> None:
    for narrow in (False, True):
        tree = parsed(draw(CASES[name], texts, locale, narrow=narrow))
        width, height = float(tree.attrib["width"]), float(tree.attrib["height"])
        for word in tree.iter("{http://www.w3.org/2000/svg}text"):
            assert 0 <= float(word.attrib["x"]) <= width
            assert 0 <= float(word.attrib["y"]) <= height
            assert float(word.attrib["font-size"]) >= 9.3


def test_badges_never_cover_one_another(texts: Texts) -> None:
    for chart in CASES.values():
        for narrow, radius in ((False, 12), (True, 11)):
            tree = parsed(draw(chart, texts, "en", narrow=narrow))
            circles = [
                (float(each.attrib["cx"]), float(each.attrib["cy"]))
                for each in tree.iter("{http://www.w3.org/2000/svg}circle")
                if each.attrib["fill"] == "none"
            ]
            assert len(circles) == len(chart.marks)
            for at, (x, y) in enumerate(circles):
                for other_x, other_y in circles[at + 1 :]:
                    assert (x - other_x) ** 2 + (y - other_y) ** 2 >= (2 * radius) ** 2


def test_a_screen_reader_gets_a_name_and_a_description(texts: Texts) -> None:
    drawn = draw(CASES["design"], texts, "en")
    assert 'role="img"' in drawn
    assert "<title>How your penalty grows</title>" in drawn
    assert f"<desc>{alt(CASES['design'], texts, 'en')}</desc>" in drawn


def test_in_words_the_chart_says_the_same() -> None:
    said = alt(CASES["design"], Texts(ROOT), "en")
    for amount in ("¥402.50", "¥525.00", "¥997.50", "¥201.25", "50%", "LN-2024-0817"):
        assert amount in said
    assert "%" not in alt(CASES["no_relief"], Texts(ROOT), "en")


def test_light_and_dark_are_drawn_without_a_style_sheet_and_auto_with_one(texts: Texts) -> None:
    light = draw(CASES["design"], texts, "en", "light")
    dark = draw(CASES["design"], texts, "en", "dark")
    auto = draw(CASES["design"], texts, "en", "auto")
    assert "<style>" not in light + dark
    assert light != dark
    assert "prefers-color-scheme:dark" in auto
    assert auto.replace(auto[auto.index("<style>") : auto.index("</style>") + 9], "") == light


def test_a_reference_with_markup_is_drawn_as_words(texts: Texts) -> None:
    chart = replace(CASES["design"], loan_ref='<script>alert("1")</script>&\u202e')
    drawn = draw(chart, texts, "en")
    parsed(drawn)
    assert "<script" not in drawn


def test_a_picture_holds_no_address_and_loads_nothing(texts: Texts) -> None:
    drawn = draw(CASES["design"], texts, "en").replace("http://www.w3.org/2000/svg", "")
    assert "http" not in drawn
    assert "url(" not in drawn
