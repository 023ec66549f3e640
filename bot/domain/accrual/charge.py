"""Which penalty lines one late instalment has, drawn run by run and never day by day.

Days are ordinals (`date.toordinal`) in here, amounts minor units. It must not know of payments and
waivers as such: it sees only what was unpaid at the start of which day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from msgspec import Struct

from bot.domain.accrual.values import Rule
from bot.domain.money import rounded, rounded_quotient
from bot.domain.terms import Component, Grace, LateFee, Terms, Tiering, rate_per_day, tier_of
from bot.errors import Rejected

FOR_EVER: Final = 10**9
_RANK: Final = {rule: rank for rank, rule in enumerate(Rule)}


class Unpaid(NamedTuple):
    """What is unpaid of an instalment at the start of day `since` and the days up to the next."""

    since: int
    principal: int
    interest: int
    fee: int


class Step(NamedTuple):
    """Days, both ends included, on which one terms entry and tier set the rate per day."""

    since: int
    until: int
    rate: Fraction | None  # None: a multiple of a contract rate nobody knows
    entry: Terms
    tier_from: int | None


class Run(NamedTuple):
    """Consecutive charged days, both ends included, with one base."""

    start: int
    until: int
    base: int


class Line(NamedTuple):
    """A penalty line in ordinals; see `PenaltyLine`."""

    start: int
    until: int
    days: int
    base: int
    rate: Fraction | None
    rule: Rule
    amount: int
    entry: Terms
    tier_from: int | None = None
    capped: bool = False


class Charging(Struct, frozen=True):
    """How one instalment is charged when late, whatever is paid: its terms, freezes and rates.

    `terms` is the entry in force on the due date; `weights` is 1 or 0 for principal, interest and
    fee as they are in the base; `freezes` are disjoint and in order; `steps` are the rates of all
    days under marginal tiering.
    """

    due: int
    terms: Terms
    weights: tuple[int, int, int]
    entries: tuple[Terms, ...]
    freezes: tuple[tuple[int, int], ...]
    contract_rate: Fraction | None
    minor_units: int  # in one unit of the currency
    steps: tuple[Step, ...]


def charging(
    due: int,
    terms: Terms,
    entries: tuple[Terms, ...],
    freezes: tuple[tuple[int, int], ...],
    contract_rate: Fraction | None,
    minor_units: int,
) -> Charging:
    """How the instalment due on `due` is charged; `entries` come in order of their start."""
    weights = _weights(terms.base)
    steps = _steps(due, entries, contract_rate, None) if terms.tiering is Tiering.MARGINAL else ()
    return Charging(due, terms, weights, entries, freezes, contract_rate, minor_units, tuple(steps))


def penalty_lines(how: Charging, history: Sequence[Unpaid], until: int) -> list[Line]:
    """The penalty charged up to and including `until`, in order of first day, cut by the cap.

    `history` begins on the first day late. Lines of zero are dropped. Raises Rejected
    `error.terms.contract_rate` when a rate multiplies a contract rate nobody knows.
    """
    runs = _charged_runs(how, history, until)
    if not runs:
        return []
    lines = _rate_lines(how, runs)
    fee = how.terms.fee
    if fee is not None:
        lines += _each_day_lines(how, fee, runs)
        lines += _fee_line(how, fee, history, runs)
        lines.sort(key=lambda line: (line.start, _RANK[line.rule]))
    lines = [line for line in lines if line.amount]
    return lines if how.terms.cap is None else _capped(lines, _limit(how, history[0]))


def base_of(how: Charging, unpaid: Unpaid) -> int:
    """What is unpaid of the components the penalty is charged on."""
    principal, interest, fee = how.weights
    return unpaid.principal * principal + unpaid.interest * interest + unpaid.fee * fee


def _weights(components: frozenset[Component]) -> tuple[int, int, int]:
    return (
        int(Component.PRINCIPAL in components),
        int(Component.INTEREST in components),
        int(Component.FEE in components),
    )


def _charged_runs(how: Charging, history: Sequence[Unpaid], until: int) -> list[Run]:
    grace_days = how.terms.grace_days
    first = how.due + 1
    if how.terms.grace is Grace.DEDUCTIVE:
        first += grace_days
    elif not _base_left(how, history, first + grace_days, until):
        return []
    return [
        Run(start, end, base)
        for run_start, run_until, base in _unpaid_runs(how, history, first, until)
        for start, end in _unfrozen(run_start, run_until, how.freezes)
    ]


def _base_left(how: Charging, history: Sequence[Unpaid], day: int, until: int) -> bool:
    # A base never grows, so one look at the first day after the grace tells of all later ones.
    return day <= until and base_of(how, _at(history, day)) > 0


def _at(history: Sequence[Unpaid], day: int) -> Unpaid:
    return next(unpaid for unpaid in reversed(history) if unpaid.since <= day)


def _unpaid_runs(how: Charging, history: Sequence[Unpaid], first: int, until: int) -> Iterator[Run]:
    for at, unpaid in enumerate(history):
        base = base_of(how, unpaid)
        start = max(first, unpaid.since)
        end = until if at + 1 == len(history) else min(until, history[at + 1].since - 1)
        if base and start <= end:
            yield Run(start, end, base)


def _unfrozen(
    start: int, until: int, freezes: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    for frozen_from, frozen_until in freezes:
        if frozen_until < start:
            continue
        if frozen_from > until:
            break
        if frozen_from > start:
            yield start, frozen_from - 1
        start = frozen_until + 1
    if start <= until:
        yield start, until


def _rate_lines(how: Charging, runs: Sequence[Run]) -> list[Line]:
    steps: Sequence[Step] = how.steps
    if how.terms.tiering is Tiering.WHOLE:
        latest = runs[-1].until - how.due
        steps = _steps(how.due, how.entries, how.contract_rate, latest)
    pieces: list[tuple[Run, Step]] = []
    for run in runs:
        for piece, step in _pieces(run, steps):
            if pieces and _goes_on(pieces[-1], piece, step):
                before, step_before = pieces[-1]
                pieces[-1] = (before._replace(until=piece.until), step_before)
            else:
                pieces.append((piece, step))
    return [_rate_line(how, piece, step) for piece, step in pieces]


def _steps(
    due: int, entries: Sequence[Terms], contract_rate: Fraction | None, latest: int | None
) -> list[Step]:
    """The rate of each day late: of the day's own tier, or of the tier of day `latest` if given."""
    starts = [entry.start.toordinal() for entry in entries]
    steps: list[Step] = []
    for entry, since, ends in zip(entries, starts, [*starts[1:], FOR_EVER], strict=True):
        first = max(since, due + 1)
        if first >= ends:
            continue
        turns = [] if latest is not None else [due + tier.from_day for tier in entry.tiers]
        days = [first, *sorted(day for day in turns if first < day < ends)]
        for day, following in zip(days, [*days[1:], ends], strict=True):
            tier = tier_of(entry, day - due if latest is None else latest)
            rate = rate_per_day(entry.rate if tier is None else tier.rate, contract_rate)
            tier_from = None if tier is None else tier.from_day
            steps.append(Step(day, following - 1, rate, entry, tier_from))
    return steps


