"""Where lateness begins in each loan: before it no penalty exists, and money simply adds up.

It must not charge anything. What a loan paid up to its first late due date is one sum; only later
acts need to be replayed one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.portfolio.columns import DAY_BITS, Acts, Columns, Ints, Planned, offsets, rows_of

_NOBODY = 2**62


@dataclass(frozen=True, slots=True)
class Late:
    """The loans in which something was not paid in full when due, as of a day.

    `loan` are their indices; `rows` their instalments from the first late one on, `first` where
    those of each loan begin; `received` what came in towards that one up to its due date. `acts`
    came later.
    """

    loan: Ints
    rows: Ints
    first: Ints
    received: Ints
    acts: Acts

    def taken(self, some: Ints) -> Late:
        """Only some of them, by their place here."""
        at, first = rows_of(self.first, some)
        acts = self.acts.taken(some)
        return Late(self.loan[some], self.rows[at], first, self.received[some], acts)


def late_loans(columns: Columns, *, by_component: bool, as_of: int) -> Late:
    """The loans with an instalment due on or before `as_of` and not paid in full by its due date.

    `by_component`: a payment before a due date may cover parts of later instalments, so whatever is
    due counts as late and every act is replayed.
    """
    planned, acts = columns.planned, columns.acts
    replay_all = by_component and bool(planned.interest.any() or planned.fee.any())
    owed = planned.principal + planned.interest + planned.fee
    received = np.zeros(len(owed), dtype=np.int64) if replay_all else _received(planned, acts)
    short = owed > 0 if replay_all else received < _owed_until(planned.first, owed)
    at = np.where(short & (planned.due <= as_of), np.arange(len(owed)), _NOBODY)
    begun = _first_of(planned.first, at)
    loan = np.flatnonzero(begun < _NOBODY)
    start = begun[loan]
    if replay_all:
        start = planned.first[loan]
    rows, first = _from(start, planned.first[loan + 1])
    before = _owed_until(planned.first, owed)[start] - owed[start]
    since = np.zeros(len(loan), dtype=np.int64) if replay_all else planned.due[start] + 1
    towards = received[start] if replay_all else received[start] - before
    return Late(loan, rows, first, towards, _acts_between(acts, loan, since, as_of))


def _received(planned: Planned, acts: Acts) -> Ints:
    """What each loan had paid by the end of the due date of each instalment."""
    if not len(acts.on):
        return np.zeros(len(planned.due), dtype=np.int64)
    paid = offsets(np.where(acts.waives, 0, acts.amount))
    loan = np.repeat(np.arange(len(planned.first) - 1), np.diff(planned.first))
    until = _position(acts, (loan << DAY_BITS) + planned.due)
    return np.asarray(paid[until] - paid[acts.first[:-1][loan]])


def _owed_until(first: Ints, owed: Ints) -> Ints:
    """What falls due in each loan up to and including each instalment."""
    running = offsets(owed)
    return np.asarray(running[1:] - np.repeat(running[first[:-1]], np.diff(first)))


def _first_of(first: Ints, at: Ints) -> Ints:
    """The least of each loan's values; _NOBODY for a loan without any."""
    least = np.full(len(first) - 1, _NOBODY, dtype=np.int64)
    some = np.flatnonzero(np.diff(first))
    if len(some):
        least[some] = np.minimum.reduceat(at, first[:-1][some])
    return least


def _from(start: Ints, end: Ints) -> tuple[Ints, Ints]:
    begins = offsets(end - start)
    rows = np.arange(begins[-1], dtype=np.int64) + np.repeat(start - begins[:-1], end - start)
    return rows, begins


def _acts_between(acts: Acts, loan: Ints, since: Ints, until: int) -> Acts:
    """The acts of some loans from a day each up to and including `until`."""
    if not len(acts.on):
        nothing = np.zeros(len(loan) + 1, dtype=np.int64)
        return Acts(nothing, acts.on, acts.amount, acts.waives)
    key = loan << DAY_BITS
    start, end = _position(acts, key + since - 1), _position(acts, key + until)
    rows, first = _from(start, np.maximum(start, end))
    return Acts(first, acts.on[rows], acts.amount[rows], acts.waives[rows])


def _position(acts: Acts, key: Ints) -> Ints:
    """How many acts come up to and including a loan's day."""
    loan = np.repeat(np.arange(len(acts.first) - 1), np.diff(acts.first))
    return np.searchsorted((loan << DAY_BITS) + acts.on, key, side="right")
