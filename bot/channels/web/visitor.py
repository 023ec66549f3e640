"""Who is asking: the cookie that is the chat's identity, found, made and forgotten.

It must not know what a chat holds; only the machine's store knows the cookie, hashed.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import replace
from hashlib import sha256
from http import HTTPStatus

from litestar.datastructures import Cookie

from bot.channels.allowance import Allowance
from bot.channels.web.limits import household
from bot.channels.web.machine import OpenedChat
from bot.channels.web.refusals import Declined
from bot.channels.web.site import AnyVisit, Site, Visit

TOKEN_BYTES = 16
_WRITTEN = 22  # characters of a token in URL-safe base64 without padding
_A_DAY = 24 * 60 * 60
_DAYS_180 = 180 * _A_DAY
_PLAYING = "reprieve_demo"


async def known_chat(request: Visit, site: Site) -> OpenedChat | None:
    """The visitor's chat, if their cookie belongs to one."""
    token = token_of(request, site)
    chat = await site.machine.find_chat(token) if token else None
    if chat is not None:
        request.state.locale = chat.locale
    return chat


async def own_chat(request: Visit, site: Site) -> OpenedChat:
    """The visitor's chat, made if there is none; addresses may make so many at a time."""
    known = await known_chat(request, site)
    if known is not None:
        return known
    spend(site, "chats", address_of(request), site.limits.address_chats)
    language = request.headers.get("accept-language")
    chat = await site.machine.open_chat(token_of(request, site), language)
    request.state.locale = chat.locale
    return chat


def token_of(request: AnyVisit, site: Site) -> bytes | None:
    """The cookie's sixteen bytes; None when there is no cookie or it is none of ours."""
    written = request.cookies.get(cookie_name(site), "")
    if len(written) != _WRITTEN:
        return None
    try:
        token = urlsafe_b64decode(written + "==")
    except (NotBase64, ValueError):
        return None
    return token if len(token) == TOKEN_BYTES else None


def cookie_for(chat: OpenedChat, site: Site) -> Cookie:
    """The cookie that makes a browser this chat's, for half a year from now."""
    written = urlsafe_b64encode(chat.token).rstrip(b"=").decode()
    return _cookie(site, written, _DAYS_180)


def forgetting(site: Site) -> Cookie:
    """The cookie that makes a browser nobody's."""
    return _cookie(site, "", 0)


def cookie_name(site: Site) -> str:
    """`__Host-` binds the cookie to this very host, but browsers take it over TLS only."""
    return "__Host-reprieve_chat" if site.https else "reprieve_chat"


def _cookie(site: Site, value: str, max_age: int) -> Cookie:
    return Cookie(
        cookie_name(site),
        value=value,
        max_age=max_age,
        path="/",
        secure=site.https,
        httponly=True,
        samesite="strict",
    )


def playing(ref: str, site: Site) -> Cookie:
    """The demo remembers whom this browser plays, to remind them of the digits."""
    return replace(_cookie(site, ref, _A_DAY if ref else 0), key=_PLAYING)


def played(request: AnyVisit) -> str:
    """The demo's borrower this browser plays; empty when none."""
    return request.cookies.get(_PLAYING, "")


def tag_of(chat: OpenedChat) -> str:
    """What the page may see of the chat's identity: enough to tell that it is another one."""
    return sha256(chat.chat_id.encode()).hexdigest()[:16]


def address_of(request: AnyVisit) -> str:
    """The address the request came from, as limits count it."""
    return household(request.client.host) if request.client else "-"


def spend(site: Site, what: str, who: str, allowance: Allowance) -> None:
    """Take one of the allowance; Declined 429 with the seconds to wait when none is left."""
    wait = site.buckets.wait(what, who, allowance, site.ticks())
    if wait:
        raise Declined(HTTPStatus.TOO_MANY_REQUESTS, "web.error.busy", retry_after=wait)
