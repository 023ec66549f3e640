"""Twelve borrowers in telling situations: whom a visitor of the demonstration can be.

It must not word them: titles and lines stand in the catalogue under `demo.situation.*`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Final

from bot.domain.books import TapeBorrower, TapeFreeze, TapeLoan, TapePayment
from bot.lender.madeup.loans import CARD, CASH_LOAN, INDIA, INDONESIA, PAY_LATER, Sketch, loan_of
from bot.lender.madeup.people import CHINA, ENGLISH, borrower
from bot.lender.madeup.people import INDIA as IN_INDIA
from bot.lender.madeup.people import INDONESIA as IN_INDONESIA

Loans = tuple[TapeLoan, ...]
CARD_WITHOUT_FEE: Final = replace(CARD, fee_per_month=Fraction(0))
_LATEST_RATE_CHANGE: Final = 2026  # of `id-ojk` in policy/default.toml: 1 January
_BOTH_RATES_SHOW: Final = 20  # days after 20 December


@dataclass(frozen=True, slots=True)
class Situation:
    """One of the twelve: `id` names its texts, `borrower_ref` who it is."""

    id: str
    borrower_ref: str
    country: str
    name: str
    grade: str
    loans: Callable[[str, date], Loans]

    @property
    def title(self) -> str:
        """The text key of its title."""
        return f"demo.situation.{self.id}.title"

    @property
    def line(self) -> str:
        """The text key of the one line that says what to look at."""
        return f"demo.situation.{self.id}.line"

    def borrower(self) -> TapeBorrower:
        """The person as the lender's books know them."""
        return borrower(int(self.borrower_ref[-4:]), self.country, self.name, self.grade)


def situations(today: date) -> tuple[tuple[TapeBorrower, Loans], ...]:
    """The twelve with their loans as of `today`."""
    return tuple((each.borrower(), each.loans(each.borrower_ref, today)) for each in SITUATIONS)


def _grace(ref: str, today: date) -> Loans:
    return (loan_of("LN-2026-1101", ref, Sketch(CASH_LOAN, 12_000, 12, paid=4, late=2), today),)


def _tiers(ref: str, today: date) -> Loans:
    return (
        loan_of("LN-2024-0817", ref, Sketch(CARD_WITHOUT_FEE, 17_500, 1, paid=0, late=38), today),
    )


def _evidence(ref: str, today: date) -> Loans:
    return (loan_of("IN-77031", ref, Sketch(INDIA, 60_000, 12, paid=3, late=75), today),)


def _automatic(ref: str, today: date) -> Loans:
    return (loan_of("PL-300912", ref, Sketch(PAY_LATER, 300, 1, paid=0, late=9), today),)


def _several(ref: str, today: date) -> Loans:
    return (
        loan_of("LN-2026-0420", ref, Sketch(CASH_LOAN, 24_000, 12, paid=6, late=45), today),
        loan_of("PL-300488", ref, Sketch(PAY_LATER, 860, 2, paid=1, late=20), today),
        loan_of("CI-880215", ref, Sketch(CARD, 9_000, 12, paid=5, late=-12), today),
    )


def _part_payments(ref: str, today: date) -> Loans:
    """Two part payments on one day, and one that the lender booked six weeks after it came in."""
    loan_ref = "LN-2026-0733"
    loan = loan_of(
        loan_ref, ref, Sketch(CASH_LOAN, 18_000, 12, paid=3, late=50, first_no=11), today
    )
    booked = datetime.combine(today - timedelta(days=5), time(9, 30), UTC)
    more = (
        TapePayment(f"{loan_ref}-P4", today - timedelta(days=47), 30_000, booked),
        TapePayment(f"{loan_ref}-P5", today - timedelta(days=20), 50_000),
        TapePayment(f"{loan_ref}-P6", today - timedelta(days=20), 12_000),
    )
    return (replace(loan, payments=(*loan.payments, *more)),)


def _too_late(ref: str, today: date) -> Loans:
    return (loan_of("LN-2026-0158", ref, Sketch(CASH_LOAN, 15_000, 12, paid=5, late=135), today),)


def _on_time(ref: str, today: date) -> Loans:
    return (loan_of("LN-2026-0909", ref, Sketch(CASH_LOAN, 20_000, 12, paid=7, late=-9), today),)


def _difference(ref: str, today: date) -> Loans:
    loan = loan_of("CI-880777", ref, Sketch(CARD, 12_000, 12, paid=4, late=26), today)
    return (replace(loan, reported=2_140, reported_on=today),)


def _frozen(ref: str, today: date) -> Loans:
    loan = loan_of("LN-2026-0611", ref, Sketch(CASH_LOAN, 30_000, 12, paid=2, late=42), today)
    start = today - timedelta(days=20)
    return (replace(loan, freezes=(TapeFreeze(start, start + timedelta(days=59), "statutory"),)),)


def _excluded(ref: str, today: date) -> Loans:
    loan = loan_of("LN-2026-0302", ref, Sketch(CASH_LOAN, 26_000, 12, paid=6, late=60), today)
    return (replace(loan, status="legal"),)


def _rate_change(ref: str, today: date) -> Loans:
    """Due shortly before the latest New Year that changed the rate, so that both rates show."""
    year = min(today.year, _LATEST_RATE_CHANGE) - 1
    due = date(year, 12, 20)
    if (today - due).days < _BOTH_RATES_SHOW:
        due = date(year - 1, 12, 20)
    sketch = Sketch(INDONESIA, 1_200_000, 1, paid=0, late=(today - due).days)
    return (loan_of("ID-55120", ref, sketch, today),)


SITUATIONS: Final = (
    Situation("grace", "MF-0001", CHINA, "陈晓雨", "A", _grace),
    Situation("tiers", "MF-0002", CHINA, "李建国", "B", _tiers),
    Situation("evidence", "MF-0003", IN_INDIA, "Priya Sharma", "C", _evidence),
    Situation("automatic", "MF-0004", CHINA, "王芳", "B", _automatic),
    Situation("several", "MF-0005", CHINA, "张伟", "C", _several),
    Situation("part_payments", "MF-0006", CHINA, "刘洋", "B", _part_payments),
    Situation("too_late", "MF-0007", CHINA, "赵敏", "D", _too_late),
    Situation("on_time", "MF-0008", ENGLISH, "James Carter", "A", _on_time),
    Situation("difference", "MF-0009", CHINA, "孙丽华", "B", _difference),
    Situation("frozen", "MF-0010", ENGLISH, "Emma Thompson", "C", _frozen),
    Situation("excluded", "MF-0011", CHINA, "周强", "E", _excluded),
    Situation("rate_change", "MF-0012", IN_INDONESIA, "Budi Santoso", "B", _rate_change),
)
