"""A statement to keep, as a sheet for people and as a table for spreadsheets.

It must not compute a figure, nor name a person: whoever finds it sees a loan, not whose it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.accrual import Allocated, PenaltyLine, Statement
from bot.domain.chart import Chart, chart_values
from bot.domain.checksum import checksum
from bot.domain.days import days_between
from bot.domain.loan import Freeze
from bot.domain.policy import Policy
from bot.steps.loan import growth_line, statement_on
from bot.steps.money import money
from bot.steps.rules import line_text, rule_words
from bot.turn import BookedLoan, Days, Named, Paper, Section, Sheet, Text, text

_LINES = 400  # penalty lines printed; older ones are summed in one
_PAYMENTS, _INSTALMENTS, _FREEZES = 200, 200, 100
_PARTS = ("principal", "interest", "fee", "penalty")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a document is made of: a loan's statement, and what stands beside it.

    `difference` is the lender's penalty figure less ours. The chart leaves relief out: paper
    outlives an offer.
    """

    booked: BookedLoan
    told: Statement
    difference: int
    chart: Chart | None

    @property
    def code(self) -> str:
        """The checksum of its figures."""
        return checksum(self.booked.ref, self.told, self.difference)


def kept_on(policy: Policy, booked: BookedLoan, day: date) -> Kept:
    """What a document of that loan says on a day. Raises as `statement` does."""
    told = statement_on(policy, booked, day)
    terms, order = policy.terms_for(booked.product), policy.allocation_for(booked.product)
    chart = chart_values(booked.ref, booked.loan, terms, order, day) if told.charged else None
    return Kept(booked, told, _difference(policy, booked), chart)


def sheet_of(kept: Kept) -> Paper[Text]:
    """The statement to read and print."""
    booked, told = kept.booked, kept.told
    total = money(told, told.outstanding.total + kept.difference)
    product = Named(f"product.{booked.product}", booked.product)
    sheet = Sheet(
        title=text("statement.title"),
        about=(
            text("loan.label", product=product, ref=booked.ref),
            text("statement.as_of", day=told.as_of),
            text("balance.books", day=booked.books_on),
        ),
        total=(text("statement.total"), text("statement.figure", amount=total)),
        beneath=_beneath(told),
        first=(_owed(kept), _penalty(told)),
        chart=kept.chart,
        then=(
            *_grew(told),
            *_frozen(kept),
            _payments(told),
            *_instalments(told),
            *_rules(kept),
        ),
        code=(text("statement.code"), text("statement.figure", amount=kept.code)),
        foot=(text("statement.check"),),
    )
    return Paper(file_name(kept, "pdf"), told.as_of, sheet=sheet)


def file_name(kept: Kept, ending: str) -> str:
    """`statement-LN-1001-2026-03-01.pdf`: of the reference, only what is safe in a file's name."""
    signs = (sign if sign.isascii() and sign.isalnum() else "-" for sign in kept.booked.ref)
    safe = "".join(signs).strip("-")
    return f"statement-{safe or 'loan'}-{kept.told.as_of}.{ending}"


def _difference(policy: Policy, booked: BookedLoan) -> int:
    if booked.reported is None or booked.reported_on is None:
        return 0
    ours = statement_on(policy, booked, booked.reported_on).outstanding.penalty
    return booked.reported - ours


def _figure(told: Statement, key: str, minor: int) -> tuple[Text, Text]:
    return text(key), text("statement.figure", amount=money(told, minor))


def _beneath(told: Statement) -> tuple[Text, ...]:
    if not told.days_overdue:
        return (text("statement.not_late"),)
    return text("balance.days", count=told.days_overdue), growth_line(told)


def _owed(kept: Kept) -> Section[Text]:
    """What is due by component, its sum last."""
    told = kept.told
    parts = [
        _figure(told, f"statement.part.{name}", getattr(told.outstanding, name)) for name in _PARTS
    ]
    lines: tuple[Text, ...] = ()
    if kept.difference:
        parts.append(_figure(told, "statement.part.difference", kept.difference))
        lines = (text("statement.difference"),)
    total = _figure(told, "statement.total", told.outstanding.total + kept.difference)
    return Section(text("statement.owed"), (*parts, total), lines, summed=True)


