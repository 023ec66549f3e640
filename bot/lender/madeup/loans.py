"""The made-up lender's products, and a loan of one from a sketch of how it went so far.

It must not choose anything by chance.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from bot.domain.books import TapeLoan, TapePayment
from bot.domain.loan import Instalment
from bot.domain.money import Currency

CNY: Final = Currency("CNY", 2)
INR: Final = Currency("INR", 2)
IDR: Final = Currency("IDR", 0)  # nobody writes sen: the tape's manifest says so
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Product:
    """What a product costs: interest a year on what is left, a fee a month on what was lent."""

    name: str
    currency: Currency
    rate_per_year: Fraction
    fee_per_month: Fraction = Fraction(0)


CASH_LOAN: Final = Product("cash-loan", CNY, Fraction(18, 100))
CARD: Final = Product("card-instalment", CNY, Fraction(0), Fraction(6, 1000))
PAY_LATER: Final = Product("pay-later", CNY, Fraction(0))
INDONESIA: Final = Product("id-ojk", IDR, Fraction(12, 100))
INDIA: Final = Product("in-small", INR, Fraction(24, 100))


@dataclass(frozen=True, slots=True)
class Sketch:
    """How a loan went: `lent` whole units over `months`, the first `paid` instalments paid in time.

    The next instalment is `late` days overdue (negative: due in as many days); the others fall due
    on the same day of the months around. `first_no` is the number of the first instalment.
    """

    product: Product
    lent: int
    months: int
    paid: int
    late: int
    first_no: int = 1


def loan_of(ref: str, borrower_ref: str, sketch: Sketch, today: date) -> TapeLoan:
    """The loan as the lender's books tell it on `today`."""
    instalments = tuple(_instalments(sketch, today - timedelta(days=sketch.late)))
    product = sketch.product
    return TapeLoan(
        ref=ref,
        borrower_ref=borrower_ref,
        product=product.name,
        currency=product.currency,
        principal=_minor(sketch),
        contract_rate=product.rate_per_year,
        opened_on=months_later(instalments[0].due, -1),
        instalments=instalments,
        payments=tuple(_payments(ref, instalments[: sketch.paid], product)),
    )


def months_later(day: date, months: int) -> date:
    """The same day `months` later (or earlier), or the last day of a shorter month."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _minor(sketch: Sketch) -> int:
    return int(sketch.lent * 10**sketch.product.currency.digits)


def _instalments(sketch: Sketch, next_due: date) -> Iterator[Instalment]:
    """Equal parts of what was lent, the last one with the rest; interest on what is left."""
    lent = left = _minor(sketch)
    for index in range(sketch.months):
        principal = left if index == sketch.months - 1 else lent // sketch.months
        yield Instalment(
            no=sketch.first_no + index,
            due=months_later(next_due, index - sketch.paid),
            principal=principal,
            interest=int(left * sketch.product.rate_per_year / _MONTHS),
            fee=int(lent * sketch.product.fee_per_month),
        )
        left -= principal


def _payments(ref: str, paid: tuple[Instalment, ...], product: Product) -> Iterator[TapePayment]:
    """Some come a day or two early; for a product with fees that would pay later fees first."""
    for count, each in enumerate(paid, start=1):
        amount = each.principal + each.interest + each.fee
        early = timedelta(days=0 if product.fee_per_month else count % 3)
        yield TapePayment(f"{ref}-P{count}", each.due - early, amount)
