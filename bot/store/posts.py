"""Posts to the lender's gateways that wait to be accepted.

It must not send them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.store.connection import Database, Op
from bot.store.queries import SQL
from bot.store.rows import stamp
from bot.store.seal import Seals

SUBJECT = "system"
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Post:
    """What is to be posted; `id` is the same at every try."""

    id: str
    body: Mapping[str, object]
    attempts: int


def new_post(
    seals: Seals, post_id: str, body: Mapping[str, object], at: datetime, until: datetime
) -> Op:
    """A post that waits from `at` on and is given up after `until`."""
    place = (SUBJECT, "post", "body", post_id)
    values = {
        "post_id": post_id,
        "body": seals.seal(*place, json.dumps(dict(body)).encode()),
        "not_before": stamp(at),
        "until": stamp(until),
    }
    return Op(SQL["new_post"], values)


async def due_posts(database: Database, seals: Seals, now: datetime) -> list[Post]:
    """What is due and not too late, oldest first."""

    def look(db: sqlite3.Connection) -> list[Post]:
        db.row_factory = sqlite3.Row
        rows = db.execute(SQL["due_posts"], {"now": stamp(now), "most": _AT_ONCE})
        return [_post(seals, row) for row in rows]

    return await database.read(look)


async def drop_posts_over(database: Database, now: datetime) -> None:
    """Posts that were accepted or came too late leave nothing behind: they hold phone and code."""
    values = {"now": stamp(now)}

    def look(db: sqlite3.Connection) -> bool:
        return db.execute(SQL["any_post_over"], values).fetchone() is not None

    if await database.read(look):
        await database.commit([Op(SQL["drop_posts_over"], values, None)])


async def post_done(database: Database, post: Post) -> None:
    """The gateway accepted it: the body is blanked."""
    await database.commit([Op(SQL["post_done"], {"post_id": post.id}, None)])


async def post_later(database: Database, post: Post, not_before: datetime) -> None:
    """The gateway did not: again from then on."""
    values = {"post_id": post.id, "not_before": stamp(not_before)}
    await database.commit([Op(SQL["post_later"], values, None)])


def _post(seals: Seals, row: sqlite3.Row) -> Post:
    place = (SUBJECT, "post", "body", row["post_id"])
    return Post(row["post_id"], json.loads(seals.open(*place, row["body"])), row["attempts"])
