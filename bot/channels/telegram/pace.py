"""How fast we may send: to one chat, to one group, in all; and when not at all.

It must not send. What counts is every call that names a chat: messages, edits, signs of typing.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.outbox import Later

_CHATS = 10_000  # remembered at a time
_A_SECOND = 1.05  # and a little for the way to Telegram
_A_MINUTE = 63.0  # the same
_PATIENCE = 5.0  # seconds waited here; what must wait longer holds no place of the outbox
_GRAIN = 0.001  # seconds that a clock may be early


def loop_seconds() -> float:
    """Seconds of a clock that only grows: the event loop's own."""
    return asyncio.get_running_loop().time()


@dataclass(slots=True)
class Window:
    """At most `most` within any `seconds`, and none before it opens; the moments of the last."""

    most: int
    seconds: float
    opens_at: float = 0.0
    _taken: deque[float] = field(default_factory=deque)

    def free_at(self, now: float) -> float:
        """The first moment from `now` on at which one more may go."""
        full = len(self._taken) == self.most
        return max(now, self.opens_at, self._taken[0] + self.seconds if full else now)

    def take(self, now: float) -> None:
        """One goes now."""
        if len(self._taken) == self.most:
            self._taken.popleft()
        self._taken.append(now)


def in_all(most: int) -> Window:
    """At most `most` messages a second."""
    return Window(most, _A_SECOND)


def of_a_chat(chat: int) -> tuple[Window, ...]:
    """One a second, where Telegram bears a few at once; to a group, below zero, twenty a minute."""
    each = Window(3, 3 * _A_SECOND)
    return (each, Window(20, _A_MINUTE)) if chat < 0 else (each,)


@dataclass(slots=True)
class Pace:
    """Telegram's limits, for all who send: about 30 a second in all, and those of each chat."""

    in_all: Window
    of_chat: Callable[[int], tuple[Window, ...]] = of_a_chat
    seconds: Callable[[], float] = loop_seconds
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _chats: OrderedDict[int, tuple[Window, ...]] = field(default_factory=OrderedDict)
    _line: asyncio.Lock = field(default_factory=asyncio.Lock)  # who came first goes first
    _held: int | None = None  # the chat that was asked to wait last

    async def turn(self, chat: int) -> None:
        """Return when one call to that chat may go; Later when that is not soon."""
        windows = self._windows(chat)
        while True:
            # A chat that has had its share waits by itself, and not before the others.
            await self._until_free(*windows)
            async with self._line:
                await self._until_free(self.in_all)
                if self.takes_now(chat):
                    return

    def takes_now(self, chat: int) -> bool:
        """Whether one call to that chat may go at once; then it is counted."""
        now, windows = self.seconds(), (*self._windows(chat), self.in_all)
        if any(window.free_at(now) > now + _GRAIN for window in windows):
            return False
        for window in windows:
            window.take(now)
        return True

    def hold(self, chat: int, seconds: float) -> None:
        """Telegram asks to wait: the chat does; when another one is waiting already, all do."""
        until = self.seconds() + seconds
        if self._held is not None and self._held != chat and self._is_closed(self._held):
            self.in_all.opens_at = max(self.in_all.opens_at, until)
        (window, *_) = self._windows(chat)
        window.opens_at = max(window.opens_at, until)
        self._held = chat

    def _is_closed(self, chat: int) -> bool:
        return self._windows(chat)[0].opens_at > self.seconds()

    async def _until_free(self, *windows: Window) -> None:
        now = self.seconds()
        wait = max(window.free_at(now) for window in windows) - now
        if wait > _PATIENCE:
            raise Later(wait)
        if wait > 0:
            await self.sleep(wait)

    def _windows(self, chat: int) -> tuple[Window, ...]:
        windows = self._chats.get(chat) or self._chats.setdefault(chat, self.of_chat(chat))
        self._chats.move_to_end(chat)
        if len(self._chats) > _CHATS:
            self._chats.popitem(last=False)
        return windows
