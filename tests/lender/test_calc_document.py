"""The calc document: the design's example to the letter, and every bad input named by path."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from bot.domain.accrual import statement
from bot.domain.money import rate_text
from bot.domain.terms import Allocation
from bot.errors import Faulty
from bot.lender.document import (
    MOST_INSTALMENTS,
    MOST_ROWS,
    MOST_TERMS,
    CalcInput,
    answer,
    read_document,
)

EXAMPLE = """
{"terms": [{"from": "2024-01-01", "base": ["principal", "interest"],
            "rate": {"contract_multiplier": "1.5", "day_count": 360},
            "tiers": [], "tiering": "marginal", "grace_days": 3, "grace": "retroactive",
            "fee": null, "cap": null, "rounding": "half_even"}],
 "allocation": {"order": ["penalty", "fee", "interest", "principal"], "by": "instalment"},
 "loan": {"currency": "CNY", "minor_digits": 2, "contract_rate_per_year": "0.18",
          "principal": "6000.00",
          "instalments": [{"no": 1, "due": "2026-01-10", "principal": "500.00",
                           "interest": "12.50", "fee": "0.00"}],
          "payments": [{"on": "2026-02-01", "amount": "100.00"}],
          "freezes": [{"from": "2026-02-10", "until": "2026-02-12"}],
          "waivers": [{"on": "2026-02-20", "amount": "3.00"}]},
 "as_of": "2026-03-01"}
"""
RULE = "rate/2024-01-01"
ANSWER = """
{"as_of": "2026-03-01", "currency": "CNY", "days_overdue": 50,
 "outstanding": {"principal": "420.96", "interest": "0.00", "fee": "0.00", "penalty": "4.90",
                 "total": "425.86"},
 "penalty": {"charged": "16.36", "paid": "8.46", "waived": "3.00", "outstanding": "4.90"},
 "grows_by_per_day": "0.31", "credit": "0.00",
 "instalments": [{"no": 1, "principal": "420.96", "interest": "0.00", "fee": "0.00",
                  "penalty": "4.90"}],
 "lines": [{"instalment": 1, "from": "2026-01-11", "until": "2026-02-01", "days": 22,
            "base": "512.50", "rate_per_day": "0.00075", "rule": "...", "amount": "8.46"},
           {"instalment": 1, "from": "2026-02-02", "until": "2026-02-09", "days": 8,
            "base": "420.96", "rate_per_day": "0.00075", "rule": "...", "amount": "2.53"},
           {"instalment": 1, "from": "2026-02-13", "until": "2026-03-01", "days": 17,
            "base": "420.96", "rate_per_day": "0.00075", "rule": "...", "amount": "5.37"}],
 "allocations": [{"on": "2026-02-01", "amount": "100.00", "penalty": "8.46", "fee": "0.00",
                  "interest": "12.50", "principal": "79.04", "credit": "0.00"}]}
