"""Rows that are read many at a time read as they would one by one, faults and all."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.packed_loan import PackedLoan
from bot.errors import Faulty
from bot.lender.tape import Limits, read_tape
from bot.lender.tape import files as tape_files
from tests.lender.tapes import Rows, folder, sound

MANY = 1_100  # more than are read at once, twice


def long_tape() -> dict[str, Rows]:
    """Loans of two and of no decimals by turns, amounts in usual and in unusual spelling."""
    tape = sound()
    for no in range(100, MANY):
        loan, amount = ("L1", f"{no}.{no % 100:02}") if no % 3 else ("L3", str(no))
        lent = amount if no % 7 else str(no)
        day = f"{2026 + no % 9}-0{1 + no % 9}-1{no % 10}"
        tape["instalments.csv"].append([loan, str(no), day, lent, amount if no % 2 else "", ""])
        undone = "2036-01-01" if no % 10 == 0 else ""
        entered = f"{day}T09:00:00Z" if no % 4 == 0 else ""
        tape["payments.csv"].append([f"Q{no}", loan, day, amount, entered, undone])
        tape["loans.csv"].append(odd_loan(no))
    return tape


def odd_loan(no: int) -> list[str]:
    """A loan of which some cells are blank, others with every number."""
    currency = "CNY" if no % 3 else "IDR"
    told = [f"M{no}", f"B{1 + no % 2}", "cash-loan", currency, str(no) if no % 4 else ""]
    opened = "2025-01-01" if no % 6 else ""
    reported = ["5", "2026-03-01"] if no % 7 == 0 else ["", "2026-03-01" if no % 8 == 0 else ""]
    return [*told, "0.18" if no % 5 else "", opened, "Legal" if no % 9 == 0 else "", *reported]


def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("loans_at_once", "instalments_at_once", "payments_at_once"):
        monkeypatch.setattr(tape_files, name, lambda *_: ())


def read(path: Path, **more: object) -> list[PackedLoan]:
    given = {"digits_of": {"CNY": 2, "IDR": 0}.get, **more}
    return list(read_tape(path, **given).packed)  # type: ignore[arg-type]  # as given


def faults(path: Path, **more: object) -> list[object]:
    with pytest.raises(Faulty) as refused:
        read(path, **more)
    return list(refused.value.faults)


def test_a_sound_tape_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder(tmp_path, long_tape())
    together = read(path)
    one_by_one(monkeypatch)
    assert together == read(path)
    assert [loan.loan.row for loan in together] == list(range(2, len(together) + 2))
    assert sum(loan.instalment_count for loan in together) == 4 + MANY - 100


def test_faults_in_any_run_are_listed_the_same_in_the_order_of_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tape = long_tape()
    rows = tape["instalments.csv"]
    rows[3][3], rows[620][2], rows[700], rows[701][0] = "x", "2026-02-30", ["L1"], "L9"
    rows[1001][1] = rows[20][1]
    tape["payments.csv"][900][0] = tape["payments.csv"][7][0]
    tape["loans.csv"][800][1], tape["loans.csv"][1000][7] = "B9", "gone away"
    path = folder(tmp_path, tape)
    together = faults(path)
    one_by_one(monkeypatch)
    assert together == faults(path)
    assert len(together) == 8


def test_the_most_rows_there_may_be_are_read_and_no_more(tmp_path: Path) -> None:
    path = folder(tmp_path, long_tape())
    rows = 4 + MANY - 100 + 1
    read(path, limits=Limits(rows=rows))
    told = [str(fault.path) for fault in faults(path, limits=Limits(rows=rows - 1))]  # type: ignore[attr-defined]  # a Fault
    assert told == [f"instalments.csv:{rows}"]
