"""The outbox as a house's staircase sees it: kicks are counted, for tests drain it themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.outbox import Outbox
from bot.store.outgoing import Claim


class WithOutbox(Protocol):
    """A house."""

    outbox: Outbox
    kicks: int


@dataclass
class Kicked:
    """Stands before the outbox that the house has now."""

    house: WithOutbox

    def kick(self) -> None:
        self.house.kicks += 1

    def claim(self) -> Claim | None:
        return self.house.outbox.claim()

    def send(self, claim: Claim) -> None:
        self.house.outbox.send(claim)
