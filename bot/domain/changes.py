"""What changed between two looks at a loan, in parts that add up to the minor unit.

It must not guess: each part is the difference of two statements of which one thing was changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from bot.domain.accrual import Allocated, Owed, Statement, statement
from bot.domain.days import days_between
from bot.domain.differences import Books
from bot.domain.explaining import allocation_of
from bot.domain.loan import Freeze, Loan, Payment, Waiver
from bot.errors import Rejected

Act = TypeVar("Act", Payment, Waiver)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was shown of a loan on the day `on`, and the books behind it; minor units.

    `difference` is the lender's own penalty figure less ours, as it was shown beside `owed`.
    """

    on: date
    owed: Owed
    loan: Loan
    difference: int = 0

    @property
    def total(self) -> int:
        """What was to be paid, as it was shown."""
        return self.owed.total + self.difference


class Why(StrEnum):
    """What changed, in the order it is told."""

    RULES = "rules"  # the policy reads otherwise
    BOOKS = "books"  # instalments or the contract rate were corrected
    REVERSED = "reversed"  # a payment counts no longer
    LATE = "late"  # a payment dated on or before the last look has come into the books
    FREEZE = "freeze"
    WAIVER_GONE = "waiver_gone"
    WAIVER = "waiver"  # dated on or before the last look
    FELL_DUE = "fell_due"
    DAYS = "days"  # days that passed
    PAYMENT = "payment"
    AHEAD = "ahead"  # what of payments went to instalments that are not due yet
    WAIVED = "waived"  # taken off since
    DIFFERENCE = "difference"  # the lender's own figure


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: `by` is what each component owes more since (less: negative).

    `amount` of a payment or waiver; `went` where a payment went; `spared` the penalty of earlier
    days that is charged no more because of it (charged anew: negative); `frozen` the days newly
    frozen; `count` days that passed or instalments that fell due; `on` the day of it.
    """

    why: Why
    by: Owed
    on: date | None = None
    amount: int = 0
    went: Allocated | None = None
    spared: int = 0
    frozen: Freeze | None = None
    count: int = 0

    @property
    def tells(self) -> bool:
        """Whether it is worth a word: it moved something, or money came, went or days froze."""
        moved = self.by != Owed() or self.frozen is not None
        return moved or self.why in {Why.LATE, Why.PAYMENT, Why.REVERSED}


def changes(seen: Seen, books: Books, told: Statement, difference: int) -> tuple[Change, ...]:
    """What made of what was `seen` the statement `told` of `books`, in the order of `Why`.

    The parts of each component add up to `told.outstanding` less what was seen, the difference
    under review counting as penalty. Empty when nothing changed, when the clock went back, and when
    the currency is another: then the two cannot be compared.
    """
    if told.as_of < seen.on or told.currency != seen.loan.currency:
        return ()
    try:
        then = _Then(books, seen.on, told)
        found = [*_known_later(seen, books, then), *_since(then.of(books.loan), told)]
    except Rejected:
        # The rules of today cannot read the books of then: all that is known is the sum.
        found = [Change(Why.BOOKS, _less(told.outstanding, seen.owed))]
    review = Owed(penalty=difference - seen.difference)
    return tuple(each for each in (*found, Change(Why.DIFFERENCE, review)) if each.tells)


# --- what is known by now of the day that was looked at -------------------------------------------


class _Then:
    """Statements of the last look's day by the rules of now, each loan's computed once in a row.

    Mostly nothing was put right since, and then it is one; on the same day it is `told` itself.
    """

    def __init__(self, books: Books, on: date, told: Statement) -> None:
        self._books = books
        self._on = on
        self._last = (books.loan, told) if told.as_of == on else None

    def of(self, loan: Loan) -> Statement:
        """That of these books of the loan."""
        if self._last is None or self._last[0] != loan:
            books = self._books
            self._last = loan, statement(loan, books.terms, books.allocation, self._on)
        return self._last[1]


def _known_later(seen: Seen, books: Books, day: _Then) -> Iterator[Change]:
    """The statement of the last look's day, told anew with one thing after another put right."""
    before = day.of(seen.loan)
    yield Change(Why.RULES, _less(before.outstanding, seen.owed))
    rest = (Change(Why.BOOKS, Owed()), books.loan)  # what no step put right: the order of a day
    for change, loan in (*_steps(seen, books.loan), rest):
        then = day.of(loan)
        by = _less(then.outstanding, before.outstanding)
        spared = before.charged - then.charged if change.why in {Why.LATE, Why.REVERSED} else 0
        yield replace(change, by=by, went=_went(change, loan, then), spared=spared)
        before = then


