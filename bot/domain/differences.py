"""Why the lender's books may say another penalty than ours: one thing changed at a time.

It must not decide who is right. A cause is named only when with it, and nothing else changed, our
figure becomes the lender's to the minor unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import combinations
from typing import Final

from bot.domain.accrual import statement
from bot.domain.days import add_days
from bot.domain.loan import Loan, Payment
from bot.domain.money import Money, Rounding
from bot.domain.terms import Allocation, Component, Grace, Terms
from bot.errors import Rejected

MOST_GRACE: Final = 31  # days of grace that are tried
MOST_NAMED: Final = 4
MOST_LEFT_OUT: Final = 60  # payments that are tried without, the latest ones
_PARTS: Final = (Component.PRINCIPAL, Component.INTEREST, Component.FEE)


@dataclass(frozen=True, slots=True)
class Cause:
    """What would explain a difference: a text key `difference.*` and its slots."""

    key: str
    slots: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Books:
    """A loan with the rules it is charged by, as both sides might see them."""

    loan: Loan
    terms: tuple[Terms, ...]
    allocation: Allocation

    def penalty(self, on: date) -> int | None:
        """The penalty outstanding on a day, minor units; None when it cannot be computed."""
        try:
            return statement(self.loan, self.terms, self.allocation, on).outstanding.penalty
        except Rejected:
            return None

    def with_payments(self, payments: tuple[Payment, ...]) -> Books:
        """The same with other payments."""
        return replace(self, loan=replace(self.loan, payments=payments))

    def with_terms(self, change: Callable[[Terms], Terms]) -> Books:
        """The same with every terms entry changed."""
        return replace(self, terms=tuple(change(entry) for entry in self.terms))


def causes(books: Books, on: date, reported: int) -> tuple[Cause, ...]:
    """Single changes under which our penalty of the day `on` is what the lender reported.

    Likeliest first, at most MOST_NAMED: the day, a payment not counted, grace, base, rounding,
    whole rules left out, at last a payment we were not told of. Empty when no single change
    explains it, or when there is no difference.
    """
    ours = books.penalty(on)
    if ours is None or ours == reported:
        return ()
    named = (
        *_another_day(books, on, reported),
        *_without_a_payment(books, on, reported),
        *_other_rules(books, on, reported),
    )
    # Some payment explains almost any lower figure, so it is the weakest cause and comes last.
    return (*named[: MOST_NAMED - 2], *_with_a_payment(books, on, reported))


def _another_day(books: Books, on: date, reported: int) -> Iterator[Cause]:
    for days, key in ((-1, "difference.day_earlier"), (1, "difference.day_later")):
        if books.penalty(add_days(on, days)) == reported:
            yield Cause(key)


def _without_a_payment(books: Books, on: date, reported: int) -> Iterator[Cause]:
    """A payment the lender's figure may not count yet, each on its own."""
    payments = books.loan.payments
    counted = [at for at, payment in enumerate(payments) if payment.on <= on]
    for at in counted[-MOST_LEFT_OUT:]:
        left = (*payments[:at], *payments[at + 1 :])
        if books.with_payments(left).penalty(on) == reported:
            yield _payment("difference.payment_not_counted", books, payments[at])


def _with_a_payment(books: Books, on: date, reported: int) -> Iterator[Cause]:
    """A payment the tape may lack: of when the oldest overdue fell due, or of the day itself."""
    told = statement(books.loan, books.terms, books.allocation, on)
    late = [each.due for each in told.instalments if each.due < on and each.owed.total]
    for day in (*late[:1], on):
        amount = _amount(books, on, day, reported, told.outstanding.total)
        if amount is not None:
            yield _payment("difference.payment_unknown", books, Payment(day, amount))


def _payment(key: str, books: Books, payment: Payment) -> Cause:
    return Cause(key, {"day": payment.on, "amount": Money(payment.amount, books.loan.currency)})


def _amount(books: Books, on: date, day: date, reported: int, most: int) -> int | None:
    """The least payment of `day`, up to `most`, that leaves the penalty reported; None for none.

    A larger payment never leaves more penalty, so halving finds it.
    """

    def left(amount: int) -> int | None:
        payments = (*books.loan.payments, Payment(day, amount))
        return books.with_payments(payments).penalty(on)

    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        found = left(middle)
        too_little = found is None or found > reported
        low, high = (middle + 1, high) if too_little else (low, middle)
    return low if low <= most and left(low) == reported else None


def _other_rules(books: Books, on: date, reported: int) -> Iterator[Cause]:
    for kind in (_other_grace, _other_base, _other_rounding, _rules_left_out):
        for changed, cause in kind(books):
            if changed.penalty(on) == reported:
                yield cause
                break  # one of a kind: others of it mostly say the same


def _other_grace(books: Books) -> Iterator[tuple[Books, Cause]]:
    """The other kind of grace; then as many days of it as explain the figure, the nearest first."""
    for grace in Grace:
        cause = Cause(f"difference.grace.{grace}")
        yield books.with_terms(partial(replace, grace=grace)), cause
    now = max((entry.grace_days for entry in books.terms), default=0)
    for days in sorted(range(MOST_GRACE + 1), key=lambda days: abs(days - now)):
        cause = Cause("difference.grace", {"days": days})
        yield books.with_terms(partial(replace, grace_days=days)), cause


def _other_base(books: Books) -> Iterator[tuple[Books, Cause]]:
    """Any other parts; the fewest changes from ours first."""
    ours = books.terms[0].base if books.terms else frozenset()
    sets = [frozenset(some) for size in (1, 2, 3) for some in combinations(_PARTS, size)]
    for base in sorted(sets, key=lambda base: (len(base ^ ours), len(base))):
        name = "_".join(part for part in _PARTS if part in base)
        cause = Cause(f"difference.base.{name}")
        yield books.with_terms(partial(replace, base=base)), cause


def _other_rounding(books: Books) -> Iterator[tuple[Books, Cause]]:
    for how in Rounding:
        cause = Cause(f"difference.rounding.{how}")
        yield books.with_terms(partial(replace, rounding=how)), cause


def _rules_left_out(books: Books) -> Iterator[tuple[Books, Cause]]:
    yield books.with_terms(partial(replace, fee=None)), Cause("difference.without.late_fee")
    yield books.with_terms(partial(replace, cap=None)), Cause("difference.without.cap")
    yield books.with_terms(partial(replace, tiers=())), Cause("difference.without.tiers")
    thawed = replace(books, loan=replace(books.loan, freezes=()))
    yield thawed, Cause("difference.without.freezes")
    whole = replace(books, loan=replace(books.loan, waivers=()))
    yield whole, Cause("difference.without.waivers")
