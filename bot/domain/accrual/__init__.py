"""What a loan's statement says on a day: the one place every figure shown to anybody comes from.

It must not read a clock or a file, and never answers with a default rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.domain.accrual.charge import Line
from bot.domain.accrual.ledger import (
    Account,
    Ledger,
    charged,
    lines_of,
    open_ledger,
    owed_on,
    penalty_on,
    replay,
)
from bot.domain.accrual.values import (
    Allocated,
    InstalmentOwed,
    Owed,
    PenaltyLine,
    Rule,
    Statement,
)
from bot.domain.loan import Loan
from bot.domain.terms import Allocation, Terms

__all__ = [
    "Allocated",
    "InstalmentOwed",
    "Owed",
    "PenaltyLine",
    "Rule",
    "Statement",
    "penalties",
    "statement",
]


def statement(
    loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, as_of: date
) -> Statement:
    """The statement of `loan` as of `as_of`, that day included; later payments do not count.

    `terms` are the entries of the loan's product, in any order. Raises NoTermsInForce when an
    instalment is late and no entry covers its due date, and Rejected `error.terms.contract_rate`
    or `error.terms.falling` when the terms cannot be applied to this loan.
    Source: the terms and allocation of the policy file, DESIGN section 4.
    """
    ledger = open_ledger(loan, terms)
    replay(ledger, allocation, as_of)
    today = as_of.toordinal()
    owed = tuple(
        InstalmentOwed(
            account.instalment.no, account.instalment.due, owed_on(ledger, account, today)
        )
        for account in ledger.accounts
    )
    lines = tuple(_lines(ledger, today))
    charged_today = sum(line.amount for line in lines)
    charged_tomorrow = sum(charged(ledger, account, today + 1) for account in ledger.accounts)
    return Statement(
        as_of=as_of,
        currency=loan.currency,
        days_overdue=_days_overdue(ledger, today),
        outstanding=_sum([each.owed for each in owed if each.due <= as_of]),
        charged=charged_today,
        paid=sum(account.paid for account in ledger.accounts),
        waived=sum(account.waived for account in ledger.accounts),
        grows_by_per_day=charged_tomorrow - charged_today,
        credit=ledger.credit,
        instalments=owed,
        lines=lines,
        allocations=tuple(ledger.allocations),
    )


def penalties(
    loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, days: tuple[date, ...]
) -> tuple[int, ...]:
    """The penalty outstanding at the end of each of `days`, which ascend; minor units.

    The same as `statement(..., day).penalty` day by day, with the payments applied only once.
    Raises as `statement` does.
    """
    ledger = open_ledger(loan, terms)
    outstanding: list[int] = []
    replayed: date | None = None
    for day in days:
        replay(ledger, allocation, day, replayed)
        replayed = day
        ordinal = day.toordinal()
        owed = [penalty_on(ledger, account, ordinal) for account in ledger.accounts]
        outstanding.append(sum(owed))
    return tuple(outstanding)


def _lines(ledger: Ledger, day: int) -> Iterator[PenaltyLine]:
    for account in ledger.accounts:
        yield from (_penalty_line(account, line) for line in lines_of(ledger, account, day))


def _penalty_line(account: Account, line: Line) -> PenaltyLine:
    return PenaltyLine(
        instalment=account.instalment.no,
        start=date.fromordinal(line.start),
        until=date.fromordinal(line.until),
        days=line.days,
        base=line.base,
        rate=line.rate,
        rule=line.rule,
        amount=line.amount,
        terms=line.entry,
        tier_from=line.tier_from,
        capped=line.capped,
    )


def _days_overdue(ledger: Ledger, today: int) -> int:
    unpaid = (account.due for account in ledger.accounts if any(account.unpaid))
    return max(0, today - min(unpaid, default=today))


def _sum(owed: list[Owed]) -> Owed:
    return Owed(
        principal=sum(each.principal for each in owed),
        interest=sum(each.interest for each in owed),
        fee=sum(each.fee for each in owed),
        penalty=sum(each.penalty for each in owed),
    )
