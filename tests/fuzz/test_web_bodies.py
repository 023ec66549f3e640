"""Whatever is posted to the web chat is heard, or refused in words; never a fault of ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient

from bot.channels.allowance import Allowance
from bot.channels.web.limits import Limits
from tests.channels.web_site import WebSite
from tests.fuzz.bending import WORDS, almost, spoiled
from tests.fuzz.often import tried

ENDLESS = Allowance(1e9, 1e9)
SENT = {"id": "m1", "text": "hello"}
UPLOAD = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
    b"Content-Type: application/pdf\r\n\r\n%PDF-1.7\r\n--x--\r\n"
)
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:  # type: ignore[type-arg]  # of any application
    limits = Limits(ENDLESS, ENDLESS, 8, ENDLESS, ENDLESS, ENDLESS)
    with TestClient(WebSite(limits=limits).app) as running:
        yield running


@tried(30)
@given(
    st.binary(max_size=60) | almost([SENT]),
    st.sampled_from(["application/json", "text/plain", "application/json; charset=utf-16", ""]),
)
def test_a_message_is_heard_or_refused_in_words(
    client: TestClient,  # type: ignore[type-arg]  # as above
    body: bytes,
    kind: str,
) -> None:
    headers = {**OURS, "Content-Type": kind}
    answer = client.post("/chat/api/messages", content=body, headers=headers)
    _assert_kind(answer.status_code, answer.json())


def test_half_an_emoji_as_a_name_is_refused_in_words(client: TestClient) -> None:  # type: ignore[type-arg]  # as above
    headers = {**OURS, "Content-Type": "application/json"}
    answer = client.post("/chat/api/messages", content=b'{"\\ud800":null}', headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "web.error.shape")


@tried(15)
@given(st.binary(max_size=60) | spoiled(UPLOAD))
def test_a_file_is_taken_or_refused_in_words(client: TestClient, body: bytes) -> None:  # type: ignore[type-arg]  # as above
    headers = {**OURS, "Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post("/chat/api/uploads", content=body, headers=headers)
    _assert_kind(answer.status_code, answer.json())


@tried(15)
@given(WORDS, WORDS)
def test_a_question_is_answered_or_refused_in_words(
    client: TestClient,  # type: ignore[type-arg]  # as above
    after: str,
    language: str,
) -> None:
    asked = {"after": after.encode("utf-8", "replace").decode()}
    tongue = (
        language.encode("ascii", "replace")
        .decode()
        .replace("\0", "?")
        .replace("\r", "")
        .replace("\n", "")
    )
    answer = client.get(
        "/chat/api/messages", params=asked, headers={"Accept-Language": tongue.strip()}
    )
    _assert_kind(answer.status_code, answer.json())


def _assert_kind(status: int, told: object) -> None:
    assert status < 500
    if status >= 400:
        assert isinstance(told, dict)
        assert told["message"]
        assert told["message"] != told["error"]
