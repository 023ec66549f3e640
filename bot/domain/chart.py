"""The picture of how penalty grew, and would go on growing, as values.

It must not know words, colours or shapes: the painter adds those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final

from bot.domain.accrual import Owed, Statement, penalties, statement
from bot.domain.days import add_days, days_between
from bot.domain.loan import Loan, Payment, Waiver
from bot.domain.money import Currency, rounded_up
from bot.domain.terms import Allocation, Grace, Terms, in_force, rate_per_day, tier_of

AHEAD: Final = (7, 30)  # days from today that are marked
_ROOM: Final = 45  # days shown after today, at least
_WHOLE: Final = 15  # the axis ends on a multiple of this many days
_EVERY_DAY: Final = 120  # up to this many days late each has a point; beyond, some are left out


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked day late: 'today', 'in_7', 'in_30' or 'relief', with its penalty in minor units."""

    kind: str
    day: int
    amount: int


@dataclass(frozen=True, slots=True)
class Band:
    """A run of days late with one rate a day, both ends included (`until` None: to the edge).

    `rate` 0 charges no share of the base; `each_day` is the fixed charge a day, in minor units.
    """

    start: int
    until: int | None
    rate: Fraction
    each_day: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """Penalty outstanding by day late, counted from the oldest unpaid instalment; minor units.

    `days` are the days late that have a point, from 0; `layers[b][i]` is what of the penalty
    outstanding on `days[i]` grew in band `b`, so that the layers of a day sum to its statement's
    penalty. Days after `today` assume that nothing is paid. `base` is what penalty is charged on
    today. `relief` is the share of today's penalty that relief would take off, None without.
    """

    loan_ref: str
    currency: Currency
    base: int
    bands: tuple[Band, ...]
    days: tuple[int, ...]
    layers: tuple[tuple[int, ...], ...]
    today: int
    marks: tuple[Mark, ...]
    relief: Fraction | None

    @property
    def totals(self) -> tuple[int, ...]:
        """Penalty outstanding on each of `days`."""
        return tuple(sum(layer) for layer in zip(*self.layers, strict=True))


def chart_values(
    loan_ref: str,
    loan: Loan,
    terms: tuple[Terms, ...],
    allocation: Allocation,
    today: date,
    relief: Fraction | None = None,
) -> Chart | None:
    """The chart of `loan` on `today`; None when no instalment is overdue.

    Every amount equals the statement of its day, payments after `today` left out. `relief` is a
    share of today's penalty, rounded up in the borrower's favour. Raises as `statement` does.
    """
    loan = _without_future(loan, today)
    now = statement(loan, terms, allocation, today)
    if not now.days_overdue:
        return None
    oldest = add_days(today, -now.days_overdue)
    bands = _bands(loan, terms, oldest, _horizon(now.days_overdue))
    days = _days(now.days_overdue, bands, _acts(loan, oldest))
    totals = penalties(loan, terms, allocation, tuple(add_days(oldest, day) for day in days))
    marks = _marks(now.days_overdue, dict(zip(days, totals, strict=True)), relief)
    return Chart(
        loan_ref=loan_ref,
        currency=loan.currency,
        base=_base(now, terms),
        bands=bands,
        days=days,
        layers=_layers(bands, days, totals),
        today=now.days_overdue,
        marks=marks,
        relief=relief if any(mark.kind == "relief" for mark in marks) else None,
    )


def _without_future(loan: Loan, today: date) -> Loan:
    return replace(
        loan,
        payments=tuple(payment for payment in loan.payments if payment.on <= today),
        waivers=tuple(waiver for waiver in loan.waivers if waiver.on <= today),
    )


