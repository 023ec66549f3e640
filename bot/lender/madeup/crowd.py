"""The other borrowers of the made-up lender: seeded chance within believable bounds.

It must not matter to anybody's promise: nothing here is a telling case, only company.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, TypeVar

from bot.domain.books import TapeBorrower, TapeLoan, TapePayment
from bot.lender.madeup import people
from bot.lender.madeup.loans import (
    CARD,
    CASH_LOAN,
    INDIA,
    INDONESIA,
    PAY_LATER,
    Product,
    Sketch,
    loan_of,
)

Value = TypeVar("Value")

FIRST: Final = 13  # numbers below are the telling ones
_COUNTRIES: Final = {people.CHINA: 12, people.INDIA: 4, people.INDONESIA: 3, people.ENGLISH: 1}
_PRODUCTS: Final[dict[str, tuple[Product, ...]]] = {
    people.CHINA: (CASH_LOAN, CARD, PAY_LATER),
    people.INDIA: (INDIA,),
    people.INDONESIA: (INDONESIA,),
    people.ENGLISH: (CASH_LOAN,),
}
_LENT: Final = {  # from, to, in steps of whole units; over at most how many months
    CASH_LOAN.name: (3_000, 60_000, 500, 24),
    CARD.name: (1_200, 24_000, 300, 12),
    PAY_LATER.name: (100, 2_400, 20, 3),
    INDONESIA.name: (500_000, 9_000_000, 100_000, 12),
    INDIA.name: (12_000, 60_000, 1_000, 18),
}
# Days late of the oldest unpaid instalment (from, to) with its weight; below zero: not yet due.
_LATE: Final = {(-28, 0): 42, (1, 3): 14, (4, 30): 17, (31, 60): 12, (61, 90): 8, (91, 175): 7}
_GRADES: Final = {"A": 5, "B": 6, "C": 5, "D": 3, "E": 2}
_LOANS: Final = {1: 14, 2: 3, 3: 2, 5: 1}
_PARTLY_PAID: Final = 0.25
_STATUSES: Final = {"active": 40, "legal": 1, "fraud": 1}


def crowd(today: date, seed: int, size: int) -> Iterator[tuple[TapeBorrower, tuple[TapeLoan, ...]]]:
    """`size` borrowers with their loans; each has a chance of their own, so others may change."""
    for number in range(FIRST, FIRST + size):
        chance = random.Random(f"{seed}:{number}")  # noqa: S311  # made-up people, no secrets
        country = _one(chance, _COUNTRIES)
        name = people.whole_name(
            country,
            *(chance.choice(names[country].split()) for names in (people.FAMILY, people.GIVEN)),
        )
        someone = people.borrower(number, country, name, _one(chance, _GRADES))
        count = _one(chance, _LOANS)
        yield someone, tuple(_loan(chance, someone, country, at, today) for at in range(count))


def _loan(
    chance: random.Random, someone: TapeBorrower, country: str, at: int, today: date
) -> TapeLoan:
    product = chance.choice(_PRODUCTS[country])
    ref = f"{product.name[:2].upper()}-{someone.ref[-4:]}{at + 1}"
    loan = loan_of(ref, someone.ref, _sketch(chance, product), today)
    loan = replace(loan, status=_one(chance, _STATUSES))
    return _partly_paid(chance, loan, today) if chance.random() < _PARTLY_PAID else loan


def _sketch(chance: random.Random, product: Product) -> Sketch:
    low, high, step, most_months = _LENT[product.name]
    months = chance.randint(1, most_months)
    return Sketch(
        product=product,
        lent=chance.randrange(low, high + step, step),
        months=months,
        paid=chance.randrange(months),
        late=chance.randint(*_one(chance, _LATE)),
        first_no=chance.choice((1, 1, 1, 11)),
    )


def _partly_paid(chance: random.Random, loan: TapeLoan, today: date) -> TapeLoan:
    """A part of the next instalment came in during the last three weeks."""
    each = loan.instalments[len(loan.payments)]
    amount = each.principal * chance.randint(10, 60) // 100
    days = [today - timedelta(days=chance.randint(0, 20)), *(row.on for row in loan.payments)]
    if loan.opened_on is not None:
        days.append(loan.opened_on)
    payment = TapePayment(f"{loan.ref}-P{len(loan.payments) + 1}", max(days), max(amount, 1))
    return replace(loan, payments=(*loan.payments, payment))


def _one(chance: random.Random, weights: Mapping[Value, int]) -> Value:
    return chance.choices(list(weights), list(weights.values()))[0]
