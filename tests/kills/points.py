"""The points at which a process dies, planted inside it: the product itself knows none of this.

A point is reached when the code before or after it runs; the blow falls the n-th time.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from typing import Any, Final, Literal

from bot import outbox
from bot.channels.telegram import webhook
from bot.channels.telegram.arriving import Arrivals
from bot.channels.telegram.delivery import TelegramDelivery
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.request import AiohttpRequest
from bot.serve import Serve, staircase
from bot.store import backup, connection

Mode = Literal["polling", "webhook"]
Work = Callable[..., Any]
BOTH: Final = (
    "inbox.before",
    "inbox.after",
    "turn.before",
    "turn.after",
    "commit.before",
    "commit.inside",
    "commit.after",
    "claim.before",
    "claim.after",
    "send.before",
    "send.inside",
    "send.after",
    "mark.before",
    "mark.after",
    "checkpoint.inside",
    "backup.inside",
)
TAKING: Final = ("fetch.before", "fetch.after", "ack.before", "ack.after")
REACH: Final = {"checkpoint.inside": 30, "backup.inside": 40, "commit.inside": 9}
"""The most times a point may be reached before the blow; 3 for the others."""
MIGRATION: Final = ("migration.before", "migration.inside", "migration.after")


@dataclass(frozen=True)
class Blow:
    """`signal` falls the `nth` time `point` is reached; `delay` seconds into what is inside it."""

    point: str = ""
    nth: int = 1
    delay: float = 0.0
    signal: int = signal.SIGKILL


class Striking:
    """Counts how often the point was reached, and strikes."""

    def __init__(self, blow: Blow, warn: Callable[[], None]) -> None:
        self.blow = blow
        self._reached = 0
        self._warn = warn

    def reached(self, point: str) -> None:
        """Strike if it is time."""
        if self._is_time(point):
            self._strike()

    def soon(self, point: str) -> None:
        """Strike a little later, from another thread: in the midst of what comes now."""
        if self._is_time(point):
            threading.Timer(self.blow.delay, self._strike).start()

    def _is_time(self, point: str) -> bool:
        self._reached += point == self.blow.point
        return point == self.blow.point and self._reached == self.blow.nth

    def _strike(self) -> None:
        self._warn()
        os.kill(os.getpid(), self.blow.signal)


def plant(striking: Striking) -> None:
    """Plant every point in this process."""
    for owner, name, point in _AWAITED:
        put(owner, name, partial(_around_awaited, point, striking))
    for owner, name, point in _CALLED:
        put(owner, name, partial(_around, point, striking))
    for owner in (outbox, outbox.Outbox):  # of what waits, and by the commit that writes it
        put(owner, "claim", partial(_before, "claim.before", striking))
    put(outbox.Outbox, "_start", partial(_beginning, striking))
    put(connection, "_apply_one", partial(_after, "commit.inside", striking))
    put(connection, "_statements", partial(_between, "migration.inside", striking))
    put(backup, "copy", partial(_copying, striking))
    put(Poller, "_fetched", partial(_polling, striking))
    put(AiohttpRequest, "do_request", partial(_asking, striking))


def put(owner: Any, name: str, wrapped: Callable[[Any], Any]) -> None:  # noqa: ANN401  # a module or a class
    """Put what wraps `name` of a module or class in its place."""
    setattr(owner, name, wrapped(getattr(owner, name)))


_AWAITED: Final[tuple[tuple[Any, str, str], ...]] = (
    (webhook, "_body", "fetch"),
    (webhook, "answer", "ack"),
    (Arrivals, "keep", "inbox"),
    (Arrivals, "take", "inbox"),
    (Serve, "_commit", "commit"),
    (TelegramDelivery, "deliver", "send"),
    (outbox.Outbox, "_mark", "mark"),
)
_CALLED: Final[tuple[tuple[Any, str, str], ...]] = (
    (staircase, "decide", "turn"),
    (connection, "migrate", "migration"),
)


def _around_awaited(point: str, striking: Striking, work: Work) -> Work:
    @wraps(work)
    async def struck(*given: object, **named: object) -> object:
        striking.reached(f"{point}.before")
        result = await work(*given, **named)
        if result != []:  # nothing to claim, nothing new: nothing happened
            striking.reached(f"{point}.after")
        return result

    return struck


def _around(point: str, striking: Striking, work: Work) -> Work:
    @wraps(work)
    def struck(*given: object, **named: object) -> object:
        striking.reached(f"{point}.before")
        result = work(*given, **named)
        striking.reached(f"{point}.after")
        return result

    return struck


def _before(point: str, striking: Striking, work: Work) -> Work:
    def struck(*given: object) -> object:
        striking.reached(point)
        return work(*given)

    return struck


def _beginning(striking: Striking, work: Work) -> Work:
    """Messages are claimed, and nothing is done for them yet."""

    def struck(self: outbox.Outbox, messages: Sequence[object]) -> object:
        if messages:
            striking.reached("claim.after")
        return work(self, messages)

    return struck


def _after(point: str, striking: Striking, work: Work) -> Work:
    def struck(*given: object) -> object:
        result = work(*given)
        striking.reached(point)
        return result

    return struck


def _between(point: str, striking: Striking, work: Work) -> Work:
    def struck(*given: object) -> Iterator[object]:
        for each in work(*given):
            yield each
            striking.reached(point)

    return struck


def _copying(striking: Striking, work: Work) -> Work:
    def struck(source: Path, target: Path, _told: object = None) -> None:
        work(source, target, lambda _done, _all: striking.reached("backup.inside"))

    return struck


def _polling(striking: Striking, work: Work) -> Work:
    """A long poll that brings something; and the next one, whose offset is the confirmation."""
    confirmed: list[int | None] = [None]

    async def struck(self: Poller, session: object) -> object:
        if self._offset != confirmed[0]:
            confirmed[0] = self._offset
            striking.reached("ack.before")
            striking.soon("ack.after")
        striking.reached("fetch.before")
        raws = await work(self, session)
        if raws:
            striking.reached("fetch.after")
        return raws

    return struck


def _asking(striking: Striking, work: Work) -> Work:
    """While Telegram has a message and its answer is on the way."""

    async def struck(self: AiohttpRequest, url: str, *given: object, **named: object) -> object:
        if "/sendMessage" in url or "/edit" in url:
            striking.soon("send.inside")
        return await work(self, url, *given, **named)

    return struck


async def checkpoint(database: connection.Database, striking: Striking) -> None:
    """Checkpoint again and again: SQLite's own come too rarely to be met."""

    def work(db: sqlite3.Connection) -> None:
        striking.soon("checkpoint.inside")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    while True:
        await database.alone(work)
        await asyncio.sleep(0.02)
