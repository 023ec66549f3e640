"""Long polling: fetch, store, and only then confirm by the next call's offset.

It must not read an update.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

import aiohttp
import msgspec
import structlog

from bot.channels.telegram.arriving import Arrivals
from bot.channels.telegram.wire import update_id

log = structlog.get_logger()
_LONG = 50  # seconds Telegram may hold a call open
_MOST = 100
_WAIT, _LONGEST_WAIT = 1.0, 60.0
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update that are asked for."""


class _Answer(msgspec.Struct):
    ok: bool
    result: list[msgspec.Raw] = []
    description: str = ""


_DECODER = msgspec.json.Decoder(_Answer)


@dataclass(slots=True)
class Poller:
    """Fetches for as long as it runs. `address` is `…/bot<token>`; it stands in no log."""

    address: str
    arrivals: Arrivals
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _offset: int | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)

    async def run(self) -> None:
        """Poll until cancelled; trouble is waited out, longer each time."""
        async with aiohttp.ClientSession() as session:
            while True:
                raws = await self._fetched(session)
                if raws is None:
                    self._failures += 1
                    await self.sleep(min(_WAIT * 2 ** (self._failures - 1), _LONGEST_WAIT))
                    continue
                self._failures = 0
                await self._taken(raws)

    async def _taken(self, raws: list[bytes]) -> None:
        """Store all of it; the offset moves on only after the commit."""
        kept = await self.arrivals.keep(raws)
        self.arrivals.begin(kept)
        numbers = [number for raw in raws if (number := update_id(raw)) is not None]
        if numbers:
            self._offset = max(numbers) + 1

    async def _fetched(self, session: aiohttp.ClientSession) -> list[bytes] | None:
        """One long poll; None after trouble, which is logged without the address."""
        wanted: dict[str, object] = {
            "timeout": _LONG,
            "limit": _MOST,
            "allowed_updates": list(ALLOWED),
        }
        if self._offset is not None:
            wanted["offset"] = self._offset
        try:
            async with session.post(
                f"{self.address}/getUpdates",
                json=wanted,
                timeout=aiohttp.ClientTimeout(total=_LONG + 15),
            ) as answer:
                return _results(answer.status, await answer.read())
        except (aiohttp.ClientError, TimeoutError, msgspec.MsgspecError) as failed:
            log.warning("telegram.poll.failed", error=type(failed).__name__)
            return None


def _results(status: int, body: bytes) -> list[bytes] | None:
    answer = _DECODER.decode(body)
    if status == HTTPStatus.OK and answer.ok:
        return [bytes(raw) for raw in answer.result]
    # 409: another poller, or a webhook that is still set.
    log.warning("telegram.poll.refused", status=status)
    return None
