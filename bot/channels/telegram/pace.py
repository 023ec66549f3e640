"""How fast we may send: so many messages a second in all, fewer to one chat.

It must not send; Telegram's own word, a 429, is the outbox's to heed.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

_CHATS = 10_000  # remembered at a time
_A_SECOND = 1.05  # and a little for the way to Telegram


def _seconds() -> float:
    """Seconds of a clock that only grows: the event loop's own."""
    return asyncio.get_running_loop().time()


@dataclass(slots=True)
class Window:
    """At most `most` within any `seconds`; the moments of the last ones, booked ahead."""

    most: int
    seconds: float
    _booked: deque[float] = field(default_factory=deque)

    def book(self, now: float) -> float:
        """The first moment from `now` on at which one more may go; it is taken."""
        at = now
        if len(self._booked) == self.most:
            at = max(now, self._booked.popleft() + self.seconds)
        self._booked.append(at)
        return at


def in_all(most: int) -> Window:
    """At most `most` messages a second."""
    return Window(most, _A_SECOND)


@dataclass(slots=True)
class Pace:
    """Telegram's limits: about 30 a second in all, 1 a second to a chat, where it bears a few."""

    in_all: Window
    of_chat: Callable[[], Window] = lambda: Window(3, 3.15)
    seconds: Callable[[], float] = _seconds
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _chats: OrderedDict[int, Window] = field(default_factory=OrderedDict)

    async def turn(self, chat: int) -> None:
        """Return when one message to that chat may go."""
        at = self._window(chat).book(self.seconds())
        at = self.in_all.book(at)
        wait = at - self.seconds()
        if wait > 0:
            await self.sleep(wait)

    def _window(self, chat: int) -> Window:
        window = self._chats.get(chat) or self._chats.setdefault(chat, self.of_chat())
        self._chats.move_to_end(chat)
        if len(self._chats) > _CHATS:
            self._chats.popitem(last=False)
        return window
