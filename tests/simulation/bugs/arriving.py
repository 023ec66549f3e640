"""Bugs on the way in: said to have it before it is kept, taken twice, left lying."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from msgspec.structs import replace

from bot.channels.telegram import arriving, polling
from bot.jobs import Jobs
from bot.serve import Serve, Update
from bot.store import inbox
from tests.simulation.bugs.planting import Places, plant


@plant("updates are acknowledged first, and stored after")
def ack_first() -> Places:
    keep = arriving.Arrivals.keep

    async def wrong(self: arriving.Arrivals, raws: Sequence[bytes]) -> list[Update]:
        async def later() -> None:
            self.begin(await keep(self, raws))

        self._run(later())
        return []

    return ((arriving.Arrivals, "keep", wrong),)


@plant("the polling offset moves one update too far")
def offset_too_far() -> Places:
    taken = polling.Poller._taken

    async def wrong(self: polling.Poller, raws: Sequence[bytes]) -> bool:
        moved = await taken(self, raws)
        if moved and self._offset is not None and raws:
            self._offset += 1
        return moved

    return ((polling.Poller, "_taken", wrong),)


@plant("the key of an update is made up anew each time it comes")
def key_forgotten() -> Places:
    kept, numbers = arriving._kept, count()

    def wrong(raw: bytes) -> Update:
        update = kept(raw)
        return replace(update, key=f"{update.key}.{next(numbers)}")

    return ((arriving, "_kept", wrong),)


@plant("an update is kept without its body")
def body_not_kept() -> Places:
    values = inbox.waiting_values

    def wrong(*given: Any) -> dict[str, object]:
        return {**values(*given), "body": None}

    return ((inbox, "waiting_values", wrong),)


@plant("nothing that waits in the inbox is ever taken up again")
def never_resumed() -> Places:
    async def wrong(_self: Serve) -> int:
        return 0

    return ((Serve, "resume", wrong),)


@plant("an update whose turn failed is never let go")
def held_for_ever() -> Places:
    return ((Serve, "let_go", lambda _self, _update: None),)


@plant("what cannot be read is not set aside")
def unreadable_stays() -> Places:
    async def wrong(*_: object) -> None:
        """Forget it."""

    return ((Serve, "set_aside", wrong),)


@plant("an update that cannot be served blocks those behind it")
def quarantine_blocks() -> Places:
    async def wrong(_self: Serve, _update: Update, _attempts: int, failed: Exception) -> None:
        raise failed

    return ((Serve, "_count_failure", wrong),)


@plant("failed tries are not counted")
def tries_not_counted() -> Places:
    keep = inbox.keep_for_later

    async def wrong(store: Any, update: Any, error: str, at: Any, attempts: int = 1) -> None:
        await keep(store, update, error, at, min(attempts, 1))

    return ((inbox, "keep_for_later", wrong),)


@plant("an update whose turn fails once is set aside at once")
def set_aside_at_once() -> Places:
    async def wrong(store: Any, update: Any, error: str, at: Any, attempts: int = 1) -> None:
        del at, attempts
        await inbox.quarantine(store, update, error)

    return ((inbox, "keep_for_later", wrong),)


@plant("an act of staff is acknowledged before it is decided")
def staff_ack_first() -> Places:
    receive = Serve.receive
    running: set[asyncio.Task[None]] = set()

    async def wrong(self: Serve, update: Update) -> None:
        if update.source != "staff":
            await receive(self, update)
            return

        async def later() -> None:
            await asyncio.sleep(5)
            await receive(self, update)

        running.add(asyncio.ensure_future(later()))

    return ((Serve, "receive", wrong),)


@plant("no day ever passes: applications left alone stay open")
def no_day_passes() -> Places:
    async def wrong(_self: Jobs, _day: str) -> None:
        """Concern nobody."""

    return ((Jobs, "_pass", wrong),)


@plant(
    "whoever blocked the bot and comes back hears nothing of what waited",
    revive="UPDATE outbox SET state = state WHERE 0",
)
def blocked_for_ever() -> Places:
    return ()


@plant("an update is said to be done when it is kept for later")
def done_when_kept() -> Places:
    keep = inbox.keep_new

    async def wrong(store: Any, updates: Sequence[Any], at: Any) -> list[Any]:
        new = await keep(store, updates, at)
        for update in new:
            await inbox.finish(store, update)
        return new

    return ((inbox, "keep_new", wrong),)


@plant("the inbox is emptied when the assistant starts")
def inbox_emptied() -> Places:
    rows = inbox.waiting_rows

    async def wrong(store: Any, *, beside: int) -> list[Mapping[str, object]]:
        for row in await rows(store, beside=beside):
            if int(str(row["attempts"])) == 0:
                await inbox.finish(store, _Row(row))
        return []

    return ((inbox, "waiting_rows", wrong),)


class _Row:
    """A row of the inbox as an update."""

    def __init__(self, row: Mapping[str, object]) -> None:
        self.source, self.key = str(row["source"]), str(row["key"])
        self.subject_id, self.kind = str(row["subject_id"]), str(row["kind"])
        self.body: Mapping[str, object] = {}