"""


def test_the_example_of_the_design_is_answered_to_the_letter() -> None:
    read = read_document(EXAMPLE)
    told = answer(statement(read.loan, read.terms, read.allocation, read.as_of))
    assert told == json.loads(ANSWER.replace("...", RULE))
    assert list(told) == list(json.loads(ANSWER))


def test_only_terms_currency_instalments_and_the_day_are_required() -> None:
    least = {"terms": [], "loan": {"currency": "JPY", "instalments": []}, "as_of": "2026-03-01"}
    read = read_document(least)
    assert isinstance(read, CalcInput)
    assert read.allocation == Allocation()
    assert read.loan.currency.digits == 0
    assert (read.as_of, read.terms, read.loan.instalments) == (date(2026, 3, 1), (), ())
    nothing = answer(statement(read.loan, read.terms, read.allocation, read.as_of))
    assert nothing["outstanding"] == {
        "principal": "0", "interest": "0", "fee": "0", "penalty": "0", "total": "0",
    }  # fmt: skip


def test_null_stands_for_what_is_left_out() -> None:
    changed = changed_example({"allocation": None, "loan.payments": None, "loan.principal": None})
    assert read_document(changed).loan.payments == ()


def changed_example(changes: Mapping[str, object]) -> dict[str, object]:
    """The example with the values at dotted paths replaced; Ellipsis takes a key away."""
    document: dict[str, object] = json.loads(EXAMPLE)
    for path, value in changes.items():
        *way, last = path.split(".")
        place: Any = document
        for step in way:
            place = place[int(step) if step.isdigit() else step]
        if value is Ellipsis:
            del place[last]
        else:
            place[last] = value
    return document


PAYMENT = {"on": "2026-02-01", "amount": "1.00"}
INSTALMENT = {"no": 2, "due": "2026-02-10", "principal": "1.00"}


@pytest.mark.parametrize(
    ("change", "value", "fault"),
    [
        ("terms", ..., "terms: error.field.missing"),
        ("terms", {}, "terms: error.field.list"),
        ("terms", [[]], "terms[0]: error.field.object"),
        ("loan", ..., "loan: error.field.missing"),
        ("loan", [], "loan: error.field.object"),
        ("as_of", ..., "as_of: error.field.missing"),
        ("as_of", None, "as_of: error.day.plain"),
        ("as_of", "2026-02-29", "as_of: error.day.plain"),
        ("as_of", "2101-01-01", "as_of: error.day.range"),
        ("as_of", 20260301, "as_of: error.day.plain"),
        ("asof", "2026-03-01", "asof: error.field.unknown"),
        ("allocation.order", ["penalty"], "allocation.order: error.allocation.order"),
        ("allocation", "penalty", "allocation: error.field.object"),
        ("loan.currency", ..., "loan.currency: error.field.missing"),
        ("loan.currency", "cny", "loan.currency: error.currency.code"),
        ("loan.currency", "CNYX", "loan.currency: error.currency.code"),
        ("loan.currency", 156, "loan.currency: error.field.text"),
        ("loan.minor_digits", 7, "loan.minor_digits: error.field.whole"),
        ("loan.minor_digits", "2", "loan.minor_digits: error.field.whole"),
        ("loan.contract_rate_per_year", 0.18, "loan.contract_rate_per_year: error.amount.number"),
        ("loan.contract_rate_per_year", "-1", "loan.contract_rate_per_year: error.amount.negative"),
        ("loan.contract_rate_per_year", ..., "-"),
        ("loan.principal", "6000.001", "loan.principal: error.amount.decimals"),
        ("loan.product", "cash", "loan.product: error.field.unknown"),
        ("loan.instalments", ..., "loan.instalments: error.field.missing"),
        ("loan.instalments", None, "loan.instalments: error.field.list"),
        ("loan.instalments", [1], "loan.instalments[0]: error.field.object"),
        ("loan.instalments.0.no", ..., "loan.instalments[0].no: error.field.missing"),
        ("loan.instalments.0.no", "1", "loan.instalments[0].no: error.field.whole"),
        ("loan.instalments.0.no", 1.0, "loan.instalments[0].no: error.field.whole"),
        ("loan.instalments.0.no", -1, "loan.instalments[0].no: error.field.whole"),
        ("loan.instalments.0.due", ..., "loan.instalments[0].due: error.field.missing"),
        ("loan.instalments.0.principal", 500, "loan.instalments[0].principal: error.amount.number"),
        (
            "loan.instalments.0.principal",
            float("nan"),
            "loan.instalments[0].principal: error.amount.number",
        ),
        ("loan.instalments.0.fee", "-0.01", "loan.instalments[0].fee: error.amount.negative"),
        ("loan.instalments.0.interest", "", "loan.instalments[0].interest: error.amount.plain"),
        ("loan.instalments.0.paid", "1", "loan.instalments[0].paid: error.field.unknown"),
        (
            "loan.instalments",
            [INSTALMENT, INSTALMENT],
            "loan.instalments[1].no: error.instalment.twice",
        ),
        (
            "loan.instalments",
            [INSTALMENT] * (MOST_INSTALMENTS + 1),
            "loan.instalments: error.field.many",
        ),
        ("terms", [{}] * (MOST_TERMS + 1), "terms: error.field.many"),
        ("loan.payments", [PAYMENT] * (MOST_ROWS + 1), "loan.payments: error.field.many"),
        ("loan.payments.0.on", "2026-13-01", "loan.payments[0].on: error.day.plain"),
        ("loan.payments.0.on", ..., "loan.payments[0].on: error.field.missing"),
        ("loan.payments.0.amount", "0", "loan.payments[0].amount: error.amount.zero"),
        ("loan.payments.0.amount", "0.00", "loan.payments[0].amount: error.amount.zero"),
        ("loan.payments.0.amount", "-5", "loan.payments[0].amount: error.amount.negative"),
        ("loan.payments.0.amount", "5.001", "loan.payments[0].amount: error.amount.decimals"),
        ("loan.payments.0.amount", 5, "loan.payments[0].amount: error.amount.number"),
        ("loan.payments.0.amount", float("inf"), "loan.payments[0].amount: error.amount.number"),
        ("loan.payments.0.amount", "NaN", "loan.payments[0].amount: error.amount.plain"),
        ("loan.payments.0.amount", ["5"], "loan.payments[0].amount: error.field.text"),
        ("loan.freezes.0.until", "2026-02-09", "loan.freezes[0].until: error.freeze.ends_early"),
        ("loan.freezes.0.until", ..., "loan.freezes[0].until: error.field.missing"),
        ("loan.freezes.0.kind", "x", "loan.freezes[0].kind: error.field.unknown"),
        ("loan.waivers.0.amount", "-3.00", "loan.waivers[0].amount: error.amount.negative"),
        ("loan.waivers.0.amount", 3, "loan.waivers[0].amount: error.amount.number"),
        ("terms.0.fee", {"amount": "0.005"}, "terms[0].fee.amount: error.amount.decimals"),
        ("terms.0.from", "2024-1-1", "terms[0].from: error.day.plain"),
    ],
)
def test_bad_input_is_one_fault_that_names_its_path(change: str, value: object, fault: str) -> None:
    document = json.dumps(changed_example({change: value}))
    assert told_faults(document) == ([] if fault == "-" else [fault])


def told_faults(document: str | bytes) -> list[str]:
    try:
        read_document(document)
    except Faulty as faulty:
        return [f"{fault.path}: {fault.key}" for fault in faulty.faults]
    return []


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ("", "document: error.document.json"),
        ("{", "document: error.document.json"),
        ("[]", "document: error.field.object"),
        ("null", "document: error.field.object"),
        ('"text"', "document: error.field.object"),
        (b"\xff\xfe\xfa", "document: error.document.encoding"),
        ("[" * 100_000, "document: error.document.deep"),
        ("[1" + "0" * 5_000 + "]", "document: error.document.number"),
    ],
)
def test_what_is_no_document_is_refused_as_a_whole(document: str | bytes, fault: str) -> None:
    assert told_faults(document) == [fault]


@pytest.mark.parametrize(
    ("written", "twice", "fault"),
    [
        ('"as_of"', '"as_of": "2026-03-01", "as_of"', "as_of: error.field.repeated"),
        ('"payments"', '"payments": [], "payments"', "loan.payments: error.field.repeated"),
        ('"no": 1', '"no": 1, "no": 1', "loan.instalments[0].no: error.field.repeated"),
        ('"loan"', '"loan": {}, "loan"', "loan: error.field.repeated"),
        ('"fee": null', '"fee": null, "fee": null', "terms[0].fee: error.field.repeated"),
    ],
)
def test_a_key_that_stands_twice_is_refused(written: str, twice: str, fault: str) -> None:
    assert told_faults(EXAMPLE.replace(written, twice, 1)) == [fault]


def test_an_unknown_key_is_shown_without_what_cannot_be_printed() -> None:
    document = changed_example({})
    document["\ud800\n" + "x" * 100] = 1
    assert told_faults(json.dumps(document)) == [f"??{'x' * 38}: error.field.unknown"]


def test_a_byte_order_mark_is_no_matter() -> None:
    assert told_faults(EXAMPLE.encode("utf-8-sig")) == []


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Fraction(3, 4000), "0.00075"),
        (Fraction(1), "1"),
        (Fraction(10), "10"),
        (Fraction(1, 3), "0.333333333333"),
        (Fraction(2, 3), "0.666666666667"),
        (Fraction(1, 7300), "0.00013698630137"),
        (Fraction(1, 2**20), "0.00000095367431640625"),
        (Fraction(123456789012345678901, 3), "41152263004100000000"),
    ],
)
def test_a_rate_is_exact_or_has_twelve_significant_digits(rate: Fraction, text: str) -> None:
    assert rate_text(rate) == text
