"""The rules of a statement, day by day and literally: slow, short, obviously right.

Written from the rule text alone. It keeps the unpaid amounts of every instalment at the start of
every day, and computes each penalty from scratch by looking at each day late by itself.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from bot.domain.accrual import (
    Allocated,
    InstalmentOwed,
    Owed,
    PenaltyLine,
    Rule,
    Statement,
)
from bot.domain.loan import Instalment, Loan
from bot.domain.money import Rounding
from bot.domain.terms import (
    AllocateBy,
    Allocation,
    Component,
    Grace,
    NoTermsInForce,
    PerDay,
    PerYear,
    Rate,
    Terms,
    Tiering,
)

PARTS = ("principal", "interest", "fee")
DAY = timedelta(days=1)


class SlowEngine:
    def __init__(
        self, loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, as_of: date
    ) -> None:
        self.loan, self.terms, self.allocation, self.as_of = loan, terms, allocation, as_of
        self.instalments = sorted(loan.instalments, key=lambda each: (each.due, each.no))
        self.unpaid = {
            each.no: {part: getattr(each, part) for part in PARTS} for each in self.instalments
        }
        self.paid = dict.fromkeys(self.unpaid, 0)
        self.waived = dict.fromkeys(self.unpaid, 0)
        self.morning: dict[tuple[int, date], dict[str, int]] = {}
        self.credit = 0
        self.allocations: list[Allocated] = []

    def statement(self) -> Statement:
        paid = [payment.on for payment in self.loan.payments]
        waived = [waiver.on for waiver in self.loan.waivers]
        dues = [each.due for each in self.instalments]
        day = min([*paid, *waived, *dues, self.as_of])
        while day <= self.as_of:
            self.live_through(day)
            day += DAY
        self.look_in_the_morning(self.as_of + DAY)
        return self.told()

    def live_through(self, day: date) -> None:
        self.look_in_the_morning(day)
        for waiver in self.loan.waivers:
            if waiver.on == day:
                self.waive(day, waiver.amount)
        for payment in self.loan.payments:
            if payment.on == day:
                self.pay(day, payment.amount)

    def look_in_the_morning(self, day: date) -> None:
        for number, unpaid in self.unpaid.items():
            self.morning[number, day] = dict(unpaid)

    # what is charged

    def terms_on(self, day: date) -> Terms:
        in_force = None
        for entry in sorted(self.terms, key=lambda each: each.start):
            if entry.start <= day:
                in_force = entry
        if in_force is None:
            raise NoTermsInForce(day)
        return in_force

    def days_late(self, instalment: Instalment, as_of: date) -> list[int]:
        return list(range(1, (as_of - instalment.due).days + 1))

    def is_late(self, instalment: Instalment, as_of: date) -> bool:
        late = self.days_late(instalment, as_of)
        return bool(late) and any(self.morning[instalment.no, instalment.due + DAY].values())

    def base(self, instalment: Instalment, late: int) -> int:
        components = self.terms_on(instalment.due).base
        unpaid = self.morning[instalment.no, instalment.due + late * DAY]
        return sum(unpaid[component.value] for component in components)

    def frozen(self, day: date) -> bool:
        return any(freeze.start <= day <= freeze.until for freeze in self.loan.freezes)

    def charged_days(self, instalment: Instalment, as_of: date) -> list[int]:
        terms = self.terms_on(instalment.due)
        days = self.days_late(instalment, as_of)
        grace_is_over = any(
            self.base(instalment, late) > 0 for late in days if late > terms.grace_days
        )
        return [
            late
            for late in days
            if self.base(instalment, late) > 0
            and not self.frozen(instalment.due + late * DAY)
            and (late > terms.grace_days if terms.grace is Grace.DEDUCTIVE else grace_is_over)
        ]

    def rate(self, rate: Rate) -> Fraction:
        if isinstance(rate, PerDay):
            return rate.rate
        if isinstance(rate, PerYear):
            return rate.rate / rate.day_count
        assert self.loan.contract_rate is not None
        return rate.multiplier * self.loan.contract_rate / rate.day_count

    def rate_of_day(
        self, instalment: Instalment, late: int, latest: int
    ) -> tuple[Fraction, Terms, int | None]:
        entry = self.terms_on(instalment.due + late * DAY)
        whole = self.terms_on(instalment.due).tiering is Tiering.WHOLE
        rate, tier_from = entry.rate, None
        for tier in sorted(entry.tiers, key=lambda each: each.from_day):
            if tier.from_day <= (latest if whole else late):
                rate, tier_from = tier.rate, tier.from_day
        return self.rate(rate), entry, tier_from

    def lines(self, instalment: Instalment, as_of: date) -> list[PenaltyLine]:
        if not self.is_late(instalment, as_of):
            return []
        terms = self.terms_on(instalment.due)
        days = self.charged_days(instalment, as_of)
        lines = self.rate_lines(instalment, days)
        if terms.fee and terms.fee.each_day is not None:
            lines += self.each_day_lines(instalment, days)
        if terms.fee and (terms.fee.amount is not None or terms.fee.percent is not None):
            lines += self.fee_line(instalment, days)
        place = {Rule.RATE: 0, Rule.EACH_DAY: 1, Rule.FEE: 2}
        lines.sort(key=lambda line: (line.start, place[line.rule]))
        return self.capped(instalment, [line for line in lines if line.amount != 0])

    def rate_lines(self, instalment: Instalment, days: list[int]) -> list[PenaltyLine]:
        groups: list[list[int]] = []
        facts = {
            late: (self.base(instalment, late), *self.rate_of_day(instalment, late, days[-1]))
            for late in days
        }
        for late in days:
            before = groups[-1][-1] if groups else None
            if before == late - 1 and facts[before][:3] == facts[late][:3]:
                groups[-1].append(late)
            else:
                groups.append([late])
        lines = []
        for group in groups:
            base, rate, entry, tier_from = facts[group[0]]
            amount = self.round(instalment, sum((rate * base for _ in group), Fraction(0)))
            lines.append(
                self.line(instalment, group[0], group[-1], len(group), base, rate, Rule.RATE,
                          amount, entry, tier_from)
            )  # fmt: skip
        return lines

    def each_day_lines(self, instalment: Instalment, days: list[int]) -> list[PenaltyLine]:
        terms = self.terms_on(instalment.due)
        assert terms.fee is not None
        assert terms.fee.each_day is not None
        lines = []
        for late in days:
            if late - 1 in days:
                continue
            last = late
            while last + 1 in days:
                last += 1
            count = last - late + 1
            amount = self.round(instalment, terms.fee.each_day * count * self.minor())
            lines.append(
                self.line(
                    instalment, late, last, count, 0, None, Rule.EACH_DAY, amount, terms, None
                )
            )
        return lines

    def fee_line(self, instalment: Instalment, days: list[int]) -> list[PenaltyLine]:
        terms = self.terms_on(instalment.due)
        fee = terms.fee
        assert fee is not None
        for late in days:
            if late >= fee.after_days:
                amount = Fraction(0)
                if fee.amount is not None:
                    amount += fee.amount * self.minor()
                if fee.percent is not None:
                    unpaid = self.morning[instalment.no, instalment.due + late * DAY]
                    amount += fee.percent * sum(unpaid[part.value] for part in fee.of)
                if fee.minimum is not None and amount < fee.minimum * self.minor():
                    amount = fee.minimum * self.minor()
                rounded = self.round(instalment, amount)
                return [
                    self.line(instalment, late, late, 0, 0, None, Rule.FEE, rounded, terms, None)
                ]
        return []

    def capped(self, instalment: Instalment, lines: list[PenaltyLine]) -> list[PenaltyLine]:
        cap = self.terms_on(instalment.due).cap
        if cap is None:
            return lines
        exact = cap * self.base(instalment, 1)
        limit = int(_decimal(exact, ROUND_FLOOR))
        kept: list[PenaltyLine] = []
        for line in lines:
            so_far = sum(each.amount for each in kept)
            if so_far + line.amount <= limit:
                kept.append(line)
                continue
            if limit > so_far:
                kept.append(_replaced(line, limit - so_far))
            break
        return kept

    def line(  # noqa: PLR0917 - the fields of a line, in their order
        self, instalment: Instalment, first: int, last: int, days: int, base: int,
        rate: Fraction | None, rule: Rule, amount: int, entry: Terms, tier_from: int | None,
    ) -> PenaltyLine:  # fmt: skip
        start, until = instalment.due + first * DAY, instalment.due + last * DAY
        return PenaltyLine(
            instalment.no, start, until, days, base, rate, rule, amount, entry, tier_from
        )

    def minor(self) -> int:
        return int("1" + "0" * self.loan.currency.digits)

    def round(self, instalment: Instalment, amount: Fraction) -> int:
        up = self.terms_on(instalment.due).rounding is Rounding.HALF_UP
        return int(_decimal(amount, ROUND_HALF_UP if up else ROUND_HALF_EVEN))

    # what is paid

    def charged(self, instalment: Instalment, as_of: date) -> int:
        return sum(line.amount for line in self.lines(instalment, as_of))

    def penalty(self, instalment: Instalment, day: date) -> int:
        number = instalment.no
        return self.charged(instalment, day) - self.paid[number] - self.waived[number]

    def waive(self, day: date, amount: int) -> None:
        for instalment in self.instalments:
            given = min(amount, self.penalty(instalment, day))
            self.waived[instalment.no] += given
            amount -= given

    def pay(self, day: date, amount: int) -> None:
        covered = dict.fromkeys(Component, 0)
        left = amount
        for instalment, component in self.way(day):
            if component is Component.PENALTY:
                given = min(left, self.penalty(instalment, day))
                self.paid[instalment.no] += given
            else:
                given = min(left, self.unpaid[instalment.no][component.value])
                self.unpaid[instalment.no][component.value] -= given
            covered[component] += given
            left -= given
        self.credit += left
        self.allocations.append(
            Allocated(
                day, amount, covered[Component.PENALTY], covered[Component.FEE],
                covered[Component.INTEREST], covered[Component.PRINCIPAL], left,
            )
        )  # fmt: skip

    def way(self, day: date) -> list[tuple[Instalment, Component]]:
        way = []
        due = [each for each in self.instalments if each.due <= day]
        later = [each for each in self.instalments if each.due > day]
        for group in (due, later):
            if self.allocation.by is AllocateBy.INSTALMENT:
                for instalment in group:
                    way += [(instalment, component) for component in self.allocation.order]
            else:
                for component in self.allocation.order:
                    way += [(instalment, component) for instalment in group]
        return way

    # what is told

    def told(self) -> Statement:
        owed = []
        for each in self.instalments:
            unpaid = self.unpaid[each.no]
            penalty = self.penalty(each, self.as_of)
            owed.append(
                InstalmentOwed(
                    each.no, each.due,
                    Owed(unpaid["principal"], unpaid["interest"], unpaid["fee"], penalty),
                )
            )  # fmt: skip
        due = [each.owed for each in owed if each.due <= self.as_of]
        total = {part: sum(getattr(each, part) for each in due) for part in (*PARTS, "penalty")}
        charged = sum(self.charged(each, self.as_of) for each in self.instalments)
        tomorrow = sum(self.charged(each, self.as_of + DAY) for each in self.instalments)
        return Statement(
            as_of=self.as_of,
            currency=self.loan.currency,
            days_overdue=self.days_overdue(),
            outstanding=Owed(**total),
            charged=charged,
            paid=sum(self.paid.values()),
            waived=sum(self.waived.values()),
            grows_by_per_day=tomorrow - charged,
            credit=self.credit,
            instalments=tuple(owed),
            lines=tuple(line for each in self.instalments for line in self.lines(each, self.as_of)),
            allocations=tuple(self.allocations),
        )

    def days_overdue(self) -> int:
        for each in self.instalments:
            if each.due < self.as_of and any(self.unpaid[each.no].values()):
                return (self.as_of - each.due).days
        return 0


def _decimal(amount: Fraction, how: str) -> Decimal:
    # Halves must stay halves: scale by the denominator's way out of the decimal system instead.
    with localcontext() as context:
        context.prec = 200
        whole, rest = divmod(amount.numerator, amount.denominator)
        side = Fraction(rest, amount.denominator)
        fraction = Decimal("0.5") if side == Fraction(1, 2) else _beside_half(side)
        return (Decimal(whole) + fraction).quantize(Decimal(1), rounding=how)


def _beside_half(side: Fraction) -> Decimal:
    if side == 0:
        return Decimal(0)
    return Decimal("0.25") if side < Fraction(1, 2) else Decimal("0.75")


def _replaced(line: PenaltyLine, amount: int) -> PenaltyLine:
    return PenaltyLine(
        line.instalment, line.start, line.until, line.days, line.base, line.rate, line.rule,
        amount, line.terms, line.tier_from, capped=True,
    )  # fmt: skip


def slow_statement(
    loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, as_of: date
) -> Statement:
    return SlowEngine(loan, terms, allocation, as_of).statement()
