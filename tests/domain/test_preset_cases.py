"""Worked cases of each preset, at and around its thresholds: tests/cases/presets/*.toml.

The terms are those of policy/presets/ themselves, read as a lender would copy them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot.domain.terms_document import TERMS_KEYS
from tests.domain.test_worked_cases import CASES, answered, assert_part_of, merged

PRESETS = Path(__file__).parents[2] / "policy" / "presets"
WORKED = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((CASES / "presets").glob("*.toml"))
}


def terms_of(preset: str) -> list[dict[str, object]]:
    policy = tomllib.loads((PRESETS / f"{preset}.toml").read_text(encoding="utf-8"))
    entries = policy.get("terms", [WORKED[preset].get("terms")])
    return [{key: entry[key] for key in entry if key in TERMS_KEYS} for entry in entries]


def test_every_preset_has_worked_cases() -> None:
    assert {path.stem for path in PRESETS.glob("*.toml")} == set(WORKED)


@pytest.mark.parametrize(
    ("preset", "case"),
    [
        pytest.param(preset, case, id=f"{preset}: {case['name']}")
        for preset, file in WORKED.items()
        for case in file["case"]
    ],
)
def test_a_preset_charges_what_its_source_says(preset: str, case: dict[str, object]) -> None:
    told = answered(
        {
            "terms": terms_of(preset),
            "loan": merged(WORKED[preset]["loan"], case.get("loan")),
            "as_of": case["as_of"],
        }
    )
    if "refused" in case:
        assert told == case["refused"]
    else:
        assert_part_of(case["expect"], told, "answer")
