"""Worked cases of the verdict, at and around each threshold: tests/cases/relief/*.toml.

A case names the facts that differ from an ordinary eligible loan; `expect` is part of the verdict.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from string import Formatter

import pytest

from bot.domain.accrual import Owed
from bot.domain.money import Currency, Money, plain
from bot.domain.policy import NoPolicyInForce, load_policy
from bot.domain.relief import Fired, Verdict, verdict
from bot.domain.word import Word
from bot.errors import Rejected
from bot.texts.catalogue import Catalogue
from tests.domain.relief_cases import CASES, facts_of, percent, verdict_of, worked_policy
from tests.domain.saying_no import says_no

ROOT = Path(__file__).parents[2]
CNY = Currency("CNY", 2)


def worked_cases() -> list[tuple[str, dict[str, object]]]:
    return [
        (f"{path.stem}: {case['name']}", case)
        for path in sorted((CASES / "relief").glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in worked_cases()])
def test_a_worked_case_comes_out_as_the_policy_says(case: dict[str, object]) -> None:
    expected = case["expect"]
    assert isinstance(expected, dict)
    found = verdict_of(case)
    keys = {fired.key for fired in found.rules}
    told = told_by(found)
    assert {key: told[key] for key in expected if key in told} == {
        key: value for key, value in expected.items() if key not in {"fired", "silent"}
    }
    assert set(expected.get("fired", ())) <= keys
    assert not set(expected.get("silent", ())) & keys


def told_by(found: Verdict) -> dict[str, object]:
    digits = found.currency.digits
    told: dict[str, object] = {
        "eligible": found.eligible,
        "percent": shown_percent(found.percent),
        "matrix": shown_percent(found.matrix_percent),
        "relief": plain(found.relief_minor, digits),
        "remaining": plain(found.remaining_minor, digits),
        "pay_by": found.pay_by,
        "file_by": found.file_by,
        "answer_due": found.answer_due,
        "automatic": found.automatic,
        "second": found.second_approver_needed,
        "evidence": list(found.evidence),
        "failed": [fired.key for fired in found.rules if not fired.passed],
    }
    if found.freeze is not None:
        told["freeze"] = [found.freeze.start, found.freeze.until]
    for fired in found.rules:
        told.update({key: fired.slots[key] for key in fired.slots if key == "again_on"})
    return told


def shown_percent(share: Fraction) -> str:
    hundredfold = share * 100
    return f"{Decimal(hundredfold.numerator) / Decimal(hundredfold.denominator)}"


def test_the_rules_of_an_eligible_loan_stand_in_a_fixed_order_with_their_inputs() -> None:
    found = verdict_of({"reason": "job_loss", "earlier": [date(2026, 1, 10)]})
    assert found.rules == (
        Fired("verdict.product", {"product": Word("product.cash")}),
        Fired("verdict.status"),
        Fired("verdict.grade", {"grade": "A"}),
        Fired("verdict.days", {"days": 10, "from_day": 5, "until_day": 90}),
        Fired("verdict.penalty", {"penalty": Money(10_00, CNY), "minimum": Money(5_00, CNY)}),
        Fired("verdict.times", {"times": 1, "allowed": 2}),
        Fired("verdict.window", {"file_by": date(2026, 4, 21)}),
        Fired("verdict.matrix", {"percent": percent("50"), "days": 10, "grade": "A"}),
        Fired(
            "verdict.reason",
            {
                "reason": Word("reason.job_loss"),
                "points": percent("5"),
                "percent": percent("55"),
            },
        ),
        Fired(
            "verdict.relief",
            {
                "percent": percent("55"),
                "penalty": Money(10_00, CNY),
                "relief": Money(5_50, CNY),
            },
        ),
        Fired("verdict.pay", {"remaining": Money(504_50, CNY), "pay_by": date(2026, 3, 16)}),
        Fired("verdict.freeze", {"start": date(2026, 3, 3), "until": date(2026, 4, 1)}),
        Fired("verdict.freeze.return"),
        Fired("verdict.decision.automatic"),
        Fired("verdict.credit_record", {"words": Word("credit_record.paused_while_reviewed")}),
    )


def test_a_missed_window_names_its_own_last_day() -> None:
    rules = {fired.key: fired.slots for fired in verdict_of({"days_overdue": 61}).rules}
    assert rules["verdict.window.no"] == {"file_by": date(2026, 3, 1)}


def test_evidence_names_each_kind_as_a_word() -> None:
    rules = {fired.key: fired.slots for fired in verdict_of({"reason": "illness"}).rules}
    kinds = (Word("evidence.medical"), Word("evidence.care"))
    assert rules["verdict.evidence"] == {"kinds": kinds}


def test_a_loan_that_is_not_overdue_has_no_last_day_to_file() -> None:
    assert verdict_of({"days_overdue": 0}).file_by is None


def test_penalty_alone_is_not_overdue_and_a_person_may_still_look() -> None:
    facts = facts_of({"days_overdue": 0})
    only_penalty = replace(facts.statement, outstanding=Owed(penalty=10_00))
    found = verdict(replace(facts, statement=only_penalty), worked_policy(), only_penalty.as_of)
    assert not found.eligible
    assert found.rules[-1] == Fired("verdict.person")


def test_a_reason_the_programme_does_not_know_is_rejected() -> None:
    with says_no("relief.reason.unknown", Rejected):
        verdict_of({"reason": "lottery"})


def test_no_programme_in_force_is_an_error_and_not_a_default() -> None:
    with pytest.raises(NoPolicyInForce) as raised:
        verdict_of({"on": date(2025, 12, 31)})
    assert raised.value.slots == {"day": date(2025, 12, 31)}


def test_the_statement_of_another_day_is_a_bug() -> None:
    facts = facts_of({})
    with pytest.raises(ValueError, match=r"^the statement of a verdict is of the verdict's day$"):
        verdict(facts, worked_policy(), facts.statement.as_of + timedelta(days=1))


@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
def test_every_rule_that_fires_has_words_with_exactly_its_slots(locale: str) -> None:
    catalogue = Catalogue(ROOT, locale)
    for _, case in worked_cases():
        for fired in verdict_of(case).rules:
            words = catalogue.message(fired.key)
            slots = {name for _, name, _, _ in Formatter().parse(words) if name}
            assert slots == set(fired.slots), fired.key
            assert None not in fired.slots.values(), fired.key


@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
def test_every_id_of_the_shipped_policy_has_a_name(locale: str) -> None:
    catalogue = Catalogue(ROOT, locale)
    shipped = load_policy((ROOT / "policy" / "default.toml").read_text(encoding="utf-8"))
    for product in shipped.products:
        assert catalogue.message(f"product.{product}")
    for relief in shipped.relief:
        assert catalogue.message(f"credit_record.{relief.credit_record.text}")
        for reason in relief.reasons:
            assert catalogue.message(f"reason.{reason.id}")
            for kind in reason.evidence:
                assert catalogue.message(f"evidence.{kind}")
