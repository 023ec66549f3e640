"""What must have become of cases, books and words about money when all has come to rest.

It must not trust the assistant's own sums: what is owed comes from the lender's last tape and the
domain, and is looked for in what people were sent.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.accrual import statement
from bot.domain.case import OPEN, TRANSITIONS, Act, CaseEvent, Status
from bot.domain.loan import Freeze, Loan, Payment
from bot.domain.money import Money
from bot.domain.relief.settlement import relief_of
from bot.store.load import load_cases, load_loans
from bot.store.rows import decode
from bot.store.seal import Seals
from bot.turn import BookedLoan, text
from tests.simulation.image import SECRET, words

if TYPE_CHECKING:
    from tests.simulation.world import World

_WITH_WAIVER = frozenset({Status.OFFERED, Status.ACCEPTED, Status.SETTLED})
_DRAFT_DAYS = 14 + 1  # as the policy says, and the day on which somebody looks


class Books:
    """Everything about borrowers on the disk, opened."""

    def __init__(self, world: World) -> None:
        self.db = world.disk.anchor
        self.db.row_factory = sqlite3.Row
        try:
            with closing(Seals(world.disk.keys, SECRET.encode())) as seals:
                ids = [row[0] for row in self.db.execute("SELECT borrower_id FROM borrower")]
                found = [load_cases(self.db, seals, borrower_id) for borrower_id in sorted(ids)]
                self.cases = {case.id: case for cases in found for case in cases}
                held = [load_loans(self.db, seals, borrower_id) for borrower_id in sorted(ids)]
                self.loans = {loan.id: loan for loans in held for loan in loans}
                self.events = self._events(seals)
        finally:
            self.db.row_factory = None

    def _events(self, seals: Seals) -> dict[str, list[CaseEvent]]:
        events: defaultdict[str, list[CaseEvent]] = defaultdict(list)
        for row in self.db.execute("SELECT * FROM case_event ORDER BY case_id, seq"):
            place = (row["borrower_id"], "case_event", "body", f"{row['case_id']}.{row['seq']}")
            events[row["case_id"]].append(decode(seals.open(*place, row["body"]), CaseEvent))
        return dict(events)


def lawful_lives(_world: World, books: Books) -> list[object]:
    """Each case went by the table, event after event, to where it stands."""
    broken: list[object] = []
    for case in books.cases.values():
        events = books.events[case.id]
        before = Status.DRAFT
        for event in events:
            if event.before is not before or TRANSITIONS[before, event.act] is not event.after:
                broken.append((case.id, event.seq, event.act))
            before = event.after
        if before is not case.status or len(events) != case.version:
            broken.append((case.id, case.status, case.version, len(events)))
    return broken


def waivers_and_freezes(_world: World, books: Books) -> list[object]:
    """An offer's waiver stands while the offer does; what a lost case froze is charged again."""
    broken: list[object] = []
    for case in books.cases.values():
        loan = books.loans[case.loan_id]
        waiver, freeze = loan.case_waivers.get(case.id), loan.case_freezes.get(case.id)
        wanted = case.relief_minor if case.status in _WITH_WAIVER else None
        if (waiver.amount if waiver else None) != wanted:
            broken.append(("waiver", case.status, waiver, wanted))
        if case.percent is not None and case.relief_minor != relief_of(
            case.percent, case.penalty_minor
        ):
            broken.append(("relief", case.id))
        lost = case.status not in OPEN and case.status is not Status.SETTLED
        over = case.status is Status.SETTLED and freeze and freeze.until > _day(case.closed_on)
        if (lost and freeze) or over:
            broken.append(("freeze", case.status, freeze))
    return broken


