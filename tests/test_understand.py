"""Free text finds its task; measured on phrases that are not among the examples."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot.texts import Texts
from bot.understand import TASKS, Understanding, Understood

ROOT = Path(__file__).parent.parent
CASES = tomllib.loads((ROOT / "tests/cases/understand.toml").read_text("utf-8"))
LOCALES = ("en", "zh_Hans", "zh_Hant")

# Measured when written: en 0.80 right at once, 0.93 right or offered; zh_Hans 0.83 and 1.00;
# zh_Hant 0.88 and 0.99, and with it zh_Hans 0.82 and 1.00. With statements to keep: 0.79 and 0.92,
# 0.81 and 1.00, 0.87 and 0.99.
RIGHT = {"en": 0.78, "zh_Hans": 0.80, "zh_Hant": 0.86}
OFFERED = {"en": 0.91, "zh_Hans": 0.98, "zh_Hant": 0.97}
PRECISE = {"en": 0.92, "zh_Hans": 0.98, "zh_Hant": 0.97}


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts(ROOT)


@pytest.fixture(scope="module")
def understand(texts: Texts) -> Understanding:
    return Understanding(texts)


def answers(understand: Understanding, locale: str) -> list[tuple[str, Understood]]:
    return [
        (task, understand(phrase, locale))
        for task, phrases in CASES[locale].items()
        for phrase in phrases
    ]


@pytest.mark.parametrize("locale", LOCALES)
def test_colloquial_phrases_find_their_task_as_often_as_measured(
    understand: Understanding, locale: str
) -> None:
    asked = answers(understand, locale)
    right = sum(meant.task == task for task, meant in asked)
    offered = sum(task in (meant.task, *meant.choices) for task, meant in asked)
    sure = sum(meant.task is not None for _, meant in asked)
    assert right / len(asked) >= RIGHT[locale]
    assert offered / len(asked) >= OFFERED[locale]
    assert right / sure >= PRECISE[locale]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_task_has_at_least_eight_held_out_phrases(locale: str) -> None:
    assert set(CASES[locale]) == set(TASKS)
    assert all(len(phrases) >= 8 for phrases in CASES[locale].values())


@pytest.mark.parametrize("locale", LOCALES)
def test_held_out_phrases_stand_in_no_catalogue(texts: Texts, locale: str) -> None:
    keys = [f"understand.{task}" for task in (*TASKS, "distress")]
    examples = {line.casefold() for key in keys for line in texts.message(key, locale).splitlines()}
    held_out = [phrase for phrases in CASES[locale].values() for phrase in phrases]
    held_out += CASES["distress_unseen"][locale]
    assert not [phrase for phrase in held_out if phrase.casefold() in examples]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_task_has_a_dozen_examples_and_none_twice(texts: Texts, locale: str) -> None:
    everything = []
    for task in TASKS:
        examples = texts.message(f"understand.{task}", locale).splitlines()
        assert len(examples) >= 12, task
        everything += examples
    assert len(everything) == len(set(everything))


@pytest.mark.parametrize("locale", LOCALES)
def test_an_example_means_its_own_task(
    texts: Texts, understand: Understanding, locale: str
) -> None:
    for task in TASKS:
        for example in texts.message(f"understand.{task}", locale).splitlines():
            meant = understand(example, locale)
            assert task in (meant.task, *meant.choices) or meant.distress, example


@pytest.mark.parametrize("locale", LOCALES)
def test_despair_threats_and_harassment_go_to_a_person_at_once(
    understand: Understanding, locale: str
) -> None:
    for phrase in CASES["distress"][locale]:
        assert understand(phrase, locale) == Understood("person", distress=True, certain=True), (
            phrase
        )


@pytest.mark.parametrize("locale", LOCALES)
def test_distress_in_words_never_seen_is_mostly_caught_and_else_a_person_is_mostly_offered(
    understand: Understanding, locale: str
) -> None:
    meant = [understand(phrase, locale) for phrase in CASES["distress_unseen"][locale]]
    assert sum(one.distress for one in meant) >= 9  # of 12; measured: 9, 11 and 11
    assert sum(one.distress or "person" in one.choices for one in meant) >= 10


@pytest.mark.parametrize("locale", LOCALES)
def test_everyday_words_seldom_raise_an_alarm(understand: Understanding, locale: str) -> None:
    looked_at = [understand(each, locale).distress for each in CASES["no_distress"][locale]]
    unseen = [understand(each, locale).distress for each in CASES["no_distress_unseen"][locale]]
    tasks = [meant.distress for _, meant in answers(understand, locale)]
    assert sum(looked_at) <= 1
    assert sum(unseen) <= 2
    assert sum(tasks) <= 3  # the third asks for a "breakdown" of the figures


@pytest.mark.parametrize("locale", LOCALES)
def test_words_about_nothing_here_get_no_answer(understand: Understanding, locale: str) -> None:
    for phrase in CASES["unknown"][locale]:
        meant = understand(phrase, locale)
        assert meant.task is None, phrase
        assert len(meant.choices) <= 3


def test_either_language_is_understood_whatever_the_chat_speaks(understand: Understanding) -> None:
    assert understand("我想申请减免罚息", "en").task == "relief"
    assert understand("可唔可以減啲罰息", "zh_Hans").task == "relief"
    assert understand("I want to apply for penalty relief", "zh_Hans").task == "relief"
    assert understand("我不想活了", "en").distress


@pytest.mark.parametrize(
    "spelt", ["how mch do i owe", "HOW MUCH DO I OWE???", "how much do I oweeeee"]
)
def test_spelling_and_shouting_do_not_matter(understand: Understanding, spelt: str) -> None:
    assert understand(spelt, "en").task == "balance"


def test_full_width_letters_read_as_plain_ones(understand: Understanding) -> None:
    assert understand("ｈｏｗ ｍｕｃｈ ｄｏ Ｉ ｏｗｅ", "en").task == "balance"


@pytest.mark.parametrize("nothing", ["", "   ", "???", "🙂", "\u200b", "\ud800"])
def test_nothing_said_means_nothing(understand: Understanding, nothing: str) -> None:
    assert understand(nothing, "en") == Understood()


def test_distress_late_in_a_long_message_is_heard(understand: Understanding) -> None:
    assert understand("about my loan. " * 200 + "I want to die", "en").distress


def test_the_same_words_always_mean_the_same(texts: Texts, understand: Understanding) -> None:
    again = Understanding(texts)
    for task, phrases in CASES["en"].items():
        for phrase in phrases:
            assert again(phrase, "en") == understand(phrase, "en"), task


def test_a_locale_nobody_has_words_for_still_gets_an_answer(understand: Understanding) -> None:
    assert understand("how much do I owe", "xx").task == "balance"


@pytest.mark.parametrize(
    ("words", "locale", "days"),
    [
        ("what if I pay tomorrow", "en", 1),
        ("and the day after tomorrow?", "en", 2),
        ("如果明天还500呢", "zh_Hans", 1),
        ("大后天还呢", "zh_Hans", 3),
        ("如果後天還500呢", "zh_Hant", 2),
        ("today or tomorrow", "en", None),
        ("明天还是后天", "zh_Hans", None),
        ("who knows", "en", None),
    ],
)
def test_a_day_from_today_is_heard_among_other_words(
    understand: Understanding, words: str, locale: str, days: int | None
) -> None:
    assert understand(words, locale).mentions == days


def test_a_wish_is_heard_only_of_the_task_that_is_meant(understand: Understanding) -> None:
    assert understand("stop reminding me", "en").wish == "off"
    assert understand("别再提醒我了", "zh_Hans").wish == "off"
    assert understand("特别提醒一下", "zh_Hans").wish == ""
    assert understand("stop, unsubscribe this loan is not mine, I never took it", "en").wish == ""
