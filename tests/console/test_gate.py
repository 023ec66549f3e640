"""The gate: every route stands behind it, every form carries a token, every role has its limits."""

from __future__ import annotations

import pytest

from bot.store.staff import Role
from tests.console.browser import HOME, fields
from tests.console.world import World

OPEN_DOORS = {"/console/login", "/console/static/{name:str}"}
DECIDING = {
    "/console/cases/{case_id:str}/take",
    "/console/cases/{case_id:str}/grant",
    "/console/cases/{case_id:str}/reject",
    "/console/requests/{request_id:str}/answer",
}


def routes(world: World) -> list[tuple[str, str]]:
    """Every path under /console with each of its methods."""
    return [
        (route.path, method)
        for route in world.app.routes
        if route.path.startswith("/console")
        for method in getattr(route, "methods", ())
        if method in {"GET", "POST"}
    ]


def address(path: str) -> str:
    """A path with something in its gaps."""
    for gap in ("case_id", "request_id", "borrower_id", "owner", "upload_id", "name"):
        path = path.replace(f"{{{gap}:str}}", "0" * 32)
    return path


async def test_every_route_sends_a_stranger_to_the_sign_in(world: World) -> None:
    seen = 0
    for path, method in routes(world):
        if path in OPEN_DOORS:
            continue
        browser = world.browser()
        answer = await browser.client.request(method, address(path), headers={"origin": HOME})
        assert answer.status_code == 303, (method, path)
        assert answer.headers["location"].startswith("/console/login?next=/console"), path
        seen += 1
    assert seen >= 15


async def test_a_forged_session_cookie_opens_nothing(world: World) -> None:
    browser = world.browser()
    browser.client.cookies.set("reprieve_staff", "x" * 43, domain="desk.test", path="/console")
    assert (await browser.get("/console")).status_code == 303


async def test_every_form_without_its_token_is_refused(world: World) -> None:
    browser = await world.signed_in()
    for path, method in routes(world):
        if method != "POST" or path in OPEN_DOORS:
            continue
        for token in ("", "x" * 43):
            answer = await browser.post(address(path), {"csrf": token})
            assert answer.status_code == 403, path
            assert "did not come from this page" in answer.text


@pytest.mark.parametrize("origin", ["https://evil.test", "null", None])
async def test_a_form_from_another_site_is_refused_even_with_the_token(
    world: World, origin: str | None
) -> None:
    browser = await world.signed_in()
    form = fields((await browser.get("/console")).text, "/console/logout")
    assert (await browser.post("/console/logout", form, origin)).status_code == 403
    assert (await browser.get("/console")).status_code == 200


async def test_a_token_of_another_session_is_refused(world: World) -> None:
    theirs, mine = await world.signed_in("approver"), await world.signed_in("reviewer")
    form = fields((await theirs.get("/console")).text, "/console/logout")
    assert (await mine.post("/console/logout", form)).status_code == 403


@pytest.mark.parametrize("role", [role.value for role in Role])
async def test_only_reviewers_and_approvers_get_past_the_gate_of_deciding(
    world: World, role: str
) -> None:
    browser = await world.signed_in(role)
    token = fields((await browser.get("/console")).text, "/console/logout")
    decides = role in {"reviewer", "approver"}
    for path in DECIDING:
        answer = await browser.post(address(path), token)
        said = "nothing here that you can see" if decides else "role does not allow"
        assert answer.status_code == (404 if decides else 403), path
        assert said in answer.text


@pytest.mark.parametrize("role", [role.value for role in Role])
async def test_every_role_reads(world: World, role: str) -> None:
    browser = await world.signed_in(role)
    for path in ("/console", "/console/queue", "/console/requests", "/console/requests/live"):
        assert (await browser.get(path)).status_code == 200


async def test_pages_are_kept_by_nobody_and_run_no_script_of_others(world: World) -> None:
    browser = await world.signed_in()
    for path in ("/console", "/console/login", "/console/cases/unknown"):
        headers = (await browser.get(path)).headers
        if path == "/console/login":
            continue
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


async def test_pages_hold_no_script_or_style_of_their_own(world: World) -> None:
    browser = await world.signed_in()
    chat = await world.chat("B1")
    case = await world.file_case(chat, "L1", "RP-7K3M-9QXD")
    request = await world.ask(chat, "hello")
    for path in (
        "/console",
        f"/console/cases/{case.id}",
        f"/console/requests/{request}",
        "/console/requests",
        f"/console/borrowers/{case.borrower_id}",
    ):
        html = (await browser.get(path)).text
        assert " style=" not in html
        assert "<style" not in html
        assert "<script>" not in html
        assert " onclick" not in html


async def test_static_files_are_known_by_name_and_kept_for_ever(world: World) -> None:
    browser = world.browser()
    script = await browser.get("/console/static/htmx.min.js")
    assert script.status_code == 200
    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" in script.headers["cache-control"]
    assert "htmx 2.0.11" in (await browser.get("/console/static/htmx.LICENSE.txt")).text
    for name in ("nothing.js", "..%2Fpages.py", "%2e%2e/pages.py"):
        assert (await browser.get(f"/console/static/{name}")).status_code == 404
