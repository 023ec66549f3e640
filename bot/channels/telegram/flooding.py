"""How much of one chat is read: what comes faster is passed over, and they are told so.

It must not answer. The bound keeps a chat that floods from filling queue, inbox and outbox.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from bot.channels.allowance import Allowance, Buckets
from bot.channels.telegram.pace import loop_seconds
from bot.channels.telegram.reading import Came

# As many at once as a browser may send; then not more than can be answered at Telegram's pace.
_READ: Final = Allowance(burst=40, per_second=0.5)
_TOLD: Final = Allowance(burst=1, per_second=1 / 60)
# Whoever blocks the bot says so but once, and where others listen nobody is told anything.
_ALWAYS_READ: Final = frozenset({"member", "nothing"})
_NEVER_TOLD: Final = frozenset({"group"})


@dataclass(slots=True)
class Floods:
    """What chats may send, counted on a clock that only grows."""

    seconds: Callable[[], float] = loop_seconds
    _buckets: Buckets = field(default_factory=Buckets)

    def reads(self, came: Came) -> bool:
        """Whether it is read; then it is counted."""
        return came.kind in _ALWAYS_READ or self._has("read", came, _READ)

    def instead(self, came: Came) -> Came | None:
        """What is heard in the place of what is passed over: once a minute that it was too fast."""
        if came.kind in _NEVER_TOLD or not self._has("told", came, _TOLD):
            return None
        return replace(came, kind="unusable", body={"kind": "too_fast"}, album=None, tap=None)

    def _has(self, what: str, came: Came, allowance: Allowance) -> bool:
        return self._buckets.wait(what, came.address, allowance, self.seconds()) == 0
