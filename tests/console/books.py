"""The books behind the desk of the console tests, and the clock they are read by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.lender.tapes import LOAN_COLUMNS, Rows

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # nine in the morning in Shanghai

TAPE: dict[str, Rows] = {
    "borrowers.csv": [
        ["borrower_ref", "name", "phone", "id_last4", "grade", "locale", "email"],
        ["B1", "王小明", "+86 138-0013-8000", "123x", "B", "zh-CN", "wang@example.com"],
        ["B2", "Ada King", "+1 202 555 0100", "0042", "A", "en", ""],
        ["B4", "Grand Ma", "", "0777", "A", "en", ""],
        ["B3", 'Eve <b>&"Mallory', "", "0666", "C", "en", ""],
    ],
    "loans.csv": [
        LOAN_COLUMNS,
        ["L1", "B1", "cash-loan", "CNY", "60000.00", "0.18", "2025-06-10", "active", "", ""],
        ["L2", "B2", "card-instalment", "CNY", "17500.00", "", "2025-06-10", "active", "", ""],
        ["L4", "B4", "card-instalment", "CNY", "99000", "", "", "active", "", ""],
        ["L3", "B3", "cash-loan", "CNY", "6000", "0.18", "", "active", "9.99", "2026-03-01"],
    ],
    "instalments.csv": [
        ["loan_ref", "no", "due_on", "principal", "interest", "fee"],
        ["L1", "11", "2026-01-10", "5000.00", "125.00", "0.00"],
        ["L1", "12", "2026-02-10", "5000.00", "110.00", ""],
        ["L2", "1", "2026-01-20", "17500.00", "0", "0"],
        ["L4", "1", "2025-11-20", "99000.00", "0", "0"],
        ["L3", "1", "2026-02-01", "500.00", "10.00", "0"],
    ],
    "payments.csv": [
        ["payment_ref", "loan_ref", "paid_on", "amount", "entered_at", "reversed_on"],
        ["P1", "L1", "2026-02-01", "1000.00", "", ""],
    ],
}


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: int) -> None:
        """Move on by `minutes=`, `hours=` or `days=`."""
        self.at += timedelta(**by)
