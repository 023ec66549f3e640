"""The columns against the one-loan engine: whole generated portfolios, and the made-up lender."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.accrual import Statement, statement
from bot.domain.loan import Loan
from bot.domain.terms import Allocation, Terms
from bot.errors import Rejected
from bot.portfolio.engine import Asked, Product, figures
from bot.portfolio.figures import Figures, How
from bot.portfolio.gathering import columns_of
from tests.domain.generated_loans import allocations, days, loans, products
from tests.fuzz.often import tried

NAMES = ("days_overdue", "charged", "paid", "waived", "grows_by_per_day", "penalty")
PARTS = ("principal", "interest", "fee")


@tried(150)
@given(st.lists(loans(), min_size=1, max_size=12), products(), allocations, days(-2, 60))
def test_a_portfolio_tells_of_each_loan_what_its_statement_tells(
    portfolio: list[Loan], terms: tuple[Terms, ...], allocation: Allocation, as_of: date
) -> None:
    found = computed(portfolio, terms, allocation, as_of)
    for at, loan in enumerate(portfolio):
        assert told(found, at) == expected(loan, terms, allocation, as_of)


def computed(
    portfolio: list[Loan], terms: tuple[Terms, ...], allocation: Allocation, as_of: date
) -> Figures:
    columns = columns_of(portfolio, "any")
    return figures(columns, {"any": Product(terms, allocation)}, Asked(as_of, 7))


def told(found: Figures, at: int) -> list[int] | None:
    if found.how[at] == How.REFUSED:
        return None
    return [int(getattr(found, name)[at]) for name in (*NAMES, *PARTS)]


def expected(
    loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, as_of: date
) -> list[int] | None:
    try:
        one = statement(loan, terms, allocation, as_of)
    except Rejected:
        return None
    assert isinstance(one, Statement)
    figures_of = [int(getattr(one, name)) for name in NAMES]
    return figures_of + [getattr(one.outstanding, part) for part in PARTS]
