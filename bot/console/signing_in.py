"""Signing in and out, and the language of one's own console.

It must not say which of login and password was wrong, nor that a lock is on.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import sqlite3
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from bot.console.context import Console, StaffRequest, console_of, session_of
from bot.console.gate import (
    COOKIE,
    DOOR,
    PATH,
    Forged,
    cookie,
    genuine,
    own_path,
    session_in,
)
from bot.store import audit, staff, staff_session
from bot.store.staff import Actor, Right


@get("/login")
async def login_page(request: StaffRequest) -> Response[Any]:
    """The form; who is signed in already goes to the queue."""
    console = console_of(request)
    if await session_in(console, request):
        return Redirect(PATH, status_code=303)
    return _form(console, request, own_path(request.query_params.get("next", PATH)))


@post("/login")
async def sign_in(request: StaffRequest) -> Response[Any]:
    """Check the password and open a session, or show the form again with one wording."""
    console = console_of(request)
    form = await request.form()
    back = own_path(str(form.get("next", PATH)))
    door = request.cookies.get(DOOR, "")
    try:
        await genuine(console, request, _door_token(console, door))
    except Forged as old:
        return _form(console, request, back, old.key, 403)
    actor = await _checked(console, str(form.get("login", "")), str(form.get("password", "")))
    if actor is None:
        return _form(console, request, back, "console.error.sign_in", 403)
    return await _let_in(console, actor, back)


@post("/logout", opt={"right": Right.READ})
async def logout(request: StaffRequest) -> Response[Any]:
    """End the session here and in the browser."""
    console = console_of(request)
    token = request.cookies[COOKIE]
    await console.database.write(lambda db: staff_session.close_session(db, token))
    return Redirect(f"{PATH}/login", status_code=303, cookies=[cookie(console, COOKIE, "")])


@post("/language", opt={"right": Right.READ})
async def language(request: StaffRequest) -> Response[Any]:
    """Keep the chosen language with the account."""
    console, actor = console_of(request), session_of(request).actor
    form = await request.form()
    locale = str(form.get("locale", ""))
    if locale in console.pages.texts.locales:
        await console.database.write(lambda db: staff.set_locale(db, actor.login, locale))
    return Redirect(own_path(str(form.get("back", PATH))), status_code=303)


def _form(
    console: Console, request: StaffRequest, back: str, problem: str = "", status: int = 200
) -> Response[Any]:
    door = request.cookies.get(DOOR) or secrets.token_urlsafe(16)
    values = {"csrf": _door_token(console, door), "next": back, "problem": problem}
    page = console.pages.page("login.html", _locale(console, request), values, status)
    page.set_cookie(cookie(console, DOOR, door))
    return page


def _locale(console: Console, request: StaffRequest) -> str:
    texts = console.pages.texts
    asked = request.query_params.get("lang", "")
    if asked in texts.locales:
        return str(asked)
    return texts.negotiate_accept_language(request.headers.get("accept-language"))


def _door_token(console: Console, door: str) -> str:
    return hmac.new(console.seals.session_key(), f"door\0{door}".encode(), "sha256").hexdigest()


async def _checked(console: Console, login: str, password: str) -> Actor | None:
    """Who signs in. Wrong password, unknown login and locked login cost and answer the same."""
    kept = await console.database.read(lambda db: staff.password_hash_of(db, login))
    async with console.checking:
        right = await asyncio.to_thread(staff.matches, kept, password)
    now = console.clock()
    matched = kept if right else None
    return await console.database.write(lambda db: staff.settle_try(db, login, matched, now))


async def _let_in(console: Console, actor: Actor, back: str) -> Response[Any]:
    token, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), console.clock()
    entry = (audit.SYSTEM, f"staff:{actor.id}", "staff.signed_in", "")

    def open_it(db: sqlite3.Connection) -> None:
        staff_session.open_session(db, actor, token, csrf, now)
        audit.append(db, console.seals, entry, now)

    await console.database.write(open_it)
    return Redirect(back, status_code=303, cookies=[cookie(console, COOKIE, token)])
