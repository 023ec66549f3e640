"""The demo's page: be one of twelve borrowers, through the same one-time link as everybody.

It must not be reachable outside the demo.
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from litestar import MediaType, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from bot.channels.web.machine import Demo
from bot.channels.web.pages import see_other
from bot.channels.web.refusals import Declined, locale_of
from bot.channels.web.site import OurSite, Site, Visit
from bot.channels.web.visitor import forgetting, known_chat, playing


@get("/demo")
async def demo_page(request: Visit, site: OurSite) -> Response[str]:
    """The situations to choose from and, once linked, what can happen next."""
    demo = _demo(site)
    chat = await known_chat(request, site)
    page = site.page(
        "demo.html",
        locale_of(request, site),
        situations=demo.situations(),
        codes=await demo.codes(),
        linked=chat is not None and await demo.is_linked(chat.chat_id),
        staff_name=demo.staff_name,
        staff_password=demo.staff_password,
    )
    return Response(page, media_type=MediaType.HTML)


@post("/demo/be/{ref:str}")
async def be(site: OurSite, ref: FromPath[str]) -> Redirect:
    """A fresh one-time link for that borrower, and off to it."""
    link = await _demo(site).make_link(ref)
    # The path alone: the public address may not be the one this browser came by.
    to_link = see_other(urlsplit(link).path)
    to_link.cookies.append(playing(ref, site))
    return to_link


@post("/demo/fresh")
async def fresh(site: OurSite) -> Redirect:
    """This browser forgets its chat."""
    _demo(site)
    to_chat = see_other("/chat")
    to_chat.cookies += [forgetting(site), playing("", site)]
    return to_chat


@post("/demo/pay")
async def pay(request: Visit, site: OurSite) -> Redirect:
    """The borrower of this browser's chat pays what remains; the chat tells the rest."""
    demo = _demo(site)
    chat = await known_chat(request, site)
    if chat is not None:
        await demo.pay_what_remains(chat.chat_id)
    return see_other("/chat")


ROUTES: tuple[HTTPRouteHandler, ...] = (demo_page, be, fresh, pay)


def _demo(site: Site) -> Demo:
    if site.demo is None:
        raise Declined(HTTPStatus.NOT_FOUND, "web.error.missing")
    return site.demo
