"""What the relief policy says of a loan today: the verdict, its words, what would be granted.

It must not decide: the domain's `verdict` and `grant` do.
"""

from __future__ import annotations

from bot.domain.case import counted
from bot.domain.loan import Freeze
from bot.domain.relief import Fired, ReliefFacts, Verdict, verdict
from bot.domain.relief.settlement import Grant, freeze_at_grant, freeze_days_used, grant
from bot.domain.word import Word
from bot.steps.money import money
from bot.turn import BookedLoan, Paragraph, Text, Turn, text

_PERSON = "verdict.person"
# What a borrower reads first of a verdict, a paragraph each; the other rules are its reasons.
_FOLLOWS = (
    ("verdict.pay", "verdict.pay.none"),
    ("verdict.freeze", "verdict.freeze.used", "verdict.freeze.return", "verdict.freeze.stay"),
    (
        "verdict.decision.difference",
        "verdict.decision.automatic",
        "verdict.decision.person",
        "verdict.decision.second",
    ),
    ("verdict.campaign", "verdict.window"),
)


def verdict_of(turn: Turn, booked: BookedLoan, reason: str | None = None) -> Verdict:
    """The relief verdict on a loan today, as submission would compute it."""
    freezes = booked.case_freezes.values()
    facts = ReliefFacts(
        product=booked.product,
        grade=turn.borrower.grade if turn.borrower else "",
        loan_status=booked.status,
        statement=turn.statement(booked),
        earlier=counted(turn.cases, booked.id),
        freeze_days_used=freeze_days_used(freezes, turn.today),
        reason=reason,
        difference=turn.difference(booked) != 0,
    )
    return verdict(facts, turn.policy, turn.today)


def would_grant(turn: Turn, found: Verdict) -> tuple[Grant, Freeze | None]:
    """What an offer made today would give, and the freeze as it would stand then."""
    penalty = money(found, found.penalty_minor)
    rules = turn.policy.relief_on(turn.today)
    given = grant(found.percent, found.matrix_percent, penalty, rules, turn.today)
    return given, freeze_at_grant(found.freeze, given) if found.freeze else None


def verdict_words(found: Verdict) -> tuple[Paragraph, ...]:
    """What the policy gives, or why it gives nothing; then the rules behind it."""
    return _eligible_words(found) if found.eligible else _not_eligible_words(found)


def fired_text(fired: Fired) -> Text:
    """A rule that fired, in words."""
    return Text(fired.key, {name: _worded(value) for name, value in fired.slots.items()})


def _eligible_words(found: Verdict) -> tuple[Paragraph, ...]:
    """The percent and its money, what follows and by when; last, and quieter, why."""
    relief = money(found, found.relief_minor)
    follows = tuple(_told_of(found, *keys) for keys in _FOLLOWS)
    told = {key for keys in _FOLLOWS for key in keys}
    rules = tuple(fired_text(fired) for fired in found.rules if fired.key not in told)
    return (
        text("relief.eligible", percent=found.percent, relief=relief),
        *(paragraph for paragraph in follows if paragraph),
        text("relief.free"),
        text("relief.rules", rules=rules),
    )


def _not_eligible_words(found: Verdict) -> tuple[Paragraph, ...]:
    """Exactly why, and the way to a person; the rules that were passed last, and quieter."""
    failed = tuple(fired_text(fired) for fired in found.rules if not fired.passed)
    passed = tuple(fired_text(each) for each in found.rules if each.passed and each.key != _PERSON)
    return (
        text("relief.not_eligible"),
        failed,
        text("relief.ask_anyway"),
        text("relief.free"),
        *((text("relief.rules", rules=passed),) if passed else ()),
    )


def _told_of(found: Verdict, *keys: str) -> tuple[Text, ...]:
    return tuple(fired_text(fired) for fired in found.rules if fired.key in keys)


def _worded(value: object) -> object:
    if isinstance(value, Word):
        return Text(value.key)
    if isinstance(value, tuple):
        return tuple(_worded(part) for part in value)
    return value
