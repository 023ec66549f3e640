"""Answers that say no: their status, and their sentence as JSON or as a page.

It must not hold words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from math import ceil
from typing import Any

from litestar import MediaType, Response
from litestar.exceptions import HTTPException

from bot.channels.web.site import Site, Visit
from bot.errors import Broken, Refused, Rejected, ReprieveError

_API = "/chat/api/"
_BY_STATUS = {
    HTTPStatus.NOT_FOUND: "web.error.missing",
    HTTPStatus.METHOD_NOT_ALLOWED: "web.error.missing",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "web.error.large",
}
# What went wrong on our side is not told in detail, and is worth another try.
_OURS = "web.error.again"
_RETRY_SECONDS = 2.0


class Declined(Rejected):
    """A request this channel turns away, with its status and perhaps when to come back."""

    def __init__(
        self,
        status: HTTPStatus,
        key: str,
        slots: Mapping[str, object] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(key, **(slots or {}))
        self.status = status
        self.retry_after = retry_after


Handler = Callable[[Visit, Any], Response[Any]]


def refusal_handlers(site: Site) -> dict[int | type[Exception], Handler]:
    """What Litestar calls for our errors and for its own."""

    def ours(request: Visit, error: ReprieveError) -> Response[Any]:
        return _said(site, request, _declined(error))

    def theirs(request: Visit, error: HTTPException) -> Response[Any]:
        status = HTTPStatus(error.status_code)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            key = _OURS
        else:
            key = _BY_STATUS.get(status, "web.error.shape")
        return _said(site, request, Declined(status, key))

    return {ReprieveError: ours, HTTPException: theirs}


def _declined(error: ReprieveError) -> Declined:
    if isinstance(error, Declined):
        return error
    if isinstance(error, Broken):
        return Declined(HTTPStatus.SERVICE_UNAVAILABLE, _OURS, retry_after=_RETRY_SECONDS)
    refused = isinstance(error, Refused)
    status = HTTPStatus.FORBIDDEN if refused else HTTPStatus.BAD_REQUEST
    return Declined(status, error.key, error.slots)


def _said(site: Site, request: Visit, no: Declined) -> Response[Any]:
    locale = locale_of(request, site)
    words = site.say(no.key, locale, **no.slots)
    headers = {} if no.retry_after is None else {"Retry-After": str(max(1, ceil(no.retry_after)))}
    if request.url.path.startswith(_API):
        body = {"error": no.key, "message": words}
        return Response(body, status_code=no.status, headers=headers, media_type=MediaType.JSON)
    return notice(site, locale, "web.page.wrong.title", words, no.status, headers)


def notice(
    site: Site,
    locale: str,
    title_key: str,
    words: str,
    status: HTTPStatus,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """A small page that says one thing and leads to the chat."""
    page = site.page("notice.html", locale, title=site.say(title_key, locale), words=words)
    return Response(page, status_code=status, headers=dict(headers or {}), media_type="text/html")


def locale_of(request: Visit, site: Site) -> str:
    """The chat's language once it is known, until then the browser's."""
    known = request.state.get("locale")
    if isinstance(known, str):
        return known
    return site.texts.negotiate_accept_language(request.headers.get("accept-language"))
