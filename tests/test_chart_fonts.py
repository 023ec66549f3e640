"""The fonts of the charts: whatever a locale writes on one, our fonts can draw."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from babel.numbers import list_currencies
from fontTools.ttLib import TTFont

from bot.chart.fonts import (
    WEIGHTS,
    families_for,
    family_of,
    files_of,
    script_of,
    signs_of,
    spelled_out,
)
from bot.domain.money import Currency, Money
from bot.texts import Texts
from bot.turn import Days, Short, text

ROOT = Path(__file__).parent.parent
LOCALES = sorted(path.parent.parent.name for path in ROOT.glob("locales/*/LC_MESSAGES/chat.po"))
SCRIPTS = sorted({script_of(locale) for locale in LOCALES})

# What stands on a chart or a statement: by the beginning of its key.
PRINTED = (
    "balance.", "chart.", "component.", "loan.", "product.", "rule.", "statement.", "why.",
)  # fmt: skip


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts(ROOT)


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_list_of_a_font_names_what_both_its_weights_can_draw(script: str) -> None:
    for path, weight in zip(files_of(script), WEIGHTS, strict=True):
        font = TTFont(path)
        assert {ord(sign) for sign in signs_of(script)} <= set(font.getBestCmap())
        assert font["name"].getDebugName(1) == family_of(script)
        assert font["OS/2"].usWeightClass == weight


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_listed_sign_that_is_no_space_has_a_shape(script: str) -> None:
    for path in files_of(script):
        font = TTFont(path)
        names, shapes = font.getBestCmap(), font["glyf"]
        drawn = {s for s in signs_of(script) if shapes[names[ord(s)]].numberOfContours}
        assert not [hex(ord(s)) for s in signs_of(script) - drawn if s.isprintable() and s != " "]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_locales_font_has_every_sign_of_its_words_for_charts_and_statements(locale: str) -> None:
    with (ROOT / f"locales/{locale}/LC_MESSAGES/chat.po").open("rb") as file:
        catalog = read_po(file)
    said = "".join(
        "".join(str(message.string).splitlines())
        for message in catalog
        if str(message.id[0] if isinstance(message.id, tuple) else message.id).startswith(PRINTED)
    )
    missing = set(said) - signs_of(script_of(locale))
    assert not missing, f"run `make fonts`: {sorted(missing)}"


@pytest.mark.parametrize("locale", LOCALES)
def test_a_locales_font_has_every_sign_of_its_amounts_days_and_shares(
    texts: Texts, locale: str
) -> None:
    missing = set("".join(_formats(texts, locale))) - signs_of(script_of(locale))
    assert not missing, f"run `make fonts`: {sorted(missing)}"


def _formats(texts: Texts, locale: str) -> Iterator[str]:
    for code, minor in product(sorted(list_currencies()), (0, -1, 123_456_789)):
        yield texts.plain(text("chart.amount", amount=Money(minor, Currency(code, 2))), locale)
    for power in range(14):
        amount = Short(Money(15 * 10**power, Currency("CNY", 2)))
        yield texts.plain(text("chart.amount", amount=amount), locale)
    for month in range(1, 13):
        days = Days(date(2026, month, 9), date(2027, month, 28))
        yield texts.plain(text("chart.amount", amount=days), locale)
    yield texts.plain(text("chart.charge.rate", rate=Fraction(1_234_567, 1_000)), locale)


def test_every_script_a_locale_is_written_in_is_found() -> None:
    written = {
        "en": "Latn", "pt_BR": "Latn", "zh_Hans": "Hans", "zh_Hant": "Hant", "hi": "Deva",
        "ar": "Arab", "th": "Thai", "ja": "Jpan", "ru": "Cyrl",
    }  # fmt: skip
    assert {locale: script_of(locale) for locale in written} == written


def test_the_licence_stands_beside_the_fonts() -> None:
    licence = (files_of("Latn")[0].with_name("OFL.txt")).read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "The Noto Project Authors" in licence
    assert "Adobe" in licence


def test_a_sign_that_no_font_has_is_spelled_out() -> None:
    assert spelled_out("贷 Ω 🐲\n") == "贷 Ω [U+1F432]\n"


def test_every_font_may_stand_in_for_another_the_locales_own_comes_first() -> None:
    assert families_for("zh_Hant")[0] == "Reprieve Hant"
    assert set(families_for("zh_Hant")) == set(families_for("am")) - {"Reprieve Ethi"}
