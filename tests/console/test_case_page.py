"""One case: everything on one page, and acts that go up the staircase once."""

from __future__ import annotations

import json
import logging

import pytest

from tests.console.browser import Browser, fields
from tests.console.world import World

TOLD = "Operated in February <b>&\"' and <script>alert(1)</script>"


async def opened(world: World, ref: str = "B1", loan: str = "L1") -> str:
    """A case just filed; its id."""
    chat = await world.chat(ref)
    await world.say(chat, ("me", "hello &lt;b&gt;"), ("reprieve", "<b>Welcome</b>"))
    return (await world.file_case(chat, loan, "RP-7K3M-9QXD", details=TOLD)).id


async def taken(browser: Browser, case_id: str) -> None:
    """The case, taken by whoever sits at the browser."""
    done = await browser.submit(f"/console/cases/{case_id}", f"/console/cases/{case_id}/take")
    assert done.status_code == 303, done.text


async def test_the_page_tells_facts_statement_verdict_and_conversation(world: World) -> None:
    case_id = await opened(world)
    html = (await (await world.signed_in()).get(f"/console/cases/{case_id}")).text
    told = [
        "王小明",
        "L1",
        "Books as of",
        "1 Mar 2026",
        "2 Mar 2026",
        "11 Jan 2026–1 Feb 2026",
        "0.075%",
        "credit grade B",
        "Illness or accident",
        "<b>Welcome</b>",
        "hello &lt;b&gt;",
        "Borrower filed the application",
    ]
    assert [each for each in told if each not in html] == []


async def test_what_borrowers_wrote_is_shown_as_typed(world: World) -> None:
    case_id = await opened(world, "B3", "L3")
    html = (await (await world.signed_in()).get(f"/console/cases/{case_id}")).text
    assert "Operated in February &lt;b&gt;&amp;&#34;&#39; and &lt;script&gt;" in html
    assert "Eve &lt;b&gt;&amp;&#34;Mallory" in html
    assert "<script>alert" not in html


async def test_a_difference_with_the_lenders_books_is_shown(world: World) -> None:
    case_id = await opened(world, "B3", "L3")
    html = (await (await world.signed_in()).get(f"/console/cases/{case_id}")).text
    assert "¥9.99" in html
    assert "under review" in html


async def test_opening_a_case_is_audited(world: World) -> None:
    case_id = await opened(world)
    await (await world.signed_in()).get(f"/console/cases/{case_id}")
    borrower = await world.borrower_id("B1")
    sql = "SELECT count(*) FROM audit WHERE subject_id = ? AND actor = ? AND kind = ?"
    assert await world.value(sql, borrower, "staff:staff-reviewer", "staff.read_case") == 1


async def test_a_case_is_taken_then_granted_and_the_borrower_told(world: World) -> None:
    browser, case_id = await world.signed_in(), await opened(world)
    await taken(browser, case_id)
    path = f"/console/cases/{case_id}"
    done = await browser.submit(path, f"{path}/grant", percent="62.5", note="Get well <soon>")
    assert done.headers["location"] == f"{path}?done=granted"
    assert await world.status(case_id) == "offered"
    html = (await browser.get(done.headers["location"])).text
    assert "Granted; the borrower has been told." in html
    assert "62.5%" in html
    assert "Get well &lt;soon&gt;" in html
    update = world.received[-1]
    assert (update.source, update.kind) == ("staff", "staff_decided")
    assert update.subject_id == await world.borrower_id("B1")
    assert update.body["percent"] == "5/8"
    json.dumps(dict(update.body))


async def test_a_case_is_rejected_with_a_reason(world: World) -> None:
    browser, case_id = await world.signed_in(), await opened(world)
    await taken(browser, case_id)
    path = f"/console/cases/{case_id}"
    await browser.submit(path, f"{path}/reject", reason="evidence_unclear", note="Please scan it.")
    assert await world.status(case_id) == "rejected"
    html = (await browser.get(path)).text
    assert "Please scan it." in html
    assert "Reviewer rejected the application" in html