def _horizon(today: int) -> int:
    return -(-(today + _ROOM) // _WHOLE) * _WHOLE


def _acts(loan: Loan, oldest: date) -> list[int]:
    """The days late on which money came or was waived."""
    acts: list[Payment | Waiver] = [*loan.payments, *loan.waivers]
    return [day for day in (days_between(oldest, act.on) for act in acts) if day > 0]


def _days(today: int, bands: Sequence[Band], acts: Sequence[int]) -> tuple[int, ...]:
    """Every day late up to the horizon, or enough of them to draw, with all that matter."""
    horizon = _horizon(today)
    step = -(-horizon // _EVERY_DAY)
    turns = (*(band.start for band in bands), *acts)
    edges = [day for turn in turns for day in (turn - 1, turn)]
    marked = [0, today, *(today + ahead for ahead in AHEAD), horizon]
    return tuple(sorted({*range(0, horizon, step), *edges, *marked}))


def _base(now: Statement, terms: tuple[Terms, ...]) -> int:
    """What the overdue instalments still owe of the components their penalty is charged on."""
    unpaid = (each for each in now.instalments if each.due < now.as_of and _owes(each.owed))
    return sum(
        getattr(each.owed, component)
        for each in unpaid
        for component in in_force(terms, each.due).base
    )


def _owes(owed: Owed) -> bool:
    return owed.total > owed.penalty


def _bands(loan: Loan, terms: tuple[Terms, ...], oldest: date, horizon: int) -> tuple[Band, ...]:
    """Days late 1 to the horizon of the oldest unpaid instalment, in runs of one rate."""
    bands: list[Band] = []
    for day in range(1, horizon + 1):
        rate, each_day = _charge(loan, terms, oldest, day)
        if bands and (bands[-1].rate, bands[-1].each_day) == (rate, each_day):
            bands[-1] = replace(bands[-1], until=day)
        else:
            bands.append(Band(day, day, rate, each_day))
    return (*bands[:-1], replace(bands[-1], until=None))


def _charge(
    loan: Loan, terms: tuple[Terms, ...], oldest: date, day_late: int
) -> tuple[Fraction, int]:
    """What a day late charges: a share of the base, and a fixed amount."""
    on_due_day = in_force(terms, oldest)
    if on_due_day.grace is Grace.DEDUCTIVE and day_late <= on_due_day.grace_days:
        return Fraction(0), 0
    entry = in_force(terms, add_days(oldest, day_late))
    tier = tier_of(entry, day_late)
    rate = rate_per_day(tier.rate if tier else entry.rate, loan.contract_rate)
    each_day = on_due_day.fee.each_day if on_due_day.fee else None
    return rate or Fraction(0), int((each_day or 0) * loan.currency.minor_units)


def _layers(
    bands: Sequence[Band], days: Sequence[int], totals: Sequence[int]
) -> tuple[tuple[int, ...], ...]:
    """Each day's growth in the layer of its band; what was paid or waived leaves the oldest."""
    height = [0] * len(bands)
    layers: list[list[int]] = [[] for _ in bands]
    before = 0
    for day, total in zip(days, totals, strict=True):
        _shrink(height, before - total)
        height[_band_at(bands, day)] += max(0, total - before)
        before = total
        for layer, amount in zip(layers, height, strict=True):
            layer.append(amount)
    return tuple(tuple(layer) for layer in layers)


def _shrink(height: list[int], less: int) -> None:
    for at, amount in enumerate(height):
        taken = max(0, min(amount, less))
        height[at] -= taken
        less -= taken


def _band_at(bands: Sequence[Band], day: int) -> int:
    return max(sum(band.start <= day for band in bands) - 1, 0)


def _marks(today: int, totals: dict[int, int], relief: Fraction | None) -> tuple[Mark, ...]:
    ahead = tuple(Mark(f"in_{days}", today + days, totals[today + days]) for days in AHEAD)
    marks = (Mark("today", today, totals[today]), *ahead)
    if not relief or not totals[today]:
        return marks
    left = totals[today] - rounded_up(relief * totals[today])
    return (*marks, Mark("relief", today, left))
