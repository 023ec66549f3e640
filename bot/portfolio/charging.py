"""The penalty of many instalments at once: what `domain.accrual.charge` says of each.

It must not know of payments as such, and must say the same to the minor unit: the tests hold both
side by side. Every product stays within int64 because `engine` lets only loans in that fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bot.portfolio.columns import FOR_EVER, Bools, Frozen, Ints, Rows, sub
from bot.portfolio.history import History
from bot.portfolio.plans import EntryPlan, FlatFee, Pace, Plan


@dataclass(slots=True)
class Accounts:
    """Late instalments of a group while payments are applied, one row each.

    `loan` and `contract` are indices into the group's loans and contract rates, `entry` into the
    plan's; `unpaid` is principal, interest and fee now. `ends` is the last day with an unpaid base.
    """

    plan: Plan
    frozen: Frozen
    loan: Ints
    contract: Ints
    entry: Ints
    due: Ints
    unpaid: Ints
    base: History
    of: History
    ends: Ints
    paid: Ints
    waived: Ints
    settled: Bools
    charged: Ints  # of those that are settled: no day will change it


@dataclass(frozen=True, slots=True)
class Spans:
    """Days that are charged, both ends included; `row` says whose (None: one span a row).

    `base` is what is unpaid on them, once they are cut where it changes.
    """

    row: Ints | None
    lo: Ints
    hi: Ints
    base: Ints | None = None

    def of(self, column: Ints) -> Ints:
        """A column of the rows, span by span."""
        return column if self.row is None else column[self.row]

    def whose(self, who: Rows) -> Rows:
        """The accounts of the spans, given those of the rows."""
        return who if self.row is None else sub(who, self.row)

    def kept(self, which: Bools) -> Spans:
        """Those spans only."""
        if which.all():
            return self
        at = np.flatnonzero(which)
        row = at if self.row is None else self.row[at]
        base = None if self.base is None else self.base[at]
        return Spans(row, self.lo[at], self.hi[at], base)

    def add(self, total: Ints, amount: Ints) -> None:
        """Add an amount a span to its row."""
        if self.row is None:
            total += amount
        else:
            np.add.at(total, self.row, amount)


def charged(accounts: Accounts, who: Rows, day: Ints | int) -> Ints:
    """The penalty charged to some accounts up to and including a day; no payment is later."""
    settled, entries = accounts.settled[who], accounts.plan.entries
    if len(entries) == 1 and not settled.any():
        return _charged(accounts, entries[0], who, day)
    total, entry = accounts.charged[who].copy(), accounts.entry[who]
    for number, each in enumerate(entries):
        at = np.flatnonzero(~settled & (entry == number))
        if len(at):
            on = day if isinstance(day, int) else day[at]
            total[at] = _charged(accounts, each, sub(who, at), on)
    return total


def settle(accounts: Accounts, who: Ints, day: Ints, total: Ints) -> None:
    """Remember what was charged to those whose base was gone before that day."""
    done = np.flatnonzero(accounts.ends[who] < day)
    accounts.settled[who[done]] = True
    accounts.charged[who[done]] = total[done]


def rounded(dividend: Ints, divisor: Ints | int, *, half_up: bool) -> Ints:
    """`dividend / divisor` (zero or more) as whole numbers, halves up or to the even one."""
    twice = 2 * dividend + divisor
    whole = twice // (2 * divisor)
    if half_up:
        return whole
    tie = whole * (2 * divisor) == twice
    return whole - (tie & ((whole & 1) == 1)) if tie.any() else whole


def _charged(accounts: Accounts, entry: EntryPlan, who: Rows, day: Ints | int) -> Ints:
    due = accounts.due[who]
    total = np.zeros(len(due), dtype=np.int64)
    spans = _spans(accounts, entry, who, due, day)
    if not len(spans.lo):
        return total
    for part in _by_base(accounts.base, who, spans):
        for piece, pace in _by_rate(accounts.plan, entry, due, part, spans):
            whose = piece.whose(who)
            piece.add(total, _at_rate(accounts, piece, pace, whose, half_up=entry.half_up))
    if entry.each_day is not None:
        numerator, denominator = entry.each_day
        days = spans.hi - spans.lo + 1
        spans.add(total, rounded(days * numerator, denominator, half_up=entry.half_up))
    if entry.fee is not None:
        total += _late_fees(accounts, entry, entry.fee, who, due, spans)
    if entry.cap is not None:
        limit = accounts.base.value[0][who] * entry.cap[0] // entry.cap[1]
        np.minimum(total, limit, out=total)
    return total


def _spans(accounts: Accounts, entry: EntryPlan, who: Rows, due: Ints, day: Ints | int) -> Spans:
    """The days neither grace nor a freeze excuses and on which a base is unpaid."""
    hi = np.minimum(accounts.ends[who], day)
    lo = due + 1
    if entry.is_deductive:
        lo += entry.grace_days
        late = lo <= hi
    else:
        late = lo + entry.grace_days <= hi
    spans = Spans(None, lo, hi).kept(late)
    if not len(accounts.frozen.since):
        return spans
    pieces = list(_unfrozen(accounts, who, spans))
    rows = [np.arange(len(due)) if each.row is None else each.row for each in pieces]
    whole = (np.concatenate([getattr(each, end) for each in pieces]) for end in ("lo", "hi"))
    return Spans(np.concatenate(rows), *whole)


def _unfrozen(accounts: Accounts, who: Rows, spans: Spans) -> Iterator[Spans]:
    """What is left between the freezes of each loan: before the first, after each one."""
    frozen, loan = accounts.frozen, accounts.loan[who]
    first = spans.of(frozen.first[:-1][loan])
    count = spans.of(frozen.first[1:][loan]) - first
    since = np.append(frozen.since, FOR_EVER)
    for gap in range(int(count.max(initial=0)) + 1):
        here = count >= gap
        following = np.where(count > gap, since[np.minimum(first + gap, len(since) - 1)], FOR_EVER)
        lo, hi = spans.lo, np.minimum(spans.hi, following - 1)
        if gap:
            before = frozen.until[np.minimum(first + gap - 1, len(frozen.until) - 1)]
            lo = np.maximum(lo, before + 1)
        yield Spans(spans.row, lo, hi).kept(here & (lo <= hi))


def _by_base(history: History, who: Rows, spans: Spans) -> Iterator[Spans]:
    """The spans cut where a payment lowered the base, with their base."""
    count = spans.of(history.count[who])
    most = int(count.max())
    for slot in range(most):
        part = spans.kept(count > slot) if slot else spans
        mine = part.whose(who)
        base = history.value[slot][mine]
        if most == 1:
            yield Spans(part.row, part.lo, part.hi, base)
            return
        lo = np.maximum(part.lo, history.since[slot][mine])
        hi = np.minimum(part.hi, history.next_since(slot, mine) - 1)
        cut = Spans(part.row, lo, hi, base).kept(lo <= hi)
        if len(cut.lo):
            yield cut


def _by_rate(
    plan: Plan, own: EntryPlan, due: Ints, part: Spans, charged_days: Spans
) -> Iterator[tuple[Spans, Pace]]:
    """The spans cut where a tier or another terms entry sets another rate, with that rate."""
    latest = _latest(due, charged_days) if own.is_whole else None
    first, last = int(part.lo.min()), int(part.hi.max())
    for entry in plan.entries:
        if entry.since > last or entry.until < first:
            continue
        covers = entry.since <= first and last <= entry.until
        inside = part if covers else _within(part, entry.since, entry.until)
        for stage in entry.stages:
            piece = _of_stage(inside, stage.from_day, stage.until_day, due, latest)
            if len(piece.lo) and not stage.pace.is_nothing:
                yield piece, stage.pace


def _latest(due: Ints, spans: Spans) -> Ints:
    """The latest charged day of each row, in days late."""
    if spans.row is None:
        return spans.hi - due
    latest = np.zeros(len(due), dtype=np.int64)
    np.maximum.at(latest, spans.row, spans.hi - due[spans.row])
    return latest


def _within(spans: Spans, since: Ints | int, until: Ints | int) -> Spans:
    lo, hi = np.maximum(spans.lo, since), np.minimum(spans.hi, until)
    return Spans(spans.row, lo, hi, spans.base).kept(lo <= hi)


def _of_stage(spans: Spans, from_day: int, until_day: int, due: Ints, latest: Ints | None) -> Spans:
    if latest is not None:
        reached = spans.of(latest)
        return spans.kept((reached >= from_day) & (reached <= until_day))
    if from_day == 1 and until_day == FOR_EVER:
        return spans
    mine = spans.of(due)
    return _within(spans, mine + from_day, mine + until_day)


def _at_rate(accounts: Accounts, piece: Spans, pace: Pace, whose: Rows, *, half_up: bool) -> Ints:
    if piece.base is None:
        raise TypeError("a span is charged once its base is known")
    dividend = piece.base * (piece.hi - piece.lo + 1)
    if pace.is_common:
        dividend *= pace.numerator
        return rounded(dividend, int(pace.denominator[0]), half_up=half_up)
    contract = accounts.contract[whose]
    dividend *= pace.numerator[contract]
    return rounded(dividend, pace.denominator[contract], half_up=half_up)


def _late_fees(
    accounts: Accounts, entry: EntryPlan, fee: FlatFee, who: Rows, due: Ints, spans: Spans
) -> Ints:
    """The fee of each row, once, on its first charged day from `after_days` on."""
    day = np.full(len(due), FOR_EVER, dtype=np.int64)
    lo = np.maximum(spans.lo, spans.of(due) + fee.after_days)
    reached = Spans(spans.row, lo, spans.hi).kept(lo <= spans.hi)
    if reached.row is None:
        day = reached.lo
    else:
        np.minimum.at(day, reached.row, reached.lo)
    of = accounts.of.on(who, day)
    amount = np.maximum(fee.fixed + fee.share * of, fee.minimum)
    return np.where(day < FOR_EVER, rounded(amount, fee.divisor, half_up=entry.half_up), 0)
