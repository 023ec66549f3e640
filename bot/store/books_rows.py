"""The rows of one loan that a tape alone may change: read, compared, rewritten.

It must not touch a row with a `case_id`: those are our cases' and outlive any tape.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.books import TapeLoan
from bot.store.queries import BOOKS
from bot.store.rows import stamp
from bot.store.seal import Seals
from bot.store.tokens import payment_token, waiver_id

Values = Mapping[str, object]  # of one row by column; the first one tells it from its neighbours
Place = Mapping[str, str]  # borrower_id and loan_id


@dataclass(frozen=True, slots=True)
class Difference:
    """What a tape changes in one table of a loan: rows that go, and rows as they read before."""

    removed: tuple[Values, ...] = ()
    changed: tuple[Values, ...] = ()
    anything: bool = False


def difference(key: str, stored: Sequence[Values], told: Sequence[Values]) -> Difference:
    """How `told` differs from what is `stored`, rows matched by the column `key`."""
    now = {row[key]: row for row in told}
    return Difference(
        removed=tuple(row for row in stored if row[key] not in now),
        changed=tuple(row for row in stored if row[key] in now and now[row[key]] != row),
        anything=list(stored) != list(told),
    )


def stored_rows(db: sqlite3.Connection, table: str, place: Place) -> list[Values]:
    """The loan's rows of one table that came from a tape, in order."""
    found = db.execute(BOOKS[f"stored_{table}"], place)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def rewrite(db: sqlite3.Connection, table: str, place: Place, told: Sequence[Values]) -> None:
    """Make the loan's rows of one table that came from a tape those of `told`."""
    db.execute(BOOKS[f"drop_{table}"], place)
    numbered = enumerate(told, start=1)
    db.executemany(BOOKS[f"tell_{table}"], [{**place, **row, "seq": seq} for seq, row in numbered])


def _instalments(loan: TapeLoan, _seals: Seals) -> list[Values]:
    return [
        {
            "no": row.no,
            "due_on": row.due.isoformat(),
            "principal_minor": row.principal,
            "interest_minor": row.interest,
            "fee_minor": row.fee,
        }
        for row in sorted(loan.instalments, key=lambda row: row.no)
    ]


def _payments(loan: TapeLoan, seals: Seals) -> list[Values]:
    return [
        {
            "ref_token": payment_token(seals, row.ref),
            "paid_on": row.on.isoformat(),
            "amount_minor": row.amount,
            "entered_at": None if row.entered_at is None else stamp(row.entered_at),
            "reversed_on": None if row.reversed_on is None else row.reversed_on.isoformat(),
        }
        for row in loan.payments
    ]


def _freezes(loan: TapeLoan, _seals: Seals) -> list[Values]:
    rows = [(row.start.isoformat(), row.until.isoformat(), row.kind) for row in loan.freezes]
    return [
        {"freeze_id": ":".join(row), "from_on": row[0], "until_on": row[1], "kind": row[2]}
        for row in sorted(rows)
    ]


def _waivers(loan: TapeLoan, seals: Seals) -> list[Values]:
    rows = [(waiver_id(seals, row.ref), row.on.isoformat(), row.amount) for row in loan.waivers]
    return [{"waiver_id": row[0], "on_day": row[1], "amount_minor": row[2]} for row in sorted(rows)]


# Table, the column that tells its rows apart within a loan, and how a tape tells them.
EVERY: Final[tuple[tuple[str, str, Callable[[TapeLoan, Seals], list[Values]]], ...]] = (
    ("instalment", "no", _instalments),
    ("payment", "ref_token", _payments),
    ("freeze", "freeze_id", _freezes),
    ("waiver", "waiver_id", _waivers),
)
