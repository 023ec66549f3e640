"""Listening for HTTP until asked to stop.

It must not know what answers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from bot.settings import Settings

DRAIN_SECONDS = 5.0  # how long what is under way may take once asked to stop


async def serve_http(
    application: Callable[..., Awaitable[None]],
    settings: Settings,
    ready: Callable[[int], None],
    stopping: Callable[[], None],
) -> None:
    """Listen until asked to stop; `ready` is told the port once it is open.

    `stopping` is called before open requests are waited for.
    """
    config = uvicorn.Config(
        application,
        host=settings.http_host,
        port=settings.http_port,
        loop="uvloop",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(DRAIN_SECONDS),
        lifespan="on",
    )
    await _Server(config, ready, stopping).serve()


class _Server(uvicorn.Server):
    """uvicorn, telling when it listens and when it is about to stop."""

    def __init__(
        self,
        config: uvicorn.Config,
        ready: Callable[[int], None],
        stopping: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._stopping = stopping

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready(self.servers[0].sockets[0].getsockname()[1])

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        # Before it waits for open requests: a chat's stream would be open for ever.
        self._stopping()
        await super().shutdown(sockets)
