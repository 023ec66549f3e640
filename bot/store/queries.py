"""The named statements of the .sql files beside this module. It must not run one."""

from __future__ import annotations

import re
from pathlib import Path

_NAMED = re.compile(r"^-- name: (\w+)\n(.*?)(?=^-- name: |\Z)", re.MULTILINE | re.DOTALL)


def _named(file: str) -> dict[str, str]:
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    return {name: sql.strip().rstrip(";") for name, sql in _NAMED.findall(text)}


SQL = _named("queries.sql")
BOOKS = _named("books.sql")
