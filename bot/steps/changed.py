"""What changed since a loan was last looked at, in words; and what to remember of this look.

It must not compute a part: the domain's `changes` does, to the minor unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.accrual import Allocated
from bot.domain.changes import Change, Seen, Why, changes
from bot.domain.differences import Books
from bot.domain.explaining import rate_changes
from bot.domain.money import Money
from bot.domain.terms import Component
from bot.steps.explained import rate_change_text
from bot.steps.money import Priced, money
from bot.turn import BookedLoan, Days, Paragraph, Remember, Text, Turn, text

_EITHER_WAY = (Why.RULES, Why.BOOKS, Why.DIFFERENCE)


def changed_words(turn: Turn, booked: BookedLoan) -> tuple[Paragraph, ...]:
    """What is different since the last look, a line each; at the first one, nothing is said."""
    seen = turn.looks.get(booked.id)
    if seen is None:
        return ()
    told, terms = turn.statement(booked), turn.policy.terms_for(booked.product)
    allocation = turn.policy.allocation_for(booked.product)
    books = Books(booked.loan, terms, allocation)
    found = changes(seen, books, told, turn.difference(booked))
    rates = [each for each in rate_changes(told, terms) if each.on > seen.on]
    said = (
        *(line for each in found for line in _change(booked.loan, each, allocation.order)),
        *(rate_change_text(each) for each in rates),
    )
    if not said:
        return ()
    then = money(booked.loan, seen.total)
    return (text("change.since", day=seen.on, total=then, changes=said),)


def remembered(turn: Turn, booked: BookedLoan) -> tuple[Remember, ...]:
    """What is shown of the loan now, to be remembered; nothing when that is known already."""
    owed = turn.statement(booked).outstanding
    seen = Seen(turn.today, owed, booked.loan, turn.difference(booked))
    return () if turn.looks.get(booked.id) == seen else (Remember(booked.id, seen),)


def went_to(of: Priced, went: Allocated, order: Sequence[Component]) -> tuple[Text, ...]:
    """Where a payment went, a part each, in the order in which the lender counts them."""
    names = (*(component.value for component in order), "credit")
    return tuple(
        text("why.payment.part", amount=money(of, amount), to=text(f"component.{name}"))
        for name in names
        if (amount := getattr(went, name))
    )


def _change(of: Priced, change: Change, order: Sequence[Component]) -> tuple[Text, ...]:
    by = money(of, abs(change.by.total))
    if change.why in _EITHER_WAY:
        way = "more" if change.by.total > 0 else "less"
        return (text(f"change.{change.why.value}.{way}", amount=by),)
    if change.why is Why.FREEZE:
        return tuple(_freeze(change, by))
    if change.went is not None:
        return _paid(of, change, change.went, order)
    if change.why is Why.REVERSED:
        return _reversed(of, change)
    if change.why in {Why.DAYS, Why.FELL_DUE}:
        return (text(f"change.{change.why.value}", count=change.count, amount=by),)
    key = "waiver" if change.why is Why.WAIVED else change.why.value
    return (text(f"change.{key}", amount=by),)


def _paid(
    of: Priced, change: Change, went: Allocated, order: Sequence[Component]
) -> tuple[Text, ...]:
    """A payment and what it covered; entered late, it takes back penalty of the days between."""
    late = change.why is Why.LATE
    key = "change.late" if late else "change.payment"
    parts = went_to(of, went, order)
    paid = text(key, day=went.on, amount=money(of, went.amount), parts=parts)
    if change.spared <= 0:
        return (paid,)
    return paid, text("change.late.spared", day=went.on, amount=money(of, change.spared))


def _reversed(of: Priced, change: Change) -> tuple[Text, ...]:
    gone = text("change.reversed", day=change.on, amount=money(of, change.amount))
    if change.spared >= 0:
        return (gone,)
    return gone, text("change.reversed.charged", amount=money(of, -change.spared))


def _freeze(change: Change, by: Money) -> Iterator[Text]:
    if change.frozen is not None:
        yield text("change.freeze.days", days=Days(change.frozen.start, change.frozen.until))
    if change.by.total > 0:
        yield text("change.freeze.more", amount=by)
    elif change.by.total < 0:
        yield text("change.freeze.less", amount=by)
