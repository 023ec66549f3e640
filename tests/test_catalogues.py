"""The catalogues of this project have no fault, and the check finds each kind of fault there is."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.texts import Texts
from bot.texts.check import check_catalogues
from bot.texts.usage import Asked, asked_by, matches, unused
from bot.turn import text
from tests.test_texts import FORMATS, ROOT, catalogue, entry

PLURAL = ("{count} day", "{count} days")
LOCALES = ("en", "zh_Hans", "zh_Hant")


def test_every_locale_can_say_everything_the_code_asks_for() -> None:
    assert check_catalogues(ROOT) == []


def test_there_are_ten_tips_in_every_locale_each_with_title_and_body() -> None:
    texts = Texts(ROOT)
    source = (ROOT / "locales/en/LC_MESSAGES/tips.po").read_text("utf-8")
    titles = re.findall(r'msgid "(tips\.\w+\.title)"', source)
    assert len(titles) == 10
    for title in titles:
        texts.render_everywhere(text(title))
        bodies = texts.render_everywhere(text(title.replace(".title", ".body")))
        assert all(len(body) <= 1024 for body in bodies.values())


@pytest.mark.parametrize("locale", LOCALES)
def test_no_chat_text_passes_what_telegram_takes_in_one_message(locale: str) -> None:
    texts = Texts(ROOT)
    source = (ROOT / "locales" / locale / "LC_MESSAGES/chat.po").read_text("utf-8")
    for key in re.findall(r'msgid "([^"]+)"', source):
        if not key.startswith("understand."):
            assert len(texts.message(key, locale)) < 3000, key


def avoided_words(locale: str) -> list[tuple[str, re.Pattern[str]]]:
    """The last column of the glossary: words another one stands for, in every locale or in one."""
    glossary = (ROOT / "locales/glossary.md").read_text("utf-8")
    everywhere, _, only_there = glossary.partition("\n## 繁體中文 only\n")
    bound = everywhere + only_there if locale == "zh_Hant" else everywhere
    rows = re.findall(r"^\|.*\| ([^|]*) \|$", bound, re.MULTILINE)
    words = [word for row in rows for word in row.split(", ") if word not in {"", "Not", "---"}]
    return [
        (word, re.compile(rf"\b{word}\b" if word.isascii() else re.escape(word), re.IGNORECASE))
        for word in words
    ]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_catalogues_use_one_word_for_one_idea(locale: str) -> None:
    texts = Texts(ROOT)
    avoided = avoided_words(locale)
    assert len(avoided) > (40 if locale == "zh_Hant" else 15)
    for key in keys_of(locale):
        if not key.startswith("understand."):
            message = texts.message(key, locale)
            assert not [word for word, found in avoided if found.search(message)], key


def keys_of(locale: str) -> list[str]:
    """Every key of a locale's catalogues."""
    folder = ROOT / "locales" / locale / "LC_MESSAGES"
    sources = (path.read_text("utf-8") for path in sorted(folder.glob("*.po")))
    return [key for body in sources for key in re.findall(r'^msgid "([^"]+)"', body, re.MULTILINE)]


def simplified_only(words: str) -> set[str]:
    """The signs that only simplified Chinese writes, borrowers' Cantonese ones not among them."""
    return {sign for sign in words if encodable(sign, "gb2312") and not encodable(sign, "cp950")}


def encodable(sign: str, charset: str) -> bool:
    return bool(sign.encode(charset, "ignore"))


def test_traditional_chinese_holds_no_sign_that_only_simplified_writes() -> None:
    assert simplified_only("逾期罚息，软件 ¥5 – 逾期罰息唔係咗") == set("罚软")
    texts = Texts(ROOT)
    for key in keys_of("zh_Hant"):
        if not key.endswith("language.zh_Hans"):
            assert not simplified_only(texts.message(key, "zh_Hant")), key


# --- the check itself, on a small house with one fault ----------------------------------------

