"""The figures over HTTP, on an address and a port of their own.

It must not share the port borrowers reach, nor the loop that serves them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import start_http_server

from bot.watch.figures import Figures


@contextmanager
def scraped(figures: Figures, host: str, port: int | None) -> Iterator[int | None]:
    """Answer scrapes meanwhile; the port that was taken, None when no port is asked for."""
    if port is None:
        yield None
        return
    server, thread = start_http_server(port, host, figures.registry())
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
