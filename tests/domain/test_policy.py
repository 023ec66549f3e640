from __future__ import annotations

import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path
from string import Formatter

import pytest

from bot.domain.money import Currency
from bot.domain.policy import NoPolicyInForce, Policy, check, load_policy, warnings
from bot.domain.policy.relief_policy import (
    Band,
    Source,
    WhenNotSettled,
    minor,
)
from bot.domain.terms import AllocateBy, Allocation, Component, PerDay
from bot.errors import Fault, Faulty
from bot.texts.catalogue import Catalogue
from tests.domain.relief_cases import CASES, WORKED_TEXT, percent, worked_policy

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "policy" / "default.toml").read_text(encoding="utf-8")


# --- what a sound file says -----------------------------------------------------------------------


def test_terms_carry_their_product_source_and_day_of_the_check() -> None:
    first, second = worked_policy().terms_for("card")
    assert (first.source, first.checked_on) == ("worked terms", date(2026, 1, 5))
    assert (second.start, second.rate) == (date(2026, 1, 1), PerDay(Fraction(5, 10_000)))
    assert second.source == "worked terms, second edition"


def test_a_product_without_terms_has_none() -> None:
    assert worked_policy().terms_for("boat") == ()


def test_products_stand_in_the_order_of_the_file() -> None:
    assert worked_policy().products == ("cash", "card")


def test_a_product_without_an_order_of_its_own_is_paid_in_the_usual_order() -> None:
    assert worked_policy().allocation_for("cash") == Allocation()


def test_a_product_is_paid_in_its_own_order() -> None:
    order = (Component.PRINCIPAL, Component.INTEREST, Component.FEE, Component.PENALTY)
    assert worked_policy().allocation_for("card") == Allocation(order, AllocateBy.COMPONENT)


@pytest.mark.parametrize(
    ("day", "source"),
    [
        (date(2026, 1, 1), "worked programme one"),
        (date(2026, 6, 30), "worked programme one"),
        (date(2026, 7, 1), "worked programme two"),
        (date(2027, 1, 1), "worked programme three"),
        (date(2030, 1, 1), "worked programme three"),
    ],
)
def test_a_programme_holds_until_the_next_one_starts(day: date, source: str) -> None:
    assert worked_policy().relief_on(day).source.text == source


def test_before_the_first_programme_there_is_none() -> None:
    with pytest.raises(NoPolicyInForce) as raised:
        worked_policy().relief_on(date(2025, 12, 31))
    assert (raised.value.key, raised.value.slots["day"]) == (
        "error.policy.none",
        date(2025, 12, 31),
    )


def test_a_programme_is_read_whole() -> None:
    relief = worked_policy().relief_on(date(2026, 3, 2))
    assert relief.scope.excluded_statuses == ("fraud", "legal")
    assert relief.percent.bands[0] == Band(
        1, {"A": percent("50"), "B": percent("33.3"), "C": percent("0")}
    )
    assert relief.percent.source == Source("worked matrix", date(2026, 1, 5))
    assert [reason.id for reason in relief.reasons] == ["illness", "job_loss", "other"]
    assert relief.window.within_days == 60
    assert relief.conditions.freeze_when_not_settled is WhenNotSettled.DAYS_RETURN
    assert relief.decision.staff_may_depart == percent("10")
    assert relief.deadlines.draft_days == 14
    assert relief.appeal.within_days == 14
    assert relief.credit_record.text == "paused_while_reviewed"
    assert relief.holidays == {date(2026, 2, 16), date(2026, 2, 17)}


@pytest.mark.parametrize(("day", "start"), [(1, 1), (30, 1), (31, 31), (400, 31)])
def test_a_band_holds_until_the_next_one_starts(day: int, start: int) -> None:
    band = worked_policy().relief_on(date(2026, 3, 2)).band(day)
    assert band is not None
    assert band.from_day == start


def test_before_the_first_band_there_is_none() -> None:
    assert worked_policy().relief_on(date(2027, 3, 2)).band(9) is None


def test_amounts_become_exact_minor_units_of_their_currency() -> None:
    amounts = {"CNY": Fraction("5.005"), "JPY": Fraction(7)}
    assert minor(amounts, Currency("CNY", 2)) == Fraction("500.5")
    assert minor(amounts, Currency("JPY", 0)) == 7
    assert minor(amounts, Currency("INR", 2)) is None


def test_the_calendar_and_the_time_zone_may_be_left_out() -> None:
    start, end = WORKED_TEXT.index("timezone ="), WORKED_TEXT.index("[[terms]]")
    policy = load_policy(WORKED_TEXT[:start] + WORKED_TEXT[end:])
    assert (policy.timezone, policy.holidays) == (None, frozenset())


