"""The chat's HTTP API, as a program with nothing but a cookie jar uses it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from bot.channels.web.machine import Update
from bot.errors import Broken, Refused, Rejected
from tests.channels.web_machine import PAPER, PICTURE, Line
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


def test_a_first_message_makes_a_chat_and_is_answered_when_it_is_committed(
    site: WebSite, client: Client
) -> None:
    answer = sent(client, text="hello")

    assert (answer.status_code, answer.json()) == (200, {"seq": 2})
    assert site.machine.heard == [Update("web", "m1", "chat1", "text", "hello")]


def test_messages_are_read_in_order_with_buttons_that_can_be_pressed(client: Client) -> None:
    sent(client, text="hello")
    mine, reply = client.get(MESSAGES, params={"after": 0}).json()
    [[yes, _]] = reply["buttons"]
    sent(client, id="m2", button=yes["id"])

    assert mine == {
        "seq": 1, "from": "me", "text": "hello", "html": "hello", "buttons": [],
        "at": "2026-03-01T09:31:00+00:00", "picture": None, "paper": None,
        "replaces": None,
    }  # fmt: skip
    assert (reply["from"], yes) == ("reprieve", {"id": "2.0.0", "label": "Yes"})
    assert [each["text"] for each in client.get(MESSAGES, params={"after": 2}).json()] == [
        "Yes",
        "You said Yes",
    ]


def test_the_same_id_again_has_one_effect(site: WebSite, client: Client) -> None:
    first = sent(client, text="hello").json()
    again = sent(client, text="something else").json()

    assert first == again
    assert len(site.machine.heard) == 1


def test_a_message_that_takes_the_place_of_another_names_it() -> None:
    def answer(update: Update, _: str) -> list[Line]:
        return [Line("step", rows=(("Next",),), in_place=update.kind == "button")]

    with TestClient(WebSite(answer).app) as client:
        sent(client, text="hello")
        sent(client, id="m2", button="2.0.0")
        replaces = [each["replaces"] for each in client.get(MESSAGES).json()]

    assert replaces == [None, None, None, 2]


def test_a_visitor_without_a_chat_reads_nothing_and_makes_none(
    site: WebSite, client: Client
) -> None:
    answer = client.get(MESSAGES)

    assert answer.json() == []
    assert not site.machine.chats
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b"", "json"),
        (b"{", "json"),
        (b"\xff\xfe", "json"),
        (b"[" * 50_000, "json"),
        (b"[]", "shape"),
        (b"null", "shape"),
        (b'{"id": "a"}', "shape"),
        (b'{"text": "a"}', "shape"),
        (b'{"id": "", "text": "a"}', "shape"),
        (b'{"id": "a b", "text": "a"}', "shape"),
        (b'{"id": "a\\n", "text": "a"}', "shape"),
        (b'{"id": 7, "text": "a"}', "shape"),
        (b'{"id": "a", "text": 7}', "shape"),
        (b'{"id": "a", "text": "a", "button": "b"}', "shape"),
        (b'{"id": "a", "text": "a", "more": 1}', "shape"),
        (b'{"id": "a", "button": ""}', "shape"),
        (json.dumps({"id": "a", "button": "b" * 201}).encode(), "shape"),
        (json.dumps({"id": "a" * 65, "text": "a"}).encode(), "shape"),
        (json.dumps({"id": "a", "text": "a" * 4_097}).encode(), "long"),
    ],
)
def test_what_is_no_message_is_turned_away_with_a_sentence(
    site: WebSite, client: Client, body: bytes, key: str
) -> None:
    answer = client.post(MESSAGES, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["error"] == f"web.error.{key}"
    assert site.machine.chats == {}


def test_a_body_beyond_any_message_is_not_read(client: Client) -> None:
    answer = sent(client, text="a" * 100_000)

    assert (answer.status_code, answer.json()["error"]) == (413, "web.error.large")


def test_the_longest_text_is_taken_whole(site: WebSite, client: Client) -> None:
    answer = sent(client, text="\U0001f600" * 4_096)

    assert answer.status_code == 200
    assert len(site.machine.heard[0].value) == 4_096


def test_half_an_emoji_and_steering_signs_do_no_harm(site: WebSite, client: Client) -> None:
    client.post(
        MESSAGES,
        content=rb'{"id": "m1", "text": "a\ud800b\u0000c\u202ed"}',
        headers={"Content-Type": "application/json"},
    )

    assert site.machine.heard[0].value == "a\ufffdbcd"


def test_only_json_is_read(client: Client) -> None:
    answer = client.post(
        MESSAGES, content=b'{"id": "a", "text": "b"}', headers={"Content-Type": "text/plain"}
    )

    assert (answer.status_code, answer.json()["error"]) == (415, "web.error.json.kind")


@pytest.mark.parametrize("after", ["-1", "1.5", "x", "１", "9" * 16, ""])
def test_an_after_that_is_no_seq_is_turned_away(client: Client, after: str) -> None:
    answer = client.get(MESSAGES, params={"after": after})

    assert (answer.status_code, answer.json()["error"]) == (400, "web.error.number")


@pytest.mark.parametrize(
    ("error", "status", "key"),
    [
        (Rejected("web.error.file.kind"), 400, "web.error.file.kind"),
        (Rejected("web.error.long", limit=4_096), 400, "web.error.long"),
        (Refused("web.error.elsewhere"), 403, "web.error.elsewhere"),
        (Broken("web.error.elsewhere"), 503, "web.error.again"),
    ],
)
def test_what_the_machine_refuses_is_said_in_words(
    site: WebSite, client: Client, error: Exception, status: int, key: str
) -> None:
    site.machine.fail_next = error
    answer = sent(client, text="hello")

    assert (answer.status_code, answer.json()["error"]) == (status, key)
    assert answer.headers.get("retry-after") == ("2" if status == 503 else None)
    assert sent(client, text="hello").status_code == 200


def test_a_refusal_speaks_the_language_of_the_chat(client: Client) -> None:
    client.post(
        MESSAGES, json={"id": "m1", "text": "你好"}, headers={"Accept-Language": "zh-CN,en;q=0.5"}
    )
    client.headers["Accept-Language"] = "en"
    unseen = client.get("/chat/api/pictures/nothing")

    assert unseen.status_code == 404
    assert unseen.json()["message"] == "这里没有内容。"


def test_messages_say_which_chat_and_language_they_are_of(client: Client) -> None:
    client.headers["Accept-Language"] = "zh-CN"
    sent(client, text="hello")
    first = client.get(MESSAGES).headers
    client.cookies.clear()
    sent(client, text="hello")
    other = client.get(MESSAGES).headers

    assert first["content-language"] == "zh-Hans"
    assert first["reprieve-chat"] != other["reprieve-chat"]
    assert "chat1" not in first["reprieve-chat"]


def test_hidden_messages_are_withheld_until_the_proof_is_fresh_again(
    site: WebSite, client: Client
) -> None:
    sent(client, text="secret")
    site.machine.chats["chat1"].hidden_until = 2
    sent(client, id="m2", text="again")
    answer = client.get(MESSAGES, params={"after": 0})

    assert answer.headers["reprieve-hidden"] == "2"
    assert [each["seq"] for each in answer.json()] == [3, 4]


def test_a_picture_is_seen_by_its_own_chat_alone() -> None:
    site = WebSite(lambda _, __: [Line("look", alt="a chart")])
    with TestClient(site.app) as client:
        sent(client, text="why")
        [_, reply] = client.get(MESSAGES).json()
        shown = client.get(reply["picture"]["url"])
        client.cookies.clear()
        hidden = client.get(reply["picture"]["url"])

    assert reply["picture"] == {"url": "/chat/api/pictures/m2", "alt": "a chart"}
    assert (shown.text, shown.headers["content-type"]) == (PICTURE, "image/svg+xml")
    assert "sandbox" in shown.headers["content-security-policy"]
    assert hidden.status_code == 404


def test_a_document_is_saved_by_its_own_chat_alone_and_kept_by_nothing_between() -> None:
    site = WebSite(lambda _, __: [Line("here", paper="statement-LN-1-2026-03-01.pdf")])
    with TestClient(site.app) as client:
        sent(client, text="statement")
        [_, reply] = client.get(MESSAGES).json()
        saved = client.get(reply["paper"]["url"])
        client.cookies.clear()
        hidden = client.get(reply["paper"]["url"])

    name = "statement-LN-1-2026-03-01.pdf"
    assert reply["paper"] == {"url": "/chat/api/papers/m2", "name": name}
    assert (saved.content, saved.headers["content-type"]) == (PAPER, "application/pdf")
    assert saved.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert saved.headers["x-content-type-options"] == "nosniff"
    assert saved.headers["cache-control"] == "no-store"
    assert "sandbox" in saved.headers["content-security-policy"]
    assert hidden.status_code == 404
    assert PAPER not in hidden.content
