from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from bot.domain.accrual import Statement, statement
from bot.domain.checksum import checksum, same_checksum
from bot.domain.loan import Instalment, Loan, Payment
from bot.domain.money import Currency, Rounding
from bot.domain.terms import Allocation, Component, Grace, PerDay, Terms, Tiering

DAY = date(2026, 3, 1)
TERMS = Terms(
    start=date(2024, 1, 1),
    base=frozenset({Component.PRINCIPAL}),
    rate=PerDay(Fraction(5, 10_000)),
    tiers=(),
    tiering=Tiering.MARGINAL,
    grace_days=0,
    grace=Grace.RETROACTIVE,
    fee=None,
    cap=None,
    rounding=Rounding.HALF_EVEN,
)
LOAN = Loan(
    Currency("CNY", 2),
    (Instalment(1, date(2026, 1, 10), 50_000, 1_250, 0),),
    (Payment(date(2026, 2, 1), 10_000),),
)


def told(loan: Loan = LOAN, day: date = DAY) -> Statement:
    return statement(loan, (TERMS,), Allocation(), day)


def test_a_checksum_looks_as_it_is_read_out_and_stays_what_it_is() -> None:
    code = checksum("LN-1", told())
    assert re.fullmatch(r"ST(-[0-9A-HJKMNP-TV-Z]{4}){3}", code)
    assert code == checksum("LN-1", told()) == "ST-AKP5-QMX2-G2T4"


@pytest.mark.parametrize(
    ("ref", "changed", "difference"),
    [
        ("LN-2", told(), 0),
        ("LN-1", told(day=DAY + timedelta(days=1)), 0),
        ("LN-1", told(), 1),
        ("LN-1", replace(told(), charged=told().charged + 1), 0),
        ("LN-1", replace(told(), credit=1), 0),
        ("LN-1", told(replace(LOAN, payments=(Payment(date(2026, 2, 2), 10_000),))), 0),
        ("LN-1", told(replace(LOAN, currency=Currency("USD", 2))), 0),
        ("LN-1", replace(told(), lines=told().lines[:-1]), 0),
        ("LN-1", replace(told(), allocations=()), 0),
    ],
)
def test_any_other_figure_day_or_loan_has_another_checksum(
    ref: str, changed: Statement, difference: int
) -> None:
    assert checksum(ref, changed, difference) != checksum("LN-1", told())


def test_a_line_break_in_a_reference_cannot_pass_for_another_entry() -> None:
    assert checksum("LN-1\nowed", told()) != checksum("LN-1", told())


def test_a_checksum_is_recognised_however_it_was_typed() -> None:
    code = "ST-7K3M-0QXD-1F5H"
    for typed in (
        code,
        " st 7k3m oqxd lf5h ",
        "7K3M0QXD1F5H",
        "ＳＴ－７Ｋ３Ｍ－０ＱＸＤ－１Ｆ５Ｈ",
    ):
        assert same_checksum(typed, code)
    for typed in ("", "ST", "ST-7K3M-0QXD-1F5J", "7K3M-0QXD"):
        assert not same_checksum(typed, code)
