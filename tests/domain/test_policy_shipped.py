from __future__ import annotations

import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from bot.domain.policy import Policy, check, load_piece, load_policy
from bot.domain.terms import PerDay
from tests.domain.relief_cases import WORKED_TEXT

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "policy" / "default.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shipped() -> Policy:
    return load_policy(SHIPPED)


def test_the_shipped_policy_has_no_fault_and_warns_of_its_dear_rates() -> None:
    faults, told = check(SHIPPED)
    assert faults == ()
    assert {fault.path for fault in told} == {
        "terms[0].rate",
        "terms[1].tiers[0].rate",
        "terms[1].tiers[1].rate",
    }


def test_every_shipped_value_has_a_source_and_a_day_of_its_check(shipped: Policy) -> None:
    for entry in shipped.entries:
        assert entry.terms.source
        assert entry.terms.checked_on


def test_every_shipped_product_is_in_the_scope_of_relief(shipped: Policy) -> None:
    (relief,) = shipped.relief
    assert relief.scope.products == shipped.products


def test_the_shipped_file_says_that_it_is_no_advice() -> None:
    assert "not legal advice" in SHIPPED


@pytest.mark.parametrize(
    ("day", "rate"), [(date(2024, 6, 1), 3), (date(2025, 6, 1), 2), (date(2026, 6, 1), 1)]
)
def test_the_indonesian_rate_falls_by_the_year(shipped: Policy, day: date, rate: int) -> None:
    entries = [terms for terms in shipped.terms_for("id-ojk") if terms.start <= day]
    assert max(entries, key=lambda terms: terms.start).rate == PerDay(Fraction(rate, 1_000))


@pytest.mark.parametrize(
    "path", sorted((ROOT / "policy" / "presets").glob("*.toml")), ids=lambda path: path.stem
)
def test_a_preset_is_a_sound_piece_and_says_to_confirm_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    faults, _ = check(text)
    assert {fault.key for fault in faults} == {"error.field.missing"}
    assert not [fault for fault in faults if fault.path.startswith(("terms[", "yearly_ceiling"))]
    assert "confirm before use" in text
    policy, _ = load_piece(text)
    sources = [entry.terms.source for entry in policy.entries]
    sources += [relief.source.text for relief in policy.relief]
    assert all("confirm before use" in source for source in sources)
    assert all(entry.terms.checked_on for entry in policy.entries)


@pytest.mark.parametrize("text", [WORKED_TEXT, SHIPPED], ids=["worked", "shipped"])
def test_every_key_of_a_policy_file_stands_in_its_reference(text: str) -> None:
    reference = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
    policy = load_policy(text)
    own = {*policy.products, *policy.relief[0].scope.grades, "CNY", "IDR", "INR"}
    missing = {key for key in keys_of(tomllib.loads(text)) if key not in reference}
    assert missing <= own


def keys_of(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*(keys_of(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(keys_of(inner) for inner in value))
    return set()
