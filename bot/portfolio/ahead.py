"""What the next days bring: for which loans the time to ask for relief runs out.

It must not judge a loan: whether relief would be granted is the verdict's to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from bot.domain.policy import NoPolicyInForce, Policy
from bot.domain.policy.relief_policy import ReliefPolicy
from bot.portfolio.columns import Columns, Ints
from bot.portfolio.figures import Figures


@dataclass(frozen=True, slots=True)
class Ahead:
    """`window_closes`: the last day to file within the days asked for, an ordinal; 0 for none."""

    window_closes: Ints


def ahead_of(columns: Columns, figures: Figures, policy: Policy, as_of: date, days: int) -> Ahead:
    """What the next `days` days bring, by the relief programme in force on `as_of`."""
    nothing = np.zeros(len(columns), dtype=np.int64)
    try:
        rules = policy.relief_on(as_of)
    except NoPolicyInForce:
        return Ahead(nothing)
    covered = [kind.product in rules.scope.products for kind in columns.heads.kinds]
    in_scope = np.array(covered, dtype=np.bool_)[columns.heads.kind]
    overdue = figures.days_overdue
    last = _last_day(rules, overdue, as_of.toordinal())
    open_ = in_scope & (overdue >= rules.scope.from_day) & (last >= as_of.toordinal())
    soon = open_ & (figures.penalty > 0) & (last <= as_of.toordinal() + days)
    return Ahead(np.where(soon, last, nothing))


def _last_day(rules: ReliefPolicy, overdue: Ints, today: int) -> Ints:
    """The last day to file: the end of the window or of the days overdue in scope."""
    ends = [end for end in (rules.window.within_days, rules.scope.until_day) if end is not None]
    last = np.full(len(overdue), date.max.toordinal(), dtype=np.int64)
    for end in ends:
        last = np.minimum(last, today - overdue + end)
    if rules.window.campaign is not None:
        last = np.minimum(last, rules.window.campaign[1].toordinal())
    return last
