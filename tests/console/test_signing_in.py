"""Signing in: who gets in, what a wrong try learns, what the cookies and forms are worth."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from bot.store import staff
from tests.console.browser import PASSWORD, fields
from tests.console.world import World, open_world


def without_tokens(html: str) -> str:
    """A page without what differs each time."""
    return re.sub(r'value="[0-9a-f]{64}"', "", html)


async def test_the_right_password_leads_to_the_queue(world: World) -> None:
    await world.add_staff("reviewer")
    browser = world.browser()
    answer = await browser.sign_in("Reviewer")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")
    assert (await browser.get("/console")).status_code == 200


async def test_the_cookie_is_kept_from_scripts_and_other_sites(world: World) -> None:
    await world.add_staff("reviewer")
    cookie = (await world.browser().sign_in("reviewer")).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/console" in cookie
    assert "secure" not in cookie
    assert "max-age" not in cookie


async def test_over_https_the_cookie_is_secure(tmp_path: Path) -> None:
    async with open_world(tmp_path, public_url="https://desk.test") as world:
        page = await world.browser().get("/console/login")
        assert "secure" in page.headers["set-cookie"].lower()


async def test_unknown_wrong_locked_and_disabled_are_answered_alike(world: World) -> None:
    await world.add_staff("reviewer")
    await world.add_staff("viewer")
    await world.database.write(lambda db: staff.disable(db, "viewer", world.clock()))
    answers: list[httpx.Response] = [
        await world.browser().sign_in("nobody"),
        await world.browser().sign_in("viewer"),
    ]
    answers += [await world.browser().sign_in("reviewer", "wrong") for _ in range(5)]
    answers.append(await world.browser().sign_in("reviewer"))
    assert {answer.status_code for answer in answers} == {403}
    assert len({without_tokens(answer.text) for answer in answers}) == 1


async def test_after_an_hour_the_lock_is_gone(world: World) -> None:
    await world.add_staff("reviewer")
    for _ in range(5):
        await world.browser().sign_in("reviewer", "wrong")
    world.clock.forward(minutes=60)
    assert (await world.browser().sign_in("reviewer")).status_code == 303


async def test_signing_in_leads_back_to_the_page_that_was_asked_for(world: World) -> None:
    await world.add_staff("reviewer")
    browser = world.browser()
    sent = await browser.get("/console/requests")
    assert sent.headers["location"] == "/console/login?next=/console/requests"
    answer = await browser.sign_in("reviewer", path="?next=/console/requests")
    assert answer.headers["location"] == "/console/requests"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.test", "//evil.test", "/chat", "/console\\evil", "/consolex", "/console%0d%0a"],
)
async def test_signing_in_leads_nowhere_else(world: World, elsewhere: str) -> None:
    await world.add_staff("reviewer")
    browser = world.browser()
    form = fields((await browser.get("/console/login")).text, "/console/login")
    form |= {"login": "reviewer", "password": PASSWORD, "next": elsewhere}
    answer = await browser.post("/console/login", form)
    assert answer.headers["location"] == "/console"


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://desk.test.evil", None])
async def test_a_sign_in_from_another_site_is_refused(world: World, origin: str | None) -> None:
    await world.add_staff("reviewer")
    browser = world.browser()
    form = fields((await browser.get("/console/login")).text, "/console/login")
    form |= {"login": "reviewer", "password": PASSWORD}
    answer = await browser.post("/console/login", form, origin)
    assert answer.status_code == 403
    assert (await browser.get("/console")).status_code == 303


async def test_a_sign_in_form_given_to_another_browser_is_refused(world: World) -> None:
    await world.add_staff("reviewer")
    theirs = fields((await world.browser().get("/console/login")).text, "/console/login")
    mine = world.browser()
    await mine.get("/console/login")
    answer = await mine.post(
        "/console/login", {**theirs, "login": "reviewer", "password": PASSWORD}
    )
    assert answer.status_code == 403
    assert "too old" in answer.text


async def test_signing_out_ends_the_session_on_the_server(world: World) -> None:
    browser = await world.signed_in()
    cookie = browser.client.cookies["reprieve_staff"]
    await browser.submit("/console", "/console/logout")
    browser.client.cookies.set("reprieve_staff", cookie, domain="desk.test", path="/console")
    assert (await browser.get("/console")).status_code == 303


async def test_who_is_signed_in_does_not_see_the_form_again(world: World) -> None:
    browser = await world.signed_in()
    assert (await browser.get("/console/login")).headers["location"] == "/console"


async def test_thirty_quiet_minutes_sign_out_and_a_refreshing_page_is_quiet(world: World) -> None:
    browser = await world.signed_in()
    for _ in range(3):
        world.clock.forward(minutes=9)
        assert (await browser.get("/console/queue")).status_code == 200
    world.clock.forward(minutes=9)
    answer = await browser.get("/console/queue", **{"hx-request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (
        401,
        "/console/login?next=/console",
    )


async def test_opening_pages_keeps_one_signed_in_for_twelve_hours(world: World) -> None:
    browser = await world.signed_in()
    for _ in range(12 * 3 - 1):
        world.clock.forward(minutes=20)
        assert (await browser.get("/console")).status_code == 200
    world.clock.forward(minutes=20)
    assert (await browser.get("/console")).status_code == 303


async def test_the_language_of_the_form_follows_the_browser_and_the_choice(world: World) -> None:
    browser = world.browser(**{"accept-language": "zh-CN,zh;q=0.9"})
    assert "登录" in (await browser.get("/console/login")).text
    assert "登入" in (await browser.get("/console/login?lang=zh_Hant")).text
    assert "Sign in" in (await browser.get("/console/login?lang=en")).text
    assert "登录" in (await browser.get("/console/login?lang=tlh")).text


async def test_the_language_is_kept_with_the_account(world: World) -> None:
    browser = await world.signed_in()
    answer = await browser.submit("/console/requests", "/console/language", locale="zh_Hans")
    assert answer.headers["location"] == "/console/requests"
    assert 'lang="zh-Hans"' in (await browser.get("/console")).text
    again = world.browser()
    await again.sign_in("reviewer")
    assert 'lang="zh-Hans"' in (await again.get("/console")).text


async def test_signing_in_is_audited_without_a_password_or_a_name(world: World) -> None:
    await world.signed_in()
    row = await world.database.read(
        lambda db: tuple(db.execute("SELECT subject_id, actor, kind FROM audit").fetchone())
    )
    assert row == ("system", "staff:staff-reviewer", "staff.signed_in")


async def test_a_form_larger_than_any_of_ours_is_refused(world: World) -> None:
    browser = await world.signed_in()
    answer = await browser.post("/console/find", {"term": "x" * 70_000})
    assert answer.status_code == 413
