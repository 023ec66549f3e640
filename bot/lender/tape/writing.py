"""Writes a tape as `reading` reads it: for the made-up lender and for tests.

It must not invent anything: what it is given is what stands in the files.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from bot.domain.books import TapeBorrower, TapeLoan
from bot.domain.money import plain, plain_ratio
from bot.lender.tape import files
from bot.lender.tape.manifest import MANIFEST
from bot.lender.tape.table import Columns

Cells = tuple[str, ...]


def write_tape(
    folder: Path, as_of: date, borrowers: Sequence[TapeBorrower], loans: Sequence[TapeLoan]
) -> None:
    """Make `folder` a tape of these books; a file of an earlier tape there is replaced at once."""
    folder.mkdir(parents=True, exist_ok=True)
    digits = {loan.currency.code: loan.currency.digits for loan in loans}
    manifest = {"as_of": as_of.isoformat(), "minor_digits": dict(sorted(digits.items()))}
    _replace(folder / MANIFEST, json.dumps(manifest, indent=1) + "\n")
    for columns, rows in (
        (files.BORROWERS, map(_borrower, borrowers)),
        (files.LOANS, map(_loan, loans)),
        (files.INSTALMENTS, _each(_instalments, loans)),
        (files.PAYMENTS, _each(_payments, loans)),
        (files.FREEZES, _each(_freezes, loans)),
        (files.WAIVERS, _each(_waivers, loans)),
    ):
        _write(folder, columns, rows)


def _write(folder: Path, columns: Columns, rows: Iterable[Cells]) -> None:
    part = folder / f".{columns.file}"
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow((*columns.required, *columns.optional))
        writer.writerows(rows)
    part.replace(folder / columns.file)


def _replace(file: Path, content: str) -> None:
    part = file.with_name(f".{file.name}")
    part.write_text(content, encoding="utf-8")
    part.replace(file)


def _each(of: Callable[[TapeLoan], Iterator[Cells]], loans: Sequence[TapeLoan]) -> Iterator[Cells]:
    return (row for loan in loans for row in of(loan))


def _borrower(borrower: TapeBorrower) -> Cells:
    told = (borrower.phone, borrower.id_last4, borrower.grade, borrower.locale, borrower.email)
    return (borrower.ref, borrower.name, *told)


def _loan(loan: TapeLoan) -> Cells:
    return (
        loan.ref,
        loan.borrower_ref,
        loan.product,
        loan.currency.code,
        _amount(loan, loan.principal),
        "" if loan.contract_rate is None else plain_ratio(loan.contract_rate),
        _day(loan.opened_on),
        loan.status,
        _amount(loan, loan.reported),
        _day(loan.reported_on),
    )


def _instalments(loan: TapeLoan) -> Iterator[Cells]:
    for row in loan.instalments:
        amounts = (_amount(loan, each) for each in (row.principal, row.interest, row.fee))
        yield (loan.ref, str(row.no), _day(row.due), *amounts)


def _payments(loan: TapeLoan) -> Iterator[Cells]:
    for row in loan.payments:
        entered_at = "" if row.entered_at is None else row.entered_at.isoformat()
        amount = _amount(loan, row.amount)
        yield (row.ref, loan.ref, _day(row.on), amount, entered_at, _day(row.reversed_on))


def _freezes(loan: TapeLoan) -> Iterator[Cells]:
    for row in loan.freezes:
        yield (loan.ref, _day(row.start), _day(row.until), row.kind)


def _waivers(loan: TapeLoan) -> Iterator[Cells]:
    for row in loan.waivers:
        yield (row.ref, loan.ref, _day(row.on), _amount(loan, row.amount), row.case_ref)


def _amount(loan: TapeLoan, minor: int | None) -> str:
    return "" if minor is None else plain(minor, loan.currency.digits)


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
