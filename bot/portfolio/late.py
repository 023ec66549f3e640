"""The loans of a group in which something is late: set up, paid, charged and summed loan by loan.

It must not read terms: `plans` did.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from bot.portfolio.charging import Accounts, charged
from bot.portfolio.columns import EVERY, FOR_EVER, Bools, Columns, Frozen, Ints
from bot.portfolio.figures import Figures, How
from bot.portfolio.history import History
from bot.portfolio.paying import PENALTY, lower, pay_all, weighed
from bot.portfolio.plans import LONGEST, ROOM, Plan
from bot.portfolio.quiet import Late, late_loans

MOST_ACTS: Final = 48  # late payments and waivers of one loan


def late_figures(columns: Columns, plan: Plan, contract: Ints, as_of: date, ahead: int) -> Figures:
    """The figures of a group's loans; `how` says which are left for the one-loan engine."""
    found = Figures.none(len(columns))
    today = as_of.toordinal()
    late = late_loans(columns, by_component=plan.by_component, as_of=today)
    why = _why_not(columns, plan, contract, late, today)
    found.how[late.loan] = why
    if why.any():
        late = late.taken(np.flatnonzero(why == How.AT_ONCE))
    if len(late.loan):
        accounts = _accounts(columns, plan, contract[late.loan], late)
        broken = pay_all(accounts, late.first, late.acts)
        found.put(late.loan, _summed(accounts, late, broken, today, ahead))
    return found


