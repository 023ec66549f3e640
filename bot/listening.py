"""Listening for HTTP until asked to stop.

It must not know what answers.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from bot.settings import Settings

_ASKED_TO_STOP = (signal.SIGINT, signal.SIGTERM)
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
        http="httptools",
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

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop when asked, and return: uvicorn's own would kill the process with files open."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {each: signal.signal(each, self.handle_exit) for each in _ASKED_TO_STOP}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready(self.servers[0].sockets[0].getsockname()[1])

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        # Before it waits for open requests: a chat's stream would be open for ever.
        self._stopping()
        await super().shutdown(sockets)
