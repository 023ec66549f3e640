"""The page of differences: both figures, what would explain them, nobody's name."""

from __future__ import annotations

import pytest

from bot.console import difference_pages
from bot.reconciling import differences
from tests.console.world import World

PATH = "/console/differences"
REPORT = "UPDATE loan SET reported_minor = ?, reported_on = '2026-03-01' WHERE loan_id = ?"


async def report(world: World, loan: str, minor: int) -> None:
    """The lender's own figure of a loan."""
    loan_id = await world.loan_id(loan)
    await world.database.write(lambda db: db.execute(REPORT, (minor, loan_id)))


async def ours(world: World, loan: str) -> int:
    """What we compute for the loan that day, by reporting nonsense and reading the page."""
    await report(world, loan, 1)
    loan_id = await world.loan_id(loan)
    found = await world.database.apart(
        lambda db: [each for _, some in differences(db, world.seals, world.policy) for each in some]
    )
    return next(each.ours for each in found if each.loan_id == loan_id and each.ours is not None)


async def test_a_viewer_sees_both_figures_and_that_nothing_explains_them(world: World) -> None:
    browser = await world.signed_in("viewer")
    html = (await browser.get(PATH)).text
    assert "L3" in html
    assert "¥9.99" in html
    assert "Mallory" not in html
    assert f'href="{PATH}" aria-current="page"' in html


async def test_a_loan_that_agrees_is_not_listed(world: World) -> None:
    await report(world, "L3", await ours(world, "L3"))
    html = (await (await world.signed_in("viewer")).get(PATH)).text
    assert "L3" not in html
    assert "No differences" in html


async def test_a_day_counted_less_is_said(world: World) -> None:
    # 510.00 at 1.5 x 18 % / 360: 0.3825 a day, 28 days late.
    assert await ours(world, "L3") == 1071
    await report(world, "L3", 1033)
    assert "one day fewer" in (await (await world.signed_in("viewer")).get(PATH)).text


async def test_the_page_says_so_in_chinese(world: World) -> None:
    html = (await (await world.signed_in("auditor", "zh_Hans")).get(PATH)).text
    assert "与贷款机构账面的差异" in html


async def test_a_loan_without_terms_is_listed_as_not_computable(world: World) -> None:
    loan_id = await world.loan_id("L3")
    sql = "UPDATE loan SET product = 'unheard-of' WHERE loan_id = ?"
    await world.database.write(lambda db: db.execute(sql, (loan_id,)))
    assert "No terms cover it" in (await (await world.signed_in("viewer")).get(PATH)).text


async def test_a_long_list_goes_on_where_it_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(difference_pages, "MOST_SHOWN", 1)
    for loan in ("L1", "L2"):
        await report(world, loan, 1)
    browser = await world.signed_in("viewer")
    seen, path = [], PATH
    while path:
        html = (await browser.get(path)).text
        seen += [loan for loan in ("L1", "L2", "L3") if f">{loan}<" in html]
        _, found, rest = html.partition(f'href="{PATH}?after=')
        after, _, _ = rest.partition('"')
        path = f"{PATH}?after={after}" if found else ""
    assert sorted(seen) == ["L1", "L2", "L3"]


@pytest.mark.parametrize("after", ["'", "x" * 99, "²", "F" * 32])
async def test_any_place_to_go_on_from_is_answered(world: World, after: str) -> None:
    browser = await world.signed_in("viewer")
    assert (await browser.get(f"{PATH}?after={after}")).status_code == 200


async def test_nobody_sees_it_without_signing_in(world: World) -> None:
    answer = await world.browser().get(PATH)
    assert answer.status_code == 303
