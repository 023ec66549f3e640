"""A loan as if relief were granted today, at the percent the policy gives.

It must not grant anything: nothing here is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from bot.domain.loan import Loan
from bot.domain.relief.settlement import offer_waiver
from bot.steps.loan import has_open_case
from bot.steps.verdict import verdict_of, would_grant
from bot.turn import BookedLoan, Turn


@dataclass(frozen=True, slots=True)
class Relieved:
    """The loan with the waiver and the freeze of a grant; `pay_by` is when what remains is due.

    `still`: until then nothing is added, so whoever pays earlier or later pays the same.
    """

    loan: Loan
    percent: Fraction
    pay_by: date | None
    still: bool

    def holds_on(self, day: date) -> bool:
        """Whether the relief has not lapsed by then, when nothing is paid before."""
        return self.pay_by is None or day <= self.pay_by


def relieved_today(turn: Turn, booked: BookedLoan) -> Relieved | None:
    """The loan as the policy would relieve it today; None when it would not, or has already."""
    found = verdict_of(turn, booked)
    if has_open_case(turn, booked) or not found.eligible or not found.relief_minor:
        return None
    given, freeze = would_grant(turn, found)
    freezes = (*booked.loan.freezes, freeze) if freeze else booked.loan.freezes
    waivers = (*booked.loan.waivers, offer_waiver(given))
    loan = replace(booked.loan, waivers=waivers, freezes=freezes)
    pay_by = given.pay_by
    still = freeze is not None and pay_by is not None and freeze.until >= pay_by
    return Relieved(loan, found.percent, pay_by, still)
