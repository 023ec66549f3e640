"""Payments a borrower thinks of making, as a button or an answer carries them from card to card.

It must not hold one that was made: those are in the books.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.domain.loan import Loan, Payment
from bot.errors import Rejected

MOST = 6  # payments in one plan
_PLAN = re.compile(r"(?P<loan>\S+)(?P<rest>(?: \d{4}-\d\d-\d\d=\d{1,24})*)\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Plan:
    """A loan and the payments thought of so far, in order of day."""

    loan_id: str
    payments: tuple[Payment, ...] = ()

    def __str__(self) -> str:
        """`<loan> <day>=<minor units> …`, as `read_plan` takes it."""
        paid = (f"{each.on.isoformat()}={each.amount}" for each in self.payments)
        return " ".join((self.loan_id, *paid))

    def plus(self, payment: Payment) -> Plan:
        """The same with one more payment."""
        payments = sorted((*self.payments, payment), key=lambda each: each.on)
        return Plan(self.loan_id, tuple(payments))

    def holds(self, payment: Payment) -> bool:
        """Whether it is one of the plan's, and not an equal one of the books."""
        return any(payment is each for each in self.payments)

    def laid_on(self, loan: Loan) -> tuple[Payment, ...]:
        """The loan's payments with the plan's after them."""
        return (*loan.payments, *self.payments)


def read_plan(raw: str, today: date) -> Plan:
    """The plan that `str` wrote, without payments of days gone by; Rejected for anything else."""
    found = _PLAN.match(raw)
    if found is None:
        raise Rejected("answer.choice")
    payments = tuple(_payment(part) for part in found["rest"].split())
    if len(payments) > MOST:
        raise Rejected("answer.choice")
    return Plan(found["loan"], tuple(each for each in payments if each.on >= today))


def _payment(part: str) -> Payment:
    day, _, amount = part.partition("=")
    try:
        return Payment(date.fromisoformat(day), int(amount))
    except ValueError as wrong:
        raise Rejected("answer.choice") from wrong
