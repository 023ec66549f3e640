from __future__ import annotations

import tomllib
from pathlib import Path
from string import Formatter

import pytest

from bot.domain.policy import check, load_policy
from bot.errors import Fault, Faulty
from bot.texts.catalogue import Catalogue
from tests.domain.relief_cases import CASES, WORKED_TEXT

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "policy" / "default.toml").read_text(encoding="utf-8")


FAULTY = tomllib.loads((CASES / "policy" / "faults.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{case['path']}: {case['key']}") for case in FAULTY]
)
def test_a_fault_is_named_by_its_path(case: dict[str, str]) -> None:
    assert case["old"] in WORKED_TEXT
    faults, told = check(WORKED_TEXT.replace(case["old"], case["new"], 1))
    assert (case["path"], case["key"]) in [(fault.path, fault.key) for fault in faults]
    assert told == ()


def test_one_fault_is_one_fault() -> None:
    faults, _ = check(WORKED_TEXT.replace('points = "5"', 'points = "500"', 1))
    assert faults == (Fault("relief[0].reasons[1].points", "error.policy.percent"),)


def test_every_fault_of_a_file_is_named_at_once() -> None:
    text = WORKED_TEXT.replace('points = "5"', 'points = "500"', 1)
    text = text.replace('ceiling = "70"', "", 1).replace('per_day = "0.001"', 'per_day = "x"', 1)
    faults, _ = check(text)
    assert [fault.path for fault in faults] == [
        "terms[1].rate.per_day",
        "relief[0].percent.ceiling",
        "relief[0].reasons[1].points",
    ]


def test_a_grade_fault_does_not_call_every_percent_unknown() -> None:
    faults, _ = check(WORKED_TEXT.replace('grades = ["A", "B", "C"]', "grades = 3", 1))
    assert [(fault.path, fault.key) for fault in faults] == [
        ("relief[0].scope.grades", "error.field.list")
    ]


def test_a_product_with_faulty_terms_is_still_a_product() -> None:
    faults, _ = check(WORKED_TEXT.replace('contract_multiplier = "1.5"', "multiplier = 1", 1))
    assert {fault.path for fault in faults} == {"terms[0].rate"}


@pytest.mark.parametrize(
    ("text", "path", "key"),
    [
        ("", "terms", "error.field.missing"),
        ("", "relief", "error.field.missing"),
        ("terms = []\nrelief = []", "terms", "error.field.empty"),
        ("terms = []\nrelief = []", "relief", "error.field.empty"),
        ("terms = [3]", "terms[0]", "error.field.object"),
        ("terms = 3", "terms", "error.field.list"),
        ("relief = [3]", "relief[0]", "error.field.object"),
        ("relief = 3", "relief", "error.field.list"),
        ("calendar = 3", "calendar", "error.field.object"),
        ("allocation = 3", "allocation", "error.field.object"),
        ("yearly_ceiling = 3", "yearly_ceiling", "error.field.object"),
        ('[[terms]]\nproduct = "x"\n[allocation]\nx = 3', "allocation.x", "error.field.object"),
        ("[[relief]]\nreasons = []", "relief[0].reasons", "error.field.empty"),
        ("[[relief]]\nreasons = 3", "relief[0].reasons", "error.field.list"),
    ],
)
def test_a_file_of_the_wrong_shape_is_named_too(text: str, path: str, key: str) -> None:
    faults, _ = check(text)
    assert (path, key) in [(fault.path, fault.key) for fault in faults]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = \n", 2),
        ("a = 1\n[b", 2),
        ("a = 2026-02-30\n", 1),
        ("a = 1\n\nb = [\n", 3),
        ("a = " + "[" * 100_000, 1),
    ],
)
def test_what_is_not_toml_is_named_by_its_line(text: str, line: int) -> None:
    faults, _ = check(text)
    assert [(fault.path, fault.key) for fault in faults] == [("document", "error.policy.toml")]
    assert faults[0].slots == {"line": line}


def test_a_file_too_large_is_not_read() -> None:
    faults, _ = check("#" * 1_000_001)
    assert faults == (Fault("document", "error.policy.large", {"limit": 1_000_000}),)
    assert [fault.key for fault in check("#" * 1_000_000)[0]] == ["error.field.missing"] * 2


def test_a_faulty_file_is_not_loaded() -> None:
    with pytest.raises(Faulty) as raised:
        load_policy("terms = 3")
    assert raised.value.faults


@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
def test_every_fault_and_warning_has_words_with_exactly_its_slots(locale: str) -> None:
    catalogue = Catalogue(ROOT, locale)
    texts = [WORKED_TEXT.replace(case["old"], case["new"], 1) for case in FAULTY]
    texts += [WORKED_TEXT, "a =", "#" * 1_000_001]
    for fault in (fault for text in texts for told in check(text) for fault in told):
        words = catalogue.message(fault.key)
        assert {name for _, name, _, _ in Formatter().parse(words) if name} == set(fault.slots)
        assert None not in fault.slots.values()
