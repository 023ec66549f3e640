"""The routes of the web chat, under the guards and limits that all of them share.

They must not be imported where only the chat's other end is needed: they bring the framework.
"""

from __future__ import annotations

from collections.abc import Callable

from litestar import Router
from litestar.di import Provide

from bot.channels.web import api, demo_pages, pages
from bot.channels.web.guards import only_our_pages, within_limits
from bot.channels.web.headers import secured
from bot.channels.web.limits import Limits
from bot.channels.web.machine import Demo, Machine
from bot.channels.web.refusals import refusal_handlers
from bot.channels.web.site import Site
from bot.settings import Settings
from bot.texts import Texts


def web_routes(
    machine: Machine,
    texts: Texts,
    settings: Settings,
    ticks: Callable[[], float],
    *,
    demo: Demo | None = None,
    limits: Limits | None = None,
) -> list[Router]:
    """The routes of the web chat, to be mounted at the root.

    `ticks` tells seconds of a clock that only grows; with `demo` its page is there as well.
    """
    site = Site(machine, texts, settings, ticks, demo, limits or Limits())
    shown = (*pages.ROUTES, *api.ROUTES, *(demo_pages.ROUTES if demo else ()))
    return [
        Router(
            "/",
            route_handlers=shown,
            dependencies={"site": Provide(lambda: site, sync_to_thread=False)},
            guards=[only_our_pages(site), within_limits(site)],
            middleware=[secured(https=site.https)],
            exception_handlers=refusal_handlers(site),
        )
    ]
