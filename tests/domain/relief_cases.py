"""What the tests of relief share: the worked policy, and a verdict from the facts of a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

from bot.domain.accrual import Owed, Statement
from bot.domain.money import Currency, iso_digits, parse_plain
from bot.domain.policy import Policy, load_policy
from bot.domain.relief import ReliefFacts, Verdict, verdict

CASES = Path(__file__).parents[1] / "cases"
WORKED_TEXT = (CASES / "policy" / "worked.toml").read_text(encoding="utf-8")


def worked_policy() -> Policy:
    return load_policy(WORKED_TEXT)


def percent(text: str) -> Fraction:
    return Fraction(text) / 100


def statement_of(
    on: date, *, days_overdue: int = 10, penalty: int = 10_00, rest: int = 500_00, code: str = "CNY"
) -> Statement:
    """A statement with these figures; only what a verdict looks at is filled in."""
    return Statement(
        as_of=on,
        currency=Currency(code, iso_digits(code)),
        days_overdue=days_overdue,
        outstanding=Owed(principal=rest, penalty=penalty),
        charged=penalty,
        paid=0,
        waived=0,
        grows_by_per_day=0,
        credit=0,
        instalments=(),
        lines=(),
        allocations=(),
    )


def facts_of(case: Mapping[str, object]) -> ReliefFacts:
    """The facts of a worked case: what it does not name is an ordinary eligible loan."""
    on, code = case.get("on", date(2026, 3, 2)), str(case.get("currency", "CNY"))
    days = case.get("days_overdue", 10)
    earlier = case.get("earlier", ())
    used = case.get("freeze_days_used", 0)
    assert isinstance(on, date)
    assert isinstance(days, int)
    assert isinstance(earlier, list | tuple)
    assert isinstance(used, int)
    return ReliefFacts(
        product=str(case.get("product", "cash")),
        grade=str(case.get("grade", "A")),
        loan_status=str(case.get("status", "active")),
        statement=statement_of(
            on,
            days_overdue=days,
            penalty=parse_plain(str(case.get("penalty", "10.00")), iso_digits(code)),
            rest=parse_plain(str(case.get("rest", "500.00")), iso_digits(code)),
            code=code,
        ),
        earlier=tuple(earlier),
        freeze_days_used=used,
        reason=str(case["reason"]) if "reason" in case else None,
        difference=bool(case.get("difference", False)),
    )


def verdict_of(case: Mapping[str, object]) -> Verdict:
    facts = facts_of(case)
    return verdict(facts, worked_policy(), facts.statement.as_of)
