"""The chat's HTTP API: send, read, be woken, see a picture, save a document, hand in a file.

It must not decide anything: what was sent goes to the machine, what it says is passed on.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from bot.channels.web.events import may_listen, stream
from bot.channels.web.headers import PAPER_POLICY, PICTURE_POLICY
from bot.channels.web.machine import Message, OpenedChat, Update
from bot.channels.web.reading import LARGEST_BODY, read_after, read_seen, read_update
from bot.channels.web.refusals import Declined
from bot.channels.web.site import OurSite, Site, Visit, language_tag
from bot.channels.web.uploads import LARGEST_BODY as LARGEST_UPLOAD
from bot.channels.web.uploads import read_file
from bot.channels.web.visitor import cookie_for, known_chat, own_chat, spend, tag_of

SOURCE = "web"
_MOST_MESSAGES = 500  # in one answer; a client asks again after the last


@post("/chat/api/messages", request_max_body_size=LARGEST_BODY)
async def send(request: Visit, site: OurSite) -> Response[Any]:
    """Hear a message and answer once its turn is committed, with the chat's last seq."""
    key, kind, value = await read_update(request)
    chat = await own_chat(request, site)
    seq = await site.machine.receive(Update(SOURCE, key, chat.chat_id, kind, value))
    return _answer(site, chat, {"seq": seq}, HTTPStatus.OK)


@get("/chat/api/messages")
async def read(request: Visit, site: OurSite) -> Response[Any]:
    """The messages after a seq; none for a visitor without a chat, and none is made."""
    after = read_after(request)
    chat = await known_chat(request, site)
    if chat is None:
        return Response([])
    found = await site.machine.messages(chat.chat_id, max(after, chat.hidden_until))
    written = [_written(message) for message in found[:_MOST_MESSAGES]]
    return Response(written, headers=_about(chat))


@get("/chat/api/events")
async def events(request: Visit, site: OurSite) -> Response[Any]:
    """A stream that says when the chat has grown past Last-Event-ID, or `after`."""
    chat = await known_chat(request, site)
    if chat is None:
        # The one status after which an EventSource does not come back by itself.
        return Response(None, status_code=HTTPStatus.NO_CONTENT)
    may_listen(site, chat.chat_id)
    seen = read_seen(request)
    return Stream(
        stream(site, chat.chat_id, seen),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


@get("/chat/api/pictures/{message_id:str}")
async def picture(request: Visit, site: OurSite, message_id: FromPath[str]) -> Response[str]:
    """The picture of one of the visitor's own messages, as SVG."""
    chat = await known_chat(request, site)
    drawn = await site.machine.picture(chat.chat_id, message_id) if chat else None
    if drawn is None:
        raise Declined(HTTPStatus.NOT_FOUND, "web.error.missing")
    headers = {"Content-Security-Policy": PICTURE_POLICY}
    return Response(drawn, media_type="image/svg+xml", headers=headers)


@get("/chat/api/papers/{message_id:str}")
async def paper(request: Visit, site: OurSite, message_id: FromPath[str]) -> Response[bytes]:
    """The document of one of the visitor's own messages, to be saved."""
    chat = await known_chat(request, site)
    printed = await site.machine.paper(chat.chat_id, message_id) if chat else None
    if printed is None:
        raise Declined(HTTPStatus.NOT_FOUND, "web.error.missing")
    headers = {
        "Content-Security-Policy": PAPER_POLICY,
        "Content-Disposition": f'attachment; filename="{printed.name}"',
    }
    return Response(printed.content, media_type=printed.media_type, headers=headers)


@post("/chat/api/uploads", request_max_body_size=LARGEST_UPLOAD)
async def upload(request: Visit, site: OurSite) -> Response[Any]:
    """Keep a file; its id is then sent as a message."""
    chat = await own_chat(request, site)
    spend(site, "uploads", chat.chat_id, site.limits.chat_uploads)
    name, kind, content = await read_file(request)
    upload_id = await site.machine.store_upload(chat.chat_id, name, kind, content)
    return _answer(site, chat, {"upload": upload_id}, HTTPStatus.CREATED)


ROUTES: tuple[HTTPRouteHandler, ...] = (send, read, events, picture, paper, upload)


def _answer(
    site: Site, chat: OpenedChat, body: dict[str, int | str], status: HTTPStatus
) -> Response[Any]:
    return Response(
        body, status_code=status, headers=_about(chat), cookies=[cookie_for(chat, site)]
    )


def _about(chat: OpenedChat) -> dict[str, str]:
    return {
        "Content-Language": language_tag(chat.locale),
        "Reprieve-Chat": tag_of(chat),
        "Reprieve-Hidden": str(chat.hidden_until),
    }


def _written(message: Message) -> dict[str, Any]:
    picture_url, paper_url = (f"/chat/api/{kind}/{message.id}" for kind in ("pictures", "papers"))
    return {
        "seq": message.seq,
        "from": message.speaker,
        "text": message.text,
        "html": message.html,
        "at": message.at.isoformat(),
        "buttons": [[_choice(*choice) for choice in row] for row in message.buttons],
        "picture": {"url": picture_url, "alt": message.alt or ""} if message.picture else None,
        "paper": {"url": paper_url, "name": message.paper} if message.paper else None,
        "replaces": message.replaces,
    }


def _choice(choice_id: str, label: str, url: str | None = None) -> dict[str, str]:
    shown = {"id": choice_id, "label": label}
    return shown if url is None else {**shown, "url": url}
