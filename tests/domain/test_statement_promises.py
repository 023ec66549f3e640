"""What must hold of every statement, tried on made-up loans."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from random import Random

from bot.domain.accrual import Statement, penalties
from bot.domain.loan import Freeze, Instalment, Payment
from bot.domain.money import Currency
from tests.domain.generated_loans import Question, a_day, a_freeze
from tests.domain.promises import DAY, FEWER, assert_holds, told, with_loan


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
