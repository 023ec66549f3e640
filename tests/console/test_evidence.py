"""Evidence: opened for those who may see it, by a browser that must not run or keep it."""

from __future__ import annotations

import pytest

from tests.console.world import World

PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 40


@pytest.mark.parametrize(
    ("kind", "media_type", "shown"),
    [
        ("png", "image/png", "inline"),
        ("jpeg", "image/jpeg", "inline"),
        ("webp", "image/webp", "inline"),
        ("pdf", "application/pdf", "attachment"),
    ],
)
async def test_a_file_of_a_case_is_opened_in_a_sandbox(
    world: World, kind: str, media_type: str, shown: str
) -> None:
    chat = await world.chat("B1")
    upload = await world.upload(chat, kind, PNG, 'proof "<b>.png')
    case = await world.file_case(chat, "L1", "RP-7K3M-9QXD", uploads=(upload,))
    browser = await world.signed_in("viewer")
    assert "proof &#34;&lt;b&gt;.png" in (await browser.get(f"/console/cases/{case.id}")).text
    answer = await browser.get(f"/console/cases/{case.id}/evidence/{upload}")
    assert answer.content == PNG
    assert answer.headers["content-type"] == media_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"].startswith(f"{shown}; filename=")
    assert "proof" not in answer.headers["content-disposition"]


async def test_a_file_is_opened_through_its_own_case_or_request_only(world: World) -> None:
    mine, theirs = await world.chat("B1"), await world.chat("B2")
    upload = await world.upload(mine, "png", PNG)
    loose = await world.upload(mine, "png", PNG)
    case = await world.file_case(mine, "L1", "RP-0001", uploads=(upload,))
    other = await world.file_case(theirs, "L2", "RP-0002")
    request = await world.ask(theirs, "paid", "already_paid")
    browser = await world.signed_in()
    for owner in (f"cases/{other.id}", f"requests/{request}", "cases/unknown", "requests/unknown"):
        answer = await browser.get(f"/console/{owner}/evidence/{upload}")
        assert answer.status_code == 404, owner
    assert (await browser.get(f"/console/cases/{case.id}/evidence/{loose}")).status_code == 404
    assert (await browser.get(f"/console/cases/{case.id}/evidence/{upload}")).status_code == 200


async def test_a_file_of_a_request_is_opened_and_that_is_audited(world: World) -> None:
    chat = await world.chat("B2")
    upload = await world.upload(chat, "pdf", b"%PDF-1.7 receipt")
    request = await world.ask(chat, "paid", "already_paid", uploads=(upload,))
    browser = await world.signed_in()
    answer = await browser.get(f"/console/requests/{request}/evidence/{upload}")
    assert answer.content == b"%PDF-1.7 receipt"
    sql = "SELECT count(*) FROM audit WHERE subject_id = ? AND kind = 'staff.read_evidence'"
    assert await world.value(sql, await world.borrower_id("B2")) == 1
