"""What of ASGI is spoken without a framework: its types, one whole answer, the server's life.

It must not know what is asked or answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
# Any ASGI application: each framework spells these three in types of its own.
Application = Callable[[Any, Any, Any], Awaitable[None]]
Headers = tuple[tuple[bytes, bytes], ...]


async def answer(send: Send, status: HTTPStatus, body: bytes = b"", headers: Headers = ()) -> None:
    """The whole answer to a request."""
    sized = [*headers, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": int(status), "headers": sized})
    await send({"type": "http.response.body", "body": body})


@dataclass(frozen=True, slots=True)
class Living:
    """An application and what lives as long as the server does; what fails there ends the start."""

    inner: Application
    life: Callable[[], AbstractAsyncContextManager[object]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The server's start and end; anything else to the application behind."""
        if scope["type"] != "lifespan":
            await self.inner(scope, receive, send)
            return
        await receive()
        async with self.life():
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


@dataclass(slots=True)
class OnDemand:
    """An application that is loaded when it is first asked for.

    `load` may take its time: it runs beside the event loop. What it answers makes the application.
    """

    load: Callable[[], Callable[[], Application]]
    _made: Application | None = None
    _making: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whatever is asked, once it is loaded."""
        application = self._made or await self._make()
        await application(scope, receive, send)

    async def _make(self) -> Application:
        async with self._making:
            if self._made is None:
                make = await asyncio.to_thread(self.load)
                # On the loop again: two threads must not have msgspec look into the same values.
                self._made = make()
            return self._made
