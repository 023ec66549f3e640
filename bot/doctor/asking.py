"""One short question over HTTP, whose address never stands in an answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp

_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` 0: nobody answered, and `error` says how. `body` is the JSON object, if any."""

    status: int
    body: dict[str, Any]
    said_at: datetime | None = None
    error: str = ""


async def ask(url: str, method: str = "GET") -> Answer:
    """Ask once."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.request(method, url, allow_redirects=False) as answer,
        ):
            raw = await answer.read()
            return Answer(answer.status, _object(raw), _date(answer.headers.get("Date")))
    except (aiohttp.ClientError, TimeoutError, ValueError) as failed:
        return Answer(0, {}, error=type(failed).__name__)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        read = json.loads(raw)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _date(header: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(header) if header else None
    except ValueError:
        return None
