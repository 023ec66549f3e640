"""Who may speak to the API: the cookie, the headers, our own pages alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from tests.channels.web_site import WebSite

MESSAGES = "/chat/api/messages"


Client = TestClient[Litestar]


@pytest.fixture
def site() -> WebSite:
    return WebSite()


@pytest.fixture
def client(site: WebSite) -> Iterator[Client]:
    with TestClient(site.app) as client:
        yield client


def sent(client: Client, **message: object) -> Response:
    return client.post(MESSAGES, json={"id": "m1", **message})


def test_two_visitors_do_not_see_each_other(site: WebSite, client: Client) -> None:
    sent(client, text="mine")
    client.cookies.clear()
    sent(client, text="yours")

    assert [each["text"] for each in client.get(MESSAGES).json()] == ["yours", "You said yours"]
    assert len(site.machine.chats) == 2


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: Client) -> None:
    cookie = sent(client, text="hello").headers["set-cookie"]

    assert cookie.startswith("reprieve_chat=")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_over_tls_the_cookie_is_bound_to_the_host_and_to_tls() -> None:
    site = WebSite(public_url="https://help.example")
    with TestClient(site.app, base_url="https://help.example") as client:
        answer = sent(client, text="hello")

    assert answer.headers["set-cookie"].startswith("__Host-reprieve_chat=")
    assert "Secure" in answer.headers["set-cookie"].split("; ")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("cookie", ["", "x", "A" * 22, "é" * 22, "A" * 5_000, "!" * 22])
def test_a_cookie_that_is_none_of_ours_is_replaced_by_a_fresh_one(
    site: WebSite, client: Client, cookie: str
) -> None:
    header = {b"Cookie": f"reprieve_chat={cookie}".encode("latin-1")}
    answer = client.post(MESSAGES, json={"id": "m1", "text": "hello"}, headers=header)

    assert answer.status_code == 200
    assert not answer.headers["set-cookie"].startswith(f"reprieve_chat={cookie};")
    assert list(site.machine.chats) == ["chat1"]


@pytest.mark.parametrize(
    "path", [MESSAGES, "/chat", "/chat/api/pictures/none", "/link/" + "a" * 22]
)
def test_every_answer_carries_the_headers_that_guard_it(client: Client, path: str) -> None:
    headers = client.get(path).headers

    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://testserver.local"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://testserver.local"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://testserver.local.evil.example"}, 403),
    ],
)
def test_only_our_own_pages_may_make_a_browser_write(
    site: WebSite, client: Client, headers: dict[str, str], status: int
) -> None:
    answer = client.post(MESSAGES, json={"id": "m1", "text": "hello"}, headers=headers)
    link = client.post("/link/" + "a" * 22, headers=headers, follow_redirects=False)

    assert answer.status_code == status
    assert link.status_code == (303 if status == 200 else 403)
    assert len(site.machine.heard) == (2 if status == 200 else 0)


def test_behind_a_proxy_the_public_address_counts_as_ours() -> None:
    site = WebSite(public_url="https://help.example")
    with TestClient(site.app) as client:
        answer = client.post(
            MESSAGES,
            json={"id": "m1", "text": "hello"},
            headers={"Origin": "https://help.example"},
        )

    assert answer.status_code == 200
