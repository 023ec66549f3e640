"""Payments and waivers applied to many loans at once: all first ones, then all second ones.

It must not know how a penalty is charged: `charging` does. Amounts are minor units, days ordinals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.portfolio.charging import Accounts, charged, settle
from bot.portfolio.columns import FOR_EVER, Acts, Bools, Ints, offsets, rows_of

PENALTY = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """One act of each of some loans, and the rows of their instalments one loan after another.

    `begins` is where the rows of each loan begin, `of` the loan of each row.
    """

    rows: Ints
    begins: Ints
    of: Ints
    day: Ints
    amount: Ints
    waives: Bools


def pay_all(accounts: Accounts, first: Ints, acts: Acts) -> Bools:
    """Apply every act in its order; `first` is where the accounts of each loan begin.

    Says of which accounts the terms took back penalty already paid, as falling rates under `whole`
    can: what they come to here means nothing.
    """
    broken = np.zeros(len(accounts.due), dtype=np.bool_)
    count = np.diff(acts.first)
    loans = np.flatnonzero(count)
    number = 0
    while len(loans):
        turn = _turn(first, acts, loans, acts.first[loans] + number)
        broken[turn.rows[_apply(accounts, turn)]] = True
        number += 1
        loans = loans[count[loans] > number]
    return broken


def penalties(accounts: Accounts, rows: Ints, day: Ints) -> Ints:
    """The penalty some accounts owe at the end of a day each; below zero where terms fell."""
    owed = np.zeros(len(rows), dtype=np.int64)
    late = np.flatnonzero(accounts.due[rows] < day)
    who, on = rows[late], day[late]
    total = charged(accounts, who, on)
    settle(accounts, who, on, total)
    owed[late] = total - accounts.paid[who] - accounts.waived[who]
    return owed


def _turn(first: Ints, acts: Acts, loans: Ints, at: Ints) -> Turn:
    rows, begins = rows_of(first, loans)
    of = np.repeat(np.arange(len(loans)), np.diff(begins))
    return Turn(rows, begins[:-1], of, acts.on[at][of], acts.amount[at][of], acts.waives[at][of])


def _apply(accounts: Accounts, turn: Turn) -> Ints:
    """One act a loan; the places among the rows where the penalty was below zero."""
    owed = np.empty((4, len(turn.rows)), dtype=np.int64)
    owed[:PENALTY] = np.where(turn.waives, 0, accounts.unpaid[:, turn.rows])
    owed[PENALTY] = penalties(accounts, turn.rows, turn.day)
    taken = _taken(accounts, turn, owed)
    accounts.waived[turn.rows] += np.where(turn.waives, taken[PENALTY], 0)
    accounts.paid[turn.rows] += np.where(turn.waives, 0, taken[PENALTY])
    lowered = np.flatnonzero(taken[:PENALTY].any(axis=0))
    if len(lowered):
        lower(accounts, turn.rows[lowered], turn.day[lowered], taken[:PENALTY, lowered])
    return np.flatnonzero(owed[PENALTY] < 0)


def lower(accounts: Accounts, rows: Ints, day: Ints, taken: Ints) -> None:
    """Money of a day each that covered principal, interest and fee: the next day knows it."""
    accounts.unpaid[:, rows] -= taken
    since = np.maximum(day, accounts.due[rows]) + 1
    for number, entry in enumerate(accounts.plan.entries):
        mine = np.flatnonzero(accounts.entry[rows] == number)
        if not len(mine):
            continue
        at, begins, unpaid = rows[mine], since[mine], accounts.unpaid[:, rows[mine]]
        base = weighed(entry.base, unpaid)
        accounts.base.put(at, begins, base)
        if entry.fee is not None:
            accounts.of.put(at, begins, weighed(entry.fee.of, unpaid))
        gone = (base == 0) & (accounts.ends[at] == FOR_EVER)
        accounts.ends[at[gone]] = begins[gone] - 1


def weighed(weights: tuple[int, int, int], parts: Ints) -> Ints:
    """The sum of those of principal, interest and fee that count."""
    principal, interest, fee = weights
    return np.asarray(parts[0] * principal + parts[1] * interest + parts[2] * fee)


def _taken(accounts: Accounts, turn: Turn, owed: Ints) -> Ints:
    """How much of each part of each row the amount of its loan covers."""
    if accounts.plan.by_component:
        return _by_component(accounts, turn, owed)
    taken = np.zeros_like(owed)
    total = owed.sum(axis=0)
    left = turn.amount - _before(total, turn)
    for place in accounts.plan.order:
        taken[place] = np.clip(left, 0, np.maximum(owed[place], 0))
        left = left - owed[place]
    return taken


def _by_component(accounts: Accounts, turn: Turn, owed: Ints) -> Ints:
    """One part across the instalments due, then the next; then the same over the later ones."""
    taken = np.zeros_like(owed)
    left = turn.amount
    is_due = accounts.due[turn.rows] <= turn.day
    for group in (is_due, ~is_due):
        for place in accounts.plan.order:
            here = np.where(group, owed[place], 0)
            taken[place] += np.clip(left - _before(here, turn), 0, np.maximum(here, 0))
            left = left - np.add.reduceat(here, turn.begins)[turn.of]
    return taken


def _before(amount: Ints, turn: Turn) -> Ints:
    """The sum of the earlier rows of the same loan.

    The running sum over all loans may wrap around; the difference within one loan is exact.
    """
    running = offsets(amount)[:-1]
    return np.asarray(running - running[turn.begins][turn.of])
