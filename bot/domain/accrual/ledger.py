"""Payments and waivers applied to the instalments of a loan, in the order the lender's rules give.

Amounts are minor units, days ordinals. It must not know how a penalty is charged: `charge` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bot.domain.accrual.charge import (
    Charging,
    Line,
    Unpaid,
    base_of,
    charging,
    penalty_lines,
)
from bot.domain.accrual.values import Allocated, Owed
from bot.domain.loan import Freeze, Instalment, Loan, Payment, Waiver
from bot.domain.terms import AllocateBy, Allocation, Component, Terms, in_force
from bot.errors import Rejected

PRINCIPAL, INTEREST, FEE, PENALTY = range(4)
_PLACE: Final = {
    Component.PRINCIPAL: PRINCIPAL,
    Component.INTEREST: INTEREST,
    Component.FEE: FEE,
    Component.PENALTY: PENALTY,
}


@dataclass(slots=True)
class Account:
    """One instalment while payments are applied.

    `unpaid` holds principal, interest and fee now; `history` what they were from the first day late
    on; `paid` and `waived` are penalty.
    """

    instalment: Instalment
    due: int
    unpaid: list[int]
    history: list[Unpaid]
    paid: int = 0
    waived: int = 0
    how: Charging | None = None
    settled: int | None = None  # the penalty charged, once no base is left to charge a day on
    told: tuple[int, list[Line]] | None = None  # the day of the lines asked for last, and these


@dataclass(slots=True)
class Ledger:
    """All instalments of a loan, oldest first, with what their penalty depends on."""

    loan: Loan
    entries: tuple[Terms, ...]
    freezes: tuple[tuple[int, int], ...]
    accounts: list[Account]
    credit: int = 0
    allocations: list[Allocated] = field(default_factory=list)


def open_ledger(loan: Loan, terms: Sequence[Terms]) -> Ledger:
    """The ledger of `loan` before any payment."""
    oldest_first = sorted(loan.instalments, key=lambda instalment: (instalment.due, instalment.no))
    return Ledger(
        loan=loan,
        entries=tuple(sorted(terms, key=lambda entry: entry.start)),
        freezes=_disjoint(loan.freezes),
        accounts=[_account(instalment) for instalment in oldest_first],
    )


def replay(ledger: Ledger, allocation: Allocation, as_of: date, after: date | None = None) -> None:
    """Apply every waiver and payment up to `as_of`: by day, waivers first, then as they stand.

    With `after`, those up to and including that day have been applied before.
    """
    acts: list[Waiver | Payment] = [*ledger.loan.waivers, *ledger.loan.payments]
    for act in sorted(acts, key=lambda act: act.on):  # stable, so waivers stay before payments
        if act.on > as_of:
            return
        if after is not None and act.on <= after:
            continue
        if isinstance(act, Waiver):
            _waive(ledger, act)
        else:
            ledger.allocations.append(_pay(ledger, act, allocation))


def lines_of(ledger: Ledger, account: Account, day: int) -> list[Line]:
    """The penalty lines of one instalment as of `day`; raises NoTermsInForce when late without."""
    if day <= account.due or not any(account.history[0][1:]):
        return []
    if account.told is None or account.told[0] != day:
        account.told = day, penalty_lines(_how(ledger, account), account.history, day)
    return account.told[1]


def charged(ledger: Ledger, account: Account, day: int) -> int:
    """The penalty of one instalment charged up to and including `day`."""
    if account.settled is not None:
        return account.settled
    total = sum(line.amount for line in lines_of(ledger, account, day))
    last = account.history[-1]
    if account.how is not None and last.since <= day and not base_of(account.how, last):
        account.settled = total
    return total


def _account(instalment: Instalment) -> Account:
    due = instalment.due.toordinal()
    parts = (instalment.principal, instalment.interest, instalment.fee)
    return Account(instalment, due, [*parts], [Unpaid(due + 1, *parts)])


def _how(ledger: Ledger, account: Account) -> Charging:
    if account.how is None:
        terms = in_force(ledger.entries, account.instalment.due)
        loan = ledger.loan
        account.how = charging(
            account.due, terms, ledger.entries, ledger.freezes, loan.contract_rate,
            loan.currency.minor_units,
        )  # fmt: skip
    return account.how


def _disjoint(freezes: Sequence[Freeze]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for start, until in sorted((f.start.toordinal(), f.until.toordinal()) for f in freezes):
        if joined and start <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((start, until))
    return tuple(joined)


def _waive(ledger: Ledger, waiver: Waiver) -> None:
    day = waiver.on.toordinal()
    left = waiver.amount
    for account in ledger.accounts:
        if not left:
            return
        given = min(left, penalty_on(ledger, account, day))
        account.waived += given
        left -= given


def _pay(ledger: Ledger, payment: Payment, allocation: Allocation) -> Allocated:
    day = payment.on.toordinal()
    covered = [0, 0, 0, 0]
    left = payment.amount
    for account, place in _places(ledger.accounts, day, allocation):
        if not left:
            break
        owed = penalty_on(ledger, account, day) if place == PENALTY else account.unpaid[place]
        taken = min(left, owed)
        if taken:
            _take(account, place, taken, day)
            covered[place] += taken
            left -= taken
    ledger.credit += left
    return Allocated(
        on=payment.on, amount=payment.amount, penalty=covered[PENALTY], fee=covered[FEE],
        interest=covered[INTEREST], principal=covered[PRINCIPAL], credit=left,
    )  # fmt: skip


def _places(
    accounts: Sequence[Account], day: int, allocation: Allocation
) -> Iterator[tuple[Account, int]]:
    places = [_PLACE[component] for component in allocation.order]
    due = [account for account in accounts if account.due <= day]
    for group in (due, accounts[len(due) :]):
        if allocation.by is AllocateBy.INSTALMENT:
            yield from ((account, place) for account in group for place in places)
        else:
            yield from ((account, place) for place in places for account in group)


def _take(account: Account, place: int, amount: int, day: int) -> None:
    if place == PENALTY:
        account.paid += amount
        return
    account.unpaid[place] -= amount
    account.told = None
    unpaid = Unpaid(max(day, account.due) + 1, *account.unpaid)
    if account.history[-1].since == unpaid.since:
        account.history[-1] = unpaid
    else:
        account.history.append(unpaid)


def owed_on(ledger: Ledger, account: Account, day: int) -> Owed:
    """What one instalment owes at the end of `day`, the last day replayed."""
    principal, interest, fee = account.unpaid
    return Owed(principal, interest, fee, penalty_on(ledger, account, day))


def penalty_on(ledger: Ledger, account: Account, day: int) -> int:
    """The penalty one instalment owes at the end of `day`, the last day replayed.

    Raises Rejected `error.terms.falling` when the terms took back a penalty already paid: only
    rates that fall from tier to tier under `whole` can.
    """
    outstanding = charged(ledger, account, day) - account.paid - account.waived
    if outstanding < 0:
        raise Rejected("error.terms.falling")
    return outstanding
