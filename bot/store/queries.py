"""The named statements of queries.sql. It must not run one."""

from __future__ import annotations

import re
from pathlib import Path

_NAMED = re.compile(r"^-- name: (\w+)\n(.*?)(?=^-- name: |\Z)", re.MULTILINE | re.DOTALL)


def _named(text: str) -> dict[str, str]:
    return {name: sql.strip().rstrip(";") for name, sql in _NAMED.findall(text)}


SQL = _named((Path(__file__).parent / "queries.sql").read_text(encoding="utf-8"))
