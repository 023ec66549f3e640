"""Whatever people type is understood, asked again or passed on whole; messages keep the limits."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.shaping import TEXT_LIMIT, length, shaped
from bot.domain.money import Currency
from bot.errors import Rejected
from bot.steps.amount import read_amount
from bot.steps.day import read_day
from bot.store.rows import Body, ShownButton
from bot.texts import cleaned, escaped, plain_words
from bot.texts.template import BadText, Template, template
from bot.understand import TASKS
from tests.chat.house import understanding
from tests.fuzz.bending import WORDS
from tests.fuzz.often import tried
from tests.fuzz.wording import assert_worded

LOCALES = st.sampled_from(["en", "zh_Hans", "zh_Hant"])
CURRENCIES = st.sampled_from([Currency("CNY", 2), Currency("JPY", 0), Currency("KWD", 3)])
FIGURES = st.text("0123456789.,' \u00a0-+¥元eE１٣²", max_size=12) | WORDS
DAYS = st.text("0123456789-/. 年月日号周五一FrMay", max_size=14) | WORDS
KNOWN = {*TASKS, "person"}


@tried(60)
@given(FIGURES, LOCALES, CURRENCIES)
def test_an_amount_is_read_or_refused_in_words(typed: str, locale: str, currency: Currency) -> None:
    try:
        meant = read_amount(typed, locale, currency)
    except Rejected as refused:
        assert_worded(refused)
    else:
        assert meant
        assert min(meant) >= 0


@tried(60)
@given(DAYS, LOCALES, st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.booleans())
def test_a_day_is_read_or_refused_in_words(
    typed: str, locale: str, since: date, past: bool
) -> None:
    try:
        meant = read_day(typed, locale, since, since if past else None)
    except Rejected as refused:
        assert_worded(refused)
    else:
        assert all(date(1970, 1, 1) <= day <= date(2100, 12, 31) for day in meant)


@tried(60)
@given(WORDS, LOCALES)
def test_free_words_mean_a_task_of_ours_or_nothing(typed: str, locale: str) -> None:
    meant = understanding()(typed, locale)
    assert {*meant.choices, *([meant.task] if meant.task else [])} <= KNOWN


@tried(60)
@given(WORDS)
def test_what_was_typed_is_cleaned_once_and_shown_as_it_is(typed: str) -> None:
    clean = cleaned(typed)
    assert cleaned(clean) == clean
    clean.encode()
    assert plain_words(escaped(clean)) == clean


@tried(60)
@given(st.text("<>/&;{}ab \n\"'=", max_size=30) | WORDS)
def test_a_text_is_taken_apart_or_is_no_text(message: str) -> None:
    with suppress(BadText):
        assert isinstance(template(message), Template)


SIGN = st.sampled_from(["a", "é", "e\u0301", "王", "👩‍👩‍👧‍👦", "🏳️‍🌈", "<", "&", " ", "\n", "\n\n"])
LONG = st.lists(st.tuples(SIGN, st.integers(1, 3_000)), max_size=6).map(
    lambda runs: "".join(sign * times for sign, times in runs)
)


@tried(15)
@given(LONG, st.lists(st.lists(WORDS, max_size=3), max_size=3), st.booleans())
def test_a_message_is_cut_within_the_limit_and_nothing_is_lost(
    words: str, labels: list[list[str]], contact: bool
) -> None:
    rows = tuple(
        tuple(ShownButton(each, "help|||0", "", contact) for each in row) for row in labels
    )
    form = shaped(Body(escaped(words), rows), "0" * 32, None)
    assert all(0 <= length(part) <= TEXT_LIMIT for part in form.parts)
    said = "".join(plain_words(part) for part in form.parts)
    assert "".join(said.split()) == "".join(words.split())
