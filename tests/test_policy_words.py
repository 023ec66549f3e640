"""Every value of a policy is told in words, in every language: change one, and the words change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.commands.policy_words import policy_words
from bot.domain import terms
from bot.domain.money import Currency, Rounding
from bot.domain.policy import Policy, document, load_policy, relief_policy, yearly_ceiling
from bot.domain.policy.document import ProductTerms
from bot.domain.policy.relief_policy import WhenNotSettled
from bot.domain.policy.yearly_ceiling import YearlyCeiling
from bot.domain.terms import (
    Allocation,
    Component,
    ContractMultiplier,
    Grace,
    LateFee,
    PerDay,
    PerYear,
    Terms,
    Tier,
    Tiering,
)
from bot.texts import Texts

ROOT = Path(__file__).parent.parent
TEXTS = Texts(ROOT)
DAY = date(2026, 11, 28)
SHIPPED = load_policy((ROOT / "policy" / "default.toml").read_text("utf-8"))
MODULES = (terms, document, relief_policy, yearly_ceiling)
# What is told under another name.
TOLD_ELSEWHERE = {("ReliefPolicy", "holidays"): "the days off of the policy"}


def whole() -> Policy:
    """A policy in which no value is left out."""
    parts = frozenset({Component.PRINCIPAL, Component.FEE})
    rules = Terms(
        start=date(2024, 1, 1),
        base=parts,
        rate=PerYear(Fraction(24, 100), 360),
        tiers=(
            Tier(11, PerDay(Fraction(1, 1000))),
            Tier(31, ContractMultiplier(Fraction(3, 2), 365)),
        ),
        tiering=Tiering.MARGINAL,
        grace_days=3,
        grace=Grace.RETROACTIVE,
        fee=LateFee(Fraction(5, 100), parts, Fraction(7), Fraction(10), Fraction(1, 2), 3),
        cap=Fraction(1),
        rounding=Rounding.HALF_EVEN,
        source="Contract",
        checked_on=date(2026, 10, 12),
    )
    (relief,) = SHIPPED.relief
    ceiling = YearlyCeiling(Fraction(24, 100), Fraction(18, 100), relief.source)
    window = replace(relief.window, campaign=(date(2026, 11, 1), date(2026, 12, 31)))
    return replace(
        SHIPPED,
        entries=(ProductTerms("cash-loan", rules),),
        allocation={"cash-loan": Allocation()},
        relief=(replace(relief, reasons=relief.reasons[:2], window=window),),
        ceilings={"cash-loan": ceiling},
        holidays=frozenset({date(2026, 12, 25), date(2027, 1, 1)}),
    )


def told(policy: Policy, locale: str, lacking: Iterable[str] = ()) -> list[str]:
    said = policy_words(policy, frozenset(lacking), DAY, Currency("CNY", 2))
    return [TEXTS.plain(line, locale) for line in said]


def parts_of(value: object) -> Iterator[tuple[str, object, Callable[[object], object]]]:
    """What a value is made of: where each part stands, the part, and how to put another there."""
    if is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            if (type(value).__name__, each.name) not in TOLD_ELSEWHERE:
                put = partial(_with_field, value, each.name)
                yield f".{each.name}", getattr(value, each.name), put
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield f".{key}", one, partial(_with_key, value, key)
    elif isinstance(value, tuple):
        for at, one in enumerate(value):
            yield f"[{at}]", one, partial(_with_item, value, at)


def _with_field(value: Any, name: str, other: object) -> object:  # noqa: ANN401  # any dataclass
    return replace(value, **{name: other})


def _with_key(value: Mapping[Any, object], key: object, other: object) -> object:
    return {**value, key: other}


def _with_item(value: tuple[object, ...], at: int, other: object) -> object:
    return (*value[:at], other, *value[at + 1 :])


def changed(value: object, place: str) -> Iterator[tuple[str, object]]:
    """The same value with one thing in it changed, each time another, and where that was."""
    if isinstance(value, frozenset):
        yield from ((f"{place}-{one}", value - {one}) for one in value)
    elif is_dataclass(value) or isinstance(value, Mapping | tuple):
        for where, part, put in parts_of(value):
            yield from ((at, put(other)) for at, other in changed(part, place + where))
    else:
        yield place, another(value, place)


def another(value: object, place: str) -> object:
    match value:
        case Enum():
            return next(each for each in type(value) if each is not value)
        case str():
            return f"{value}x"
        case int():
            return value + 1
        case Fraction():
            return value / 2 + Fraction(1, 100)
        case date():
            return value + timedelta(days=1)
        case _:
            raise TypeError(f"{place}: {value!r} leaves a field out, or is of a new kind")


def kinds_in(value: object) -> Iterator[type]:
    """The dataclasses that a value is made of."""
    if is_dataclass(value):
        yield type(value)
    for _, part, _ in parts_of(value):
        yield from kinds_in(part)


def test_the_policy_under_test_holds_every_kind_of_value_there_is() -> None:
    made = {
        kind
        for module in MODULES
        for kind in vars(module).values()
        if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == module.__name__
    }
    assert made | {Policy} == set(kinds_in(whole()))


@pytest.mark.parametrize("locale", TEXTS.locales)
def test_no_value_can_change_without_a_change_of_the_words(locale: str) -> None:
    before = told(whole(), locale)
    silent = [
        place
        for place, policy in changed(whole(), "policy")
        if isinstance(policy, Policy) and told(policy, locale) == before
    ]
    assert silent == []


def test_what_is_left_out_is_said_to_be_so() -> None:
    (relief,) = SHIPPED.relief
    less = replace(
        relief,
        scope=replace(relief.scope, until_day=None, minimum_penalty={}, excluded_statuses=()),
        conditions=replace(
            relief.conditions,
            pay_within_days=None,
            freeze_days_in_12_months=0,
            freeze_when_not_settled=WhenNotSettled.DAYS_STAY,
        ),
        decision=replace(relief.decision, automatic_up_to={}, second_approver_above={}),
    )
    lines = told(replace(whole(), relief=(less,), timezone=None, holidays=frozenset()), "en")
    assert "– Overdue from 1 days on" in lines
    assert "– Nothing has to be paid for the relief to stand." in lines
    assert "– No days are frozen." in lines
    assert "– Nothing is granted without a person." in lines
    assert "– A second person always decides as well." in lines
    assert not [line for line in lines if "Days off" in line or "statuses" in line]


def test_what_starts_later_is_called_not_in_force_yet() -> None:
    (entry,), (relief,) = whole().entries, whole().relief
    later = replace(
        whole(),
        entries=(replace(entry, terms=replace(entry.terms, start=date(2027, 1, 1))),),
        relief=(replace(relief, start=date(2027, 2, 1)),),
    )
    lines = told(later, "en")
    assert lines.count("– Not in force yet on that day.") == 2
    assert "Relief programme since 1 Feb 2027" in lines


def test_sections_that_a_piece_lacks_are_not_told() -> None:
    lines = told(whole(), "en", {"relief[0].scope", "relief[0].appeal"})
    assert "Appeal" not in lines
    assert "Which loans" not in lines
    assert "Deadlines" in lines


def test_money_of_a_currency_nobody_knows_is_told_with_its_code() -> None:
    (relief,) = SHIPPED.relief
    decision = replace(relief.decision, automatic_up_to={"QQQ": Fraction(5)})
    lines = told(replace(whole(), relief=(replace(relief, decision=decision),)), "en")
    assert any("QQQ" in line and "5.00" in line for line in lines)
