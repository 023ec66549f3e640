"""Updates from Telegram onto the staircase, each chat in its order: decided at once, or stored.

It must not acknowledge anything: `polling` does once `keep` has returned, `webhook` after `take`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import msgspec
import structlog

from bot.channels.telegram.albums import Albums, Piece
from bot.channels.telegram.flooding import Floods
from bot.channels.telegram.preparing import AT_ONCE, CHANNEL, Preparing
from bot.channels.telegram.reading import Came, UnknownKind, read_update
from bot.channels.telegram.wire import read, update_id
from bot.serve import Serve, Update

log = structlog.get_logger()
RAW = "telegram"  # the kind of an update that is kept but not read yet
_TYPING_AFTER = 0.3  # seconds
_CHATS, _HINTS = 10_000, 1_000  # remembered at a time


class Talk(Protocol):
    """What is done at Telegram while a turn runs, each at its best effort."""

    @property
    def username(self) -> str:
        """What the bot is called; empty until Telegram has said so."""

    async def answer_tap(self, tap: str) -> None: ...
    async def typing(self, address: str) -> None: ...


@dataclass(slots=True)
class Arrivals:
    """Keeps, reads and serves what comes from Telegram."""

    serve: Serve
    preparing: Preparing
    talk: Talk
    albums: Albums = field(default_factory=Albums)
    floods: Floods = field(default_factory=Floods)
    _orders: OrderedDict[str, asyncio.Lock] = field(default_factory=OrderedDict)
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _hinted: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _under_way: Counter[str] = field(default_factory=Counter)  # taken and not over, by address

    async def take(self, raw: bytes) -> None:
        """Decide one update at once, in one commit; or store it, as `keep` does. Durable on return.

        Stored is what needs more than its chat, and what comes while something of its chat is under
        way: order is kept, and a chat that floods holds no more than one of Telegram's connections.
        """
        came = self._readable(raw)
        address = came.address if came else ""
        alone = not self._under_way[address]
        self._under_way[address] += 1
        over = partial(self._over, address)
        if came and came.kind in AT_ONCE and alone and self.floods.reads(came):
            try:
                await self._at_once(_kept(raw), came)
            finally:
                over()
            return
        try:
            kept = await self.keep([raw])
        except BaseException:
            over()
            raise
        self._run(self._all(kept), over)

    async def keep(self, raws: Sequence[bytes]) -> list[Update]:
        """Store what came, in one commit; what had come before is left out. Durable on return."""
        return await self.serve.keep([_kept(raw) for raw in raws])

    def begin(self, kept: Sequence[Update]) -> None:
        """Serve what was kept, chats side by side, each chat in its order."""
        for update in kept:
            self._run(self._one(update))

    async def finished(self) -> None:
        """Wait until everything begun has ended."""
        while self._running:
            await asyncio.wait(set(self._running))

    async def close(self, grace: float) -> None:
        """Wait for at most `grace` seconds; what is left is kept, and goes on after the start."""
        try:
            async with asyncio.timeout(grace):
                await self.finished()
        except TimeoutError:
            log.info("telegram.left", updates=len(self._running))
        left = set(self._running)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def interpret(self, kept: Update) -> Update | None:
        """A kept update for the staircase, as `Serve.resume` takes it up again."""
        came = await self._read(kept)
        if came is None:
            return None
        self._answer(came)
        return await self.preparing.prepared(kept, came)

    def _readable(self, raw: bytes) -> Came | None:
        """What came; None when that is nothing for us, or cannot be read."""
        try:
            return read_update(read(raw), self.talk.username)
        except (msgspec.MsgspecError, UnknownKind):
            return None

    def _over(self, address: str, _task: object = None) -> None:
        self._under_way[address] -= 1
        if not self._under_way[address]:
            del self._under_way[address]

    async def _at_once(self, update: Update, came: Came) -> None:
        self._answer(came)
        async with self._order(came.address):
            prepared = await self.preparing.prepared(update, came)
            if prepared is not None:
                await self._while_typing(came, self.serve.receive(prepared))

    async def _all(self, kept: Sequence[Update]) -> None:
        for update in kept:
            await self._one(update)

    async def _one(self, kept: Update) -> None:
        came = await self._tried(kept)
        if came is None:
            self.serve.let_go(kept)
            return
        self._answer(came)
        if self.albums.joins((kept, came)):
            return  # whoever looks after the first piece looks after this one
        pieces: Sequence[Piece] = ((kept, came),)
        try:
            async with self._order(came.address):
                if came.album is not None:
                    pieces = await self.albums.whole(pieces[0])
                await self._while_typing(came, self._served(pieces))
        except Exception as failed:  # noqa: BLE001  # kept already: the inbox tries it again
            log.error("telegram.update.failed", error=type(failed).__name__)
        finally:
            for update, _ in pieces:
                self.serve.let_go(update)

    async def _tried(self, kept: Update) -> Came | None:
        """What came and shall be heard; None when its turn is over, or failed."""
        try:
            came = await self._read(kept)
            if came is None or self.floods.reads(came):
                return came
            return await self._passed_over(kept, came)
        except Exception as failed:  # noqa: BLE001  # the store fails: the inbox tries it again
            log.error("telegram.update.failed", error=type(failed).__name__)
            return None

    async def _read(self, kept: Update) -> Came | None:
        """What came; None when that is nothing for us, or cannot be read and is set aside."""
        raw = str(kept.body["raw"]).encode("latin-1")
        try:
            came = read_update(read(raw), self.talk.username)
        except (msgspec.MsgspecError, UnknownKind) as unreadable:
            await self.serve.set_aside(kept, type(unreadable).__name__)
            log.warning("telegram.update.set_aside", error=type(unreadable).__name__)
            return None
        if came is None or not self._first_hint(came):
            await self.serve.finish(kept)
            return None
        return came

    async def _passed_over(self, kept: Update, came: Came) -> Came | None:
        """One of too many at once: what is heard in its place, if anything."""
        instead = self.floods.instead(came)
        if instead is None:
            await self.serve.finish(kept)
            self.serve.machine.meters.turns[CHANNEL, "", "passed_over"] += 1
        return instead

    def _first_hint(self, came: Came) -> bool:
        """Whether what deserves one hint has not had it; as far back as is remembered."""
        if came.once is None:
            return True
        about = f"{came.address} {came.once}"
        if about in self._hinted:
            return False
        self._hinted[about] = None
        if len(self._hinted) > _HINTS:
            self._hinted.popitem(last=False)
        return True

    async def _served(self, pieces: Sequence[Piece]) -> None:
        """Each piece in its turn; files of one album are answered once, what is no file after."""
        updates = [await self.preparing.prepared(kept, came) for kept, came in pieces]
        ready = [update for update in updates if update is not None]
        files = [update for update in ready if update.kind == "upload"]
        for update in files[:-1]:
            await self.serve.receive(_followed(update))
        for update in (*files[-1:], *(one for one in ready if one.kind != "upload")):
            await self.serve.receive(update)

    async def _while_typing(self, came: Came, turn: Coroutine[Any, Any, None]) -> None:
        """Show that an answer is on its way when it takes a moment."""

        def show() -> None:
            if came.kind not in {"group", "member", "nothing"}:
                self._run(self.talk.typing(came.address))

        timer = asyncio.get_running_loop().call_later(_TYPING_AFTER, show)
        try:
            await turn
        finally:
            timer.cancel()

    def _answer(self, came: Came) -> None:
        """Stop the button's spinner, beside the turn: Telegram may be slow, or too late."""
        if came.tap is not None:
            self._run(self.talk.answer_tap(came.tap))

    def _run(
        self, work: Coroutine[Any, Any, None], after: Callable[[object], None] | None = None
    ) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        if after is not None:
            task.add_done_callback(after)

    def _order(self, address: str) -> asyncio.Lock:
        """The lock of a chat's own order; idle ones are forgotten when there are many."""
        lock = self._orders.setdefault(address, asyncio.Lock())
        self._orders.move_to_end(address)
        oldest = next(iter(self._orders))
        if len(self._orders) > _CHATS and not self._orders[oldest].locked():
            del self._orders[oldest]
        return lock


def _followed(update: Update) -> Update:
    return Update(
        update.source,
        update.key,
        update.subject_id,
        update.kind,
        {**update.body, "more_follow": True},
    )


def _kept(raw: bytes) -> Update:
    """The raw update under its own number, padded so that text sorts as numbers do."""
    number = update_id(raw)
    key = f"{number:020d}" if number is not None else hashlib.sha256(raw).hexdigest()
    return Update(CHANNEL, key, "", RAW, {"raw": raw.decode("latin-1")})
