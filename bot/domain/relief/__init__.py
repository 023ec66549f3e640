"""The verdict on relief for one loan on one day, with every rule that fired and its inputs.

It must not decide a case: staff do, or the automatic limit. Source: docs/policy.md, `[[relief]]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from bot.domain.days import add_working_days
from bot.domain.loan import Freeze
from bot.domain.money import Currency, Money
from bot.domain.policy import Policy
from bot.domain.policy.relief_policy import Reason, ReliefPolicy, WhenNotSettled, minor
from bot.domain.relief.rules import Asked, Fired, ReliefFacts, eligibility, file_by, with_points
from bot.domain.relief.settlement import (
    freeze_at_submission,
    pay_by_day,
    relief_of,
    second_approver_needed,
)
from bot.domain.word import Word
from bot.errors import Rejected

__all__ = ["Fired", "ReliefFacts", "Verdict", "verdict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy says about relief for one loan on the day `on`. Minor units of `currency`.

    Not eligible: `percent` and `relief_minor` are 0; staff still see `matrix_percent`, the matrix
    with the reason's points. `pay_by`: if granted that day, None without a condition. `file_by`:
    None when filing has no end. `freeze`: the days that filing would freeze. `evidence`: kinds of
    which one is needed, empty for none.
    """

    on: date
    currency: Currency
    grade: str
    days_overdue: int
    penalty_minor: int
    eligible: bool
    matrix_percent: Fraction
    percent: Fraction
    relief_minor: int
    remaining_minor: int
    pay_by: date | None
    file_by: date | None
    answer_due: date
    freeze: Freeze | None
    automatic: bool
    second_approver_needed: bool
    evidence: tuple[str, ...]
    rules: tuple[Fired, ...]


def verdict(facts: ReliefFacts, policy: Policy, today: date) -> Verdict:
    """What the programme in force `today` says about this loan, rules in a fixed order.

    Raises NoPolicyInForce when none is, Rejected `relief.reason.unknown` for a reason it does not
    know, and ValueError when the statement is of another day.
    """
    if facts.statement.as_of != today:
        raise ValueError("the statement of a verdict is of the verdict's day")
    rules = policy.relief_on(today)
    asked = Asked(facts, rules, _chosen(rules, facts.reason))
    judged = eligibility(asked)
    found = _verdict(asked, judged)
    return replace(found, rules=(*judged, *_consequences(asked, found)))


def _chosen(rules: ReliefPolicy, reason_id: str | None) -> Reason | None:
    if reason_id is None:
        return None
    reason = rules.reason(reason_id)
    if reason is None:
        raise Rejected("relief.reason.unknown")
    return reason


def _verdict(asked: Asked, judged: tuple[Fired, ...]) -> Verdict:
    facts, rules, today = asked.facts, asked.rules, asked.today
    eligible = all(fired.passed for fired in judged)
    percent = with_points(asked) if eligible else Fraction(0)
    relief = asked.money(relief_of(percent, asked.penalty))
    second = eligible and second_approver_needed(relief, rules)
    return Verdict(
        on=today,
        currency=asked.currency,
        grade=facts.grade,
        days_overdue=asked.days,
        penalty_minor=asked.penalty,
        eligible=eligible,
        matrix_percent=with_points(asked),
        percent=percent,
        relief_minor=relief.minor,
        remaining_minor=facts.statement.outstanding.total - relief.minor,
        pay_by=pay_by_day(rules, today),
        file_by=file_by(asked),
        answer_due=add_working_days(today, rules.deadlines.answer_working_days, rules.holidays),
        freeze=freeze_at_submission(rules, facts.freeze_days_used, today),
        automatic=eligible and not second and _within_automatic(asked, relief),
        second_approver_needed=second,
        evidence=asked.reason.evidence if asked.reason else (),
        rules=judged,
    )


def _within_automatic(asked: Asked, relief: Money) -> bool:
    limit = minor(asked.rules.decision.automatic_up_to, relief.currency)
    if limit is None or asked.facts.difference or (asked.reason and asked.reason.evidence):
        return False
    return relief.minor <= limit


def _consequences(asked: Asked, found: Verdict) -> Iterator[Fired]:
    """What follows from the verdict: money, conditions, who decides and by when."""
    if not found.eligible:
        yield Fired("verdict.person")
        return
    yield from _money(asked, found)
    yield from _freeze(asked, found)
    yield from _decision(asked, found)
    yield Fired("verdict.credit_record", {"words": _credit_words(asked)})


def _money(asked: Asked, found: Verdict) -> Iterator[Fired]:
    sums = {
        "percent": found.percent,
        "penalty": asked.money(found.penalty_minor),
        "relief": asked.money(found.relief_minor),
    }
    yield Fired("verdict.relief", sums)
    remaining = asked.money(found.remaining_minor)
    if found.pay_by is None:
        yield Fired("verdict.pay.none", {"remaining": remaining})
    else:
        slots = {"remaining": remaining, "pay_by": found.pay_by}
        yield Fired("verdict.pay", slots)


def _freeze(asked: Asked, found: Verdict) -> Iterator[Fired]:
    conditions = asked.rules.conditions
    if conditions.freeze_days_in_12_months == 0:
        return
    if found.freeze is None:
        slots: dict[str, object] = {"days": conditions.freeze_days_in_12_months}
        yield Fired("verdict.freeze.used", slots)
        return
    slots = {"start": found.freeze.start, "until": found.freeze.until}
    yield Fired("verdict.freeze", slots)
    returns = conditions.freeze_when_not_settled is WhenNotSettled.DAYS_RETURN
    yield Fired("verdict.freeze.return" if returns else "verdict.freeze.stay")


def _decision(asked: Asked, found: Verdict) -> Iterator[Fired]:
    if found.evidence:
        kinds = tuple(Word(f"evidence.{kind}") for kind in found.evidence)
        yield Fired("verdict.evidence", {"kinds": kinds})
    if asked.facts.difference:
        yield Fired("verdict.decision.difference")
    if found.automatic:
        yield Fired("verdict.decision.automatic")
        return
    second = found.second_approver_needed
    slots = {"answer_due": found.answer_due}
    yield Fired("verdict.decision.second" if second else "verdict.decision.person", slots)


def _credit_words(asked: Asked) -> Word:
    return Word(f"credit_record.{asked.rules.credit_record.text}")
