"""Runs of plainly sound rows, read column by column: nearly all rows of a tape are in one.

It must not name what is wrong: a run that is not plainly sound is read again row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import lt
from typing import NamedTuple

from bot.domain.books import ACTIVE, TapeBorrower, TapeLoan
from bot.domain.money import Currency
from bot.domain.packed_loan import PackedLoan, add_instalments, add_payments
from bot.errors import Rejected
from bot.lender.tape.once import Once
from bot.lender.tape.texts import Texts, Value, are_plain_refs

Column = Sequence[str]
Loans = Mapping[str, PackedLoan]


class Held(NamedTuple):
    """What loans refer to, by how a tape writes it."""

    borrowers: Mapping[str, TapeBorrower]
    currencies: Mapping[str, Currency]


def loans_at_once(
    columns: Iterable[Column], texts: Texts, held: Held, numbers: Iterable[int]
) -> Sequence[TapeLoan]:
    """The loans of a run, whose rows have those numbers; none if any is odd."""
    refs, owners, products, codes, lent, rates, opened, statuses, reported, reported_on = columns
    if not are_plain_refs(refs):
        return ()
    words = texts.words
    try:
        currencies = [held.currencies[code] for code in codes]
        at = _places(currencies)
        found = zip(
            refs,
            [held.borrowers[owner].ref for owner in owners],
            [words[product] for product in products],
            currencies,
            [words[status].lower() if status else ACTIVE for status in statuses],
            _where(lent, _amounts(lent, at, texts)),
            _told(rates, texts.rates),
            _told(opened, texts.days),
            _where(reported, _amounts(reported, at, texts)),
            _where(reported, _told(reported_on, texts.days)),
            strict=True,
        )
    except (KeyError, Rejected):
        return ()
    return [
        TapeLoan(ref, owner, product, currency, status, principal, rate, day, amount, on, row=row)
        for row, (ref, owner, product, currency, status, principal, rate, day, amount, on) in zip(
            numbers, found, strict=True
        )
    ]


def instalments_at_once(columns: Iterable[Column], texts: Texts, loans: Loans, once: Once) -> bool:
    """Add the instalments of a run to their loans; False, and nothing is done, if any is odd."""
    refs, nos, dues, lent, *others = columns
    if not all(lent):
        return False
    try:
        to = [loans[ref] for ref in refs]
        numbers, days = [texts.wholes[no] for no in nos], [texts.days[due] for due in dues]
        at = _places(loan.loan.currency for loan in to)
        principals, interests, fees = (_amounts(each, at, texts) for each in (lent, *others))
    except (KeyError, Rejected):
        return False
    if _before_loan(days, to):
        return False
    once.add_all(zip(refs, numbers, strict=True))
    add_instalments(to, numbers, days, principals, interests, fees)
    return True


def payments_at_once(columns: Iterable[Column], texts: Texts, loans: Loans, once: Once) -> bool:
    """Add the payments of a run to their loans; False, and nothing is done, if any is odd."""
    refs, of_loans, on, sums, entered, reversed_on = columns
    try:
        to = [loans[ref] for ref in of_loans]
        paid, amounts = (
            [texts.days[day] for day in on],
            _amounts(sums, _places(loan.loan.currency for loan in to), texts),
        )
        moments, undone = _told(entered, texts.moments), _told(reversed_on, texts.days)
    except (KeyError, Rejected):
        return False
    early = any(back is not None and back < day for back, day in zip(undone, paid, strict=True))
    if early or _before_loan(paid, to) or not (all(amounts) and are_plain_refs(refs)):
        return False
    once.add_all(refs)
    add_payments(to, refs, paid, amounts, moments, undone)
    return True


def _places(currencies: Iterable[Currency]) -> Mapping[int, Sequence[int]]:
    """Where in a run the loans of each number of minor digits stand."""
    found: dict[int, list[int]] = {}
    for place, currency in enumerate(currencies):
        found.setdefault(currency.digits, []).append(place)
    return found


def _where(column: Column, values: Iterable[Value]) -> list[Value | None]:
    """The values, but none where the cell of the column is blank."""
    return [value if cell else None for cell, value in zip(column, values, strict=True)]


def _amounts(column: Column, at: Mapping[int, Sequence[int]], texts: Texts) -> Sequence[int]:
    """Money in minor units, nothing for a blank cell; Rejected when any is faulty."""
    if len(at) == 1:
        return texts.amounts[next(iter(at))].column(column)
    found = [0] * len(column)
    for digits, places in at.items():
        amounts = texts.amounts[digits].column([column[place] for place in places])
        for place, amount in zip(places, amounts, strict=True):
            found[place] = amount
    return found


def _told(column: Column, read: Mapping[str, Value]) -> Sequence[Value | None]:
    if not any(column):
        return [None] * len(column)
    return [read[cell] if cell else None for cell in column]


def _before_loan(days: Sequence[date], to: Sequence[PackedLoan]) -> bool:
    """Whether any day is before its loan was opened."""
    return any(map(lt, days, [loan.loan.opened_on or date.min for loan in to]))
