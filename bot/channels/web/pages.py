"""The pages people open: the chat, the lender's one-time link, the door.

It must not open a link by being looked at, nor make a chat.
"""

from __future__ import annotations

import re
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from litestar import MediaType, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from bot.channels.web.machine import Demo, Update
from bot.channels.web.reading import LONGEST_TEXT
from bot.channels.web.refusals import Declined, locale_of, notice
from bot.channels.web.site import OurSite, Site, Visit, direction, language_tag
from bot.channels.web.uploads import LARGEST_FILE, LIMIT_MB
from bot.channels.web.visitor import cookie_for, known_chat, own_chat, played
from bot.errors import Refused, Rejected

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")
# What the scripts say, by the names they use.
_WORDS = (
    "title", "tagline", "log", "you", "assistant", "person", "menu", "language", "write", "send",
    "attach", "attach.camera", "attach.file", "typing", "waiting", "uploading", "offline",
    "unreachable", "again", "discard", "newer", "end", "left", "picture.enlarge", "paper.save",
    "close", "hidden", "hidden.go_on", "error.again", "error.busy", "error.file.kind",
    "error.file.large", "error.file.empty", "error.long",
)  # fmt: skip


@get("/", status_code=HTTP_303_SEE_OTHER)
async def door(site: OurSite) -> Redirect:
    """To the demo's page in the demo, else to the chat."""
    return see_other("/demo" if site.demo else "/chat")


@get("/chat")
async def chat_page(request: Visit, site: OurSite) -> Response[str]:
    """The page of the chat. Its script makes the chat: a link from elsewhere brings no cookie."""
    await known_chat(request, site)
    locale = locale_of(request, site)
    said = said_by_page(site, locale, played(request))
    page = site.page("chat.html", locale, said=said)
    return Response(page, media_type=MediaType.HTML)


@get("/chat/api/page")
async def page_words(request: Visit, site: OurSite) -> Response[Any]:
    """What the page says, in the chat's language: for changing it without loading anew."""
    await known_chat(request, site)
    return Response(said_by_page(site, locale_of(request, site), played(request)))


@get("/chat/static/{version:str}/{name:str}", sync_to_thread=False)
def static(
    request: Visit, site: OurSite, version: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    """A script or style; kept by browsers for ever under its version."""
    asset = site.assets.get(name)
    if asset is None:
        raise Declined(HTTPStatus.NOT_FOUND, "web.error.missing")
    kept = "public, max-age=31536000, immutable" if version == site.assets.version else "no-cache"
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    content = asset.content
    if "gzip" in request.headers.get("accept-encoding", ""):
        content = asset.compressed
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type=asset.kind, headers=headers)


@get("/link/{token:str}")
async def link_page(request: Visit, site: OurSite) -> Response[str]:
    """One button. Previews and scanners load this page too, so loading it does nothing."""
    await known_chat(request, site)
    return Response(site.page("link.html", locale_of(request, site)), media_type=MediaType.HTML)


@post("/link/{token:str}")
async def open_link(request: Visit, site: OurSite, token: FromPath[str]) -> Response[Any]:
    """The button was pressed: the link is used up; one wording whenever it cannot be."""
    chat = await own_chat(request, site)
    if not _TOKEN.match(token):
        return _unusable(request, site)
    # The key is a digest, since it is kept after the update's body is blanked.
    key = "link:" + sha256(token.encode()).hexdigest()[:32]
    try:
        await site.machine.receive(Update("web", key, chat.chat_id, "link", token))
    except (Refused, Rejected):
        return _unusable(request, site)
    to_chat = see_other("/chat")
    to_chat.cookies.append(cookie_for(chat, site))
    return to_chat


ROUTES: tuple[HTTPRouteHandler, ...] = (
    door, chat_page, page_words, static, link_page, open_link,
)  # fmt: skip


def see_other(path: str) -> Redirect:
    """On to another page, by GET."""
    return Redirect(path, status_code=HTTP_303_SEE_OTHER)


def said_by_page(site: Site, locale: str, playing: str = "") -> dict[str, Any]:
    """Language, direction, limits and words for the scripts, as one JSON document.

    `playing` is the demo's borrower this browser plays.
    """
    words: dict[str, dict[str, object]] = {name: {} for name in _WORDS}
    words["title"] = words["person"] = {"lender": site.settings.lender_name}
    words["error.long"] = {"limit": LONGEST_TEXT}
    words["error.file.large"] = {"limit": LIMIT_MB}
    words |= _demo_words(site.demo, playing) if site.demo else {}
    return {
        "lang": language_tag(locale),
        "dir": direction(locale),
        "text_limit": LONGEST_TEXT,
        "file_limit": LARGEST_FILE,
        "words": {name: site.say(f"web.{name}", locale, **slots) for name, slots in words.items()},
    }


def _demo_words(demo: Demo, playing: str) -> dict[str, dict[str, object]]:
    words: dict[str, dict[str, object]] = {"demo.strip": {}, "demo.others": {}}
    for situation in demo.situations():
        if situation.ref == playing:
            words["demo.digits"] = {"digits": situation.id_last4}
    return words


def _unusable(request: Visit, site: Site) -> Response[str]:
    locale = locale_of(request, site)
    words = site.say("web.link.unusable", locale, lender=site.settings.lender_name)
    return notice(site, locale, "web.link.unusable.title", words, HTTPStatus.NOT_FOUND)
