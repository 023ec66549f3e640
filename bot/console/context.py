"""What every page of the console works with, and how a page finds it.

It must not serve a page itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Protocol, TypeAlias

from litestar import Request

from bot.console.pages import Pages
from bot.domain.days import day_of
from bot.domain.policy import Policy
from bot.serve import Update
from bot.settings import Settings
from bot.store.connection import Database
from bot.store.seal import Seals
from bot.store.staff_session import Session

StaffRequest: TypeAlias = Request[Any, Any, Any]


class Machine(Protocol):
    """The staircase: returns after the commit; Refused or Rejected when an act is refused."""

    async def receive(self, update: Update) -> None: ...


@dataclass(frozen=True, slots=True)
class Console:
    """The running console. `clock` answers an aware moment; `zone` decides which day it is.

    `checking` lets two passwords be checked at a time: each takes 64 MB and a core.
    """

    machine: Machine
    database: Database
    seals: Seals
    pages: Pages
    settings: Settings
    policy: Policy
    clock: Callable[[], datetime]
    zone: tzinfo
    checking: asyncio.Semaphore

    def __deepcopy__(self, _memo: dict[int, object]) -> Console:
        """Itself: Litestar copies the options of routes, and there is one running console."""
        return self

    def today(self) -> date:
        """The lender's day."""
        return day_of(self.clock(), self.zone)

    @property
    def secure(self) -> bool:
        """Whether people reach the console over https."""
        return self.settings.url.startswith("https://")


def console_of(request: StaffRequest) -> Console:
    """The console that serves the request."""
    console = request.route_handler.opt["console"]
    if not isinstance(console, Console):
        raise TypeError(type(console))
    return console


def session_of(request: StaffRequest) -> Session:
    """The session the gate let in."""
    session = request.state["session"]
    if not isinstance(session, Session):
        raise TypeError(type(session))
    return session
