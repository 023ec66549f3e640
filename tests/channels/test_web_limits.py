"""How often one chat and one address may ask, and how they are told to wait."""

from __future__ import annotations

from litestar.testing import TestClient

from bot.channels.allowance import Allowance, Buckets
from bot.channels.web.limits import Limits, household
from tests.channels.web_site import WebSite

MESSAGES = "/chat/api/messages"
TWO = Allowance(burst=2, per_second=0.5)


def test_a_bucket_gives_its_burst_and_then_what_time_brings() -> None:
    buckets = Buckets()

    waits = [buckets.wait("sends", "a", TWO, now) for now in (0, 0, 0, 1, 2, 2)]

    assert waits == [0, 0, 2, 1, 0, 2]


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    buckets = Buckets()
    buckets.wait("sends", "a", TWO, 0)

    waits = [buckets.wait("sends", "a", TWO, 1_000) for _ in range(3)]

    assert waits == [0, 0, 2]


def test_one_does_not_spend_the_allowance_of_another() -> None:
    buckets = Buckets()
    for _ in range(3):
        buckets.wait("sends", "a", TWO, 0)

    assert buckets.wait("sends", "b", TWO, 0) == 0
    assert buckets.wait("reads", "a", TWO, 0) == 0


def test_the_buckets_are_bounded() -> None:
    buckets = Buckets()
    for number in range(20_050):
        buckets.wait("sends", str(number), TWO, 0)

    assert len(buckets._left) == 20_000


def test_an_ipv6_household_counts_as_one() -> None:
    assert household("2001:db8::1") == household("2001:db8::ffff")
    assert household("2001:db8::1") != household("2001:db8:0:1::1")
    assert (household("10.0.0.1"), household("testclient")) == ("10.0.0.1", "testclient")


def test_a_chat_that_sends_too_fast_is_asked_kindly_to_wait() -> None:
    site = WebSite(limits=Limits(chat_sends=TWO))
    with TestClient(site.app) as client:
        answers = [client.post(MESSAGES, json={"id": f"m{n}", "text": "a"}) for n in range(4)]
        site.ticks.now += 2
        later = client.post(MESSAGES, json={"id": "m3", "text": "a"})

    # The first made the chat, and was counted for the address alone.
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].headers["retry-after"] == "2"
    assert answers[3].json() == {
        "error": "web.error.busy",
        "message": "That was a lot in a short time. Please wait a moment, then try again.",
    }
    assert later.status_code == 200


def test_an_address_makes_so_many_new_chats_and_no_more() -> None:
    site = WebSite(limits=Limits(address_chats=TWO))
    with TestClient(site.app) as client:
        statuses = []
        for number in range(3):
            client.cookies.clear()
            answer = client.post(MESSAGES, json={"id": f"m{number}", "text": "a"})
            statuses.append(answer.status_code)

    assert statuses == [200, 200, 429]
    assert len(site.machine.chats) == 2


def test_an_address_reads_so_often_and_no_more() -> None:
    site = WebSite(limits=Limits(address_reads=TWO))
    with TestClient(site.app) as client:
        statuses = [client.get(MESSAGES).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]


def test_uploads_have_an_allowance_of_their_own() -> None:
    site = WebSite(limits=Limits(chat_uploads=TWO))
    with TestClient(site.app) as client:
        files = {"file": ("a.pdf", b"%PDF-1.7\n")}
        statuses = [client.post("/chat/api/uploads", files=files).status_code for _ in range(3)]
        other = client.post(MESSAGES, json={"id": "m1", "text": "a"}).status_code

    assert statuses == [201, 201, 429]
    assert other == 200
