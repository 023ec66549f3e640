"""How a promise is tried on made-up loans: the same everywhere, and what breaks it is made small.

20,000 loans; REPRIEVE_EXAMPLES=200000 asks for more. A failure names its seed and prints the
smallest document that still shows it, for `reprieve calc` and for tests/cases.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.accrual import Statement, statement
from bot.errors import Rejected
from tests.domain.generated_loans import Question, question
from tests.domain.shrinking import shown, smallest
from tests.fuzz.often import FIRST

LOANS = int(os.environ.get("REPRIEVE_EXAMPLES", "20000"))
FEWER = LOANS // 10
DAY = timedelta(days=1)

Promise = Callable[[Question], bool]


def assert_holds(promise: Promise, seed: int) -> None:
    seed += FIRST
    asked = question(seed)
    if not promise(asked):
        found = smallest(asked, lambda each: not promise(each))
        pytest.fail(f"seed {seed}, in short:\n{shown(found)}")


def told_or_refused(
    asked: Question, engine: Callable[..., Statement] = statement
) -> Statement | Rejected:
    try:
        return engine(*asked)
    except Rejected as refused:
        return refused


def told(asked: Question) -> Statement | None:
    """The statement; None when it is refused, of which nothing is promised."""
    found = told_or_refused(asked)
    return found if isinstance(found, Statement) else None


def with_loan(asked: Question, **changed: object) -> Question:
    return asked._replace(loan=replace(asked.loan, **changed))  # type: ignore[arg-type]  # of the test
