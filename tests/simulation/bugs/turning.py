"""Bugs in deciding and writing a turn: effects twice, halves of plans, chains and sums broken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from typing import Any

from msgspec import structs

from bot.domain.accrual import Statement
from bot.domain.loan import Loan
from bot.serve import Serve, Update
from bot.serve.queueing import OneAtATime
from bot.store import books
from bot.store.commit import chaining, messages, planning
from bot.store.commit.chaining import Chains
from bot.store.commit.chat import chat_values
from bot.store.commit.messages import Messages
from bot.store.connection import Op
from bot.store.seal import chained
from bot.turn import BookedLoan, Turn
from bot.turn.known import Turn as Known
from handlers import relief
from tests.simulation import disk
from tests.simulation.bugs.planting import Places, plant, statement

_NOTHING = Op("SELECT 1", {}, None)


@plant("a turn does not write that it has seen its update")
def seen_not_written() -> Places:
    return ((planning, "_see", lambda _decided: _NOTHING),)


@plant("what follows a turn is done again each time the inbox is looked at")
def go_on_repeated() -> Places:
    see = planning._see

    def wrong(decided: Any) -> Op:
        return _NOTHING if decided.kind == "go_on" else see(decided)

    return ((planning, "_see", wrong),)


@plant("what follows a turn is not kept with it")
def go_on_lost() -> Places:
    commit = Serve._commit

    async def wrong(self: Serve, decided: Any, _following: Update | None) -> None:
        await commit(self, decided, None)

    async def forgotten(_self: Serve, _update: Update) -> None:
        return None

    return ((Serve, "_commit", wrong), (Serve, "_go_on", forgotten))


@plant("audit rows are hashed without the row before")
def audit_unchained() -> Places:
    return ((chaining, "chained", lambda _previous, sealed: chained(b"", sealed)),)


@plant("a case moves and its event is not written")
def event_forgotten() -> Places:
    event = Chains.event

    def wrong(self: Chains, write: Any) -> Op:
        return event(self, write) if write.case.version == 1 else _NOTHING

    return ((Chains, "event", wrong),)


@plant("a second application for one loan is taken, and no unique key stops it")
def two_open_cases() -> Places:
    return (
        (disk, "PREPARED", ("DROP INDEX case_open",)),
        (relief, "open_case", lambda _cases, _loan_id: None),
    )


@plant(
    "a waiver stays although its offer was declined, withdrawn or lapsed",
    remove_waiver="SELECT :borrower_id, :loan_id, :case_id",
)
def waiver_stays() -> Places:
    return ()


@plant(
    "days stay frozen although the case was lost",
    remove_freeze="SELECT :borrower_id, :loan_id, :case_id",
)
def freeze_stays() -> Places:
    return ()


@plant("messages that nobody asked for have no row in the outbox")
def outbox_forgotten() -> Places:
    write = Messages._message

    def wrong(self: Messages, row: Any, spoken: Any) -> Iterator[Op]:
        ops = list(write(self, row, spoken))
        yield from ops if self.decided.heard_here else ops[:1]

    return ((Messages, "_message", wrong),)


@plant("a transcript skips a number when nobody asked for the message")
def number_skipped() -> Places:
    numbered = Messages._numbered

    def wrong(self: Messages, row: Any) -> Any:
        after = numbered(self, row)
        return (
            after
            if self.decided.heard_here
            else structs.replace(after, last_seq=after.last_seq + 1)
        )

    return ((Messages, "_numbered", wrong),)


@plant("a message takes the number of one that is there")
def number_taken_twice() -> Places:
    write = chat_values

    def wrong(row: Any) -> dict[str, object]:
        values = dict(write(row))
        return {**values, "last_seq": max(int(str(values["last_seq"])) - 1, 0)}

    return ((messages, "chat_values", wrong),)


@plant(
    "turns of one chat run side by side, and no version is looked at when a form is saved",
    move_draft=statement("move_draft", ("AND version = :version ", "")),
    move_chat=statement("move_chat", (" AND version = :version", "")),
)
def versions_ignored() -> Places:
    return ((OneAtATime, "turn", lambda _queue, _subject_id: nullcontext()),)


@plant("an offer is made once more for each time it is decided")
def offered_in_one_version() -> Places:
    commit = Serve._commit

    async def wrong(self: Serve, decided: Any, following: Update | None) -> None:
        if decided.kind == "staff_decided":
            decided = structs.replace(decided, outcome=replace(decided.outcome, write=()))
        await commit(self, decided, following)

    return ((Serve, "_commit", wrong),)


@plant("nobody is told that a tape brought new books")
def books_unheard() -> Places:
    return ((books, "_wake", lambda _planner, _borrower_id: None),)


@plant("balances forget what our cases waived")
def waivers_not_counted() -> Places:
    computed = Known._computed

    def wrong(self: Turn, booked: BookedLoan, as_of: date, loan: Loan) -> Statement:
        return computed(self, booked, as_of, replace(loan, waivers=()))

    return ((Known, "_computed", wrong),)


@plant("balances forget the days that are frozen")
def freezes_not_counted() -> Places:
    computed = Known._computed

    def wrong(self: Turn, booked: BookedLoan, as_of: date, loan: Loan) -> Statement:
        return computed(self, booked, as_of, replace(loan, freezes=()))

    return ((Known, "_computed", wrong),)
