"""The books of many whole loans as columns of int64: one row an instalment, an act or a freeze.

It must not compute a penalty. Days are ordinals (`date.toordinal`), amounts minor units; the rows
of loan `i` are those from `first[i]` to `first[i + 1]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.domain.loan import Freeze, Instalment, Loan, Payment, Waiver
from bot.domain.money import Currency

Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Rows: TypeAlias = Ints | slice
EVERY: Final = slice(None)  # all rows, without a copy
FOR_EVER: Final = 2**40  # later than any day
DAY_BITS: Final = 20  # days up to 2100 fit: a loan and a day make one sortable number


class Kind(NamedTuple):
    """What decides how a loan is charged; `contract_rate` is a plain decimal or ratio."""

    product: str
    currency: str
    digits: int
    contract_rate: str | None


@dataclass(frozen=True, slots=True)
class Heads:
    """What is told of each loan once; `keys` are (borrower_id, loan_id), `kind` is into `kinds`."""

    keys: Sequence[tuple[str, str]]
    kinds: Sequence[Kind]
    kind: Ints
    grade: Sequence[str]

    def __len__(self) -> int:
        return len(self.kind)

    def of(self, at: int) -> Kind:
        """The kind of one loan."""
        return self.kinds[int(self.kind[at])]

    def taken(self, loans: Ints) -> Heads:
        """Those of some loans."""
        at = loans.tolist()
        keys = [self.keys[i] for i in at]
        return Heads(keys, self.kinds, self.kind[loans], [self.grade[i] for i in at])


@dataclass(frozen=True, slots=True)
class Planned:
    """Instalments, in each loan by due date and number."""

    first: Ints
    due: Ints
    principal: Ints
    interest: Ints
    fee: Ints

    def taken(self, loans: Ints) -> Planned:
        """Those of some loans."""
        columns = (self.due, self.principal, self.interest, self.fee)
        return Planned(*_rows(loans, self.first, *columns))


@dataclass(frozen=True, slots=True)
class Acts:
    """Payments and waivers in the order they count: by day, waivers first, then as they stand."""

    first: Ints
    on: Ints
    amount: Ints
    waives: Bools

    def taken(self, loans: Ints) -> Acts:
        """Those of some loans."""
        rows, begins = rows_of(self.first, loans)
        return Acts(begins, self.on[rows], self.amount[rows], self.waives[rows])


@dataclass(frozen=True, slots=True)
class Frozen:
    """Freezes, both ends included; in each loan by first day, neither overlapping nor touching."""

    first: Ints
    since: Ints
    until: Ints

    def taken(self, loans: Ints) -> Frozen:
        """Those of some loans."""
        return Frozen(*_rows(loans, self.first, self.since, self.until))


@dataclass(frozen=True, slots=True)
class Columns:
    """Many whole loans."""

    heads: Heads
    planned: Planned
    acts: Acts
    frozen: Frozen

    def __len__(self) -> int:
        return len(self.heads)

    def taken(self, loans: Ints) -> Columns:
        """Some of the loans, in that order."""
        if len(loans) == len(self):
            return self
        return Columns(
            self.heads.taken(loans),
            self.planned.taken(loans),
            self.acts.taken(loans),
            self.frozen.taken(loans),
        )

    def loan(self, at: int) -> Loan:
        """One of the loans as the one-loan engine takes it; instalments are numbered from 1."""
        kind = self.heads.of(at)
        return Loan(
            currency=Currency(kind.currency, kind.digits),
            instalments=self._instalments(at),
            payments=tuple(Payment(on, amount) for on, amount in self._acts_of(at, waives=False)),
            freezes=self._freezes(at),
            waivers=tuple(Waiver(on, amount) for on, amount in self._acts_of(at, waives=True)),
            contract_rate=Fraction(kind.contract_rate) if kind.contract_rate else None,
        )

    def _instalments(self, at: int) -> tuple[Instalment, ...]:
        rows = _of(self.planned.first, at)
        planned = self.planned
        columns = (
            column[rows].tolist()
            for column in (planned.due, planned.principal, planned.interest, planned.fee)
        )
        return tuple(
            Instalment(no, date.fromordinal(due), principal, interest, fee)
            for no, (due, principal, interest, fee) in enumerate(zip(*columns, strict=True), 1)
        )

    def _acts_of(self, at: int, *, waives: bool) -> list[tuple[date, int]]:
        rows = _of(self.acts.first, at)
        kind = self.acts.waives[rows] == waives
        days, amounts = self.acts.on[rows][kind], self.acts.amount[rows][kind]
        pairs = zip(days.tolist(), amounts.tolist(), strict=True)
        return [(date.fromordinal(day), amount) for day, amount in pairs]

    def _freezes(self, at: int) -> tuple[Freeze, ...]:
        rows = _of(self.frozen.first, at)
        pairs = zip(self.frozen.since[rows].tolist(), self.frozen.until[rows].tolist(), strict=True)
        return tuple(Freeze(date.fromordinal(a), date.fromordinal(b)) for a, b in pairs)


def offsets(counts: Ints) -> Ints:
    """Where the rows of each loan begin, given how many each has; one more at the end."""
    first = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=first[1:])
    return first


def rows_of(first: Ints, loans: Ints) -> tuple[Ints, Ints]:
    """The rows of some loans one loan after the other, and where those of each begin now."""
    counts = first[loans + 1] - first[loans]
    begins = offsets(counts)
    rows = np.arange(begins[-1], dtype=np.int64) + np.repeat(first[loans] - begins[:-1], counts)
    return rows, begins


def _rows(loans: Ints, first: Ints, *columns: Ints) -> tuple[Ints, ...]:
    rows, begins = rows_of(first, loans)
    return (begins, *(column[rows] for column in columns))


def _of(first: Ints, at: int) -> slice:
    return slice(int(first[at]), int(first[at + 1]))


def sub(rows: Rows, at: Ints) -> Ints:
    """Some of the rows, by their place among them."""
    return at if isinstance(rows, slice) else rows[at]
