"""A channel that does as it is told, and what the outbox made of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.store.outgoing import Claimed
from tests.chat.house import House


@dataclass
class Wire:
    """A channel that does as it is told, message by message; `went` is what it accepted."""

    fails: list[Exception | None] = field(default_factory=list)
    went: list[Claimed] = field(default_factory=list)

    async def deliver(self, message: Claimed) -> str | None:
        failure = self.fails.pop(0) if self.fails else None
        if failure is not None:
            raise failure
        self.went.append(message)
        return f"x{len(self.went)}"


async def states(house: House) -> list[tuple[object, ...]]:
    """State and attempts of every outgoing message, oldest first."""
    rows = await house.rows("SELECT state, attempts, may_repeat FROM outbox ORDER BY message_id")
    return [tuple(row) for row in rows]