def _why_not(columns: Columns, plan: Plan, contract: Ints, late: Late, today: int) -> Ints:
    """Of each late loan, why it must be computed alone; zero if it need not."""
    why = np.zeros(len(late.loan), dtype=np.int64)
    if not len(why):
        return why
    planned, begins = columns.planned, late.first[:-1]
    owed = planned.principal + planned.interest + planned.fee
    total = np.add.reduceat(owed[late.rows], begins)
    due = planned.due[late.rows[begins]]
    days = np.minimum(today + 2 - due, LONGEST)
    started = plan.entries[0].since if plan.entries else FOR_EVER
    why[np.diff(late.acts.first) > MOST_ACTS] = How.MANY_ACTS
    why[~plan.fits[contract[late.loan]]] = How.CONTRACT_RATE
    why[due < started] = How.NO_TERMS
    why[(days == LONGEST) | (total > ROOM // (days * plan.heaviest))] = How.LARGE_NUMBERS
    return why


def _accounts(columns: Columns, plan: Plan, contract: Ints, late: Late) -> Accounts:
    planned = columns.planned
    due = planned.due[late.rows]
    unpaid = np.stack(
        [part[late.rows] for part in (planned.principal, planned.interest, planned.fee)]
    )
    loan = np.repeat(np.arange(len(late.loan)), np.diff(late.first))
    starts = np.array([entry.since for entry in plan.entries], dtype=np.int64)
    entry = np.maximum(np.searchsorted(starts, due, side="right") - 1, 0)
    base = _weighed(plan, entry, unpaid, of_fee=False)
    has_fee = any(each.fee for each in plan.entries)
    of = _weighed(plan, entry, unpaid, of_fee=True) if has_fee else base
    size = len(due)
    accounts = Accounts(
        plan=plan,
        frozen=_frozen(columns, late),
        loan=loan,
        contract=contract[loan],
        entry=entry,
        due=due,
        unpaid=unpaid,
        base=History.begun(due + 1, base),
        of=History.begun(due + 1, of),
        ends=np.where(base > 0, FOR_EVER, due),
        paid=np.zeros(size, dtype=np.int64),
        waived=np.zeros(size, dtype=np.int64),
        settled=np.zeros(size, dtype=np.bool_),
        charged=np.zeros(size, dtype=np.int64),
    )
    _receive(accounts, late)
    return accounts


def _weighed(plan: Plan, entry: Ints, unpaid: Ints, *, of_fee: bool) -> Ints:
    """The base of each account by its own terms, or what its late fee is a share of."""
    found = np.zeros(len(entry), dtype=np.int64)
    for number, each in enumerate(plan.entries):
        weights = each.base
        if of_fee:
            weights = each.fee.of if each.fee else (0, 0, 0)
        mine = entry == number
        if mine.all():
            return weighed(weights, unpaid)
        found[mine] = weighed(weights, unpaid[:, mine])
    return found


def _frozen(columns: Columns, late: Late) -> Frozen:
    frozen = columns.frozen
    return frozen if len(late.loan) == len(columns) else frozen.taken(late.loan)


def _receive(accounts: Accounts, late: Late) -> None:
    """What came in towards the first late instalment by its due date."""
    some = np.flatnonzero(late.received)
    if not len(some):
        return
    rows, left = late.first[:-1][some], late.received[some]
    taken = np.zeros((PENALTY, len(rows)), dtype=np.int64)
    for place in accounts.plan.order:
        if place != PENALTY:
            taken[place] = np.minimum(left, accounts.unpaid[place, rows])
            left = left - taken[place]
    lower(accounts, rows, accounts.due[rows], taken)


def _summed(accounts: Accounts, late: Late, broken: Bools, today: int, ahead: int) -> Figures:
    total = charged(accounts, EVERY, today)
    owed = total - accounts.paid - accounts.waived
    begins = late.first[:-1]

    def by_loan(column: Ints) -> Ints:
        return np.asarray(np.add.reduceat(column, begins))

    is_due = accounts.due <= today
    due_unpaid = accounts.unpaid if is_due.all() else accounts.unpaid * is_due
    wrong = np.logical_or.reduceat(broken | (owed < 0), begins)
    return Figures(
        days_overdue=_days_overdue(accounts, begins, today),
        principal=by_loan(due_unpaid[0]),
        interest=by_loan(due_unpaid[1]),
        fee=by_loan(due_unpaid[2]),
        penalty=by_loan(owed),
        charged=by_loan(total),
        paid=by_loan(accounts.paid),
        waived=by_loan(accounts.waived),
        grows_by_per_day=by_loan(_growth(accounts, total, is_due, today)),
        tier_on=_tier_on(accounts, begins, today, ahead),
        how=np.where(wrong, How.FALLING, How.AT_ONCE).astype(np.int64),
    )


def _growth(accounts: Accounts, total: Ints, is_due: Bools, today: int) -> Ints:
    """What tomorrow adds."""
    if is_due.all():
        return charged(accounts, EVERY, today + 1) - total
    growth = np.zeros(len(total), dtype=np.int64)
    who = np.flatnonzero(is_due)
    growth[who] = charged(accounts, who, today + 1) - total[who]
    return growth


def _days_overdue(accounts: Accounts, begins: Ints, today: int) -> Ints:
    unpaid = accounts.unpaid.any(axis=0)
    oldest = np.minimum.reduceat(np.where(unpaid, accounts.due, FOR_EVER), begins)
    return np.asarray(np.maximum(today - oldest, 0))


def _tier_on(accounts: Accounts, begins: Ints, today: int, ahead: int) -> Ints:
    """The first of the next days on which a late unpaid base comes to another rate; 0 for none."""
    first = np.full(len(accounts.due), FOR_EVER, dtype=np.int64)
    late = (accounts.due < today) & (accounts.ends == FOR_EVER)
    for entry in accounts.plan.entries:
        if entry.until <= today or entry.since > today + ahead:
            continue
        for stage in entry.stages[1:]:
            day = accounts.due + stage.from_day
            soon = (day > max(today, entry.since - 1)) & (day <= min(today + ahead, entry.until))
            first = np.where(late & soon, np.minimum(first, day), first)
    least = np.minimum.reduceat(first, begins)
    return np.where(least < FOR_EVER, least, 0)
