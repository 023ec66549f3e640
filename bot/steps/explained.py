"""Why a penalty is what it is, in words: rates, standstills, payments, lines, what comes next.

It must not compute: the domain's `explaining` and the statement do.
"""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.accrual import InstalmentOwed, PenaltyLine, Statement
from bot.domain.case import open_case
from bot.domain.explaining import (
    RateChange,
    Still,
    base_owed,
    frozen_runs,
    standstill,
)
from bot.domain.growing import Then, steady_until
from bot.domain.loan import Freeze, Loan
from bot.domain.turning import Dearer, Turning, next_turning
from bot.steps.loan import growth_line
from bot.steps.money import money
from bot.steps.rules import line_text, rule_words
from bot.turn import BookedLoan, Days, Paragraph, Text, Turn, Weekday, text

_DAY = timedelta(days=1)


def growth_words(turn: Turn, booked: BookedLoan) -> Text:
    """What each further day adds; or that nothing does, why not, and until when."""
    told = turn.statement(booked)
    still = standstill(booked.loan, turn.policy.terms_for(booked.product), told)
    if still is None or still.why is Still.FREE:
        return growth_line(told)
    if still.until is None:
        return text(f"still.{still.why.value}")
    return text(f"still.{still.why.value}", day=still.until)


def steady_words(turn: Turn, booked: BookedLoan, turning: Turning | None) -> Text:
    """What each further day adds, and until when; `turning` is the next one."""
    told = turn.statement(booked)
    if not told.grows_by_per_day:
        return growth_words(turn, booked)
    terms, order = turn.policy.terms_for(booked.product), turn.policy.allocation_for(booked.product)
    steady = steady_until(booked.loan, terms, order, told, turning)
    if steady is None:
        return growth_line(told)
    amount, day = money(told, told.grows_by_per_day), Weekday(steady.until, year=True)
    if steady.then is Then.MORE:
        after = money(told, turn.statement(booked, steady.until).grows_by_per_day)
        return text("why.grows.more", amount=amount, day=day, after=after)
    return text(f"why.grows.{steady.then.value}", amount=amount, day=day)


def estimate_words(turn: Turn, booked: BookedLoan) -> tuple[Text, ...]:
    """That figures of days to come leave a difference under review out; nothing where none is."""
    difference = turn.difference(booked)
    if not difference:
        return ()
    return (text("what_if.estimate", amount=money(booked.loan, difference)),)


def rate_change_text(change: RateChange) -> Text:
    """From when which rate holds, and why."""
    slots: dict[str, object] = {"day": change.on, "after": change.after}
    if change.before is not None:
        slots["before"] = change.before
    if change.terms_from is not None:
        return Text("why.rate.terms", {**slots, "start": change.terms_from})
    reached = {**slots, "no": str(change.instalment), "day_late": change.day_late}
    return Text("why.rate.whole" if change.before is None else "why.rate.tier", reached)


def turning_of(turn: Turn, booked: BookedLoan, loan: Loan | None = None) -> Turning | None:
    """The cheapest last day to pay, when one comes; `loan` replaces its books for a what-if."""
    return next_turning(
        loan or booked.loan,
        turn.policy.terms_for(booked.product),
        turn.policy.allocation_for(booked.product),
        turn.statement(booked, turn.today, loan),
    )


def turning_text(
    turn: Turn, booked: BookedLoan, turning: Turning, loan: Loan | None = None
) -> Text:
    """By when to pay, how much that would be, and what it spares."""
    then = turn.statement(booked, turning.pay_by, loan)
    slots: dict[str, object] = {
        "day": Weekday(turning.pay_by, year=True),
        "total": money(then, then.outstanding.total),
    }
    if turning.before is not None:
        slots |= {"before": turning.before, "after": turning.after}
    if turning.why is Dearer.TIER:
        slots |= {"no": str(turning.instalment), "day_late": turning.day_late}
    return Text(f"turning.{turning.why.value}", slots)


def frozen_words(turn: Turn, booked: BookedLoan, since: date) -> tuple[Text, ...]:
    """The frozen days from `since` on that have begun, each freeze a line, and why they are."""
    by_case = {freeze: case_id for case_id, freeze in booked.case_freezes.items()}
    begun = [
        freeze
        for freeze in sorted(booked.loan.freezes, key=lambda each: each.start)
        if freeze.start <= turn.today and freeze.until >= since
    ]
    return tuple(_frozen(turn, booked, freeze, by_case.get(freeze)) for freeze in begun)


def _frozen(turn: Turn, booked: BookedLoan, freeze: Freeze, case_id: str | None) -> Text:
    count, days = (freeze.until - freeze.start).days + 1, Days(freeze.start, freeze.until)
    case = turn.case(case_id) if case_id else None
    if case is None:
        whose = "law" if freeze in booked.statutory else "lender"
        return text(f"why.frozen.{whose}", count=count, days=days)
    waits = open_case(turn.cases, booked.id) == case
    key = "why.frozen.case" if waits else "why.frozen.case.over"
    return text(key, count=count, days=days, reference=case.reference)


# --- line by line ---------------------------------------------------------------------------------


def instalment_words(
    turn: Turn, booked: BookedLoan, told: Statement, most: int
) -> tuple[Paragraph, ...]:
    """A folded block an instalment: its lines and frozen days in order, the sum on top.

    At most `most` lines, the latest ones; what is older is summed in one.
    """
    older, shown = told.lines[:-most], told.lines[-most:]
    blocks: list[Paragraph] = []
    if older:
        amount = money(told, sum(line.amount for line in older))
        blocks.append(text("why.older", count=len(older), amount=amount))
    for each in told.instalments:
        lines = [line for line in shown if line.instalment == each.no]
        if lines:
            blocks.append(_instalment(turn, booked, told, each, lines))
    return tuple(blocks)


def _instalment(
    turn: Turn, booked: BookedLoan, told: Statement, each: InstalmentOwed, lines: list[PenaltyLine]
) -> Text:
    frozen = _frozen_between(turn, booked, told, each, lines)
    timed = [(line.start, line_text(line, told)) for line in lines]
    timed += [
        (run.start, text("why.line.frozen", days=Days(run.start, run.until))) for run in frozen
    ]
    timed.sort(key=lambda pair: pair[0])
    amount = money(told, sum(line.amount for line in lines))
    said = tuple(line for _, line in timed)
    return text("why.instalment", no=str(each.no), day=each.due, amount=amount, lines=said)


def _frozen_between(
    turn: Turn, booked: BookedLoan, told: Statement, each: InstalmentOwed, lines: list[PenaltyLine]
) -> tuple[Freeze, ...]:
    """The frozen days among the lines, and after them while the base is unpaid."""
    unpaid = base_owed(each, turn.policy.terms_for(booked.product))
    until = told.as_of if unpaid else lines[-1].until
    all_lines = lines[0] is next(line for line in told.lines if line.instalment == each.no)
    first = each.due + _DAY if all_lines else lines[0].start
    return frozen_runs(booked.loan.freezes, first, until)


# --- the rules ------------------------------------------------------------------------------------


def rules_words(booked: BookedLoan, told: Statement) -> tuple[Text, ...]:
    """A folded block for each terms entry that charged something, its source last."""
    used = tuple(dict.fromkeys(line.terms for line in told.lines))
    blocks = []
    for terms in used:
        rules = rule_words(terms, told.currency, booked.loan.contract_rate)
        if len(used) > 1:
            blocks.append(text("why.rule.since", day=terms.start, rules=rules))
        else:
            blocks.append(text("why.rule", rules=rules))
    return tuple(blocks)
