"""Who may be reminded: borrowers with a chat for whose loans the next days bring something.

It must not judge: the turn of each does, upon the books of its moment. Run as a program, with the
database, the policy file, the lender's day, the days ahead and those for instalments, it writes
their ids, one a line: the numpy it loads and the memory it takes end with it.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from bot.domain.policy import load_policy
from bot.portfolio.ahead import Ahead
from bot.portfolio.columns import Bools, Columns
from bot.portfolio.figures import Figures
from bot.portfolio.survey import Survey, survey
from bot.store.connection import looked

# In a chat of theirs that can be written to; those of one run of loans at a time.
_MAY_HEAR = """SELECT DISTINCT borrower_id FROM chat JOIN borrower USING (borrower_id)
WHERE borrower_id >= ? AND borrower_id <= ? AND consented_at IS NOT NULL AND proven_at IS NOT NULL
    AND unreachable_at IS NULL AND human = 0 AND reminders_off_at IS NULL AND erased_at IS NULL"""
_WITH_OFFER = """SELECT DISTINCT borrower_id FROM relief_case
WHERE status IN ('offered', 'accepted')"""


def soon(
    db: sqlite3.Connection, asked: Survey, due_days: int, found: Callable[[str], None]
) -> None:
    """Tell `found` each borrower for whom something may come, once; in one snapshot.

    By the portfolio's look ahead: a new tier or the end of the time to ask for relief; whoever is
    late and not charged yet, whose grace may end; who is not late and has an instalment that falls
    due within `due_days` (0: nobody); and all who have an offer to answer or to fulfil.
    """
    offered = {str(row[0]) for row in db.execute(_WITH_OFFER)}

    def see(db: sqlite3.Connection, columns: Columns, figures: Figures, ahead: Ahead) -> None:
        keys = columns.heads.keys
        graced = (figures.days_overdue > 0) & (figures.charged == 0)
        coming = graced | (figures.tier_on > 0) | (ahead.window_closes > 0)
        if due_days:
            coming |= (figures.days_overdue == 0) & _falls_due(columns, asked.as_of, due_days)
        some = np.flatnonzero(coming).tolist()
        due = {keys[at][0] for at in some} | (offered & {borrower for borrower, _ in keys})
        if due:
            hear = db.execute(_MAY_HEAR, (keys[0][0], keys[-1][0]))
            told = sorted(due & {str(row[0]) for row in hear} - last)
            for borrower in told:
                found(borrower)
            last.update(told)
            last.intersection_update({keys[-1][0]})  # whose loans the next run may go on with

    last: set[str] = set()
    survey(db, asked, seen=see)


def _falls_due(columns: Columns, today: date, days: int) -> Bools:
    """Of which loans an instalment falls due in so many days: paid ahead or not, the turn sees."""
    first, until = columns.planned.first, today.toordinal() + days
    due = columns.planned.due
    near = np.flatnonzero((due >= today.toordinal()) & (due <= until))
    found = np.zeros(len(columns), dtype=np.bool_)
    found[np.searchsorted(first, near, side="right") - 1] = True
    return found


def main(database: str, policy: str, day: str, days: str, due_days: str) -> None:
    """Write the ids of the borrowers, in the order of the books."""
    rules = load_policy(Path(policy).read_text(encoding="utf-8"))
    # A tier's first day is the day after the last one to pay.
    asked = Survey(rules, date.fromisoformat(day), int(days) + 1)
    looked(Path(database), lambda db: soon(db, asked, int(due_days), print))


if __name__ == "__main__":
    main(*sys.argv[1:])
