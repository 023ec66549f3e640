"""What is checked before any handler runs: where a request comes from, and how often.

It must not read a body.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from litestar.handlers import BaseRouteHandler

from bot.channels.web.refusals import Declined
from bot.channels.web.site import AnyVisit, Site
from bot.channels.web.visitor import address_of, spend, token_of

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})
Guard = Callable[[AnyVisit, BaseRouteHandler], None]


def only_our_pages(site: Site) -> Guard:
    """Refuses a write another site's page made a browser send; docs/adr/ says why it is enough."""

    def check(request: AnyVisit, _: BaseRouteHandler) -> None:
        if _method(request) not in _SAFE and not _is_ours(request, site):
            raise Declined(HTTPStatus.FORBIDDEN, "web.error.elsewhere")

    return check


def _is_ours(request: AnyVisit, site: Site) -> bool:
    fetched_from = request.headers.get("sec-fetch-site")
    if fetched_from is not None:
        return fetched_from in _OURS
    origin = request.headers.get("origin")
    here = f"{request.url.scheme}://{request.headers.get('host', '')}"
    # A program that is no browser sends neither; it holds no cookie but the one we gave it.
    return origin is None or origin in {site.origin, here}


def within_limits(site: Site) -> Guard:
    """Refuses what comes too often from one chat or one address, with the seconds to wait."""

    def check(request: AnyVisit, _: BaseRouteHandler) -> None:
        address = address_of(request)
        if _method(request) in _SAFE:
            spend(site, "reads", address, site.limits.address_reads)
            return
        spend(site, "sends", address, site.limits.address_sends)
        token = token_of(request, site)
        if token is not None:
            spend(site, "chat", token.hex(), site.limits.chat_sends)

    return check


def _method(request: AnyVisit) -> str:
    return str(request.scope.get("method"))
