"""Terms and allocation from a document: what is read, and each fault at its path."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from bot.domain.money import Rounding
from bot.domain.terms import (
    AllocateBy,
    Allocation,
    Component,
    ContractMultiplier,
    Grace,
    LateFee,
    NoTermsInForce,
    PerDay,
    PerYear,
    Terms,
    Tier,
    Tiering,
    in_force,
    rate_per_day,
)
from bot.domain.terms_document import (
    DAY_COUNTS,
    TERMS_KEYS,
    note_repeated_starts,
    parse_allocation,
    parse_terms,
)
from bot.errors import Fault

LEAST = {"from": "2024-01-01", "base": ["principal"], "rate": {"per_day": "0.001"}}
FULL = {
    "from": date(2024, 1, 1),
    "base": ["principal", "interest"],
    "rate": {"contract_multiplier": "1.5", "day_count": 360},
    "tiers": [
        {"from_day": 31, "rate": {"per_year": "0.36", "day_count": 365}},
        {"from_day": 8, "rate": {"per_day": "0.0005"}},
    ],
    "tiering": "whole",
    "grace_days": 3,
    "grace": "deductive",
    "fee": {
        "percent": "5",
        "of": ["principal"],
        "amount": "7",
        "minimum": "10",
        "each_day": "0.5",
        "after_days": 2,
    },
    "cap": {"percent_of_base": "100"},
    "rounding": "half_up",
}


def test_a_full_entry_is_read_whole_and_its_tiers_in_order() -> None:
    faults: list[Fault] = []
    assert parse_terms(FULL, "terms[0]", faults) == Terms(
        start=date(2024, 1, 1),
        base=frozenset({Component.PRINCIPAL, Component.INTEREST}),
        rate=ContractMultiplier(Fraction(3, 2), 360),
        tiers=(Tier(8, PerDay(Fraction(1, 2000))), Tier(31, PerYear(Fraction(36, 100), 365))),
        tiering=Tiering.WHOLE,
        grace_days=3,
        grace=Grace.DEDUCTIVE,
        fee=LateFee(
            percent=Fraction(1, 20),
            of=frozenset({Component.PRINCIPAL}),
            amount=Fraction(7),
            minimum=Fraction(10),
            each_day=Fraction(1, 2),
            after_days=2,
        ),
        cap=Fraction(1),
        rounding=Rounding.HALF_UP,
    )
    assert faults == []
    assert set(FULL) == TERMS_KEYS


def test_the_least_entry_has_no_grace_no_fee_and_no_cap() -> None:
    read = parse_terms(LEAST, "terms[0]", [])
    assert read == parse_terms({**LEAST, "tiers": None, "fee": None, "cap": None}, "x", [])
    assert read is not None
    assert (read.tiers, read.grace_days, read.fee, read.cap) == ((), 0, None, None)
    assert (read.tiering, read.rounding) == (Tiering.MARGINAL, Rounding.HALF_EVEN)


@pytest.mark.parametrize(
    ("change", "path", "key"),
    [
        ({"from": "2024-02-30"}, "from", "error.day.plain"),
        ({"from": "1969-12-31"}, "from", "error.day.range"),
        ({"base": []}, "base", "error.field.empty"),
        ({"base": "principal"}, "base", "error.field.list"),
        ({"base": ["capital"]}, "base[0]", "error.field.choice"),
        ({"base": ["fee", "fee"]}, "base", "error.field.twice"),
        ({"base": ["fee", "interest", "principal", "penalty", "fee"]}, "base", "error.field.many"),
        ({"base": ["penalty"]}, "base", "error.terms.penalty_on_penalty"),
        ({"rate": None}, "rate", "error.field.object"),
        ({"rate": {}}, "rate", "error.terms.rate"),
        ({"rate": {"per_day": "0", "per_year": "0"}}, "rate", "error.terms.rate"),
        ({"rate": {"per_day": 0.001}}, "rate.per_day", "error.amount.number"),
        ({"rate": {"per_day": 1}}, "rate.per_day", "error.amount.number"),
        ({"rate": {"per_day": True}}, "rate.per_day", "error.field.text"),
        ({"rate": {"per_day": "-0.1"}}, "rate.per_day", "error.amount.negative"),
        ({"rate": {"per_day": "1e-3"}}, "rate.per_day", "error.amount.plain"),
        ({"rate": {"per_day": "0", "day_count": 360}}, "rate.day_count", "error.field.unknown"),
        ({"rate": {"per_year": "0.1"}}, "rate.day_count", "error.field.missing"),
        ({"rate": {"per_year": "0", "day_count": 364}}, "rate.day_count", "error.terms.day_count"),
        ({"rate": {"per_year": "0", "day_count": "360"}}, "rate.day_count", "error.field.whole"),
        ({"tiers": {}}, "tiers", "error.field.list"),
        ({"tiers": [5]}, "tiers[0]", "error.field.object"),
        ({"tiers": [{"from_day": 2}]}, "tiers[0].rate", "error.field.missing"),
        ({"tiers": [{"rate": {"per_day": "0"}}]}, "tiers[0].from_day", "error.field.missing"),
        (
            {"tiers": [{"from_day": 0, "rate": {"per_day": "0"}}]},
            "tiers[0].from_day",
            "error.field.whole",
        ),
        (
            {"tiers": [{"from_day": 2, "rate": {"per_day": "0"}}] * 2},
            "tiers[1].from_day",
            "error.tier.twice",
        ),
        ({"tiering": "both"}, "tiering", "error.field.choice"),
        ({"tiering": 1}, "tiering", "error.field.choice"),
        ({"grace_days": -1}, "grace_days", "error.field.whole"),
        ({"grace_days": True}, "grace_days", "error.field.whole"),
        ({"grace_days": 3.0}, "grace_days", "error.field.whole"),
        ({"grace": ""}, "grace", "error.field.choice"),
        ({"fee": "30"}, "fee", "error.field.object"),
        ({"fee": {"percent": "5"}}, "fee.of", "error.field.missing"),
        ({"fee": {"percent": "5", "of": ["penalty"]}}, "fee.of", "error.terms.penalty_on_penalty"),
        ({"fee": {"amount": 30}}, "fee.amount", "error.amount.number"),
        ({"fee": {"minimum": "30"}}, "fee.minimum", "error.terms.minimum"),
        ({"fee": {"amount": "3", "day": 1}}, "fee.day", "error.field.unknown"),
        ({"cap": {}}, "cap.percent_of_base", "error.field.missing"),
        ({"cap": {"percent_of_base": 100}}, "cap.percent_of_base", "error.amount.number"),
        ({"rounding": "down"}, "rounding", "error.field.choice"),
        ({"penalty": 1}, "penalty", "error.field.unknown"),
    ],
)
def test_each_fault_is_told_once_at_its_path(
    change: dict[str, object], path: str, key: str
) -> None:
    faults: list[Fault] = []
    assert parse_terms({**LEAST, **change}, "terms[0]", faults) is None
    assert [(fault.path, fault.key) for fault in faults] == [(f"terms[0].{path}", key)]


def test_an_entry_that_is_no_object_is_one_fault() -> None:
    faults: list[Fault] = []
    assert parse_terms([], "terms[0]", faults) is None
    assert [(fault.path, fault.key) for fault in faults] == [("terms[0]", "error.field.object")]


def test_several_faults_of_one_entry_are_told_together() -> None:
    faults: list[Fault] = []
    parse_terms({"from": "x", "rate": {"per_day": 1}}, "terms[0]", faults)
    assert [fault.path for fault in faults] == [
        "terms[0].from", "terms[0].base", "terms[0].rate.per_day",
    ]  # fmt: skip


def test_of_without_a_percent_is_no_matter() -> None:
    fee = {"amount": "3", "of": []}
    assert parse_terms({**LEAST, "fee": fee}, "terms[0]", []) is not None


def test_entries_of_one_start_are_told_by_the_later_one() -> None:
    entry = parse_terms(LEAST, "terms[0]", [])
    faults: list[Fault] = []
    note_repeated_starts([entry, None, entry, None], "terms", faults)
    assert faults == [Fault("terms[2].from", "error.terms.twice", {"day": date(2024, 1, 1)})]


def test_an_allocation_has_the_lenders_defaults() -> None:
    assert parse_allocation({}, "allocation", []) == Allocation()
    order = ["principal", "interest", "fee", "penalty"]
    read = parse_allocation({"order": order, "by": "component"}, "allocation", [])
    assert read == Allocation(tuple(Component(word) for word in order), AllocateBy.COMPONENT)


@pytest.mark.parametrize(
    ("raw", "path", "key"),
    [
        ({"order": ["penalty", "fee", "interest"]}, "allocation.order", "error.allocation.order"),
        ({"order": []}, "allocation.order", "error.allocation.order"),
        ({"order": ["fee", "fee", "interest", "penalty"]}, "allocation.order", "error.field.twice"),
        ({"order": ["cost"]}, "allocation.order[0]", "error.field.choice"),
        ({"order": "penalty"}, "allocation.order", "error.field.list"),
        ({"by": "loan"}, "allocation.by", "error.field.choice"),
        ({"via": "loan"}, "allocation.via", "error.field.unknown"),
        ("penalty", "allocation", "error.field.object"),
    ],
)
def test_an_allocation_that_leaves_a_question_is_refused(raw: object, path: str, key: str) -> None:
    faults: list[Fault] = []
    assert parse_allocation(raw, "allocation", faults) is None
    assert [(fault.path, fault.key) for fault in faults] == [(path, key)]


def test_the_entry_in_force_is_the_latest_started() -> None:
    early, late = (
        parse_terms({**LEAST, "from": start}, "x", []) for start in ("2024-01-01", "2025-01-01")
    )
    assert early is not None
    assert late is not None
    assert in_force([late, early], date(2024, 12, 31)) is early
    assert in_force([late, early], date(2025, 1, 1)) is late
    with pytest.raises(NoTermsInForce) as refused:
        in_force([late, early], date(2023, 12, 31))
    assert refused.value.slots == {"day": date(2023, 12, 31)}


def test_multiples_of_an_unknown_contract_rate_must_not_fall_either() -> None:
    tiers = [{"from_day": 5, "rate": {"contract_multiplier": "1", "day_count": 360}}]
    rate = {"contract_multiplier": "1.5", "day_count": 360}
    whole = {**LEAST, "rate": rate, "tiers": tiers, "tiering": "whole"}
    faults: list[Fault] = []
    assert parse_terms(whole, "terms[0]", faults) is None
    assert [(fault.path, fault.key) for fault in faults] == [
        ("terms[0].tiers", "error.terms.falling")
    ]


def test_a_known_contract_rate_is_compared_with_a_fixed_one() -> None:
    tiers = [{"from_day": 5, "rate": {"per_day": "0.0006"}}]
    rate = {"contract_multiplier": "1.5", "day_count": 360}
    whole = {**LEAST, "rate": rate, "tiers": tiers, "tiering": "whole"}
    assert parse_terms(whole, "terms[0]", []) is not None
    assert parse_terms(whole, "terms[0]", [], Fraction(12, 100)) is not None
    assert parse_terms(whole, "terms[0]", [], Fraction(18, 100)) is None


@pytest.mark.parametrize("day_count", DAY_COUNTS)
def test_a_rate_a_year_is_spread_over_its_days(day_count: int) -> None:
    assert rate_per_day(PerYear(Fraction(day_count, 1000), day_count), None) == Fraction(1, 1000)
    multiple = ContractMultiplier(Fraction(2), day_count)
    assert rate_per_day(multiple, Fraction(day_count, 1000)) == Fraction(2, 1000)
    assert rate_per_day(multiple, None) is None


def test_a_tier_that_stands_twice_is_named_with_its_day() -> None:
    tiers = [{"from_day": day, "rate": {"per_day": "0"}} for day in (3, 5, 5)]
    faults: list[Fault] = []
    assert parse_terms(LEAST | {"tiers": tiers}, "terms[0]", faults) is None
    assert faults == [Fault("terms[0].tiers[2].from_day", "error.tier.twice", {"day": 5})]
