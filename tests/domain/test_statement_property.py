"""The fast engine against the slow one on made-up loans, and what must hold of every statement.

20,000 loans, the same everywhere; REPRIEVE_EXAMPLES=200000 asks for more. A failure names its seed
and prints the smallest document that still shows it, for `reprieve calc` and for tests/cases.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from random import Random

import pytest

from bot.domain.accrual import Statement, penalties, statement
from bot.domain.loan import Freeze, Instalment, Payment
from bot.domain.money import Currency
from bot.domain.terms import in_force
from bot.errors import Rejected
from bot.lender.document import CalcInput, read_document
from tests.domain.generated_loans import Question, a_day, a_freeze, question
from tests.domain.shrinking import document_of, shown, smallest
from tests.domain.slow_engine import slow_statement

LOANS = int(os.environ.get("REPRIEVE_EXAMPLES", "20000"))
FEWER = LOANS // 10
SHARES = 10  # of the loans, for as many processes as there are
DAY = timedelta(days=1)

Promise = Callable[[Question], bool]


def assert_holds(promise: Promise, seed: int) -> None:
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


# --- both engines ---------------------------------------------------------------------------------


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


# --- what must hold of every statement ------------------------------------------------------------


def test_the_growth_per_day_is_tomorrow_less_today() -> None:
    for seed in range(FEWER):
        assert_holds(grows_as_told, seed)


def grows_as_told(asked: Question) -> bool:
    """Of a loan on which nothing is booked after today."""
    until_today = with_loan(
        asked,
        payments=tuple(each for each in asked.loan.payments if each.on <= asked.as_of),
        waivers=tuple(each for each in asked.loan.waivers if each.on <= asked.as_of),
    )
    today = told(asked)
    tomorrow = told(until_today._replace(as_of=asked.as_of + DAY))
    if today is None or tomorrow is None:
        return True
    return today.grows_by_per_day == tomorrow.charged - today.charged


def test_a_payment_never_raises_what_is_owed() -> None:
    for seed in range(FEWER):
        chance = Random(f"a payment {seed}")
        extra = Payment(a_day(chance, -5, 50), chance.choice((1, 3, 40, 200, 3000)))
        assert_holds(partial(owes_no_more_after, extra, chance.randrange(5)), seed)


def owes_no_more_after(extra: Payment, place: int, asked: Question) -> bool:
    """Whether one more payment, anywhere in the document, raises nothing on any later day."""
    paid = (*asked.loan.payments[:place], extra, *asked.loan.payments[place:])
    before, after = told(asked), told(with_loan(asked, payments=paid))
    if before is None or after is None:
        return True
    return (
        after.outstanding.total <= before.outstanding.total
        and owed_in_all(after) <= owed_in_all(before)
    )  # fmt: skip


def owed_in_all(found: Statement) -> int:
    return sum(each.owed.total for each in found.instalments)


def test_a_payment_on_the_due_date_that_covers_what_is_due_erases_all_penalty() -> None:
    for seed in range(FEWER):
        assert_holds(paid_when_due_costs_nothing, seed)


def paid_when_due_costs_nothing(asked: Question) -> bool:
    """Entered late or not: whatever else was paid, no line is left of an instalment so paid."""
    for instalment in asked.loan.instalments:
        on_due = told(asked._replace(as_of=instalment.due))
        if on_due is None or not on_due.outstanding.total:
            continue
        payment = Payment(instalment.due, on_due.outstanding.total)
        paid = with_loan(asked, payments=(*asked.loan.payments, payment))
        after = told(paid._replace(as_of=max(asked.as_of, instalment.due)))
        if after is not None and instalment.no in {line.instalment for line in after.lines}:
            return False
    return True


def test_paying_what_a_statement_asks_on_its_day_ends_what_was_due() -> None:
    for seed in range(FEWER):
        assert_holds(paid_as_asked_is_settled, seed)


def paid_as_asked_is_settled(asked: Question) -> bool:
    before = told(asked)
    if before is None or not before.outstanding.total:
        return True
    payment = Payment(asked.as_of, before.outstanding.total)
    until_today = tuple(each for each in asked.loan.payments if each.on <= asked.as_of)
    paid = with_loan(asked, payments=(*until_today, payment))
    later = [told(paid._replace(as_of=asked.as_of + days * DAY)) for days in (0, 1, 40)]
    return all(
        not each.owed.total
        for after in later
        if after is not None
        for each in after.instalments
        if each.due <= asked.as_of
    )


def test_freezing_never_raises_the_penalty_and_its_days_cost_nothing() -> None:
    for seed in range(FEWER):
        freeze = a_freeze(Random(f"a freeze {seed}"))
        assert_holds(partial(costs_no_more_frozen, freeze), seed)
        assert_holds(partial(costs_no_more_frozen_to_the_unit, freeze), seed)


def costs_no_more_frozen(freeze: Freeze, asked: Question) -> bool:
    """A line that the freeze cuts in two is rounded twice: a minor unit at most for each line more.

    The smallest example stands in tests/cases/accrual/freezes.toml.
    """
    before, after = told(asked), told(frozen(asked, freeze))
    if before is None or after is None:
        return True
    lines_more = max(0, len(after.lines) - len(before.lines))
    return after.charged <= before.charged + lines_more and not any(
        line.start <= freeze.until and line.until >= freeze.start for line in after.lines
    )


def costs_no_more_frozen_to_the_unit(freeze: Freeze, asked: Question) -> bool:
    """Where each day's charge is whole nothing is rounded, and nothing rises at all."""
    exact = whole_daily_charges(asked)
    before, after = told(exact), told(frozen(exact, freeze))
    return before is None or after is None or after.charged <= before.charged