def _went(change: Change, loan: Loan, then: Statement) -> Allocated | None:
    if change.why is not Why.LATE or change.on is None:
        return None
    return allocation_of(loan, then, Payment(change.on, change.amount))


def _steps(seen: Seen, now: Loan) -> Iterator[tuple[Change, Loan]]:
    """The books of then, becoming those of `now` as far as the last look's day goes."""
    loan = replace(seen.loan, instalments=now.instalments, contract_rate=now.contract_rate)
    if loan != seen.loan:
        yield Change(Why.BOOKS, Owed()), loan
    for change, payments in _payments(seen, now):
        loan = replace(loan, payments=payments)
        yield change, loan
    if loan.freezes != now.freezes:
        new = [freeze for freeze in now.freezes if freeze not in loan.freezes]
        loan = replace(loan, freezes=now.freezes)
        yield Change(Why.FREEZE, Owed(), frozen=new[-1] if new else None), loan
    for change, waivers in _waivers(seen, now):
        loan = replace(loan, waivers=waivers)
        yield change, loan


def _payments(seen: Seen, now: Loan) -> Iterator[tuple[Change, tuple[Payment, ...]]]:
    gone, come = _gone_and_come(seen.loan.payments, now.payments, seen.on)
    payments = [*seen.loan.payments]
    for payment in gone:
        payments.remove(payment)
        yield Change(Why.REVERSED, Owed(), payment.on, payment.amount), tuple(payments)
    for payment in come:
        payments.append(payment)
        yield Change(Why.LATE, Owed(), payment.on, payment.amount), tuple(payments)


def _waivers(seen: Seen, now: Loan) -> Iterator[tuple[Change, tuple[Waiver, ...]]]:
    gone, come = _gone_and_come(seen.loan.waivers, now.waivers, seen.on)
    waivers = [*seen.loan.waivers]
    for waiver in gone:
        waivers.remove(waiver)
        yield Change(Why.WAIVER_GONE, Owed(), waiver.on, waiver.amount), tuple(waivers)
    for waiver in come:
        waivers.append(waiver)
        yield Change(Why.WAIVER, Owed(), waiver.on, waiver.amount), tuple(waivers)


def _gone_and_come(
    before: tuple[Act, ...], after: tuple[Act, ...], until: date
) -> tuple[list[Act], list[Act]]:
    """What of the acts up to `until` stands no longer, and what has come, each in order of day."""
    then, now = (Counter(act for act in acts if act.on <= until) for acts in (before, after))
    gone, come = (then - now).elements(), (now - then).elements()
    return sorted(gone, key=lambda act: act.on), sorted(come, key=lambda act: act.on)


# --- what happened since --------------------------------------------------------------------------


def _since(then: Statement, told: Statement) -> Iterator[Change]:
    """From the books' own statement of the last look's day to the one told now."""
    fell = [each for each in then.instalments if then.as_of < each.due <= told.as_of]
    if fell:
        by = _sum(each.owed for each in fell)
        yield Change(Why.FELL_DUE, by, max(each.due for each in fell), count=len(fell))
    days = days_between(then.as_of, told.as_of)
    yield Change(Why.DAYS, Owed(penalty=told.charged - then.charged), count=days)
    for went in told.allocations[len(then.allocations) :]:
        by = _less(Owed(), Owed(went.principal, went.interest, went.fee, went.penalty))
        yield Change(Why.PAYMENT, by, went.on, went.amount, went)
    yield Change(Why.AHEAD, _less(_not_due(then, told.as_of), _not_due(told, told.as_of)))
    yield Change(Why.WAIVED, Owed(penalty=then.waived - told.waived))


def _not_due(told: Statement, on: date) -> Owed:
    return _sum(each.owed for each in told.instalments if each.due > on)


def _sum(every: Iterable[Owed]) -> Owed:
    principal, interest, fee, penalty = 0, 0, 0, 0
    for owed in every:
        principal += owed.principal
        interest += owed.interest
        fee += owed.fee
        penalty += owed.penalty
    return Owed(principal, interest, fee, penalty)


def _less(owed: Owed, than: Owed) -> Owed:
    return Owed(
        owed.principal - than.principal,
        owed.interest - than.interest,
        owed.fee - than.fee,
        owed.penalty - than.penalty,
    )
