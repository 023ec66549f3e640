"""Goes through all books once: reads a run of loans, computes it, adds it up, lets go of it.

It must not show anything; sealed loan references are opened only for a list that was asked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.domain.policy import Policy
from bot.portfolio.ahead import Ahead, ahead_of
from bot.portfolio.columns import Columns
from bot.portfolio.engine import Asked, Product, figures
from bot.portfolio.figures import Figures
from bot.portfolio.reading import chunks, loan_count
from bot.portfolio.totals import Totals

Seen = Callable[[sqlite3.Connection, Columns, Figures, Ahead], None]


@dataclass(frozen=True, slots=True)
class Survey:
    """What is asked: the policy, the day, and how many days ahead to look."""

    policy: Policy
    as_of: date
    ahead: int


def survey(
    db: sqlite3.Connection,
    asked: Survey,
    on_progress: Callable[[int, int], None] = lambda _done, _all: None,
    seen: Seen = lambda *_: None,
) -> Totals:
    """Everything added up, in one snapshot; `seen` is shown every run of loans with its figures."""
    totals, done, total = Totals(), 0, loan_count(db)
    products = _Products(asked.policy)
    for columns, looked_at in chunks(db):
        if len(columns):
            found = figures(columns, products, Asked(asked.as_of, asked.ahead))
            soon = ahead_of(columns, found, asked.policy, asked.as_of, asked.ahead)
            totals.add(columns, found, soon)
            seen(db, columns, found, soon)
        done += looked_at
        on_progress(done, total)
    return totals


class _Products(dict[str, Product]):
    """What the policy says of each product; nothing of one it does not know."""

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self._policy = policy

    def __missing__(self, name: str) -> Product:
        policy = self._policy
        found = self[name] = Product(policy.terms_for(name), policy.allocation_for(name))
        return found
