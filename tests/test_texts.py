"""A key and typed slots become safe words in a locale, or MissingText; never something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.money import Currency, Money
from bot.errors import Broken
from bot.texts import MissingText, Texts, compile_catalogues
from bot.turn import Days, Named, Short, Text, Weekday, text

ROOT = Path(__file__).parent.parent
CNY, JPY, USD, IDR, MXN, KWD = (
    Currency(code, digits)
    for code, digits in (("CNY", 2), ("JPY", 0), ("USD", 2), ("IDR", 2), ("MXN", 2), ("KWD", 3))
)
FORMATS = {
    "format.day": "d MMM y",
    "format.day_short": "d MMM",
    "format.days": "{start}–{until}",
    "format.moment": "d MMM y, HH:mm",
    "format.weekday": "EEE d MMM y",
    "format.weekday_short": "EEE d MMM",
}
PLURALS = {"en": "nplurals=2; plural=(n != 1);", "ar": "nplurals=2; plural=(n != 1);"}

Speak = Callable[..., Texts]


def catalogue(folder: Path, locale: str, messages: Mapping[str, str | tuple[str, ...]]) -> None:
    """Write one locale's chat catalogue and empty ones for the other domains."""
    folder = folder / "locales" / locale / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    plural = PLURALS.get(locale, "nplurals=1; plural=0;")
    head = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        f'"Language: {locale}\\n"\n"Plural-Forms: {plural}\\n"\n'
    )
    for domain in ("tips", "console"):
        (folder / f"{domain}.po").write_text(head, "utf-8")
    body = "".join(entry(key, message) for key, message in messages.items())
    (folder / "chat.po").write_text(head + body, "utf-8")


def entry(key: str, message: str | tuple[str, ...]) -> str:
    if isinstance(message, str):
        return f'\nmsgid "{key}"\nmsgstr {quoted(message)}\n'
    forms = "".join(f"msgstr[{at}] {quoted(form)}\n" for at, form in enumerate(message))
    return f'\nmsgid "{key}"\nmsgid_plural "{key}"\n{forms}'


def quoted(message: str) -> str:
    escaped = message.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


@pytest.fixture
def speak(tmp_path: Path) -> Speak:
    """Texts of one English (and, if given, other) catalogue, `x` being the text in question."""

    def made(message: str | tuple[str, ...] = "", locale: str = "en", **options: object) -> Texts:
        for name in {"en", locale}:
            catalogue(tmp_path, name, {**FORMATS, "x": message or "y", "word": "<b>bold</b>"})
        compile_catalogues(tmp_path)
        return Texts(tmp_path, **options)  # type: ignore[arg-type]  # region and zone, by name

    return made


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (12345, "12,345"),
        (-5, "-5"),
        (Money(51250, CNY), "¥512.50"),
        (Money(-1, CNY), "-¥0.01"),
        (Money(123456789012345678, CNY), "¥1,234,567,890,123,456.78"),
        (Money(500, JPY), "JPY\u00a0500"),
        (Money(500, USD), "$5.00"),
        (Money(500, MXN), "MX$5.00"),
        (Money(1234567, KWD), "KWD\u00a01,234.567"),
        (Money(5, IDR), "Rp\u00a00.05"),
        (Short(Money(51250, CNY)), "¥512.50"),
        (Short(Money(51200, CNY)), "¥512"),
        (Short(Money(150_000_000, CNY)), "¥1.5M"),
        (Fraction(75, 100_000), "0.075%"),
        (Fraction(1, 2), "50%"),
        (Fraction(1, 3), "33.333333%"),
        (Fraction(1, 10**10), "0.00000001%"),
        (Fraction(0), "0%"),
        (Fraction(12), "1,200%"),
        (Decimal("1234.50"), "1,234.50"),
        (date(2026, 1, 11), "11 Jan 2026"),
        (Days(date(2026, 1, 11), date(2026, 2, 1)), "11 Jan–1 Feb"),
        (Days(date(2025, 12, 31), date(2026, 1, 1)), "31 Dec 2025–1 Jan 2026"),
        (Days(date(2026, 1, 11), date(2026, 1, 12), years=True), "11 Jan 2026–12 Jan 2026"),
        (Days(date(2026, 1, 11), date(2026, 1, 11)), "11 Jan"),
        (Weekday(date(2026, 3, 6)), "Fri 6 Mar"),
        (Weekday(date(2026, 3, 6), year=True), "Fri 6 Mar 2026"),
        ("plain words", "plain words"),
        (("a", "b", "c"), "a, b, and c"),
        ((), ""),
    ],
)
def test_a_slot_is_shown_by_its_type(speak: Speak, value: object, shown: str) -> None:
    assert speak("so: {v}!").render(text("x", v=value), "en") == f"so: {shown}!"


