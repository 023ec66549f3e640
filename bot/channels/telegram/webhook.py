"""`POST /telegram/webhook` as raw ASGI: check the secret, have it taken, then answer 200.

It must not read an update.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from http import HTTPStatus

import structlog

from bot.asgi import Application, Receive, Scope, Send, answer
from bot.channels.telegram.arriving import Arrivals

log = structlog.get_logger()
PATH = "/telegram/webhook"
_LARGEST = 1 << 20  # bytes; Telegram's updates are far smaller
_SECRET = b"x-telegram-bot-api-secret-token"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Stands before the web application and takes Telegram's posts itself."""

    inner: Application
    arrivals: Arrivals
    secret: bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Telegram's post, or anything else to the application behind."""
        if scope["type"] != "http" or scope["path"] != PATH:
            await self.inner(scope, receive, send)
            return
        await answer(send, await self._taken(scope, receive))

    async def _taken(self, scope: Scope, receive: Receive) -> HTTPStatus:
        if scope["method"] != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED
        given = next((value for name, value in scope["headers"] if name == _SECRET), b"")
        if not hmac.compare_digest(given, self.secret):
            return HTTPStatus.FORBIDDEN
        try:
            raw = await _body(receive)
        except _HungUpError:
            return HTTPStatus.BAD_REQUEST
        if raw is None:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        try:
            await self.arrivals.take(raw)
        except Exception as failed:  # noqa: BLE001  # not stored: Telegram must send it again
            log.error("telegram.webhook.not_stored", error=type(failed).__name__)
            return HTTPStatus.SERVICE_UNAVAILABLE
        return HTTPStatus.OK


class _HungUpError(Exception):
    """The post broke off: what came of it is not an update."""


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None when it is too large."""
    parts: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise _HungUpError
        parts.append(event.get("body", b""))
        size += len(parts[-1])
        if size > _LARGEST:
            return None
        if not event.get("more_body", False):
            return b"".join(parts)
