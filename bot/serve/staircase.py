"""The way down and up: receive, load, decide, commit; keep for later what fails.

It must not decide anything: that is `deciding`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import structlog
from msgspec.structs import replace

from bot.errors import Broken, Refused, Rejected, ReprieveError
from bot.serve.deciding import decide
from bot.serve.hearing import needs_cards
from bot.serve.machine import Machine, Outlet
from bot.serve.queueing import OneAtATime
from bot.serve.telling import ANSWERED, FAILED, REFUSED, REPEATED, Telling
from bot.serve.update import Update
from bot.store import inbox
from bot.store.commit import Decided, plan
from bot.store.connection import Conflict, Database
from bot.store.load import Loaded, Wanted, load
from bot.store.outgoing import Claim
from bot.store.passing import may_pass
from bot.store.seal import Seals

log = structlog.get_logger()
_TRIES = 3  # decisions upon a fresh snapshot before a turn counts as failed
ATTEMPTS = 3  # failed turns before an update is set aside

Interpreter = Callable[[Update], Awaitable[Update | None]]
"""Reads an update that a channel kept raw; None when it needs no turn."""


class Serve:
    """Takes updates, each with one effect, those of one subject one at a time."""

    def __init__(self, machine: Machine, outlet: Outlet) -> None:
        self.machine = machine
        self._outlet = outlet
        self._queue = OneAtATime()
        self._held: set[tuple[str, str]] = set()
        self._resuming = asyncio.Lock()
        self.interpreters: dict[str, Interpreter] = {}

    async def receive(self, update: Update) -> None:
        """Decide and commit `update`; on return it is durable, or kept to be tried again.

        Raises Refused or Rejected for acts of staff that a rule forbids; nothing else is raised for
        an update that has been accepted.
        """
        try:
            await self._turn(update)
        except (Refused, Rejected):
            raise
        except Exception as failed:  # noqa: BLE001  # a bug must not lose an accepted update
            log.error("turn.failed", kind=update.kind, error=_name(failed))
            tries = 0 if may_pass(failed) else 1  # a full disk says nothing about the update
            at = self.machine.clock()
            await inbox.keep_for_later(self._store(), update, _name(failed), at, tries)

    async def keep(self, updates: Sequence[Update]) -> list[Update]:
        """Keep updates for later in one commit; those that were not known before, now held.

        What is held is not resumed until it is let go. Durable on return.
        """
        new: list[Update] = []
        # Held before it is committed: a resume in between must not take it up.
        ours = {_place(update) for update in updates} - self._held
        self._held |= ours
        try:
            new = await inbox.keep_new(self._store(), updates, self.machine.clock())
        finally:
            self._held -= ours - {_place(update) for update in new}
        return new

    def let_go(self, update: Update) -> None:
        """Its turn has been tried: if it still waits, `resume` takes it up."""
        self._held.discard(_place(update))

    async def finish(self, update: Update) -> None:
        """A kept update needs no turn."""
        await inbox.finish(self._store(), update)

    async def set_aside(self, update: Update, error: str) -> None:
        """A kept update cannot be read; it stays for whoever mends the fault."""
        await inbox.quarantine(self._store(), update, error)
        self.machine.meters.turns[update.source, "", "set_aside"] += 1

    async def resume(self) -> int:
        """Try again what waits; what failed three times is set aside. Returns how many."""
        async with self._resuming:
            # What is held has its turn already: it must not stand before what has none.
            rows = await inbox.waiting_rows(self._store(), beside=len(self._held))
            free = [row for row in rows if (row["source"], row["key"]) not in self._held]
            for row in free:
                await self._again(row)
            return len(free)

    async def _again(self, row: Mapping[str, object]) -> None:
        source, key, subject_id, kind = (
            str(row[name]) for name in ("source", "key", "subject_id", "kind")
        )
        update = Update(source, key, subject_id, kind)
        try:
            update = replace(update, body=inbox.open_body(self.machine.seals, row))
            read = self.interpreters.get(kind)
            wanted_turn = await read(update) if read else update
            if wanted_turn is not None:
                update = wanted_turn
                await self._turn(update)
        except Exception as failed:  # noqa: BLE001  # counted, then set aside: the rest goes on
            log.error("turn.failed.again", kind=update.kind, error=_name(failed))
            if may_pass(failed):
                return  # a full disk says nothing about the update: it waits, uncounted
            await self._count_failure(update, int(str(row["attempts"])) + 1, failed)

    async def _count_failure(self, update: Update, attempts: int, failed: Exception) -> None:
        hopeless = isinstance(failed, ReprieveError) and not isinstance(failed, Conflict)
        if attempts < ATTEMPTS and not hopeless:
            at = self.machine.clock()
            await inbox.keep_for_later(self._store(), update, _name(failed), at, attempts)
            return
        await inbox.quarantine(self._store(), update, _name(failed))
        log.error("update.quarantined", kind=update.kind, error=_name(failed))
        if update.of_chat and update.kind != "sorry":
            key = f"sorry:{update.source}:{update.key}"
            await self.receive(Update("system", key, update.subject_id, "sorry"))

    async def _turn(self, update: Update) -> None:
        async with self._queue.turn(update.subject_id):
            following = await self._decide_and_commit(update)
            while following is not None:
                following = await self._go_on(following)

    async def _go_on(self, update: Update) -> Update | None:
        """What follows a turn was kept with it: a failure here leaves it for `resume`."""
        try:
            return await self._decide_and_commit(update)
        except Exception as failed:  # noqa: BLE001  # as any accepted update's bug
            log.error("turn.failed", kind=update.kind, error=_name(failed))
            return None
        finally:
            self.let_go(update)

    async def _decide_and_commit(self, update: Update) -> Update | None:
        """One turn, told of however it ends; what it goes on with."""
        telling = Telling(self.machine.meters, update)
        try:
            decided = await self._decided(update)
        except Exception as failed:
            telling.ended(REFUSED if isinstance(failed, Refused | Rejected) else FAILED)
            raise
        if decided is None:
            telling.ended(REPEATED)
            return None
        telling.ended(REFUSED if decided.refused else ANSWERED, decided)
        return update.going_on(decided.outcome.go_on)

    async def _decided(self, update: Update) -> Decided | None:
        """One decision upon one snapshot, committed; again when somebody was first."""
        for left in reversed(range(_TRIES)):
            loaded = await self._load(update)
            if loaded.seen in {"done", "quarantined"}:
                return None
            with self.machine.meters.timed("decide"):
                decided = decide(self.machine, update, loaded)
            try:
                await self._commit(decided, update.going_on(decided.outcome.go_on))
            except Conflict:
                if left == 0:
                    raise
                continue
            return decided
        raise Broken("error.turn.busy")

    async def _commit(self, decided: Decided, following: Update | None) -> None:
        """All of a turn and what follows it, in one transaction."""
        machine = self.machine
        with machine.meters.timed("commit"):
            claim = self._outlet.claim()
            ops = plan(decided, machine.seals, machine.new_id, claim)
            if following is not None:
                self._held.add((following.source, following.key))
                ops.append(inbox.waiting_op(machine.seals, following, decided.at))
            try:
                await machine.database.commit(ops, partial(self._send, claim))
            except BaseException:
                # Called off, it may be durable all the same: then what follows waits for `resume`.
                if following is not None:
                    self.let_go(following)
                raise

    def _send(self, claim: Claim | None) -> None:
        if claim is not None:
            self._outlet.send(claim)
        else:
            self._outlet.kick()

    async def _load(self, update: Update) -> Loaded:
        seals = self.machine.seals
        wanted = _wanted(update)
        with self.machine.meters.timed("load"):
            loaded = await self.machine.database.read(lambda db: load(db, seals, wanted))
        self._queue.belongs(update.subject_id, loaded.here.subject_id)
        return loaded

    def _store(self) -> tuple[Database, Seals]:
        return self.machine.database, self.machine.seals


def _wanted(update: Update) -> Wanted:
    return Wanted(
        update.source,
        update.key,
        chat_id=None if update.of_borrower else update.subject_id,
        borrower_id=update.subject_id if update.of_borrower else None,
        button=str(update.body.get("button", "")) if update.kind == "button" else None,
        cards=needs_cards(update),
        phone=str(update.body["phone"]) if update.kind == "contact" else None,
        reminding=update.kind == "remind",
    )


def _place(update: Update) -> tuple[str, str]:
    return update.source, update.key


def _name(failed: Exception) -> str:
    """What failed, without its words, which may hold personal data."""
    return failed.key if isinstance(failed, ReprieveError) else type(failed).__name__
