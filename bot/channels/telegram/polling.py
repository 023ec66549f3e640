"""Long polling: fetch, store, and only then confirm by the next call's offset.

It must not read an update.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import aiohttp
import msgspec
import structlog

from bot.channels.telegram.arriving import Arrivals
from bot.channels.telegram.wire import read_answer, update_id

log = structlog.get_logger()
_LONG = 50  # seconds Telegram may hold a call open
_MOST = 100
_WAIT, _LONGEST_WAIT = 1.0, 60.0
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update that are asked for."""


@dataclass(slots=True)
class Poller:
    """Fetches for as long as it runs. `address` is `…/bot<token>`; it stands in no log.

    `on_conflict` is called when Telegram says that somebody else takes the updates, `reached` after
    each poll whose updates are stored.
    """

    address: str
    arrivals: Arrivals
    on_conflict: Callable[[], Awaitable[None]]
    reached: Callable[[], Awaitable[None]]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _offset: int | None = field(default=None, init=False)
    _is_reached: bool = field(default=False, init=False)  # by Telegram, at the last poll
    _failures: int = field(default=0, init=False)

    async def run(self) -> None:
        """Poll until cancelled; trouble is waited out, longer each time."""
        async with aiohttp.ClientSession() as session:
            while True:
                self._is_reached = await self._once(session)
                if self._is_reached:
                    self._failures = 0
                    await self.reached()
                    continue
                self._failures += 1
                await self.sleep(min(_WAIT * 2 ** min(self._failures - 1, 10), _LONGEST_WAIT))

    async def _once(self, session: aiohttp.ClientSession) -> bool:
        """One long poll, stored; False after trouble."""
        raws = await self._fetched(session)
        if raws is None:
            return False
        try:
            return await self._taken(raws)
        except Exception as failed:  # noqa: BLE001  # not stored: not confirmed, so it comes again
            log.error("telegram.poll.not_stored", error=type(failed).__name__)
            return False

    async def _taken(self, raws: Sequence[bytes]) -> bool:
        """Store all of it; the offset moves on only after the commit. False when it cannot move."""
        kept = await self.arrivals.keep(raws)
        self.arrivals.begin(kept)
        numbers = [number for raw in raws if (number := update_id(raw)) is not None]
        if not numbers:
            return not raws
        # The last that came and not the highest: numbers start anew after a quiet week.
        self._offset = numbers[-1] + 1
        return True

    async def _fetched(self, session: aiohttp.ClientSession) -> Sequence[bytes] | None:
        """One long poll; None after trouble, which is logged without the address."""
        wanted: dict[str, object] = {
            # The first one does not wait for news: that Telegram is there again is news by itself.
            "timeout": _LONG if self._is_reached else 0,
            "limit": _MOST,
            "allowed_updates": list(ALLOWED),
        }
        if self._offset is not None:
            wanted["offset"] = self._offset
        timeout = aiohttp.ClientTimeout(total=_LONG + 15)
        url = f"{self.address}/getUpdates"
        try:
            async with session.post(url, json=wanted, timeout=timeout) as answer:
                status, body = answer.status, await answer.read()
            if status == HTTPStatus.CONFLICT:
                await self.on_conflict()
            return _results(status, body)
        except (aiohttp.ClientError, TimeoutError, msgspec.MsgspecError) as failed:
            log.warning("telegram.poll.failed", error=type(failed).__name__)
            return None


def _results(status: int, body: bytes) -> Sequence[bytes] | None:
    """The updates, each as it came; None when Telegram refuses."""
    answer = read_answer(body)
    if status == HTTPStatus.OK and answer.ok:
        return [bytes(raw) for raw in answer.result]
    log.warning("telegram.poll.refused", status=status)
    return None
