"""What the staircase stands on, joined once by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Protocol

from bot.domain.policy import Policy
from bot.metrics import Meters
from bot.route import Menu
from bot.store.connection import Database
from bot.store.outgoing import Claim
from bot.store.seal import Seals
from bot.texts import Texts
from bot.understand import Understood


class Outlet(Protocol):
    """The outbox, as a turn sees it: `kick` once there may be something to claim and send."""

    def kick(self) -> None: ...
    def claim(self) -> Claim | None:
        """What the turn's commit may claim; None: nothing now."""

    def send(self, claim: Claim) -> None:
        """Send what that commit, durable now, has claimed."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What the staircase stands on. `clock` answers aware UTC; `chance` 64 random bits."""

    database: Database
    seals: Seals
    texts: Texts
    menu: Menu
    policy: Policy
    zone: tzinfo
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    chance: Callable[[], int]
    understand: Callable[[str, str], Understood]
    idle: timedelta
    demo: bool = False
    can_code: bool = False  # one-time codes have a way to the borrower
    meters: Meters = field(default_factory=Meters)