def acts_of_staff(world: World, books: Books) -> list[object]:
    """Each decision that was acknowledged stands in its case once; no other does."""
    done = {
        key for (key,) in books.db.execute("SELECT key FROM inbox WHERE source = 'staff' AND"
                                           " state = 'done'")
    }  # fmt: skip
    wanted: Counter[tuple[str, str]] = Counter()
    for key, end in world.ledger.staff.items():
        decided = world.ledger.decisions.get(key)
        if decided is not None and end == "accepted":
            if key not in done:
                return [("accepted and lost", key)]
            wanted[decided] += 1
    found = Counter(
        (case_id, event.act.value)
        for case_id, events in books.events.items()
        for event in events
        if event.act in {Act.OFFER, Act.REJECT}
    )
    wanted = Counter({each: n for each, n in wanted.items() if each[1] != "take"})
    return [*sorted(((wanted - found) + (found - wanted)).items())]


def passed_days(world: World, books: Books) -> list[object]:
    """Applications left alone expire; what was paid in time has settled."""
    broken: list[object] = []
    long_ago = world.wall() - timedelta(days=_DRAFT_DAYS)
    for draft_id, updated_at in books.db.execute(
        "SELECT draft_id, updated_at FROM draft JOIN borrower ON borrower_id = subject_id"
        " WHERE state = 'open' AND flow = 'relief'"
    ):
        if datetime.fromisoformat(updated_at) < long_ago:
            broken.append(("an old form", draft_id, updated_at))
    for case in books.cases.values():
        loan = books.loans[case.loan_id]
        over = case.answer_by if case.status is Status.OFFERED else case.pay_by
        if case.status not in {Status.OFFERED, Status.ACCEPTED} or over is None:
            continue
        if world.today() <= over and case.pay_by and _owed(loan, loan.loan, world.today()) == 0:
            broken.append(("paid and not settled", case.reference, case.status))
    return broken


def heard_books(world: World, books: Books) -> list[object]:
    """Each tape that changed a borrower's loan woke what depends on it."""
    sql = "SELECT subject_id FROM inbox WHERE kind = 'books_changed' AND state = 'done'"
    woken = Counter(str(row[0]) for row in books.db.execute(sql))
    paid = Counter({borrower: times for borrower, times in world.ledger.paid.items() if borrower})
    return [*sorted((paid - woken).items())]


def told_money(world: World, books: Books) -> list[object]:
    """The balances people were sent at the end are those of the lender's tape and our waivers."""
    chats = {person.chat: person.locale for person in world.crowd.people}
    broken: list[object] = []
    for each in world.ledger.taken:
        if not each.message_id or each.message_id in world.said_before:
            continue
        for loan in books.loans.values():
            lines = [_line(loan, world, day, chats[each.chat]) for day in world.evening]
            head = f"{loan.ref}</b>"
            if loan.reported is None and head in each.words and _marker(lines[0]) in each.words:
                world.told += 1
                if not any(line in each.words for line in lines):
                    broken.append((loan.ref, lines[0], each.words[:120]))
    return broken


def _line(loan: BookedLoan, world: World, day: date, fallback: str) -> str:
    """What a balance must say of a loan, in the language of the person who asked."""
    amount = Money(_owed(loan, _rebuilt(loan, world), day), loan.loan.currency)
    return words().texts.render(text("balance.today", amount=amount), fallback)


def _marker(line: str) -> str:
    return line.partition("¥")[0]


def _rebuilt(booked: BookedLoan, world: World) -> Loan:
    """The loan from the lender's last tape, with what our cases put on it."""
    tape = world.lender.loans[booked.ref]
    return replace(
        booked.loan,
        instalments=tape.instalments,
        payments=tuple(
            Payment(paid.on, paid.amount) for paid in tape.payments if not paid.reversed_on
        ),
        freezes=(
            *(Freeze(freeze.start, freeze.until) for freeze in tape.freezes),
            *booked.case_freezes.values(),
        ),
        waivers=tuple(booked.case_waivers.values()),
    )


def _owed(booked: BookedLoan, loan: Loan, day: date) -> int:
    policy = words().policy
    terms = policy.terms_for(booked.product)
    told = statement(loan, terms, policy.allocation_for(booked.product), day)
    return told.outstanding.total


def _day(day: date | None) -> date:
    assert day is not None, "a closed case has the day it was closed on"
    return day


PROMISES = (lawful_lives, waivers_and_freezes, acts_of_staff, passed_days, heard_books, told_money)
