"""The rules of a statement, day by day and literally: slow, short, obviously right.

Written from the rule text alone. It keeps the unpaid amounts of every instalment at the start of
every day, and computes each penalty from scratch by looking at each day late by itself.
"""

from __future__ import annotations

from datetime import date

from bot.domain.accrual import Allocated, InstalmentOwed, Owed, Statement
from bot.domain.loan import Instalment, Loan
from bot.domain.terms import AllocateBy, Allocation, Component, Terms
from tests.domain.slow_charging import DAY, PARTS, SlowCharging


class SlowEngine(SlowCharging):
    """One loan lived through day by day up to `as_of`."""

    def __init__(
        self, loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, as_of: date
    ) -> None:
        super().__init__(loan, terms)
        self.allocation, self.as_of = allocation, as_of
        self.instalments = sorted(loan.instalments, key=lambda each: (each.due, each.no))
        self.unpaid = {
            each.no: {part: getattr(each, part) for part in PARTS} for each in self.instalments
        }
        self.paid = dict.fromkeys(self.unpaid, 0)
        self.waived = dict.fromkeys(self.unpaid, 0)
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

    def penalty(self, instalment: Instalment, day: date) -> int:
        number = instalment.no
        return self.charged(instalment, day) - self.paid[number] - self.waived[number]

    def waive(self, day: date, amount: int) -> None:
        for instalment in self.instalments:
            if amount == 0:
                return
            given = min(amount, self.penalty(instalment, day))
            self.waived[instalment.no] += given
            amount -= given

    def pay(self, day: date, amount: int) -> None:
        covered = dict.fromkeys(Component, 0)
        left = amount
        for instalment, component in self.way(day):
            if left == 0:
                break
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


def slow_statement(
    loan: Loan, terms: tuple[Terms, ...], allocation: Allocation, as_of: date
) -> Statement:
    return SlowEngine(loan, terms, allocation, as_of).statement()