def _penalty(told: Statement) -> Section[Text]:
    """Charged, less paid, less waived: what is left."""
    figures = {
        "charged": told.charged, "paid": -told.paid, "waived": -told.waived, "left": told.penalty,
    }  # fmt: skip
    shown = (
        _figure(told, f"statement.{name}", minor)
        for name, minor in figures.items()
        if minor or name in {"charged", "left"}
    )
    return Section(text("statement.penalty"), tuple(shown), summed=True)


def _grew(told: Statement) -> Iterator[Section[Text]]:
    """Each line as arithmetic under its instalment; what is too old to print is summed."""
    older, shown = told.lines[:-_LINES], told.lines[-_LINES:]
    if not shown:
        return
    summed = money(told, sum(line.amount for line in older))
    head = (text("why.older", count=len(older), amount=summed),) if older else ()
    yield Section(text("statement.lines"), lines=head)
    by_instalment: dict[int, list[PenaltyLine]] = {}
    for line in shown:
        by_instalment.setdefault(line.instalment, []).append(line)
    due = {each.no: each.due for each in told.instalments}
    for no, lines in by_instalment.items():
        said = tuple(line_text(line, told) for line in lines)
        yield Section(text("statement.instalment", no=str(no), day=due[no]), lines=said, minor=True)


def _frozen(kept: Kept) -> Iterator[Section[Text]]:
    """The days nothing was charged on, each freeze a line, and whose doing it is."""
    booked, day = kept.booked, kept.told.as_of
    first = min((each.due for each in kept.told.instalments), default=day)
    begun = [each for each in booked.loan.freezes if each.start <= day and each.until > first]
    if begun:
        lines = tuple(_freeze(booked, each) for each in begun[-_FREEZES:])
        yield Section(text("statement.frozen"), lines=lines)


def _freeze(booked: BookedLoan, freeze: Freeze) -> Text:
    count, days = days_between(freeze.start, freeze.until) + 1, Days(freeze.start, freeze.until)
    if freeze in booked.case_freezes.values():
        return text("statement.frozen.case", count=count, days=days)
    whose = "law" if freeze in booked.statutory else "lender"
    return text(f"why.frozen.{whose}", count=count, days=days)


def _payments(told: Statement) -> Section[Text]:
    shown = told.allocations[-_PAYMENTS:]
    said = tuple(_payment(told, paid) for paid in shown) or (text("why.no_payments"),)
    return Section(text("statement.payments"), lines=said)


def _payment(told: Statement, paid: Allocated) -> Text:
    parts = tuple(
        text(
            "why.payment.part",
            amount=money(told, getattr(paid, name)),
            to=text(f"component.{name}"),
        )
        for name in (*_PARTS, "credit")
        if getattr(paid, name)
    )
    return text("why.payment", day=paid.on, amount=money(told, paid.amount), parts=parts)


def _instalments(told: Statement) -> Iterator[Section[Text]]:
    owing = [each for each in told.instalments if each.owed.total][:_INSTALMENTS]
    if owing:
        figures = (
            (
                text("statement.instalment", no=str(each.no), day=each.due),
                text("statement.figure", amount=money(told, each.owed.total)),
            )
            for each in owing
        )
        yield Section(text("statement.instalments"), tuple(figures))


def _rules(kept: Kept) -> Iterator[Section[Text]]:
    """Each terms entry that charged something, since when and in words."""
    used = tuple(dict.fromkeys(line.terms for line in kept.told.lines))
    loan = kept.booked.loan
    for at, terms in enumerate(used):
        since = (text("rule.since", day=terms.start),) if len(used) > 1 else ()
        words = rule_words(terms, loan.currency, loan.contract_rate)
        yield Section(text("statement.rules"), lines=(*since, *words), minor=at > 0)