def _pieces(run: Run, steps: Sequence[Step]) -> Iterator[tuple[Run, Step]]:
    for step in steps:
        if step.until >= run.start and step.since <= run.until:
            start, until = max(run.start, step.since), min(run.until, step.until)
            yield Run(start, until, run.base), step


def _goes_on(before: tuple[Run, Step], piece: Run, step: Step) -> bool:
    run, step_before = before
    return (
        run.until + 1 == piece.start
        and run.base == piece.base
        and step_before.entry is step.entry
        and step_before.rate == step.rate
    )


def _rate_line(how: Charging, run: Run, step: Step) -> Line:
    if step.rate is None:
        raise Rejected("error.terms.contract_rate")
    days = run.until - run.start + 1
    dividend = run.base * days * step.rate.numerator
    amount = rounded_quotient(dividend, step.rate.denominator, how.terms.rounding)
    return Line(
        run.start, run.until, days, run.base, step.rate, Rule.RATE, amount, step.entry,
        step.tier_from,
    )  # fmt: skip


def _each_day_lines(how: Charging, fee: LateFee, runs: Sequence[Run]) -> list[Line]:
    if fee.each_day is None:
        return []
    joined: list[tuple[int, int]] = []
    for run in runs:
        if joined and joined[-1][1] + 1 == run.start:
            joined[-1] = (joined[-1][0], run.until)
        else:
            joined.append((run.start, run.until))
    return [_each_day_line(how, fee.each_day, start, until) for start, until in joined]


def _each_day_line(how: Charging, each_day: Fraction, start: int, until: int) -> Line:
    days = until - start + 1
    amount = rounded(each_day * days * how.minor_units, how.terms.rounding)
    return Line(start, until, days, 0, None, Rule.EACH_DAY, amount, how.terms)


def _fee_line(
    how: Charging, fee: LateFee, history: Sequence[Unpaid], runs: Sequence[Run]
) -> list[Line]:
    if fee.amount is None and fee.percent is None:
        return []
    earliest = how.due + fee.after_days
    day = next((max(run.start, earliest) for run in runs if run.until >= earliest), None)
    if day is None:
        return []
    amount = rounded(_late_fee(fee, _at(history, day), how.minor_units), how.terms.rounding)
    return [Line(day, day, 0, 0, None, Rule.FEE, amount, how.terms)]


def _late_fee(fee: LateFee, unpaid: Unpaid, minor_units: int) -> Fraction:
    principal, interest, component_fee = _weights(fee.of)
    of = unpaid.principal * principal + unpaid.interest * interest + unpaid.fee * component_fee
    flat = (fee.amount or Fraction(0)) * minor_units
    minimum = (fee.minimum or Fraction(0)) * minor_units
    return max(flat + (fee.percent or Fraction(0)) * of, minimum)


def _limit(how: Charging, on_first_day: Unpaid) -> int:
    cap = how.terms.cap or Fraction(0)
    return base_of(how, on_first_day) * cap.numerator // cap.denominator


def _capped(lines: Sequence[Line], limit: int) -> list[Line]:
    kept: list[Line] = []
    room = limit
    for line in lines:
        if line.amount > room:
            return [*kept, line._replace(amount=room, capped=True)] if room else kept
        kept.append(line)
        room -= line.amount
    return kept
