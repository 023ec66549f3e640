"""The pages: the chat's shell, the one-time link, the demo's door."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from bot.channels.web.machine import SentCode
from bot.channels.web.pages import said_by_page
from bot.channels.web.site import Site
from bot.errors import Refused
from tests.channels.web_site import MadeUp, WebSite

LINK = "/link/abcdefghijklmnopqrstuv"
Client = TestClient[Litestar]


def staying(site: WebSite) -> Client:
    """A client that shows a redirect instead of following it."""
    client = TestClient(site.app)
    client.follow_redirects = False
    return client


@pytest.fixture
def site() -> WebSite:
    return WebSite(demo=MadeUp())


@pytest.fixture
def client(site: WebSite) -> Iterator[Client]:
    with staying(site) as client:
        yield client


def test_the_chat_page_speaks_the_browsers_language_and_makes_no_chat(
    site: WebSite, client: Client
) -> None:
    page = client.get("/chat", headers={"Accept-Language": "zh-CN"})

    assert '<html lang="zh-Hans" dir="ltr">' in page.text
    assert "输入消息" in page.text
    assert site.machine.chats == {}
    assert "set-cookie" not in page.headers


def test_the_chat_page_speaks_the_chats_language_once_there_is_one(client: Client) -> None:
    hello = {"id": "start", "text": "/start"}
    client.post("/chat/api/messages", json=hello, headers={"Accept-Language": "zh-CN"})

    page = client.get("/chat", headers={"Accept-Language": "en"})

    assert '<html lang="zh-Hans"' in page.text


def test_the_page_holds_no_inline_script_or_style(client: Client) -> None:
    for path in ("/chat", LINK, "/demo", "/nowhere"):
        page = client.get(path).text
        scripts = re.findall(r"<script[^>]*>", page)
        assert all('src="' in each or "application/json" in each for each in scripts)
        assert "style=" not in page
        assert not re.search(r"\son\w+=", page)


def test_a_lenders_name_is_shown_and_never_run() -> None:
    site = WebSite()
    made = _site(site)
    object.__setattr__(made.settings, "lender_name", '</script><b>&"')
    page = made.page("chat.html", "en", said=said_by_page(made, "en"))

    assert "</script><b>" not in page
    [document] = re.findall(r'id="page">(.*?)</script>', page)
    assert json.loads(document)["words"]["title"].startswith('</script><b>&"')


def _site(web: WebSite) -> Site:
    route = next(route for route in web.app.routes if route.path == "/chat")
    handler = route.route_handler_map["GET"][0]  # type: ignore[union-attr]  # an HTTP route
    made = handler.resolve_dependencies()["site"].dependency()
    assert isinstance(made, Site)
    return made


def test_scripts_and_styles_are_served_for_ever_under_their_version(client: Client) -> None:
    page = client.get("/chat").text
    files = set(re.findall(r"/chat/static/\w+/[\w.]+", page))
    served = {file: client.get(file) for file in files}

    assert len(files) > 10
    for file, answer in served.items():
        assert answer.status_code == 200, file
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
    imports = {
        name for answer in served.values() for name in re.findall(r'"\./([\w.]+)"', answer.text)
    }
    assert imports <= {file.rsplit("/", 1)[1] for file in files}


def test_a_file_under_an_old_version_is_served_but_not_kept(client: Client) -> None:
    answer = client.get("/chat/static/old/chat.js", headers={"Accept-Encoding": "identity"})

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("name", ["nothing.js", "..%2fapi.py", "%2e%2e"])
def test_no_other_file_is_served(client: Client, name: str) -> None:
    assert client.get(f"/chat/static/x/{name}").status_code == 404


def test_every_word_the_page_asks_for_is_there_in_every_locale(site: WebSite) -> None:
    made = _site(site)
    sources = [asset.content.decode() for asset in made.assets._files.values()]
    template = (made.assets.get("chat.js") or pytest.fail("no script")).content.decode()
    asked = set(re.findall(r'\bsay\("([\w.]+)"\)', "".join([template, *sources])))
    page = made.page("chat.html", "en", said=said_by_page(made, "en"))
    asked |= set(re.findall(r'data-word(?:-\w+)?="([\w.]+)"', page))

    for locale in made.texts.locales:
        assert asked <= set(said_by_page(made, locale)["words"])


def test_looking_at_a_link_uses_nothing_up(site: WebSite, client: Client) -> None:
    pages = [client.get(LINK) for _ in range(3)]

    assert {page.status_code for page in pages} == {200}
    assert pages[0].text.count("<button") == 1
    assert (site.machine.heard, site.machine.chats) == ([], {})


def test_pressing_opens_the_link_in_a_chat_of_the_visitors_own(
    site: WebSite, client: Client
) -> None:
    answer = client.post(LINK)

    assert (answer.status_code, answer.headers["location"]) == (303, "/chat")
    assert "reprieve_chat=" in answer.headers["set-cookie"]
    [heard] = site.machine.heard
    assert (heard.kind, heard.value, heard.chat_id) == ("link", "abcdefghijklmnopqrstuv", "chat1")
    assert "abcdef" not in heard.key


def test_pressing_twice_has_one_effect(site: WebSite, client: Client) -> None:
    client.post(LINK)
    client.post(LINK)

    assert len(site.machine.heard) == 1


def test_a_link_goes_on_in_the_chat_that_is_already_there(site: WebSite, client: Client) -> None:
    client.post("/chat/api/messages", json={"id": "start", "text": "/start"})
    client.post(LINK)

    assert [each.chat_id for each in site.machine.heard] == ["chat1", "chat1"]


def test_links_that_cannot_be_used_are_worded_alike(site: WebSite, client: Client) -> None:
    pages = [client.post("/link/unknown-0123456789abc"), client.post("/link/x")]
    site.machine.fail_next = Refused("link.expired")
    pages.append(client.post(LINK))

    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert "This link can no longer be used" in pages[0].text


def test_the_door_leads_to_the_demo_or_else_to_the_chat(client: Client) -> None:
    with staying(WebSite()) as real:
        assert real.get("/").headers["location"] == "/chat"
        assert real.get("/demo").status_code == 404
        assert real.post("/demo/fresh").status_code == 404
    assert client.get("/").headers["location"] == "/demo"


def test_the_demo_shows_the_codes_a_gateway_would_send() -> None:
    demo = MadeUp()
    with staying(WebSite(demo=demo)) as client:
        assert 'id="codes"' not in client.get("/demo").text
        demo.sent.append(SentCode("+44 7700 900123", "481 516", datetime(2026, 3, 2, tzinfo=UTC)))
        page = client.get("/demo").text
    assert "+44 7700 900123" in page
    assert "481 516" in page


def test_the_demo_shows_its_borrowers_and_leads_through_the_one_time_link(client: Client) -> None:
    page = client.get("/demo").text
    answer = client.post("/demo/be/B2")

    assert page.count("/demo/be/") == 2
    assert "1234" in page
    assert "letmein" in page
    assert answer.headers["location"] == "/link/token-for-B2-0123456789"


def test_an_unknown_made_up_borrower_is_refused_on_a_page(client: Client) -> None:
    answer = client.post("/demo/be/B9")

    assert answer.status_code == 403
    assert "text/html" in answer.headers["content-type"]
    assert "There is nothing here." in answer.text


def test_starting_over_forgets_the_chat(site: WebSite, client: Client) -> None:
    client.post(LINK)
    answer = client.post("/demo/fresh")
    client.post(LINK)

    assert answer.headers["location"] == "/chat"
    assert [each.chat_id for each in site.machine.heard] == ["chat1", "chat2"]


def test_only_a_linked_borrower_can_be_made_to_pay(site: WebSite, client: Client) -> None:
    assert site.demo is not None
    client.post(LINK)
    before = client.get("/demo").text
    site.demo.linked.add("chat1")
    after = client.get("/demo").text
    client.post("/demo/pay")

    assert ("/demo/pay" in before, "/demo/pay" in after) == (False, True)
    assert site.demo.paid == ["chat1"]


def test_the_chat_page_reminds_whoever_plays_a_borrower_of_the_digits(client: Client) -> None:
    before = client.get("/chat").text
    client.post("/demo/be/B2")
    during = client.get("/chat").text
    client.post("/demo/fresh")
    after = client.get("/chat").text

    assert ["9876" in page for page in (before, during, after)] == [False, True, False]


def test_an_unknown_page_is_told_in_words(client: Client) -> None:
    answer = client.get("/chat/static/x/y", headers={"Accept-Language": "zh-CN"})

    assert answer.status_code == 404
    assert "这里没有内容" in answer.text
