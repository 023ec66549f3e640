"""Turns of one subject one at a time, those of different subjects side by side.

It must not know what a turn is. Versions in the store guard what this cannot see.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_LOCKS = 10_000


class OneAtATime:
    """A lock per subject; a chat known to be a borrower's waits with the borrower's other chats."""

    def __init__(self) -> None:
        self._locks: OrderedDict[str, asyncio.Lock] = OrderedDict()
        self._subject: dict[str, str] = {}

    @asynccontextmanager
    async def turn(self, subject_id: str) -> AsyncIterator[None]:
        """Wait for the turns before, then hold the subject."""
        subject = self._subject.get(subject_id, subject_id)
        lock = self._locks.setdefault(subject, asyncio.Lock())
        self._locks.move_to_end(subject)
        async with lock:
            yield
        while len(self._locks) > _LOCKS and not next(iter(self._locks.values())).locked():
            self._locks.popitem(last=False)

    def belongs(self, chat_id: str, subject_id: str) -> None:
        """Which borrower's turns a chat's turns must not run beside, from the next one on."""
        if len(self._subject) > _LOCKS:
            self._subject.clear()
        self._subject[chat_id] = subject_id