def frozen(asked: Question, freeze: Freeze) -> Question:
    return with_loan(asked, freezes=(*asked.loan.freezes, freeze))


def whole_daily_charges(asked: Question) -> Question:
    """The loan unpaid, in amounts of which every rate a day is whole."""
    scale = 4000 * 72 * 73
    return with_loan(
        asked,
        currency=Currency("XTS", 2),
        payments=(),
        waivers=(),
        instalments=tuple(
            Instalment(
                each.no, each.due, each.principal * scale, each.interest * scale, each.fee * scale
            )
            for each in asked.loan.instalments
        ),
    )


def test_payments_and_waivers_entered_in_any_order_make_one_statement() -> None:
    for seed in range(FEWER):
        assert_holds(partial(order_of_entry_is_no_matter, seed), seed)


def order_of_entry_is_no_matter(seed: int, asked: Question) -> bool:
    """Whatever was entered first; only payments of one day share out differently between them."""
    chance, loan = Random(seed), asked.loan
    payments = tuple(chance.sample(loan.payments, len(loan.payments)))
    waivers = tuple(chance.sample(loan.waivers, len(loan.waivers)))
    before = told(asked)
    after = told(with_loan(asked, payments=payments, waivers=waivers))
    if before is None or after is None:
        return True
    one_a_day = len({each.on for each in loan.payments}) == len(loan.payments)
    return after == before or (
        not one_a_day and replace(after, allocations=()) == replace(before, allocations=())
    )


def test_the_penalties_of_many_days_are_those_of_their_statements() -> None:
    for seed in range(FEWER // 4):
        assert_holds(told_day_by_day_alike, seed)


def told_day_by_day_alike(asked: Question) -> bool:
    days = tuple(asked.as_of + step * DAY for step in range(0, 60, 5))
    found = [told(asked._replace(as_of=day)) for day in days]
    expected = tuple(each.penalty for each in found if each is not None)
    if len(expected) < len(days):
        return True
    return penalties(asked.loan, asked.terms, asked.allocation, days) == expected
