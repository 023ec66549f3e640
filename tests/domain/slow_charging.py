"""What the slow engine charges: each day late looked at by itself, from the rule text alone."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from bot.domain.accrual import PenaltyLine, Rule
from bot.domain.loan import Instalment, Loan
from bot.domain.money import Rounding
from bot.domain.terms import Grace, NoTermsInForce, PerDay, PerYear, Rate, Terms, Tiering
from bot.errors import Rejected

PARTS = ("principal", "interest", "fee")
DAY = timedelta(days=1)


class SlowCharging:
    """The penalty lines of an instalment, given what was unpaid in the `morning` of each day."""

    def __init__(self, loan: Loan, terms: tuple[Terms, ...]) -> None:
        self.loan, self.terms = loan, sorted(terms, key=lambda each: each.start)
        self.morning: dict[tuple[int, date], dict[str, int]] = {}
        self.reckoned: dict[tuple[int, date], list[PenaltyLine]] = {}

    def charged(self, instalment: Instalment, as_of: date) -> int:
        return sum(line.amount for line in self.lines(instalment, as_of))

    def terms_on(self, day: date) -> Terms:
        in_force = None
        for entry in self.terms:
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
        if self.loan.contract_rate is None:
            raise Rejected("error.terms.contract_rate")
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
        """Reckoned once: the mornings up to a day that is asked about change no more."""
        asked = instalment.no, as_of
        if asked not in self.reckoned:
            self.reckoned[asked] = self.lines_of(instalment, as_of)
        return self.reckoned[asked]

    def lines_of(self, instalment: Instalment, as_of: date) -> list[PenaltyLine]:
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
            amount = self.round(instalment, rate * base * len(group))
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
