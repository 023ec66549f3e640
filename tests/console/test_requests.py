"""Requests: urgent ones first, the conversation, answers that reach the borrower once."""

from __future__ import annotations

import re

import pytest

from tests.console.browser import fields
from tests.console.world import World


async def heard(world: World, chat_id: str) -> list[tuple[str, str]]:
    """What stands in a chat: speaker and HTML."""
    browser = await world.signed_in("auditor")
    sql = "SELECT request_id FROM request WHERE chat_id = ?"
    request_id = await world.value(sql, chat_id)
    html = (await browser.get(f"/console/requests/{request_id}/talk")).text
    return re.findall(r'class="from-(\w+)[^>]*>.*?class="said">(.*?)</div>', html, re.DOTALL)


async def test_urgent_requests_stand_on_top_and_the_oldest_next(world: World) -> None:
    chat = await world.chat("B2")
    await world.ask(chat, "first words", "already_paid")
    world.clock.forward(minutes=1)
    await world.ask(chat, "second words", "not_my_loan")
    world.clock.forward(minutes=1)
    await world.ask(chat, "third words", urgent=True)
    html = (await (await world.signed_in()).get("/console/requests")).text
    order = re.findall(r"(first|second|third) words", html)
    assert order == ["third", "first", "second"]
    assert "Says it is already paid" in html
    assert "Ada King" in html


async def test_a_decision_that_did_not_reach_them_says_what_to_do(world: World) -> None:
    request = await world.ask(await world.chat("B2"), "", "unreached", urgent=True)
    html = (await (await world.signed_in()).get(f"/console/requests/{request}")).text
    assert "A decision did not reach them" in html
    assert "by phone" in html
    assert "blockquote" not in html


async def test_a_request_shows_its_words_as_typed_and_the_conversation(world: World) -> None:
    chat = await world.chat("B3")
    await world.say(chat, ("me", "good morning"))
    request = await world.ask(chat, 'They call <b>&" every day')
    html = (await (await world.signed_in()).get(f"/console/requests/{request}")).text
    assert "They call &lt;b&gt;&amp;&#34; every day" in html
    assert "good morning" in html


@pytest.mark.parametrize("human", [0, 1])
async def test_an_answer_reaches_the_borrower_as_a_person(world: World, human: int) -> None:
    chat = await world.chat("B2", human=human)
    request = await world.ask(chat, "hello?")
    browser = await world.signed_in()
    path = f"/console/requests/{request}"
    done = await browser.submit(path, f"{path}/answer", text="We see <it> now.", then="keep")
    assert done.headers["location"] == f"{path}?done=answered"
    assert "Sent to the borrower." in (await browser.get(done.headers["location"])).text
    said = await heard(world, chat)
    assert [who for who, _ in said] == ["person"]
    assert "We see &lt;it&gt; now." in said[0][1]
    sql = "SELECT state FROM request WHERE request_id = ?"
    assert await world.value(sql, request) == "answered"
    assert await world.value("SELECT human FROM chat WHERE chat_id = ?", chat) == human


async def test_an_answer_can_hand_back_to_the_assistant(world: World) -> None:
    chat = await world.chat("B2", human=1)
    request = await world.ask(chat, "hello?")
    browser = await world.signed_in()
    path = f"/console/requests/{request}"
    await browser.submit(path, f"{path}/answer", text="All is well.", then="hand_back")
    assert await world.value("SELECT human FROM chat WHERE chat_id = ?", chat) == 0


async def test_an_answer_sent_twice_is_said_once(world: World) -> None:
    chat = await world.chat("B2")
    request = await world.ask(chat, "hello?")
    browser = await world.signed_in()
    path = f"/console/requests/{request}"
    form = fields((await browser.get(path)).text, f"{path}/answer") | {"text": "Once."}
    for _ in range(3):
        assert (await browser.post(f"{path}/answer", form)).status_code == 303
    assert len(await heard(world, chat)) == 1


async def test_an_answer_closes_what_was_seen_and_leaves_what_came_since(world: World) -> None:
    chat = await world.chat("B2", human=1)
    first = await world.ask(chat, "hello?")
    await world.ask(chat, "anybody there?")
    other = await world.ask(chat, "and I paid", "already_paid")
    browser = await world.signed_in()
    path = f"/console/requests/{first}"
    shown = (await browser.get(path)).text
    assert "anybody there?" in shown
    form = fields(shown, f"{path}/answer") | {"text": "Yes, here."}
    later = await world.ask(chat, "one more thing")
    await browser.post(f"{path}/answer", form)
    sql = "SELECT request_id FROM request WHERE state = 'open'"
    left = await world.database.read(lambda db: [row[0] for row in db.execute(sql)])
    assert sorted(left) == sorted([other, later])


async def test_a_chat_that_is_not_linked_can_be_answered(world: World) -> None:
    chat = await world.chat(None)
    request = await world.ask(chat, "I have no link")
    browser = await world.signed_in()
    path = f"/console/requests/{request}"
    assert "Not linked yet" in (await browser.get(path)).text
    await browser.submit(path, f"{path}/answer", text="Please ask your lender for one.")
    assert [who for who, _ in await heard(world, chat)] == ["person"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
async def test_an_answer_of_nothing_or_too_much_is_refused(world: World, text: str) -> None:
    chat = await world.chat("B2")
    request = await world.ask(chat, "hello?")
    browser = await world.signed_in()
    path = f"/console/requests/{request}"
    answer = await browser.submit(path, f"{path}/answer", text=text)
    assert answer.status_code == 409
    assert await heard(world, chat) == []


async def test_readers_see_no_form_to_answer(world: World) -> None:
    request = await world.ask(await world.chat("B2"), "hello?")
    html = (await (await world.signed_in("auditor")).get(f"/console/requests/{request}")).text
    assert "/answer" not in html


async def test_answered_requests_are_still_found(world: World) -> None:
    chat = await world.chat("B2")
    request = await world.ask(chat, "hello?")
    browser = await world.signed_in()
    path = f"/console/requests/{request}"
    await browser.submit(path, f"{path}/answer", text="Yes.")
    assert "hello?" not in (await browser.get("/console/requests")).text
    assert "hello?" in (await browser.get("/console/requests?state=answered")).text


async def test_a_kind_without_words_of_its_own_is_something_else(world: World) -> None:
    await world.ask(await world.chat("B2"), "hm", "new_kind")
    html = (await (await world.signed_in()).get("/console/requests")).text
    assert "Asks for something else" in html


async def test_a_borrowers_page_shows_loans_cases_and_conversation(world: World) -> None:
    chat = await world.chat("B1")
    await world.say(chat, ("me", "good morning"))
    await world.file_case(chat, "L1", "RP-7K3M-9QXD")
    borrower = await world.borrower_id("B1")
    html = (await (await world.signed_in()).get(f"/console/borrowers/{borrower}")).text
    for told in ("王小明", "L1", "RP-7K3M-9QXD", "good morning", "0.075%"):
        assert told in html


async def test_a_borrowers_page_shows_both_figures_of_a_difference(world: World) -> None:
    borrower = await world.borrower_id("B3")
    html = (await (await world.signed_in()).get(f"/console/borrowers/{borrower}")).text
    assert "The lender's books say ¥9.99" in html.replace("&#39;", "'")
