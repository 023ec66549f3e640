"""The rows of one loan that a tape alone may change: as stored, as told, and compared.

It must not touch a row with a `case_id`: those are our cases' and outlive any tape.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from bot.domain.packed_loan import NO_MOMENT, Rows, moment
from bot.store.queries import BOOKS
from bot.store.rows import stamp
from bot.store.seal import Seals
from bot.store.tokens import payment_tokens, waiver_id

Ids = tuple[str, str]  # borrower_id and loan_id
Told = tuple[object, ...]  # a row: the ids of its loan, then what tells it from its neighbours
Values = Mapping[str, object]  # of one row by column
Place = Mapping[str, str]  # borrower_id and loan_id

_KEY: Final = 2  # the column that tells the rows of a loan apart


@dataclass(frozen=True, slots=True)
class Difference:
    """What a tape changes in one table of a loan: rows that go, and rows as they read before."""

    removed: tuple[Values, ...] = ()
    changed: tuple[Values, ...] = ()
    anything: bool = False


def difference(names: Sequence[str], stored: Sequence[Told], told: Sequence[Told]) -> Difference:
    """How `told` differs from what is `stored`, rows of one loan matched by their third column."""
    now = {row[_KEY]: row for row in told}
    return Difference(
        removed=tuple(_values(names, row) for row in stored if row[_KEY] not in now),
        changed=tuple(_values(names, row) for row in stored if now.get(row[_KEY], row) != row),
        anything=list(stored) != list(told),
    )


def stored_rows(
    db: sqlite3.Connection, table: str, place: Place
) -> tuple[tuple[str, ...], list[Told]]:
    """The columns and the loan's rows of one table that came from a tape, in order."""
    found = db.execute(BOOKS[f"stored_{table}"], place)
    names = tuple(column[0] for column in found.description)
    return names, [tuple(row) for row in found]


@cache  # a lender's books know some thousand days
def _iso(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def _values(names: Sequence[str], row: Told) -> Values:
    return dict(zip(names[_KEY:], row[_KEY:], strict=True))


def _instalments(place: Ids, rows: Rows, _seals: Seals) -> list[Told]:
    borrower_id, loan_id = place
    return [
        (borrower_id, loan_id, no, _iso(due), principal, interest, fee)
        for no, due, principal, interest, fee in rows.instalments
    ]


def _payments(place: Ids, rows: Rows, seals: Seals) -> list[Told]:
    borrower_id, loan_id = place
    tokens = payment_tokens(seals, (ref for _, ref, *_ in rows.payments))
    return [
        (
            borrower_id,
            loan_id,
            token,
            _iso(on),
            amount,
            None if entered == NO_MOMENT else stamp(moment(entered)),
            _iso(reversed_on) if reversed_on else None,
        )
        for token, (on, _, amount, entered, reversed_on) in zip(tokens, rows.payments, strict=True)
    ]


def _freezes(place: Ids, rows: Rows, _seals: Seals) -> list[Told]:
    told = sorted(
        (start.isoformat(), until.isoformat(), kind) for start, until, kind in rows.freezes
    )
    return [(*place, ":".join(row), *row) for row in told]


def _waivers(place: Ids, rows: Rows, seals: Seals) -> list[Told]:
    told = ((waiver_id(seals, ref), on.isoformat(), amount) for on, ref, amount, _ in rows.waivers)
    return [(*place, *row) for row in sorted(told)]


# Table and how a tape tells its rows: columns as in `stored_…` of books.sql.
EVERY: Final[Mapping[str, Callable[[Ids, Rows, Seals], list[Told]]]] = {
    "instalment": _instalments,
    "payment": _payments,
    "freeze": _freezes,
    "waiver": _waivers,
}
