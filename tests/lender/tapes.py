"""Small tapes for tests: a sound one as rows, changed at will, written as a folder or a zip."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

Rows = list[list[str]]

LOAN_COLUMNS = [
    "loan_ref",
    "borrower_ref",
    "product",
    "currency",
    "principal",
    "contract_rate_per_year",
    "opened_on",
    "status",
    "reported_penalty",
    "reported_on",
]

SOUND: dict[str, Rows] = {
    "borrowers.csv": [
        ["borrower_ref", "name", "phone", "id_last4", "grade", "locale", "email"],
        ["B1", "王小明", "+86 138-0013-8000", "123x", "B", "zh-CN", "wang@example.com"],
        ["B2", "Ada King", "", "0042", "A", "en", ""],
    ],
    "loans.csv": [
        LOAN_COLUMNS,
        ["L1", "B1", "cash-loan", "CNY", "6000.00", "0.18", "2025-12-10", "active", "", ""],
        ["L2", "B1", "pay-later", "CNY", "300.00", "", "", "", "4.50", "2026-03-01"],
        ["L3", "B2", "id-cash", "IDR", "900000", "0.1", "2025-11-01", "active", "", ""],
    ],
    "instalments.csv": [
        ["loan_ref", "no", "due_on", "principal", "interest", "fee"],
        ["L1", "11", "2026-01-10", "500.00", "12.50", "0.00"],
        ["L1", "12", "2026-02-10", "500.00", "11.00", ""],
        ["L2", "1", "2026-02-01", "0.54", "0", "0.00"],
        ["L3", "1", "2026-01-15", "300000", "9000", "0"],
    ],
    "payments.csv": [
        ["payment_ref", "loan_ref", "paid_on", "amount", "entered_at", "reversed_on"],
        ["P1", "L1", "2026-02-01", "100.00", "2026-02-01T09:00:00+08:00", ""],
        ["P2", "L1", "2026-02-01", "20.00", "2026-02-03", ""],
        ["P3", "L1", "2025-12-24", "9999.99", "", "2025-12-27"],
    ],
    "freezes.csv": [
        ["loan_ref", "from", "until", "kind"],
        ["L1", "2026-02-10", "2026-02-12", "statutory"],
    ],
    "waivers.csv": [
        ["waiver_ref", "loan_ref", "on", "amount", "case_ref"],
        ["W1", "L1", "2026-02-20", "3.00", ""],
    ],
}


def sound() -> dict[str, Rows]:
    """A copy of the sound tape, to be changed."""
    return {name: [list(row) for row in rows] for name, rows in SOUND.items()}


def text_of(rows: Rows, end: str = "\n") -> str:
    """Rows as CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerows(rows)
    return out.getvalue()


def folder(at: Path, tape: dict[str, Rows], **more: str) -> Path:
    """The tape as a folder; `more` are further files by name with `__` for the dot."""
    at.mkdir(parents=True, exist_ok=True)
    for name, rows in tape.items():
        (at / name).write_text(text_of(rows), encoding="utf-8", newline="")
    for name, content in more.items():
        (at / name.replace("__", ".")).write_text(content, encoding="utf-8", newline="")
    return at


def zipped(at: Path, tape: dict[str, Rows], inside: str = "") -> Path:
    """The tape as a zip, its files in the folder `inside`."""
    with zipfile.ZipFile(at, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tape.items():
            archive.writestr(f"{inside}{name}", text_of(rows))
    return at