House = Callable[..., list[str]]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A project of two locales and one line of code; answers what the check finds."""

    def checked(
        chinese: str = 'msgstr "你好，{name}"',
        code: str = 'text("hello.you", name=1)\ntext("days.late", count=2)\n',
        extra: str = "",
    ) -> list[str]:
        sound: dict[str, str | tuple[str, ...]] = {
            **FORMATS,
            "hello.you": "Hello, {name}",
            "days.late": PLURAL,
        }
        catalogue(tmp_path, "en", sound)
        catalogue(tmp_path, "zh_Hans", {**FORMATS, "days.late": ("{count} 天",)})
        path = tmp_path / "locales/zh_Hans/LC_MESSAGES/chat.po"
        path.write_text(
            path.read_text("utf-8") + f'\nmsgid "hello.you"\n{chinese}\n{extra}', "utf-8"
        )
        (tmp_path / "bot").mkdir(exist_ok=True)
        (tmp_path / "bot/code.py").write_text(code, "utf-8")
        return check_catalogues(tmp_path)

    return checked


def test_a_sound_house_has_no_fault(house: House) -> None:
    assert house() == []


@pytest.mark.parametrize(
    ("chinese", "fault"),
    [
        ('msgstr ""', "has no words"),
        ('msgstr "你好"', "has the slots [], en has ['name']"),
        ('msgstr "你好，{nom}"', "has the slots ['nom'], en has ['name']"),
        ('msgstr "<b>你好</b>，{name}"', "has the tags ['</b', '<b'], en has []"),
        ('msgstr "<b>你好，{name}"', "<b> is not closed"),
        ('msgstr "<u onclick=1>你好</u>，{name}"', "attributes"),
        ('msgstr "你好 & {name}"', "a bare &"),
        ('msgstr "你好，{name} "', "white space at its edge"),
        ('msgstr "\u2068你好，{name}"', "an isolate that is not closed"),
        ('msgstr "你好，{name"', "expected '}'"),
        (
            'msgid_plural "hello.you"\nmsgstr[0] "{name}"',
            "plural in one locale and not in the other",
        ),
    ],
)
def test_a_faulty_translation_is_found(house: House, chinese: str, fault: str) -> None:
    (found,) = house(chinese)
    assert "hello.you" in found
    assert fault in found


@pytest.mark.parametrize(
    ("extra", "fault"),
    [
        (entry("more", "多"), "zh_Hans: more is not in en"),
        (entry("hello.you", "再见，{name}"), "hello.you stands 2 times"),
        ('\n#~ msgid "old"\n#~ msgstr "旧"\n', "old is obsolete"),
        ('\n#, fuzzy\nmsgid "vague"\nmsgstr "模糊"\n', "is fuzzy"),
        ('\nmsgid "broken\n', "cannot be read"),
    ],
)
def test_what_does_not_belong_in_a_catalogue_is_found(house: House, extra: str, fault: str) -> None:
    assert any(fault in found for found in house(extra=extra))


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ('text("hello.you", name=1)\n', "days.late: nothing asks for it"),
        (
            'text("hello.you", name=1)\ntext("days.late")\n',
            "needs a count exactly when it is plural",
        ),
        (
            'text("hello.you", name=1, count=1)\ntext("days.late", count=1)\n',
            "needs a count exactly",
        ),
        ('text("hello.you")\ntext("days.late", count=1)\n', "gets [], takes ['name']"),
        ('text("hello.you", nom=1)\ntext("days.late", count=1)\n', "gets ['nom'], takes ['name']"),
        ('"hello.you"\n"days.late"\nraise Refused("hello.he")\n', "hello.he is in no catalogue"),
        ('"hello.you"\n"days.late"\nFault(path, "hello.he")\n', "hello.he is in no catalogue"),
        (
            '"hello.you"\n"days.late"\nclass Gone(Refused):\n    pass\nraise Gone("hello.he")\n',
            "hello.he is in no catalogue",
        ),
        (
            '"hello.you"\n"days.late"\nclass G:\n  def f(self):\n    super().__init__("hello.he")',
            "hello.he is in no catalogue",
        ),
    ],
)
def test_code_and_catalogue_that_disagree_are_found(house: House, code: str, fault: str) -> None:
    (found,) = house(code=code)
    assert fault in found


def test_keys_made_at_run_time_count_as_asked_for(house: House) -> None:
    assert house(code='text(f"hello.{who}", name=1)\ntext("days.late", count=1)\n') == []


def test_a_key_in_a_page_template_counts_as_asked_for(house: House, tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot/page.html").write_text('{{ t("hello.you", name=x) }}{{ t("no.such") }}')
    (found,) = house(code='text("days.late", count=1)\n')
    assert found == "bot/page.html:1: no.such is in no catalogue"


def test_a_header_without_plural_forms_is_found(house: House, tmp_path: Path) -> None:
    house()
    path = tmp_path / "locales/zh_Hans/LC_MESSAGES/tips.po"
    path.write_text(path.read_text("utf-8").replace("nplurals", "forms"))
    assert any("not those of CLDR" in fault for fault in check_catalogues(tmp_path))


def test_a_wrong_plural_rule_is_found(house: House, tmp_path: Path) -> None:
    house()
    path = tmp_path / "locales/zh_Hans/LC_MESSAGES/chat.po"
    path.write_text(
        path.read_text("utf-8").replace("nplurals=1; plural=0", "nplurals=2; plural=n>1")
    )
    found = check_catalogues(tmp_path)
    assert any("Plural-Forms are not those of CLDR for zh_Hans" in fault for fault in found)


def test_a_missing_catalogue_is_found(house: House, tmp_path: Path) -> None:
    house()
    (tmp_path / "locales/zh_Hans/LC_MESSAGES/tips.po").unlink()
    assert any("zh_Hans/tips: cannot be read" in fault for fault in check_catalogues(tmp_path))
    shutil.rmtree(tmp_path / "locales/en")
    (only,) = check_catalogues(tmp_path)
    assert "there is no en catalogue" in only


def test_a_key_in_two_domains_is_found(house: House, tmp_path: Path) -> None:
    house()
    path = tmp_path / "locales/zh_Hans/LC_MESSAGES/tips.po"
    path.write_text(path.read_text("utf-8") + entry("hello.you", "你好，{name}"), "utf-8")
    assert any("stands in zh_Hans/chat" in fault for fault in check_catalogues(tmp_path))


def test_only_a_form_for_a_single_number_may_drop_the_count(house: House, tmp_path: Path) -> None:
    house()
    path = tmp_path / "locales/en/LC_MESSAGES/chat.po"
    words = path.read_text("utf-8")
    path.write_text(words.replace('"{count} day"', '"one day"'), "utf-8")
    assert check_catalogues(tmp_path) == []
    path.write_text(words.replace('"{count} days"', '"some days"'), "utf-8")
    assert any("has the slots" in fault for fault in check_catalogues(tmp_path))


def test_the_scan_sees_where_a_key_stands_and_with_what() -> None:
    (asked,) = [one for one in asked_by('text("a.b", x=1, count=2)', "f.py") if one.certain]
    assert asked == Asked("a.b", "f.py:1", certain=True, slots=frozenset({"x"}), counted=True)


def test_a_pattern_without_letters_of_its_own_claims_nothing() -> None:
    assert not list(asked_by('f"{a}.{b}"', "f.py"))


def test_unused_keys_are_told_apart_by_pattern() -> None:
    asked = [Asked("a.*.title", "f", certain=False), Asked("b.c", "f", certain=False)]
    assert unused(asked, ["a.x.title", "a.x.body", "b.c", "tips.x.title"]) == ["a.x.body"]
    assert matches("a.*", "a.b.c")
    assert not matches("a.*.c", "a.b.d")
