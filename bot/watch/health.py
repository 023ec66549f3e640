"""`GET /healthz` and `GET /readyz`: for whoever starts, stops and routes to this process.

It must not say more than a word for each thing that fails: anybody may ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

import msgspec

from bot.asgi import Application, Receive, Scope, Send, answer
from bot.watch.readiness import Readiness

_PATHS = {"/healthz", "/readyz"}
_HEADERS = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))


@dataclass(frozen=True, slots=True)
class Health:
    """Stands before the pages: who asks every few seconds must not have them loaded."""

    inner: Application
    readiness: Readiness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One of the two, or anything else to the application behind."""
        if scope["type"] != "http" or scope["path"] not in _PATHS:
            await self.inner(scope, receive, send)
        elif scope["method"] not in {"GET", "HEAD"}:
            await answer(send, HTTPStatus.METHOD_NOT_ALLOWED)
        elif scope["path"] == "/healthz":
            await _told(send, HTTPStatus.OK, {"alive": True})
        else:
            await self._ready(send)

    async def _ready(self, send: Send) -> None:
        """Ready, or 503 with what is not."""
        failing = await self.readiness.failing()
        status = HTTPStatus.SERVICE_UNAVAILABLE if failing else HTTPStatus.OK
        await _told(send, status, {"ready": not failing, "failing": failing})


async def _told(send: Send, status: HTTPStatus, what: dict[str, object]) -> None:
    await answer(send, status, msgspec.json.encode(what), _HEADERS)
