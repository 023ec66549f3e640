"""The gate of the console: who is let in, and whether a form is really ours.

It must not decide anything else. Every route stands behind `staff_only` but the sign-in.
"""

from __future__ import annotations

import hmac
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from bot.console.context import Console, StaffRequest
from bot.errors import Refused
from bot.store import staff_session
from bot.store.staff_session import SEEN_EVERY, Session

COOKIE: Final = "reprieve_staff"
DOOR: Final = "reprieve_door"  # ties a sign-in form to the browser it was given to
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "x-csrf-token"
PATH: Final = "/console"
LONGEST_FORM: Final = 64 * 1024
_READING: Final = frozenset({"GET", "HEAD"})


class SignedOut(Exception):
    """Nobody is signed in, or no longer."""


class Forged(Refused):
    """A form that did not come from a page of ours, or is too old."""

    def __init__(self) -> None:
        super().__init__("console.error.form_expired")


async def staff_only(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """Let in who is signed in, may do what the route says (`opt["right"]`), with a form of ours."""
    console: Console = handler.opt["console"]
    session = await session_in(console, connection)
    if session is None:
        raise SignedOut
    connection.state["session"] = session
    session.actor.must(handler.opt["right"])
    if isinstance(connection, Request) and connection.method not in _READING:
        await genuine(console, connection, session.csrf)
    # A page that refreshes itself is nobody at the desk.
    if not handler.opt.get("passive"):
        await _seen(console, connection.cookies[COOKIE], session)


async def session_in(
    console: Console, connection: ASGIConnection[Any, Any, Any, Any]
) -> Session | None:
    """The session of the cookie; None when there is none."""
    token, now = connection.cookies.get(COOKIE), console.clock()
    if not token:
        return None
    return await console.database.read(lambda db: staff_session.find_session(db, token, now))


async def genuine(console: Console, request: StaffRequest, csrf: str) -> None:
    """Raise Forged unless the form comes from our own page and carries that page's token."""
    if not _own_origin(console, request):
        raise Forged
    given = request.headers.get(CSRF_HEADER) or str((await request.form()).get(CSRF_FIELD, ""))
    if not hmac.compare_digest(given.encode(), csrf.encode()):
        raise Forged


def _own_origin(console: Console, request: StaffRequest) -> bool:
    """Whether the browser says the form came from here: our public address, or the one it asked."""
    origin = request.headers.get("origin", "")
    host = urlsplit(origin).netloc
    return origin == console.settings.url or (host != "" and host == request.headers.get("host"))


async def _seen(console: Console, token: str, session: Session) -> None:
    now = console.clock()
    if now - session.seen_at >= SEEN_EVERY:
        await console.database.write(lambda db: staff_session.seen(db, token, now))


def cookie(console: Console, key: str, value: str) -> Cookie:
    """A cookie only our own pages send and no script reads; an empty value takes it away."""
    return Cookie(
        key=key,
        value=value,
        path=PATH,
        httponly=True,
        samesite="strict",
        secure=console.secure,
        max_age=None if value else 0,
    )


def to_sign_in(request: StaffRequest, _signed_out: SignedOut) -> Response[Any]:
    """Off to the sign-in, back to the same page afterwards; htmx is told by its own header."""
    back = request.url.path if request.method in _READING else PATH
    where = f"{PATH}/login?next={own_path(back)}"
    if request.headers.get("hx-request"):
        here = own_path(urlsplit(request.headers.get("hx-current-url", "")).path)
        return Response(b"", status_code=401, headers={"HX-Redirect": f"{PATH}/login?next={here}"})
    return Redirect(where, status_code=303)


def own_path(path: str) -> str:
    """`path` when it is a page of the console, else its first page: nobody is led elsewhere."""
    plain = path.isascii() and not set(path) & set("\\?#&% \r\n\t")
    return path if plain and (path == PATH or path.startswith(PATH + "/")) else PATH