async def test_a_form_sent_twice_has_one_effect(world: World) -> None:
    browser, case_id = await world.signed_in(), await opened(world)
    await taken(browser, case_id)
    path = f"/console/cases/{case_id}"
    form = fields((await browser.get(path)).text, f"{path}/grant") | {"percent": "70", "note": ""}
    answers = [await browser.post(f"{path}/grant", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    sql = "SELECT count(*) FROM case_event WHERE case_id = ?"
    assert await world.value(sql, case_id) == 3
    sql = "SELECT count(*) FROM waiver WHERE case_id = ?"
    assert await world.value(sql, case_id) == 1


async def test_who_comes_second_is_told_and_sees_the_case_as_it_is_now(world: World) -> None:
    case_id = await opened(world)
    path = f"/console/cases/{case_id}"
    first, second = await world.signed_in("reviewer"), await world.signed_in("approver")
    await taken(first, case_id)
    late = fields((await second.get(path)).text, f"{path}/grant")
    await first.submit(path, f"{path}/reject", reason="other", note="No.")
    answer = await second.post(f"{path}/grant", late | {"percent": "70", "note": "kept words"})
    assert answer.status_code == 409
    assert "Rejected" in answer.text
    assert 'role="alert"' in answer.text
    assert await world.status(case_id) == "rejected"


async def test_what_was_typed_stays_when_an_act_is_refused(world: World) -> None:
    browser, case_id = await world.signed_in(), await opened(world)
    await taken(browser, case_id)
    path = f"/console/cases/{case_id}"
    answer = await browser.submit(path, f"{path}/grant", percent="99", note="My words")
    assert answer.status_code == 409
    assert "60% to 80%" in answer.text
    assert "My words</textarea>" in answer.text
    answer = await browser.submit(path, f"{path}/reject", reason="nonsense", note="My words")
    assert answer.status_code == 409
    assert await world.status(case_id) == "in_review"


@pytest.mark.parametrize("percent", ["", "x", "-5", "1e2", "NaN", "٣", "70,5", "7" * 40])
async def test_a_percent_that_is_no_number_grants_nothing(world: World, percent: str) -> None:
    browser, case_id = await world.signed_in(), await opened(world)
    await taken(browser, case_id)
    path = f"/console/cases/{case_id}"
    answer = await browser.submit(path, f"{path}/grant", percent=percent, note="")
    assert answer.status_code == 409
    assert await world.status(case_id) == "in_review"
    assert (await browser.get(f"{path}/preview?percent={percent}")).status_code == 200


@pytest.mark.parametrize("nonce", ["", "x", "A" * 32, "0" * 31, "0" * 33])
async def test_a_form_without_a_key_of_ours_is_refused(world: World, nonce: str) -> None:
    browser, case_id = await world.signed_in(), await opened(world)
    path = f"/console/cases/{case_id}"
    answer = await browser.submit(path, f"{path}/take", nonce=nonce)
    assert answer.status_code == 403
    assert await world.status(case_id) == "submitted"


async def test_the_preview_shows_the_money_a_percent_makes(world: World) -> None:
    browser, case_id = await world.signed_in(), await opened(world)
    html = (await browser.get(f"/console/cases/{case_id}/preview?percent=70")).text
    penalty = await penalty_of(world, case_id)
    relief = -(-penalty * 7 // 10)
    assert f"¥{relief // 100:,}.{relief % 100:02d}" in html
    assert "16 Mar 2026" in html


async def penalty_of(world: World, case_id: str) -> int:
    """The penalty of the case, in minor units."""
    return next(
        case.penalty_minor
        for case in (await world._load(str(await world.value("SELECT chat_id FROM chat")))).cases
        if case.id == case_id
    )


async def test_a_relief_too_large_for_one_person_is_shown_and_refused(world: World) -> None:
    browser, case_id = await world.signed_in("approver"), await opened(world, "B4", "L4")
    await taken(browser, case_id)
    path = f"/console/cases/{case_id}"
    assert "a second approver is needed" in (await browser.get(path)).text
    answer = await browser.submit(path, f"{path}/grant", percent="50", note="")
    assert answer.status_code == 409
    assert await world.status(case_id) == "in_review"


async def test_readers_see_no_form_to_decide(world: World) -> None:
    case_id = await opened(world)
    for role in ("viewer", "auditor", "policy_owner", "admin"):
        html = (await (await world.signed_in(role)).get(f"/console/cases/{case_id}")).text
        assert f'action="/console/cases/{case_id}' not in html
        assert "Your role reads" in html


async def test_an_unknown_case_and_a_malformed_one_look_alike(world: World) -> None:
    browser = await world.signed_in()
    for case_id in ("0" * 32, "x", "' OR 1=1", "%00"):
        assert (await browser.get(f"/console/cases/{case_id}")).status_code == 404


async def test_the_page_speaks_chinese_throughout(world: World) -> None:
    browser, case_id = await world.signed_in(locale="zh_Hans"), await opened(world)
    html = (await browser.get(f"/console/cases/{case_id}")).text
    assert "政策结论" in html
    assert "2026年3月2日" in html
    assert "Decision" not in html


async def test_the_log_tells_nothing_about_anybody(
    world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    browser, case_id = await world.signed_in(), await opened(world)
    await browser.submit("/console", "/console/find", term="王小明")
    path = f"/console/cases/{case_id}"
    await taken(browser, case_id)
    await browser.submit(path, f"{path}/grant", percent="99", note="secret words")
    said = caplog.text + "".join(capsys.readouterr())
    private = ("王小明", "13800138000", "secret words", "Operated", "RP-7K3M", "a long enough")
    assert [each for each in private if each in said] == []
