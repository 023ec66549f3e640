"""Rows as they were read or made up, put into columns: in order, whole loan by whole loan.

It must not read a file or a database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np

from bot.domain.loan import Loan, Payment, Waiver
from bot.portfolio.columns import (
    DAY_BITS,
    Acts,
    Bools,
    Columns,
    Frozen,
    Heads,
    Ints,
    Kind,
    Planned,
    offsets,
)


def columns_of(
    loans: Sequence[Loan], product: Sequence[str] | str, grade: Sequence[str] | str = ""
) -> Columns:
    """Loans as values put into columns; one product or grade for all, or one each."""
    size = len(loans)
    products = [product] * size if isinstance(product, str) else product
    kinds = [
        Kind(name, loan.currency.code, loan.currency.digits, _plain(loan.contract_rate))
        for name, loan in zip(products, loans, strict=True)
    ]
    grades = [grade] * size if isinstance(grade, str) else grade
    keys = [("", str(at)) for at in range(size)]
    heads = heads_of(keys, kinds, grades)
    return Columns(heads, _planned(loans), _acts(loans), _frozen(loans))


def heads_of(
    keys: Sequence[tuple[str, str]], kinds: Iterable[Kind], grades: Sequence[str]
) -> Heads:
    """What is told of each loan once, with each kind of loan kept once."""
    places: dict[Kind, int] = {}
    kind = ints(places.setdefault(each, len(places)) for each in kinds)
    return Heads(keys, tuple(places), kind, grades)


def planned(counts: Ints, no: Ints, due: Ints, parts: tuple[Ints, Ints, Ints]) -> Planned:
    """Instalments loan by loan, put in order of due date and number; parts as `Instalment` has."""
    loan = np.repeat(np.arange(len(counts)), counts)
    key = (loan << DAY_BITS) + due
    principal, interest, fee = parts
    ties = (key[1:] == key[:-1]) & (no[1:] < no[:-1])
    if bool(np.any((key[1:] < key[:-1]) | ties)):
        order = np.lexsort((no, key))
        due, principal, interest, fee = due[order], principal[order], interest[order], fee[order]
    return Planned(offsets(counts), due, principal, interest, fee)


def acts(size: int, loan: Ints, on: Ints, amount: Ints, waives: Bools) -> Acts:
    """Payments and waivers of `size` loans, those of each loan and kind in document order."""
    key = (((loan << DAY_BITS) + on) << 1) + ~waives
    order = np.argsort(key, kind="stable")
    counts = np.bincount(loan, minlength=size).astype(np.int64)
    return Acts(offsets(counts), on[order], amount[order], waives[order])


def frozen(size: int, rows: Iterable[tuple[int, int, int]]) -> Frozen:
    """Freezes as (loan, first day, last day) of `size` loans, joined where they meet."""
    joined: list[list[int]] = []
    for loan, since, until in sorted(rows):
        if joined and joined[-1][0] == loan and since <= joined[-1][2] + 1:
            joined[-1][2] = max(joined[-1][2], until)
        else:
            joined.append([loan, since, until])
    table = np.array(joined, dtype=np.int64).reshape(-1, 3)
    counts = np.bincount(table[:, 0], minlength=size).astype(np.int64)
    return Frozen(offsets(counts), table[:, 1].copy(), table[:, 2].copy())


def ints(values: Iterable[int]) -> Ints:
    """A column; OverflowError for a number beyond int64."""
    return np.array(list(values), dtype=np.int64)


def _plain(rate: Fraction | None) -> str | None:
    return None if rate is None else str(rate)


def _planned(loans: Sequence[Loan]) -> Planned:
    rows = [row for loan in loans for row in loan.instalments]
    parts = (
        ints(row.principal for row in rows),
        ints(row.interest for row in rows),
        ints(row.fee for row in rows),
    )
    counts = ints(len(loan.instalments) for loan in loans)
    no, due = ints(row.no for row in rows), ints(row.due.toordinal() for row in rows)
    return planned(counts, no, due, parts)


def _acts(loans: Sequence[Loan]) -> Acts:
    rows: list[tuple[int, int, int, bool]] = [
        (at, act.on.toordinal(), act.amount, isinstance(act, Waiver))
        for at, loan in enumerate(loans)
        for act in _in_order(loan)
    ]
    loan, on, amount, waives = (ints(row[at] for row in rows) for at in range(4))
    return acts(len(loans), loan, on, amount, waives.astype(np.bool_))


def _in_order(loan: Loan) -> Sequence[Payment | Waiver]:
    return (*loan.waivers, *loan.payments)


def _frozen(loans: Sequence[Loan]) -> Frozen:
    return frozen(
        len(loans),
        (
            (at, freeze.start.toordinal(), freeze.until.toordinal())
            for at, loan in enumerate(loans)
            for freeze in loan.freezes
        ),
    )
