"""The chat page on a real server, over a machine in memory whose answers the test gives."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tests.channels.web_machine import Line
from tests.channels.web_site import WebSite


class _Started(uvicorn.Server):
    """uvicorn, telling when it listens, so that nobody polls."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class ChatServer:
    """A running web chat. `url` is its address; `site` what it stands on."""

    def __init__(self, site: WebSite, server: _Started, url: str) -> None:
        self.site = site
        self.url = url
        self._server = server

    def tell(self, *lines: Line) -> None:
        """The machine says something by itself in the newest chat."""
        chat_id = list(self.site.machine.chats)[-1]
        loop = self.site.machine.loop
        assert loop is not None
        loop.call_soon_threadsafe(self.site.machine.tell, chat_id, *lines)


@contextmanager
def chat_server(site: WebSite) -> Iterator[ChatServer]:
    """Serve `site` on a port of its own until the block ends."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        config = uvicorn.Config(site.app, log_config=None, timeout_graceful_shutdown=1)
        server = _Started(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            assert server.ready.wait(timeout=30)
            yield ChatServer(site, server, f"http://127.0.0.1:{port}")
        finally:
            server.should_exit = True
            site.machine.stop_soon()
            thread.join(timeout=30)
