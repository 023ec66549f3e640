"""The queue: who is answered next, what waits, and finding somebody without a trace in URLs."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.domain.reference import reference
from bot.store.tokens import borrower_token
from tests.console.world import World

REFERENCE = reference(1)
SPOKEN = REFERENCE.lower().replace("-", " ")


def references(html: str) -> list[str]:
    """The references of the queue, from the top."""
    return re.findall(r'id="case-\w+"[^>]*>([^<]+)</a>', html)


async def test_the_case_promised_first_stands_on_top(world: World) -> None:
    await world.file_case(await world.chat("B1"), "L1", "RP-LATE-0001")
    world.clock.forward(days=1)
    await world.file_case(await world.chat("B2"), "L2", "RP-SOON-0002")
    world.clock.forward(days=5)
    html = (await fresh_queue(world)).text
    assert references(html) == ["RP-LATE-0001", "RP-SOON-0002"]
    assert "3 days late" in html


async def fresh_queue(world: World) -> httpx.Response:
    """The queue as a fresh sign-in sees it."""
    return await (await world.signed_in()).get("/console")


async def test_a_promise_for_today_and_for_later_are_told_apart(world: World) -> None:
    await world.file_case(await world.chat("B1"), "L1", "RP-0001")
    world.clock.forward(days=2)
    assert "in 1 day<" in (await fresh_queue(world)).text
    world.clock.forward(days=1)
    assert ">today<" in (await fresh_queue(world)).text


async def test_a_row_tells_what_is_needed_to_choose(world: World) -> None:
    await world.file_case(await world.chat("B1"), "L1", "RP-0001")
    html = (await fresh_queue(world)).text
    told = ("王小明", "Cash loan", "51", "¥", "70%", "Illness or accident", "2 Mar 2026", "New")
    assert [each for each in told if each not in html] == []


async def test_names_are_shown_as_they_are_and_run_nothing(world: World) -> None:
    await world.file_case(await world.chat("B3"), "L3", "RP-0003")
    html = (await fresh_queue(world)).text
    assert "Eve &lt;b&gt;&amp;&#34;Mallory" in html
    assert "<b>&" not in html


async def test_filters_show_what_they_say_and_count_it(world: World) -> None:
    browser = await world.signed_in()
    first = await world.file_case(await world.chat("B1"), "L1", "RP-0001")
    await world.file_case(await world.chat("B2"), "L2", "RP-0002")
    await browser.submit(f"/console/cases/{first.id}", f"/console/cases/{first.id}/take")
    shown = {
        group: references((await browser.get(f"/console?group={group}")).text)
        for group in ("open", "mine", "submitted", "in_review", "waiting", "closed", "nonsense")
    }
    assert shown == {
        "open": ["RP-0001", "RP-0002"],
        "mine": ["RP-0001"],
        "submitted": ["RP-0002"],
        "in_review": ["RP-0001"],
        "waiting": [],
        "closed": [],
        "nonsense": ["RP-0001", "RP-0002"],
    }
    colleague = await world.signed_in("approver")
    assert "RP-0001" not in (await colleague.get("/console?group=mine")).text


@pytest.mark.parametrize("page", ["-1", "x", "²", "99999999999999999999", ""])
async def test_any_page_number_is_answered(world: World, page: str) -> None:
    browser = await world.signed_in()
    assert (await browser.get(f"/console?page={page}")).status_code == 200


async def test_open_requests_are_counted_and_urgent_ones_shout(world: World) -> None:
    chat = await world.chat("B1")
    await world.ask(chat, "please call me")
    assert "1 open request from a borrower" in (await fresh_queue(world)).text
    await world.ask(chat, "I cannot go on", urgent=True)
    html = (await fresh_queue(world)).text
    assert "2 open requests" in html
    assert "1 is urgent" in html


async def test_next_leads_to_the_first_case_nobody_else_has(world: World) -> None:
    approver, reviewer = await world.signed_in("approver"), await world.signed_in("reviewer")
    first = await world.file_case(await world.chat("B1"), "L1", "RP-0001")
    second = await world.file_case(await world.chat("B2"), "L2", "RP-0002")
    await approver.submit(f"/console/cases/{first.id}", f"/console/cases/{first.id}/take")
    assert (await reviewer.get("/console/next")).headers["location"].endswith(second.id)
    assert (await approver.get("/console/next")).headers["location"].endswith(first.id)


@pytest.mark.parametrize(
    "term",
    ["B1", "L1", "王小明", " 王小明 ", "+8613800138000", "86 138 0013 8000", SPOKEN],
)
async def test_a_borrower_is_found_by_any_exact_sign(world: World, term: str) -> None:
    browser = await world.signed_in()
    await world.file_case(await world.chat("B1"), "L1", REFERENCE)
    answer = await browser.submit("/console", "/console/find", term=term)
    assert answer.status_code == 200
    assert "王小明" in answer.text
    assert REFERENCE in answer.text
    assert "Ada King" not in answer.text


async def test_names_are_found_whatever_their_case(world: World) -> None:
    browser = await world.signed_in()
    assert "Ada King" in (await browser.submit("/console", "/console/find", term="ada  KING")).text


@pytest.mark.parametrize("term", ["nobody", "Ada", "' OR 1=1 --", "%", "\u202e", "😀"])
async def test_nothing_but_the_exact_sign_finds(world: World, term: str) -> None:
    browser = await world.signed_in()
    answer = await browser.submit("/console", "/console/find", term=term)
    assert "Ada King" not in answer.text
    assert answer.status_code in {200, 422}


@pytest.mark.parametrize("term", ["", "   ", "x" * 201])
async def test_a_term_of_nothing_or_too_much_is_refused(world: World, term: str) -> None:
    browser = await world.signed_in()
    answer = await browser.submit("/console", "/console/find", term=term)
    assert answer.status_code == 422
    assert "200 characters" in answer.text


async def test_who_was_erased_is_neither_listed_nor_found(world: World) -> None:
    browser = await world.signed_in()
    case = await world.file_case(await world.chat("B1"), "L1", "RP-7K3M-9QXD")
    await world.database.write(
        lambda db: db.execute(
            "UPDATE borrower SET erased_at = '2026-03-02' WHERE ref_token = ?",
            (borrower_token(world.seals, "B1"),),
        )
    )
    world.seals.destroy(case.borrower_id)
    assert "RP-7K3M-9QXD" not in (await browser.get("/console")).text
    assert "王小明" not in (await browser.submit("/console", "/console/find", term="B1")).text
    for path in (f"/console/cases/{case.id}", f"/console/borrowers/{case.borrower_id}"):
        assert (await browser.get(path)).status_code == 404


async def test_no_address_of_the_console_holds_personal_data(world: World) -> None:
    browser = await world.signed_in()
    chat = await world.chat("B1")
    case = await world.file_case(chat, "L1", "RP-7K3M-9QXD")
    request = await world.ask(chat, "call me")
    pages = [
        "/console",
        f"/console/cases/{case.id}",
        "/console/requests",
        f"/console/requests/{request}",
        f"/console/borrowers/{case.borrower_id}",
    ]
    address = re.compile(r"[0-9a-z_/?=&;.#-]*", re.IGNORECASE)
    for page in pages:
        html = (await browser.get(page)).text
        found = re.findall(r'(?:href|action|src|hx-get)="([^"]*)"', html)
        assert found
        assert [each for each in found if not address.fullmatch(each) or "RP-7K3M" in each] == []