def test_days_may_be_written_as_text() -> None:
    policy = load_policy(WORKED_TEXT.replace("from = 2026-07-01", 'from = "2026-07-01"'))
    assert policy.relief == worked_policy().relief


def test_allocations_and_ceilings_may_be_left_out() -> None:
    start, end = WORKED_TEXT.index("[allocation.card]"), WORKED_TEXT.index("# --- programme one")
    policy = load_policy(WORKED_TEXT[:start] + WORKED_TEXT[end:])
    assert (policy.allocation, policy.ceilings) == ({}, {})
    assert [fault.key for fault in warnings(policy)] == ["warning.policy.ceiling"]


def test_an_order_of_payments_needs_no_source() -> None:
    text = WORKED_TEXT.replace(
        'by = "component"\nsource = "worked order"\nchecked_on = 2026-01-05', ""
    )
    assert load_policy(text).allocation_for("card").by is AllocateBy.INSTALMENT


# --- the id ---------------------------------------------------------------------------------------


def test_the_id_is_twelve_characters_and_comments_do_not_change_it() -> None:
    policy = worked_policy()
    commented = load_policy("# another remark\n\n" + WORKED_TEXT.replace(" = ", "  =  "))
    assert commented.policy_id == policy.policy_id
    assert len(policy.policy_id) == 12


def test_the_id_changes_with_a_value() -> None:
    changed = load_policy(WORKED_TEXT.replace('A = "50"', 'A = "51"', 1))
    assert changed.policy_id != worked_policy().policy_id


# --- faults, each by its path ---------------------------------------------------------------------

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
        ("a = 1\na = 2\n", 2),
        ("a = 1\n[b", 2),
        ("a = 2026-02-30\n", 2),
        ("a = " + "[" * 100_000, 1),
    ],
)
def test_what_is_not_toml_is_named_by_its_line(text: str, line: int) -> None:
    faults, _ = check(text)
    assert [(fault.path, fault.key) for fault in faults] == [("document", "error.policy.toml")]
    assert abs(int(str(faults[0].slots["line"])) - line) <= 1


def test_a_file_too_large_is_not_read() -> None:
    faults, _ = check("#" * 1_000_001)
    assert [fault.key for fault in faults] == ["error.policy.large"]


def test_a_faulty_file_is_not_loaded() -> None:
    with pytest.raises(Faulty) as raised:
        load_policy("terms = 3")
    assert raised.value.faults


# --- warnings -------------------------------------------------------------------------------------


def test_rates_above_the_yearly_ceiling_are_warned_of_each_by_its_path() -> None:
    found = {fault.path: fault for fault in warnings(worked_policy())}
    assert found["terms[0].rate"] == Fault(
        "terms[0].rate",
        "warning.policy.yearly",
        {
            "percent": Fraction(27375, 100_000),
            "ceiling": percent("24"),
            "source": "worked ceiling",
        },
    )
    assert found["terms[1].tiers[0].rate"].slots["percent"] == percent("73")


def test_a_rate_exactly_at_the_yearly_ceiling_is_no_warning() -> None:
    paths = [fault.path for fault in warnings(worked_policy())]
    assert "terms[1].rate" not in paths
    lower = WORKED_TEXT.replace('percent = "36.5"', 'percent = "36.499"', 1)
    assert "terms[1].rate" in [fault.path for fault in check(lower)[1]]


def test_a_matrix_percent_above_the_ceiling_of_relief_is_warned_of() -> None:
    found = [fault for fault in warnings(worked_policy()) if fault.path.startswith("relief")]
    assert found == [
        Fault(
            "relief[0].percent.bands[1].percent.C",
            "warning.policy.ceiling",
            {"percent": percent("80"), "ceiling": percent("70")},
        )
    ]


# --- the shipped file -----------------------------------------------------------------------------


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


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_every_fault_and_warning_has_words_with_exactly_its_slots(locale: str) -> None:
    catalogue = Catalogue(ROOT, locale)
    texts = [WORKED_TEXT.replace(case["old"], case["new"], 1) for case in FAULTY]
    texts += [WORKED_TEXT, "a =", "#" * 1_000_001]
    for fault in (fault for text in texts for told in check(text) for fault in told):
        words = catalogue.message(fault.key)
        assert {name for _, name, _, _ in Formatter().parse(words) if name} == set(fault.slots)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "policy" / "presets").glob("*.toml")), ids=lambda path: path.stem
)
def test_a_preset_is_a_sound_piece_and_says_to_confirm_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    faults, _ = check(text)
    assert {fault.key for fault in faults} == {"error.field.missing"}
    assert not [fault for fault in faults if fault.path.startswith(("terms[", "yearly_ceiling"))]
    assert "confirm before use" in text


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
