"""The page that holds a statement's checksum against the books."""

from __future__ import annotations

from datetime import date

import httpx

from bot.domain.accrual import statement
from bot.domain.checksum import checksum
from bot.store.load import load_loan
from tests.console.books import MONDAY
from tests.console.browser import Browser
from tests.console.world import World

PATH = "/console/statements"
TODAY = MONDAY.date().isoformat()


async def code_of(world: World, ref: str) -> str:
    """The checksum of today's statement of a loan."""
    found = await world.database.read(lambda db: load_loan(db, world.seals, ref))
    assert found is not None
    booked, policy = found[1], world.policy
    terms, order = policy.terms_for(booked.product), policy.allocation_for(booked.product)
    return checksum(ref, statement(booked.loan, terms, order, date.fromisoformat(TODAY)))


async def checked(browser: Browser, loan: str, day: str, code: str) -> httpx.Response:
    return await browser.submit(PATH, PATH, loan=loan, day=day, code=code)


async def test_the_checksum_of_the_books_is_the_same_however_it_is_typed(world: World) -> None:
    code = await code_of(world, "L1")
    browser = await world.signed_in("viewer")
    typed = code.lower().replace("-", " ")
    answer = await checked(browser, " L1 ", TODAY, typed)
    assert "The books say the same: L1" in answer.text
    assert "/console/borrowers/" in answer.text
    assert "Mallory" not in answer.text
    assert f'value="{typed}"' in answer.text


async def test_another_figure_day_or_loan_is_not_the_same(world: World) -> None:
    code = await code_of(world, "L1")
    browser = await world.signed_in("viewer")
    for loan, day, typed in (
        ("L1", TODAY, "ST-0"),
        ("L1", "2026-01-31", code),
        ("L2", TODAY, code),
    ):
        answer = await checked(browser, loan, day, typed)
        assert "Not what the books say" in answer.text


async def test_a_loan_nobody_has_and_a_day_that_is_none_are_told(world: World) -> None:
    browser = await world.signed_in("viewer")
    answer = await checked(browser, "nobody's", TODAY, "ST-0")
    assert "No loan in the books" in answer.text
    answer = await checked(browser, "L1", "2026-02-30", "ST-0")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


async def test_who_looked_is_kept_in_the_audit(world: World) -> None:
    browser = await world.signed_in("viewer")
    await checked(browser, "L1", TODAY, "ST-0")
    sql = "SELECT count(*) FROM audit WHERE kind = 'staff.statement_checked'"
    assert (await world.database.read(lambda db: db.execute(sql).fetchone()))[0] == 1


async def test_the_page_speaks_chinese(world: World) -> None:
    assert "核对账单" in (await (await world.signed_in("viewer", "zh_Hans")).get(PATH)).text
    assert "核對帳單" in (await (await world.signed_in("auditor", "zh_Hant")).get(PATH)).text
