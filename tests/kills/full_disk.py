"""A disk that is full, inside the process: the database may grow by a few pages and no more."""

from __future__ import annotations

import signal
import sqlite3
import threading
from collections.abc import Callable
from typing import Final

from bot.store import connection
from tests.kills.points import Work, put

ALL_IT_WANTS: Final = 1_073_741_823  # pages
FREED: Final = signal.SIGUSR1
"""Tells the process that there is room again."""


def limit(room: int, told: Callable[[], None]) -> None:
    """Let the file grow by `room` pages; `told` is called whenever that is not enough."""
    freed, full = threading.Event(), [0]
    signal.signal(FREED, lambda *_: freed.set())

    def limited(transaction: Work) -> Work:
        def tried(db: sqlite3.Connection, work: Work) -> object:
            full[0] = full[0] or int(db.execute("PRAGMA page_count").fetchone()[0]) + room
            most = ALL_IT_WANTS if freed.is_set() else full[0]
            db.execute(f"PRAGMA max_page_count={most}").fetchone()
            try:
                done = transaction(db, work)
            except sqlite3.OperationalError:
                told()
                raise
            if isinstance(done, list) and any(map(_is_full, done)):
                told()  # one statement was undone, its plan with it, and the others went on
            return done

        return tried

    put(connection, "_transaction", limited)


def _is_full(result: object) -> bool:
    return isinstance(result, sqlite3.OperationalError)
