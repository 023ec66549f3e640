"""The codes that phones and browsers send lead to the locale their owner reads best."""

from __future__ import annotations

import pytest

from bot.texts import Texts, negotiate, negotiate_accept_language
from tests.test_texts import ROOT

MANY = ("ar", "en", "es", "fr", "hi", "id", "pt_BR", "ru", "th", "vi", "zh_Hans", "zh_Hant")
OURS = ("en", "zh_Hans", "zh_Hant")
TWO = ("en", "zh_Hans")


@pytest.mark.parametrize(
    ("code", "locale"),
    [
        ("zh-hans", "zh_Hans"),
        ("zh-hant", "zh_Hant"),
        ("zh", "zh_Hans"),
        ("zh-cn", "zh_Hans"),
        ("zh-TW", "zh_Hant"),
        ("zh-hk", "zh_Hant"),
        ("zh-MO", "zh_Hant"),
        ("zh-Hant-HK", "zh_Hant"),
        ("zh-hans-sg", "zh_Hans"),
        ("zh-hans-raw", "zh_Hans"),
        ("zh_Hans_CN", "zh_Hans"),
        ("pt-br", "pt_BR"),
        ("pt", "pt_BR"),
        ("pt-PT", "pt_BR"),
        ("in", "id"),
        ("id", "id"),
        ("es-419", "es"),
        ("es-MX", "es"),
        ("ar-eg", "ar"),
        ("en-US", "en"),
        ("hi-IN", "hi"),
        ("HI", "hi"),
        ("nb", "en"),
        ("", "en"),
        (None, "en"),
        ("xx", "en"),
        ("fa", "en"),
        ("und", "en"),
        ("-", "en"),
        ("../../etc", "en"),
        ("zh-" + "x" * 5000, "zh_Hans"),
    ],
)
def test_a_language_code_finds_its_locale_among_many(code: str | None, locale: str) -> None:
    assert negotiate(code, MANY, "en") == locale


@pytest.mark.parametrize(
    ("code", "locale"),
    [
        ("zh-TW", "zh_Hant"),
        ("zh-HK", "zh_Hant"),
        ("zh-MO", "zh_Hant"),
        ("zh-hant", "zh_Hant"),
        ("zh-Hant-TW", "zh_Hant"),
        ("zh", "zh_Hans"),
        ("zh-SG", "zh_Hans"),
        ("es", "en"),
        ("en-GB", "en"),
        (None, "en"),
    ],
)
def test_the_words_we_have_are_found(code: str | None, locale: str) -> None:
    assert negotiate(code, OURS, "en") == locale
    assert Texts(ROOT).negotiate(code) == locale


@pytest.mark.parametrize("code", ["zh-TW", "zh-hant"])
def test_the_other_script_is_nearer_than_another_language(code: str) -> None:
    assert negotiate(code, TWO, "en") == "zh_Hans"


def test_an_unknown_code_falls_to_the_lenders_default() -> None:
    assert negotiate("fa", OURS, "zh_Hans") == "zh_Hans"
    assert Texts(ROOT, "zh_Hans").negotiate_accept_language("fa") == "zh_Hans"


def test_of_two_regions_the_one_asked_for_is_taken() -> None:
    assert negotiate("pt-PT", ("pt_BR", "pt_PT"), "pt_BR") == "pt_PT"
    assert negotiate("es-MX", ("es_AR", "es"), "es") == "es"


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_Hans"),
        ("en-GB,en;q=0.9,zh-CN;q=0.8", "en"),
        ("de-DE,de;q=0.9,zh-TW;q=0.5", "zh_Hant"),
        ("zh-HK,zh;q=0.9,en;q=0.8", "zh_Hant"),
        ("en;q=0.3, zh;q=0.7", "zh_Hans"),
        ("zh;q=0, en", "en"),
        ("fr, *;q=0.1", "en"),
        ("zh;q=rubbish, en;q=0.1", "en"),
        (",,;;=", "en"),
        ("", "en"),
        (None, "en"),
        ("x" * 100_000, "en"),
    ],
)
def test_a_browsers_wishes_are_taken_in_their_order(header: str | None, locale: str) -> None:
    assert negotiate_accept_language(header, OURS, "en") == locale
