"""Penalty rules and lines in words: what a borrower reads, and what `policy show` prints.

It must not compute a penalty.
"""

from __future__ import annotations

from fractions import Fraction

from bot.domain.accrual import PenaltyLine, Rule, Statement
from bot.domain.money import Currency, Money, rounded_up
from bot.domain.terms import (
    Component,
    ContractMultiplier,
    LateFee,
    PerDay,
    PerYear,
    Rate,
    Terms,
)
from bot.steps.money import money
from bot.turn import Days, Text, text

_ORDER = (Component.PRINCIPAL, Component.INTEREST, Component.FEE)


def line_text(line: PenaltyLine, told: Statement) -> Text:
    """A penalty line as arithmetic: days, base, rate, number of days, amount."""
    amount = money(told, line.amount)
    days = Days(line.start, line.until)
    cut = ".capped" if line.capped else ""
    if line.rule is not Rule.RATE:
        count = line.days or None
        return text(f"why.{line.rule.value}{cut}", count=count, days=days, amount=amount)
    base = money(told, line.base)
    return text(
        f"why.line{cut}", count=line.days, days=days, base=base, rate=line.rate, amount=amount
    )


def rule_words(
    terms: Terms, currency: Currency, contract_rate: Fraction | None
) -> tuple[Text, ...]:
    """The rules of one terms entry, a sentence each, the source last."""
    base = base_words(terms.base)
    said: list[Text] = []
    if not _is_nothing(terms):
        said = [text("rule.base", base=base), _rate_words(terms.rate, contract_rate)]
    said += [
        text("rule.tier", day=tier.from_day, rate=_rate_words(tier.rate, contract_rate))
        for tier in terms.tiers
    ]
    if terms.tiers:
        said.append(text(f"rule.tiering.{terms.tiering.value}"))
    if terms.grace_days:
        said.append(text(f"rule.grace.{terms.grace.value}", count=terms.grace_days))
    if terms.fee is not None:
        said += _fee_words(terms.fee, currency)
    if terms.cap is not None:
        said.append(text("rule.cap", share=terms.cap))
    return (*said, _source(terms))


def base_words(base: frozenset[Component]) -> tuple[Text, ...]:
    """The components penalty is charged on, in the order people read them."""
    return tuple(text(f"component.{part.value}") for part in _ORDER if part in base)


def _is_nothing(terms: Terms) -> bool:
    """Whether no day is charged a share: fees and fixed amounts are all there is."""
    return terms.rate == PerDay(Fraction(0)) and not terms.tiers


def _rate_words(rate: Rate, contract_rate: Fraction | None) -> Text:
    match rate:
        case PerDay():
            return text("rule.rate.per_day", rate=rate.rate)
        case PerYear():
            return text(
                "rule.rate.per_year",
                rate=rate.rate,
                day_count=rate.day_count,
                daily=rate.rate / rate.day_count,
            )
        case ContractMultiplier():
            return _multiplier_words(rate, contract_rate)


def _multiplier_words(rate: ContractMultiplier, contract_rate: Fraction | None) -> Text:
    if contract_rate is None:
        return text("rule.rate.multiplier", multiplier=rate.multiplier, day_count=rate.day_count)
    return text(
        "rule.rate.contract",
        multiplier=rate.multiplier,
        contract=contract_rate,
        day_count=rate.day_count,
        daily=rate.multiplier * contract_rate / rate.day_count,
    )


def _fee_words(fee: LateFee, currency: Currency) -> list[Text]:
    said: list[Text] = []
    if fee.percent is not None:
        said.append(text("rule.fee.percent", share=fee.percent, of=base_words(fee.of)))
    if fee.amount is not None:
        said.append(text("rule.fee.amount", amount=_money(fee.amount, currency)))
    if fee.minimum is not None:
        said.append(text("rule.fee.minimum", amount=_money(fee.minimum, currency)))
    if fee.each_day is not None:
        said.append(text("rule.fee.each_day", amount=_money(fee.each_day, currency)))
    if fee.after_days > 1:
        said.append(text("rule.fee.after", count=fee.after_days))
    return said


def _money(amount: Fraction, currency: Currency) -> Money:
    return Money(rounded_up(amount * 10**currency.digits), currency)


def _source(terms: Terms) -> Text:
    if terms.checked_on is None:
        return text("rule.source_only", source=terms.source)
    return text("rule.source", source=terms.source, day=terms.checked_on)
