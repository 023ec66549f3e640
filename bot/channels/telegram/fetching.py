"""Files that people sent: asked for by id, read from Telegram's file server.

It must not keep them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from telegram import Bot
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.channels.telegram.preparing import FileGone, FileTooLarge

log = structlog.get_logger()
_TRIES = 4
_WAIT, _LONGEST_WAIT = 0.5, 10.0  # seconds
_SECONDS = 60.0  # for the content itself


@dataclass(frozen=True, slots=True)
class Fetching:
    """Fetches for one bot; trouble is waited out for a while."""

    bot: Bot
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def __call__(self, file_id: str, most: int) -> bytes:
        """The content; raises FileTooLarge, or FileGone at once or after all tries."""
        for tried in range(_TRIES):
            try:
                return await self._once(file_id, most)
            except (BadRequest, Forbidden) as refused:
                log.warning("telegram.file.refused")
                raise FileGone from refused
            except TelegramError as trouble:
                log.warning("telegram.file.failed", error=type(trouble).__name__)
                if tried < _TRIES - 1:
                    await self.sleep(_pause(trouble, tried))
        raise FileGone

    async def _once(self, file_id: str, most: int) -> bytes:
        file = await self.bot.get_file(file_id)
        if file.file_size is not None and file.file_size > most:
            raise FileTooLarge
        content = bytes(await file.download_as_bytearray(read_timeout=_SECONDS))
        if len(content) > most:
            raise FileTooLarge
        return content


def _pause(trouble: TelegramError, tried: int) -> float:
    if isinstance(trouble, RetryAfter):
        return min(seconds_of(trouble), _LONGEST_WAIT)
    return _WAIT * 2.0**tried


def seconds_of(wait: RetryAfter) -> float:
    """How long Telegram asks to wait, seconds."""
    after = wait.retry_after
    return float(after if isinstance(after, int | float) else after.total_seconds())
