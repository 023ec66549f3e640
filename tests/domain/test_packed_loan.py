"""A loan packed is the same loan, however its rows stood."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

from bot.domain.books import TapeFreeze, TapeLoan, TapePayment, TapeWaiver
from bot.domain.loan import Instalment
from bot.domain.money import Currency
from bot.domain.packed_loan import PackedLoan, packed

LOAN = TapeLoan(
    ref="L1",
    borrower_ref="B1",
    product="cash-loan",
    currency=Currency("CNY", 2),
    instalments=(
        Instalment(12, date(2026, 1, 10), 50000, 1250, 0),
        Instalment(11, date(2026, 2, 10), 10**15, 0, 54),
    ),
    payments=(
        TapePayment("P1", date(2026, 2, 1), 100, datetime(1969, 12, 31, 16, 0, 0, 1, UTC)),
        TapePayment("支付-2", date(2026, 2, 1), 1, None, date(2026, 2, 3)),
    ),
    freezes=(TapeFreeze(date(2026, 2, 10), date(2026, 2, 12), "statutory"),),
    waivers=(TapeWaiver("W1", date(2026, 2, 20), 300, "R-1"),),
)


def content(loan: PackedLoan) -> bytes:
    return loan.content(loan.unpacked())


def test_a_packed_loan_is_the_same_loan() -> None:
    assert packed(LOAN).whole() == LOAN
    assert packed(LOAN).row_count == 7


def test_references_with_blanks_and_payments_of_a_day_stay_in_document_order() -> None:
    first, second = LOAN.payments
    early = TapePayment("A Z", date(2026, 1, 31), 5)
    mixed = replace(LOAN, payments=(second, replace(first, ref="P 1"), early))
    assert packed(mixed).whole().payments == (early, second, replace(first, ref="P 1"))


def test_the_content_tells_of_a_contract_rate() -> None:
    rates = (None, Fraction(18, 100), Fraction(24, 100))
    told = {content(packed(replace(LOAN, contract_rate=rate))) for rate in rates}
    assert len(told) == len(rates)


def test_the_content_is_equal_for_equal_books_in_any_order_of_instalments() -> None:
    turned = replace(LOAN, instalments=LOAN.instalments[::-1])
    assert content(packed(turned)) == content(packed(LOAN))
