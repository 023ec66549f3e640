"""Bugs on the way out: sent twice or never, in another order, given up or marked too early."""

from __future__ import annotations

import asyncio
from typing import Any

from telegram.error import Forbidden

from bot.channels.telegram.delivery import TelegramDelivery
from bot.outbox import Later, Outbox, Unreachable
from bot.store.outgoing import Claimed, claim, mark_later, mark_sent, release
from tests.simulation.bugs.planting import Places, plant, statement

_RAN_OUT = "OR (state = 'sending' AND claimed_until < :now)"
_EARLIER = "AND earlier.message_id < first.message_id AND earlier.state IN ('ready', 'sending')"


@plant(
    "what a dead process was sending is never taken up again",
    take_ready=statement("take_ready", (_RAN_OUT, "")),
    release_claims="UPDATE outbox SET state = state WHERE 0",
)
def no_recovery() -> Places:
    return ()


@plant(
    "a chat's messages are sent side by side",
    take_ready=statement("take_ready", (_EARLIER, "AND 0")),
)
def wrong_order() -> Places:
    return ()


@plant(
    "the lease of a message is not looked at",
    take_ready=statement("take_ready", ("claimed_until < :now", "1")),
    any_ready=statement("any_ready", ("claimed_until < :now", "1")),
)
def lease_ignored() -> Places:
    async def wrong(self: Outbox) -> int:
        now = self.clock()
        claimed = await claim(self.database, tuple(self.channels), now, now, 64)
        for message in claimed:
            task = asyncio.get_running_loop().create_task(self._one(message))
            place = f"{message.message_id}.{message.attempts}"
            self._sending[place] = task
            task.add_done_callback(lambda _task, place=place: self._sending.pop(place))  # type: ignore[misc]  # bound now
            task.add_done_callback(lambda _task: self.kick())
        return len(claimed)

    return ((Outbox, "_begin", wrong),)


@plant("a message is marked as sent before it is sent")
def mark_before_send() -> Places:
    one = Outbox._one

    async def wrong(self: Outbox, message: Claimed) -> None:
        await self._mark(mark_sent(message, None))
        await one(self, message)

    return ((Outbox, "_one", wrong),)


@plant("a connection that breaks counts as sent")
def trouble_is_success() -> Places:
    async def wrong(self: Outbox, message: Claimed, _later: Later) -> None:
        await self._mark(mark_sent(message, None))

    return ((Outbox, "_later", wrong),)


@plant(
    "being asked to wait counts as a failure, and the second one is the last",
    mark_later=statement("mark_later", ("attempts - :asked_to_wait", "attempts")),
)
def waiting_is_failure() -> Places:
    later_ = Outbox._later

    async def wrong(self: Outbox, message: Claimed, later: Later) -> None:
        if message.attempts > 1:
            await self._mark(mark_later(message, "dead", None))
        else:
            await later_(self, message, later)

    return ((Outbox, "_later", wrong),)


@plant("a message to somebody who blocked the bot counts as sent")
def blocked_is_success() -> Places:
    deliver = TelegramDelivery.deliver

    async def wrong(self: TelegramDelivery, message: Claimed) -> str | None:
        try:
            return await deliver(self, message)
        except Unreachable:
            return "1"

    return ((TelegramDelivery, "deliver", wrong),)


@plant("a blocked chat is tried again for ever, and what comes after waits behind it")
def blocked_is_tried_again() -> Places:
    delivered = TelegramDelivery._delivered

    async def wrong(self: TelegramDelivery, *given: Any) -> str:
        try:
            return await delivered(self, *given)
        except Forbidden:
            return ""

    return ((TelegramDelivery, "_delivered", wrong),)


@plant(
    "what may have been accepted before is not flagged",
    mark_later=statement("mark_later", ("may_repeat OR :may_repeat", "may_repeat")),
    release_claims=statement("release_claims", (", may_repeat = 1", "")),
)
def flag_forgotten() -> Places:
    return ()


@plant("a full disk ends the outbox for good")
def outbox_ends() -> Places:
    async def wrong(self: Outbox) -> int:
        if not self._released:
            await release(self.database)
            self._released = True
        return await self._begin()

    return ((Outbox, "_look", wrong),)


@plant("a message that was put off is sent at once as well")
def sent_twice() -> Places:
    one = Outbox._one

    async def wrong(self: Outbox, message: Claimed) -> None:
        await self.channels[message.channel].deliver(message)
        await one(self, message)

    return ((Outbox, "_one", wrong),)


@plant(
    "a message that was sent is ready again",
    mark_sent=statement("mark_sent", ("state = 'sent'", "state = 'ready'")),
)
def never_marked() -> Places:
    return ()
