"""Messages as they are stored and go out; the outbox rows: claimed, marked sent or put off.

It must not send.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from bot.store.connection import Database, Op
from bot.store.queries import SQL
from bot.store.rows import Body, stamp


class Stored(Struct, frozen=True):
    """A message of the transcript as a channel shows it."""

    seq: int
    id: str
    chat_id: str
    speaker: str
    at: datetime
    body: Body
    replaces: int | None


class Outgoing(Struct, frozen=True):
    """A message to deliver, where to, and the language of its chat."""

    message: Stored
    address: str
    locale: str


class Claimed(Struct, frozen=True):
    """A message to deliver; `may_repeat` says that the channel may have accepted it before.

    `words` is what it says, where whoever wrote it hands it over; else the channel reads it.
    """

    message_id: str
    chat_id: str
    seq: int
    channel: str
    attempts: int
    may_repeat: bool
    words: Outgoing | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a commit may claim for the process that makes it, until `until`: the messages it writes.

    A chat's message is taken only when nothing before it waits, else the chat is among `left`. Both
    count once the commit is durable.
    """

    channels: Collection[str]
    until: datetime
    taken: list[Claimed] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


async def claim(
    database: Database, channels: tuple[str, ...], now: datetime, until: datetime, most: int
) -> list[Claimed]:
    """Claim the first open message of each chat that is due, for these channels, until `until`."""
    named = f"|{'|'.join(channels)}|"
    values = {"now": stamp(now), "until": stamp(until), "most": most, "channels": named}
    if not await database.read(lambda db: _any_open(db, values)):
        return []

    rows: list[tuple[object, ...]] = []

    def told(found: sqlite3.Cursor) -> None:
        rows.extend(tuple(row) for row in found)

    await database.commit([Op(SQL["take_ready"], values, None, told)])
    return [_claimed(row) for row in rows]


async def release(database: Database) -> None:
    """Give back the claims of a process that is gone: it may have sent them, or not."""
    await database.commit([Op(SQL["release_claims"], {}, None)])


def mark_sent(message: Claimed, external_id: str | None) -> Op:
    """The channel accepted it, under its own id."""
    return Op(SQL["mark_sent"], {"message_id": message.message_id, "external_id": external_id})


def mark_later(
    message: Claimed,
    state: str,
    not_before: datetime | None,
    *,
    may_repeat: bool = False,
    asked_to_wait: bool = False,
) -> Op:
    """Put off ('ready'), given up ('dead') or not to be reached ('unreachable').

    Being asked to wait is no failure: it counts as no attempt.
    """
    values = {
        "message_id": message.message_id,
        "state": state,
        "not_before": stamp(not_before) if not_before else None,
        "may_repeat": may_repeat,
        "asked_to_wait": asked_to_wait,
    }
    return Op(SQL["mark_later"], values)


def mark_unreachable(message: Claimed, at: datetime) -> tuple[Op, Op]:
    """The chat cannot be reached: the message waits until it can be.

    Both in one commit: between them, whoever comes back would wake the chat and not the message.
    """
    gone = {"chat_id": message.chat_id, "at": stamp(at)}
    return mark_later(message, "unreachable", None), Op(SQL["set_unreachable"], gone, None)


def _any_open(db: sqlite3.Connection, values: dict[str, object]) -> bool:
    return db.execute(SQL["any_ready"], values).fetchone() is not None


def _claimed(row: tuple[object, ...]) -> Claimed:
    message_id, chat_id, seq, channel, attempts, may_repeat = row
    return Claimed(
        str(message_id),
        str(chat_id),
        int(str(seq)),
        str(channel),
        int(str(attempts)),
        bool(may_repeat),
    )
