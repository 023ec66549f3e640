"""Bugs in the store: told too early, half a plan kept, keys that die with the process."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.store import connection
from bot.store.connection import Conflict, Database, Plan
from bot.store.seal import Seals
from tests.simulation.bugs.planting import Places, plant


@plant("a plan commits after its first statement")
def early_commit() -> Places:
    run = connection._run

    def wrong(db: sqlite3.Connection, op: connection.Op) -> None:
        run(db, op)
        if op.sql.startswith("UPDATE inbox"):
            db.execute("RELEASE turn")
            db.execute("COMMIT")
            db.execute("BEGIN IMMEDIATE")
            db.execute("SAVEPOINT turn")

    return ((connection, "_run", wrong),)


@plant("a commit is told before it is durable")
def told_before_durable() -> Places:
    async def wrong(self: Database, plan: Plan, then: Any = None) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.add_done_callback(lambda told: told.exception())
        self._waiting.append((plan, then, done))
        if self._group is None:
            self._group = asyncio.get_running_loop().create_task(self._drain())

    return ((Database, "commit", wrong),)


@plant("a group that failed is told that it went well")
def failure_hidden() -> Places:
    tell = connection._tell

    def wrong(done: Any, failed: Exception | None, result: object = None) -> None:
        tell(done, None if isinstance(failed, sqlite3.Error) else failed, result)

    return ((connection, "_tell", wrong),)


@plant("of a plan that meets a conflict, what went before is kept")
def half_plan_kept() -> Places:
    def wrong(db: sqlite3.Connection, plan: Plan) -> Exception | None:
        try:
            for op in plan:
                connection._run(db, op)
        except (Conflict, sqlite3.IntegrityError) as lost:
            return lost if isinstance(lost, Conflict) else connection._conflict(lost)
        return None

    return ((connection, "_apply_one", wrong),)


@plant("a conflict is told as success")
def conflict_hidden() -> Places:
    tell = connection._tell

    def wrong(done: Any, failed: Exception | None, result: object = None) -> None:
        tell(done, None if isinstance(failed, Conflict) else failed, result)

    return ((connection, "_tell", wrong),)


@plant("keys of new subjects live in memory only")
def keys_not_kept() -> Places:
    def wrong(self: Seals, subjects: Iterable[str]) -> None:
        for subject in subjects:
            if not self.has(subject):
                self._keys[subject] = AESGCM(AESGCM.generate_key(256))

    return ((Seals, "create", wrong),)
