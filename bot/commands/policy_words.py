"""A policy in words: every value that holds on a day, each section with its source.

It must not know what a rule does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import reduce

from bot.domain.money import Currency, Money, rounded_up
from bot.domain.policy import Policy
from bot.domain.policy.relief_policy import Amounts, Reason, ReliefPolicy, Source
from bot.domain.policy.yearly_ceiling import YearlyCeiling
from bot.domain.terms import Allocation, Terms, in_force
from bot.lender.currencies import currency_digits
from bot.steps.rules import rule_words
from bot.turn import Days, Named, Text, text

_USUAL_DIGITS = 2


def policy_words(
    policy: Policy, lacking: frozenset[str], day: date, currency: Currency
) -> Iterator[Text]:
    """Each product's rules, then the relief programme, those in force on the day, a line each.

    Nothing is told of the sections at the paths `lacking`.
    """
    yield text("cli.policy.on", day=day, policy=policy.policy_id)
    if policy.timezone:
        yield text("cli.policy.timezone", zone=policy.timezone)
    if policy.holidays:
        holidays = tuple(Days(each, each, years=True) for each in sorted(policy.holidays))
        yield text("cli.policy.holidays", days=holidays)
    for product in policy.products:
        yield text("cli.policy.product", product=_product(product))
        yield from _bullets(_product_words(policy, product, day, currency))
    if any(relief.start <= day for relief in policy.relief):
        rules = policy.relief_on(day)
        at = policy.relief.index(rules)
        yield from _relief(rules, lacking={path.removeprefix(f"relief[{at}].") for path in lacking})
    elif policy.relief:
        yield text("cli.policy.relief", day=min(relief.start for relief in policy.relief))
        yield from _bullets([text("cli.policy.none")])
    if lacking:
        yield text("cli.policy.piece")


def _product_words(policy: Policy, product: str, day: date, currency: Currency) -> Iterator[Text]:
    """The rules in force, how they are rounded, where payments go, what a year may come to."""
    entries = policy.terms_for(product)
    if min(entry.start for entry in entries) > day:
        yield text("cli.policy.none")
    else:
        yield from _terms(in_force(entries, day), currency)
    yield from _allocation(policy.allocation_for(product))
    if product in policy.ceilings:
        yield from _ceiling(policy.ceilings[product])


def _terms(terms: Terms, currency: Currency) -> Iterator[Text]:
    yield text("cli.policy.since", day=terms.start)
    yield from rule_words(terms, currency, None)
    yield text(f"cli.policy.rounding.{terms.rounding.value}")


def _allocation(allocation: Allocation) -> Iterator[Text]:
    names = [text(f"component.{each.value}") for each in allocation.order]
    order = reduce(
        lambda before, after: text("why.payment.then", before=before, after=after), names
    )
    yield text("cli.policy.order", order=order)
    yield text(f"cli.policy.order.{allocation.by.value}")


def _ceiling(ceiling: YearlyCeiling) -> Iterator[Text]:
    yield text("cli.policy.ceiling", percent=ceiling.percent)
    if ceiling.contract_rate is not None:
        yield text("cli.policy.ceiling.contract", rate=ceiling.contract_rate)
    yield _source(ceiling.source)


# --- the relief programme -------------------------------------------------------------------------


def _relief(rules: ReliefPolicy, lacking: set[str]) -> Iterator[Text]:
    """Section by section, a heading and its lines."""
    yield text("cli.policy.relief", day=rules.start)
    yield from _bullets([_source(rules.source)])
    sections = {
        "scope": _scope,
        "percent": _percent,
        "reasons": _reasons,
        "window": _window,
        "conditions": _conditions,
        "decision": _decision,
        "deadlines": _deadlines,
        "appeal": _appeal,
        "credit_record": _credit_record,
    }
    for name, told in sections.items():
        if name not in lacking:
            yield text(f"cli.policy.section.{name}")
            yield from _bullets(told(rules))


def _scope(rules: ReliefPolicy) -> Iterator[Text]:
    scope = rules.scope
    yield text("cli.policy.products", products=tuple(_product(each) for each in scope.products))
    yield text("cli.policy.grades", grades=scope.grades)
    if scope.until_day is None:
        yield text("cli.policy.days_from", first=scope.from_day)
    else:
        yield text("cli.policy.days", first=scope.from_day, last=scope.until_day)
    if scope.minimum_penalty:
        yield text("cli.policy.minimum", amounts=_amounts(scope.minimum_penalty))
    yield text("cli.policy.times", scope.times_in_12_months)
    if scope.excluded_statuses:
        yield text("cli.policy.excluded", statuses=scope.excluded_statuses)
    yield _source(scope.source)


def _percent(rules: ReliefPolicy) -> Iterator[Text]:
    """The matrix, a line a band and grade."""
    for band in rules.percent.bands:
        for grade, percent in band.percent.items():
            yield text("cli.policy.band", day=band.from_day, grade=grade, percent=percent)
    yield text("cli.policy.most", percent=rules.percent.ceiling)
    yield _source(rules.percent.source)


def _reasons(rules: ReliefPolicy) -> Iterator[Text]:
    for reason in rules.reasons:
        name = Named(f"reason.{reason.id}", reason.id)
        yield text("cli.policy.reason", reason=name, points=reason.points)
        yield _evidence(reason)
        yield _source(reason.source)


def _evidence(reason: Reason) -> Text:
    kinds = tuple(Named(f"evidence.{kind}", kind) for kind in reason.evidence)
    return text("cli.policy.evidence", kinds=kinds) if kinds else text("cli.policy.evidence.none")


def _window(rules: ReliefPolicy) -> Iterator[Text]:
    window = rules.window
    if window.within_days is not None:
        yield text("cli.policy.window", window.within_days)
    if window.campaign is not None:
        yield text("cli.policy.campaign", days=Days(*window.campaign, years=True))
    yield _source(window.source)


def _conditions(rules: ReliefPolicy) -> Iterator[Text]:
    asked = rules.conditions
    if asked.pay_within_days is None:
        yield text("cli.policy.pay_nothing")
    else:
        yield text("cli.policy.pay_within", asked.pay_within_days)
    if asked.freeze_days_in_12_months:
        yield text("cli.policy.freeze", asked.freeze_days_in_12_months)
        yield text(f"cli.policy.freeze.{asked.freeze_when_not_settled.value}")
    else:
        yield text("cli.policy.freeze.none")
    yield _source(asked.source)


def _decision(rules: ReliefPolicy) -> Iterator[Text]:
    decision = rules.decision
    if decision.automatic_up_to:
        yield text("cli.policy.automatic", amounts=_amounts(decision.automatic_up_to))
    else:
        yield text("cli.policy.automatic.none")
    if decision.second_approver_above:
        yield text("cli.policy.second", amounts=_amounts(decision.second_approver_above))
    else:
        yield text("cli.policy.second.always")
    yield text("cli.policy.depart", points=decision.staff_may_depart)
    yield _source(decision.source)


def _deadlines(rules: ReliefPolicy) -> Iterator[Text]:
    deadlines = rules.deadlines
    yield text("cli.policy.answer", deadlines.answer_working_days)
    yield text("cli.policy.info_reply", deadlines.info_reply_days)
    yield text("cli.policy.offer_answer", deadlines.offer_answer_days)
    yield text("cli.policy.draft", deadlines.draft_days)
    yield _source(deadlines.source)


def _appeal(rules: ReliefPolicy) -> Iterator[Text]:
    yield text("cli.policy.appeal", rules.appeal.within_days)
    yield _source(rules.appeal.source)


def _credit_record(rules: ReliefPolicy) -> Iterator[Text]:
    record = rules.credit_record
    yield text("cli.policy.record", record=Named(f"credit_record.{record.text}", record.text))
    yield _source(record.source)


# --- parts ----------------------------------------------------------------------------------------


def _bullets(said: Iterable[Text]) -> Iterator[Text]:
    for each in said:
        yield text("cli.policy.rule", rule=each)


def _product(product: str) -> Named:
    return Named(f"product.{product}", product)


def _source(source: Source) -> Text:
    return text("rule.source", source=source.text, day=source.checked_on)


def _amounts(amounts: Amounts) -> tuple[Money, ...]:
    """Whole units of each currency as money; a code nobody knows is shown with two digits."""
    found = []
    for code, units in amounts.items():
        digits = currency_digits(code)
        currency = Currency(code, _USUAL_DIGITS if digits is None else digits)
        found.append(Money(rounded_up(units * 10**currency.digits), currency))
    return tuple(found)
