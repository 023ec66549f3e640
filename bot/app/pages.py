"""Chat and console as one web application.

It must not be imported before somebody asks for a page: the framework is a third of the start.
"""

from __future__ import annotations

import time

from litestar import Litestar

from bot.app import Parts
from bot.asgi import Application
from bot.channels.web.bridge import Bridge
from bot.channels.web.machine import Demo
from bot.channels.web.routes import web_routes
from bot.console import console_routes
from bot.serve import Serve


def pages(parts: Parts, bridge: Bridge, serve: Serve, demo: Demo | None) -> Application:
    """The pages over the running parts."""
    web = web_routes(bridge, parts.texts, parts.settings, time.monotonic, demo=demo)
    console = console_routes(
        serve,
        parts.database,
        parts.seals,
        parts.texts,
        parts.settings,
        parts.clock,
        policy=parts.policy,
        zone=parts.zone,
    )
    return Litestar(
        route_handlers=[*web, *console],
        openapi_config=None,
        logging_config=None,
    )
