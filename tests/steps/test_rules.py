"""Every kind of penalty rule, fee and line has words in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from bot.domain.accrual import statement
from bot.domain.loan import Instalment, Loan
from bot.domain.money import Currency, Rounding
from bot.domain.terms import (
    Allocation,
    Component,
    ContractMultiplier,
    Grace,
    LateFee,
    PerDay,
    PerYear,
    Rate,
    Terms,
    Tier,
    Tiering,
)
from bot.steps.rules import line_text, rule_words
from bot.texts import Texts

CNY = Currency("CNY", 2)
TEXTS = Texts(Path(__file__).parent.parent.parent)
PRINCIPAL = frozenset({Component.PRINCIPAL})
DAILY = PerDay(Fraction(5, 10_000))
PLAIN = Terms(
    start=date(2020, 1, 1),
    base=PRINCIPAL,
    rate=DAILY,
    tiers=(),
    tiering=Tiering.MARGINAL,
    grace_days=0,
    grace=Grace.RETROACTIVE,
    fee=None,
    cap=None,
    rounding=Rounding.HALF_EVEN,
    source="Loan contract",
)
FEE = LateFee(Fraction(5, 100), PRINCIPAL, Fraction(3), Fraction(10), Fraction(1, 2), 3)
NO_FEE = LateFee(None, frozenset(), None, None, None, 1)


def _keys(terms: Terms, contract_rate: Fraction | None = Fraction(18, 100)) -> list[str]:
    """The keys of the rule's sentences; each is said in every language."""
    said = rule_words(terms, CNY, contract_rate)
    for sentence in said:
        assert all(TEXTS.render_everywhere(sentence).values())
    return [sentence.key for sentence in said]


@pytest.mark.parametrize(
    ("rate", "contract_rate", "key"),
    [
        (DAILY, None, "rule.rate.per_day"),
        (PerYear(Fraction(18, 100), 360), None, "rule.rate.per_year"),
        (ContractMultiplier(Fraction(3, 2), 360), Fraction(18, 100), "rule.rate.contract"),
        (ContractMultiplier(Fraction(3, 2), 365), None, "rule.rate.multiplier"),
    ],
)
def test_each_kind_of_rate_has_its_sentence(
    rate: Rate, contract_rate: Fraction | None, key: str
) -> None:
    assert key in _keys(replace(PLAIN, rate=rate), contract_rate)


@pytest.mark.parametrize("tiering", Tiering)
def test_tiers_are_told_each_and_how_they_apply(tiering: Tiering) -> None:
    tiers = (Tier(31, PerDay(Fraction(1, 1_000))), Tier(61, PerDay(Fraction(2, 1_000))))
    keys = _keys(replace(PLAIN, tiers=tiers, tiering=tiering))
    assert keys.count("rule.tier") == 2
    assert f"rule.tiering.{tiering.value}" in keys


@pytest.mark.parametrize("grace", Grace)
@pytest.mark.parametrize("days", [1, 3])
def test_days_of_grace_are_told_as_they_count(grace: Grace, days: int) -> None:
    assert f"rule.grace.{grace.value}" in _keys(replace(PLAIN, grace_days=days, grace=grace))


def test_each_part_of_a_late_fee_is_told() -> None:
    parts = {f"rule.fee.{part}" for part in ("percent", "amount", "minimum", "each_day", "after")}
    assert parts <= set(_keys(replace(PLAIN, fee=FEE)))
    assert not parts & set(_keys(replace(PLAIN, fee=NO_FEE)))


def test_a_cap_is_told() -> None:
    assert "rule.cap" in _keys(replace(PLAIN, cap=Fraction(1)))


def test_where_nothing_is_charged_by_the_day_no_rate_is_told() -> None:
    keys = _keys(replace(PLAIN, rate=PerDay(Fraction(0)), fee=FEE))
    assert "rule.rate.per_day" not in keys
    assert "rule.fee.amount" in keys


def test_the_source_comes_last_with_the_day_it_was_checked_on() -> None:
    assert _keys(PLAIN)[-1] == "rule.source_only"
    assert _keys(replace(PLAIN, checked_on=date(2026, 1, 1)))[-1] == "rule.source"


@pytest.mark.parametrize(
    ("terms", "keys"),
    [
        (PLAIN, {"why.line"}),
        (replace(PLAIN, cap=Fraction(1, 100)), {"why.line.capped"}),
        (replace(PLAIN, rate=PerDay(Fraction(0)), fee=FEE), {"why.fee", "why.each_day"}),
        (
            replace(PLAIN, rate=PerDay(Fraction(0)), fee=FEE, cap=Fraction(1, 1_000)),
            {"why.each_day.capped"},
        ),
        (
            replace(
                PLAIN,
                rate=PerDay(Fraction(0)),
                fee=replace(FEE, each_day=None),
                cap=Fraction(1, 100),
            ),
            {"why.fee.capped"},
        ),
    ],
)
def test_each_kind_of_line_has_its_sentence(terms: Terms, keys: set[str]) -> None:
    loan = Loan(CNY, (Instalment(1, date(2026, 1, 1), 100_000, 0, 0),))
    told = statement(loan, (terms,), Allocation(), date(2026, 3, 1))
    said = [line_text(line, told) for line in told.lines]
    assert {text.key for text in said} == keys
    for text in said:
        assert all(TEXTS.render_everywhere(text).values())
