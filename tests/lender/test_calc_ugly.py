"""Ugly but true documents are answered: what a lender's export holds that nobody expects."""

from __future__ import annotations

import json

import pytest

from bot.lender.calc import _told

TERMS = {"from": "2024-01-01", "base": ["principal"], "rate": {"per_day": "0.001"}}
FIRST = {"no": 1, "due": "2026-01-10", "principal": "500.00"}


def told(**loan: object) -> dict[str, object]:
    given = {"currency": "CNY", "instalments": [FIRST], **loan}
    document = {"terms": [TERMS], "loan": given, "as_of": "2026-03-01"}
    found = _told(json.dumps(document).encode())
    outstanding = found["outstanding"]
    assert isinstance(outstanding, dict)
    return {"total": outstanding["total"], "credit": found["credit"]}


@pytest.mark.parametrize(
    ("loan", "total", "credit"),
    [
        pytest.param(
            {"instalments": [{**FIRST, "no": 12, "due": "2026-02-10"}, {**FIRST, "no": 11}]},
            "1034.50",
            "0.00",
            id="instalments out of order, numbered from 11",
        ),
        pytest.param(
            {"payments": [{"on": "2026-02-01", "amount": "5.00"}] * 3},
            "509.89",
            "0.00",
            id="several payments a day",
        ),
        pytest.param(
            {"payments": [{"on": "2020-01-01", "amount": "5.00"}]},
            "519.75",
            "0.00",
            id="a payment years before the loan",
        ),
        pytest.param(
            {"payments": [{"on": "2026-01-09", "amount": "500.00"}]},
            "0.00",
            "0.00",
            id="a payment before the due date",
        ),
        pytest.param(
            {"payments": [{"on": "2026-02-01", "amount": "5000.00"}]},
            "0.00",
            "4489.00",
            id="an overpayment",
        ),
        pytest.param(
            {"instalments": [{**FIRST, "principal": "0.54"}]}, "0.57", "0.00", id="0.54 owed"
        ),
        pytest.param(
            {"currency": "JPY", "instalments": [{**FIRST, "principal": "500"}]},
            "525",
            "0",
            id="a currency without digits",
        ),
    ],
)
def test_it_is_answered(loan: dict[str, object], total: str, credit: str) -> None:
    assert told(**loan) == {"total": total, "credit": credit}
