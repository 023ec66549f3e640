"""The fast engine against the slow one on made-up loans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest

from bot.domain.accrual import Statement
from bot.domain.terms import in_force
from bot.errors import Rejected
from bot.lender.document import CalcInput, read_document
from tests.domain.generated_loans import Question, question
from tests.domain.promises import DAY, FEWER, LOANS, assert_holds, told_or_refused
from tests.domain.shrinking import document_of
from tests.domain.slow_engine import slow_statement

SHARES = 10  # of the loans, for as many processes as there are


@pytest.mark.parametrize("share", range(SHARES))
def test_the_fast_engine_tells_what_the_slow_one_tells_and_the_books_balance(share: int) -> None:
    for seed in range(share, LOANS, SHARES):
        assert_holds(engines_agree, seed)


def engines_agree(asked: Question) -> bool:
    slow, fast = told_or_refused(asked, slow_statement), told_or_refused(asked)
    if isinstance(slow, Rejected) and isinstance(fast, Rejected):
        return (slow.key, slow.slots) == (fast.key, fast.slots)
    return slow == fast and (isinstance(fast, Rejected) or books_balance(fast))


def books_balance(found: Statement) -> bool:
    return (
        found.charged == found.paid + found.waived + found.outstanding.penalty
        and found.charged == sum(line.amount for line in found.lines)
        and all(
            each.amount == each.penalty + each.fee + each.interest + each.principal + each.credit
            for each in found.allocations
        )
        and min(amounts_of(found)) >= 0
    )


def amounts_of(found: Statement) -> Iterator[int]:
    yield from (found.charged, found.paid, found.waived, found.credit, found.grows_by_per_day)
    yield from (line.amount for line in found.lines)
    for each in found.instalments:
        yield from (each.owed.principal, each.owed.interest, each.owed.fee, each.owed.penalty)


def test_the_made_up_loans_meet_every_rule() -> None:
    met: Counter[str] = Counter()
    for seed in range(1000):
        met.update(rules_met(question(seed)))
    assert set(met) == RULES, RULES ^ set(met)
    assert min(met.values()) >= 10, met


RULES = {
    "refused: no terms", "refused: contract rate", "rate", "each_day", "fee", "capped", "tier",
    "whole", "marginal", "retroactive", "deductive", "half_even", "half_up", "two entries",
    "digits 0", "digits 2", "digits 3", "several instalments", "part payment", "back-dated payment",
    "credit", "frozen", "waived", "void waiver", "by instalment", "by component", "leap day",
}  # fmt: skip


def rules_met(asked: Question) -> Iterator[str]:
    loan, found = asked.loan, told_or_refused(asked)
    if isinstance(found, Rejected):
        kinds = {"error.terms.none": "no terms", "error.terms.contract_rate": "contract rate"}
        yield f"refused: {kinds[found.key]}"
        return
    yield f"by {asked.allocation.by}"
    if found.lines:
        terms = in_force(asked.terms, min(each.due for each in loan.instalments))
        yield from (f"digits {loan.currency.digits}", terms.tiering, terms.grace, terms.rounding)
    for line in found.lines:
        yield line.rule
        told_of = {
            "capped": line.capped,
            "tier": line.tier_from is not None,
            "frozen": any(line.until + DAY == each.start for each in loan.freezes),
            "leap day": line.start <= date(2024, 2, 29) <= line.until,
        }
        yield from (rule for rule, is_met in told_of.items() if is_met)
    days = [each.on for each in loan.payments]
    told_of = {
        "two entries": len({line.terms.start for line in found.lines}) > 1,
        "several instalments": len({line.instalment for line in found.lines}) > 1,
        "part payment": any(each.principal for each in found.allocations) and found.lines != (),
        "back-dated payment": days != sorted(days),
        "credit": found.credit > 0,
        "waived": found.waived > 0,
        "void waiver": found.waived < sum(e.amount for e in loan.waivers if e.on <= asked.as_of),
    }
    yield from (rule for rule, is_met in told_of.items() if is_met)


def test_a_made_up_loan_reads_back_from_the_document_that_tells_it() -> None:
    for seed in range(FEWER):
        asked = question(seed)
        if not has_fees_of_too_many_decimals(asked):
            assert read_document(document_of(asked)) == CalcInput(*asked)


def has_fees_of_too_many_decimals(asked: Question) -> bool:
    fees = [entry.fee for entry in asked.terms if entry.fee is not None]
    amounts = [amount for fee in fees for amount in (fee.amount, fee.minimum, fee.each_day)]
    minor_units = asked.loan.currency.minor_units
    return any((amount * minor_units).denominator > 1 for amount in amounts if amount is not None)
