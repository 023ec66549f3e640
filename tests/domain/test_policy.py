from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from bot.domain.money import Currency
from bot.domain.policy import NoPolicyInForce, check, load_piece, load_policy, warnings
from bot.domain.policy.relief_policy import (
    Band,
    Source,
    WhenNotSettled,
    minor,
)
from bot.domain.terms import AllocateBy, Allocation, Component, PerDay
from bot.errors import Fault, Faulty
from tests.domain.relief_cases import WORKED_TEXT, percent, worked_policy

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


def test_what_stands_beside_the_programmes_is_read_too() -> None:
    policy = worked_policy()
    assert policy.holidays == {date(2026, 2, 16), date(2026, 2, 17)}
    assert policy.ceilings["cash"].percent == percent("24")
    assert policy.ceilings["card"].percent == percent("36.5")
    assert set(policy.allocation) == {"card"}


@pytest.mark.parametrize(
    "key",
    ["answer_working_days", "info_reply_days", "offer_answer_days", "draft_days", "within_days"],
)
def test_a_deadline_may_be_one_day_and_a_year_but_no_longer(key: str) -> None:
    line = re.compile(rf"^{key} = \d+$", re.MULTILINE)
    assert line.search(WORKED_TEXT)
    assert not check(line.sub(f"{key} = 1", WORKED_TEXT))[0]
    assert not check(line.sub(f"{key} = 366", WORKED_TEXT))[0]
    assert check(line.sub(f"{key} = 3661", WORKED_TEXT))[0]


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


# --- a piece of a file ---------------------------------------------------------------------------


def test_a_piece_may_lack_whole_sections_and_names_them() -> None:
    terms = WORKED_TEXT[WORKED_TEXT.index("[[terms]]") : WORKED_TEXT.index("[allocation.card]")]
    policy, lacking = load_piece(terms)
    assert (policy.products, policy.relief, lacking) == (
        ("cash", "card"),
        (),
        frozenset({"relief"}),
    )
    assert load_piece(WORKED_TEXT) == (worked_policy(), frozenset())


@pytest.mark.parametrize("text", ["", "a = ", "[[terms]]\nproduct = 'x'", "relief = 3"])
def test_a_piece_may_lack_nothing_else(text: str) -> None:
    with pytest.raises(Faulty) as raised:
        load_piece(text)
    assert raised.value.faults == check(text)[0]


# --- the id ---------------------------------------------------------------------------------------


def test_the_id_is_twelve_characters_and_comments_do_not_change_it() -> None:
    policy = worked_policy()
    commented = load_policy("# another remark\n\n" + WORKED_TEXT.replace(" = ", "  =  "))
    assert commented.policy_id == policy.policy_id
    assert len(policy.policy_id) == 12


def test_the_id_changes_with_a_value() -> None:
    changed = load_policy(WORKED_TEXT.replace('A = "50"', 'A = "51"', 1))
    assert changed.policy_id != worked_policy().policy_id


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
