"""The named statements of the .sql files beside this module, and their rows.

It must not know what a row means.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

_NAMED = re.compile(r"^-- name: (\w+)\n(.*?)(?=^-- name: |\Z)", re.MULTILINE | re.DOTALL)


def _named(file: str) -> dict[str, str]:
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    return {name: sql.strip().rstrip(";") for name, sql in _NAMED.findall(text)}


SQL = _named("queries.sql")
BOOKS = _named("books.sql")
KEEPING = _named("keeping.sql")
ERASING = _named("erasing.sql")


def one(db: sqlite3.Connection, query: str, **values: object) -> sqlite3.Row | None:
    """The first row of a query of `SQL`; None when there is none."""
    row: sqlite3.Row | None = db.execute(SQL[query], values).fetchone()
    return row


def every(db: sqlite3.Connection, query: str, **values: object) -> list[sqlite3.Row]:
    """All rows of a query of `SQL`."""
    return db.execute(SQL[query], values).fetchall()