def test_a_moment_is_told_in_the_lenders_time_zone(speak: Speak) -> None:
    texts = speak("{at}", zone=ZoneInfo("Asia/Shanghai"))
    said = texts.render(text("x", at=datetime(2026, 2, 28, 17, 30, tzinfo=UTC)), "en")
    assert said == "1 Mar 2026, 01:30"


def test_a_naive_moment_is_refused(speak: Speak) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001  # the fault in question
    with pytest.raises(ValueError, match="time zone"):
        speak("{at}").render(text("x", at=naive), "en")


@pytest.mark.parametrize(
    ("region", "currency", "shown"),
    [
        (None, CNY, "¥5.00"),
        ("CN", CNY, "¥5.00"),
        ("JP", CNY, "CN¥5.00"),
        ("JP", JPY, "¥500"),
        ("MX", MXN, "$5.00"),
        ("MX", USD, "USD\u00a05.00"),
        ("US", MXN, "MX$5.00"),
    ],
)
def test_a_sign_two_currencies_share_belongs_to_the_lenders_own(
    speak: Speak, region: str | None, currency: Currency, shown: str
) -> None:
    texts = speak("{v}", region=region)
    assert texts.render(text("x", v=Money(500, currency)), "en") == shown


def test_separators_follow_the_lenders_region_where_it_is_known(speak: Speak) -> None:
    lakh = Money(123456789, Currency("INR", 2))
    assert speak("{v}", region="IN").render(text("x", v=lakh), "en") == "₹12,34,567.89"
    assert speak("{v}", region="CN").render(text("x", v=lakh), "en") == "₹1,234,567.89"


HOSTILE = "<b>&\"'</b>\u202egnp.exe\u2066\u0000\u200b"


def test_other_peoples_words_cannot_become_markup_or_turn_the_line_round(speak: Speak) -> None:
    said = speak("Dear <b>{name}</b>").render(text("x", name=HOSTILE), "en")
    assert said == "Dear <b>&lt;b&gt;&amp;&quot;&#x27;&lt;/b&gt;gnp.exe</b>"


def test_in_plain_words_they_stand_as_they_are_but_steer_nothing(speak: Speak) -> None:
    said = speak("Dear <b>{name}</b> &amp; family").plain(text("x", name=HOSTILE), "en")
    assert said == "Dear <b>&\"'</b>gnp.exe & family"


def test_right_to_left_words_are_isolated_and_plain_latin_is_left_bare(speak: Speak) -> None:
    texts = speak("{name}: 5")
    assert texts.plain(text("x", name="דנה"), "en") == "\u2068דנה\u2069: 5"
    assert texts.plain(text("x", name="Zoë 李"), "en") == "Zoë 李: 5"


def test_in_a_right_to_left_locale_every_word_is_isolated(speak: Speak) -> None:
    assert speak("{ref}", "ar").plain(text("x", ref="LN-1"), "ar") == "\u2068LN-1\u2069"


def test_what_is_to_be_copied_carries_no_isolates(speak: Speak) -> None:
    texts = speak("<code>{ref}</code>", "ar")
    assert texts.render(text("x", ref="LN-1"), "ar") == "<code>LN-1</code>"


def test_emoji_sequences_and_line_breaks_survive(speak: Speak) -> None:
    said = speak("{v}").render(text("x", v="👨‍👩‍👧\r\nnext\tline"), "en")
    assert said == "👨‍👩‍👧\nnext line"


def test_a_lone_surrogate_becomes_a_sign_that_can_be_sent(speak: Speak) -> None:
    assert speak("{v}").render(text("x", v="a\ud800b"), "en") == "a\ufffdb"


def test_a_link_keeps_its_address_and_escapes_it(speak: Speak) -> None:
    texts = speak('<a href="{url}">{name}</a>')
    said = texts.render(text("x", url='https://a/?b=1&c="', name="here"), "en")
    assert said == '<a href="https://a/?b=1&amp;c=&quot;">here</a>'


def test_a_text_in_a_text_keeps_its_markup_and_loses_it_in_plain_words(speak: Speak) -> None:
    texts = speak("({v})")
    assert texts.render(text("x", v=text("word")), "en") == "(<b>bold</b>)"
    assert texts.plain(text("x", v=text("word")), "en") == "(bold)"


def test_a_name_from_the_policy_is_translated_where_it_can_be(speak: Speak) -> None:
    texts = speak("{v}")
    assert texts.render(text("x", v=Named("word", "w")), "en") == "<b>bold</b>"
    assert texts.render(text("x", v=Named("nowhere", "<gold>")), "en") == "&lt;gold&gt;"


def test_many_days_do_not_fill_the_memory(speak: Speak) -> None:
    texts = speak("{v}")
    days = [date(2000, 1, 1) + timedelta(days=day) for day in range(5_001)]
    for day in days:
        texts.render(text("x", v=day), "en")
    assert len(texts.voice("en").moments._days) < 10
    assert texts.render(text("x", v=days[0]), "en") == "1 Jan 2000"


def test_a_list_alone_on_its_line_becomes_a_line_each(speak: Speak) -> None:
    texts = speak("Because:\n{why}\nSorry.")
    said = texts.render(text("x", why=(text("word"), "two")), "en")
    assert said == "Because:\n• <b>bold</b>\n• two\nSorry."


@pytest.mark.parametrize(("count", "said"), [(1, "one day"), (0, "0 days"), (1234, "1,234 days")])
def test_a_count_picks_the_plural_form_and_fills_its_slot(
    speak: Speak, count: int, said: str
) -> None:
    texts = speak(("one day", "{count} days"))
    assert texts.render(text("x", count=count), "en") == said


def test_a_count_among_the_slots_of_an_error_works_alike(speak: Speak) -> None:
    texts = speak(("one day", "{count} days"))
    assert texts.render(Text("x", {"count": 2}), "en") == "2 days"


def test_a_label_is_plain_and_on_one_line(speak: Speak) -> None:
    assert speak("<b>Pay</b>\nnow &gt;").label(text("x"), "en") == "Pay now >"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("no slots", text("x", extra=1)),
        ("{needed}", text("x")),
        ("{v}", text("x", v=None)),
        ("{v}", text("x", v=1.5)),
        ("{v}", text("x", v=True)),
        ("{v}", text("nowhere", v=1)),
        ("{v}", text("x", v=text("nowhere"))),
        ("<script>", text("x")),
        ("<b>open", text("x")),
        ("a < b", text("x")),
        ("a & b", text("x")),
        ("{v!r}", text("x", v="a")),
        ("{v:>9}", text("x", v="a")),
        ("{0}", text("x")),
        ("stray {", text("x")),
        ('<a href="x" onclick="y">z</a>', text("x")),
        ("stray </b>", text("x")),
    ],
)
def test_what_cannot_be_said_rightly_is_not_said(speak: Speak, message: str, said: Text) -> None:
    with pytest.raises(MissingText):
        speak(message).render(said, "en")


def test_a_missing_text_names_the_key_and_never_a_value(speak: Speak) -> None:
    with pytest.raises(MissingText) as caught:
        speak("{a}").render(text("x", b="secret"), "en")
    assert "text x in en" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert isinstance(caught.value, Broken)


def test_every_locale_can_be_asked_at_once(speak: Speak) -> None:
    assert speak("{n}", "de").render_everywhere(text("x", n=1234)) == {"de": "1.234", "en": "1,234"}


def test_a_text_one_locale_lacks_is_missing_everywhere(tmp_path: Path) -> None:
    catalogue(tmp_path, "en", {**FORMATS, "x": "a"})
    catalogue(tmp_path, "de", FORMATS)
    compile_catalogues(tmp_path)
    with pytest.raises(MissingText, match="x in de"):
        Texts(tmp_path).render_everywhere(text("x"))


def test_typed_words_are_escaped_by_the_same_hand(speak: Speak) -> None:
    assert speak().escape("<i>\u202eme & you") == "&lt;i&gt;me &amp; you"
