"""The whole portfolio out of a database: its sums are the sums of its statements."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.accrual import Statement, statement
from bot.domain.books import TapeLoan
from bot.domain.loan import Freeze, Loan, Payment, Waiver
from bot.domain.money import parse_plain
from bot.portfolio import reading
from bot.portfolio.document import document
from bot.portfolio.figures import How
from bot.portfolio.listing import COLUMNS, Listing
from bot.portfolio.survey import Survey, survey
from bot.portfolio.totals import Totals
from tests.portfolio.conftest import TODAY, Books


async def surveyed(books: Books, as_of: date = TODAY, ahead: int = 7) -> Totals:
    asked = Survey(books.policy, as_of, ahead)
    return await books.database.apart(lambda db: survey(db, asked))


async def listed(books: Books, as_of: date = TODAY) -> list[dict[str, str]]:
    file = io.StringIO()
    listing = Listing(file, books.seals)
    asked = Survey(books.policy, as_of, 7)
    await books.database.apart(lambda db: survey(db, asked, seen=listing.see))
    return list(csv.DictReader(io.StringIO(file.getvalue())))


def stated(books: Books, loan: TapeLoan, as_of: date) -> Statement:
    told = Loan(
        currency=loan.currency,
        instalments=loan.instalments,
        payments=tuple(Payment(p.on, p.amount) for p in loan.payments if not p.reversed_on),
        freezes=tuple(Freeze(f.start, f.until) for f in loan.freezes),
        waivers=tuple(Waiver(w.on, w.amount) for w in loan.waivers),
        contract_rate=loan.contract_rate,
    )
    policy = books.policy
    terms, order = policy.terms_for(loan.product), policy.allocation_for(loan.product)
    return statement(told, terms, order, as_of)


@pytest.mark.parametrize("chunk", [7, 4_000])
@pytest.mark.parametrize("later", [0, 40, -90])
async def test_each_loan_of_the_made_up_lender_is_told_as_its_statement(
    books: Books, later: int, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading.chunks, "__defaults__", (chunk,))
    as_of = TODAY + timedelta(days=later)
    found = {row["loan_ref"]: row for row in await listed(books, as_of)}
    owing = 0
    for loan in books.loans:
        told = stated(books, loan, as_of)
        if told.outstanding.total or told.grows_by_per_day:
            owing += 1
            assert cells(found[loan.ref], loan) == expected(told)
            assert found[loan.ref]["computed"] == "at_once"
    assert len(found) == owing


async def test_every_grouping_adds_up_to_the_statements(books: Books) -> None:
    told: dict[str, Any] = document(await surveyed(books), TODAY, 7)
    assert told["loans"] == len(books.loans)
    assert told["computed"]["at_once"] == len(books.loans)
    statements = [(loan, stated(books, loan, TODAY)) for loan in books.loans]
    for each in told["currencies"]:
        code = each["currency"]
        mine = [s for loan, s in statements if loan.currency.code == code and owes(s)]
        digits = mine[0].currency.digits
        total = sum(s.outstanding.total for s in mine)
        assert parse_plain(each["all"]["outstanding"]["total"], digits) == total
        for group in ("buckets", "products", "grades"):
            rows = each[group].values()
            assert sum(row["loans"] for row in rows) == len(mine)
            amounts = (parse_plain(row["outstanding"]["total"], digits) for row in rows)
            assert sum(amounts) == total


async def test_buckets_begin_and_end_on_their_days(books: Books) -> None:
    told: dict[str, Any] = document(await surveyed(books), TODAY, 7)
    found: Counter[str] = Counter()
    for each in told["currencies"]:
        found.update({name: row["loans"] for name, row in each["buckets"].items()})
    days = [s.days_overdue for loan in books.loans if owes(s := stated(books, loan, TODAY))]
    assert found == Counter(bucket(day) for day in days) | Counter({"0": found["0"]})


async def test_who_comes_to_a_tier_or_the_end_of_the_window_is_counted(books: Books) -> None:
    rows = await listed(books)
    card = [row for row in rows if row["product"] == "card-instalment" and row["tier_on"]]
    assert card
    for row in card:
        steps = (date.fromisoformat(row["tier_on"]) - TODAY).days
        assert 1 <= steps <= 7
    assert not [row for row in rows if row["product"] == "cash-loan" and row["tier_on"]]
    closing = [row for row in rows if row["window_closes_on"]]
    assert closing
    rules = books.policy.relief_on(TODAY)
    for row in closing:
        left = (date.fromisoformat(row["window_closes_on"]) - TODAY).days
        ends = [end for end in (rules.window.within_days, rules.scope.until_day) if end]
        assert int(row["days_overdue"]) + left == min(ends)


async def test_the_sums_name_nobody_and_the_list_no_more_than_the_loan(books: Books) -> None:
    said = json.dumps(document(await surveyed(books), TODAY, 7))
    assert not [loan.ref for loan in books.loans if loan.ref in said]
    rows = await listed(books)
    assert tuple(rows[0]) == COLUMNS


async def test_erased_borrowers_are_in_no_sum(books: Books) -> None:
    await books.run("UPDATE borrower SET erased_at = '2026-11-01' WHERE borrower_id > ''")
    totals = await surveyed(books)
    assert (totals.loans, totals.by_currency) == (0, {})
    assert await listed(books) == []


async def test_a_loan_without_terms_is_counted_and_in_no_sum(books: Books) -> None:
    await books.run("UPDATE loan SET product = 'unheard-of' WHERE product = 'card-instalment'")
    totals = await surveyed(books)
    assert totals.refused > 0
    assert totals.computed[How.AT_ONCE] + totals.one_by_one + totals.refused == len(books.loans)
    assert not [
        cell
        for cells_of in totals.by_currency.values()
        for cell in cells_of
        if cell[1] == "unheard-of" and cell[0] != "0"
    ]
    refused = [row for row in await listed(books) if row["computed"] == "refused"]
    assert len(refused) == totals.refused
    assert {row["penalty"] for row in refused} == {""}


async def test_a_reference_that_a_spreadsheet_would_run_is_made_harmless(books: Books) -> None:
    def plant(db: sqlite3.Connection) -> None:
        row = db.execute("SELECT borrower_id, loan_id FROM loan LIMIT 1").fetchone()
        sealed = books.seals.seal(row[0], "loan", "ref", row[1], b"=cmd|' /C calc'!A0")
        db.execute("UPDATE loan SET ref = ? WHERE loan_id = ?", (sealed, row[1]))

    await books.database.write(plant)
    refs = [row["loan_ref"] for row in await listed(books)]
    assert "'=cmd|' /C calc'!A0" in refs
    assert not [ref for ref in refs if ref.startswith("=")]


async def test_progress_ends_with_all_loans(books: Books) -> None:
    heard: list[tuple[int, int]] = []
    asked = Survey(books.policy, TODAY, 7)
    await books.database.apart(lambda db: survey(db, asked, lambda *step: heard.append(step)))
    assert heard[-1] == (len(books.loans), len(books.loans))


def owes(told: Statement) -> bool:
    return bool(told.outstanding.total or told.grows_by_per_day)


def bucket(days: int) -> str:
    ends = {0: "0", 7: "1-7", 30: "8-30", 60: "31-60", 90: "61-90"}
    return next((name for end, name in ends.items() if days <= end), "90+")


def cells(row: dict[str, str], loan: TapeLoan) -> list[int]:
    names = [*COLUMNS[COLUMNS.index("principal") : COLUMNS.index("tier_on")]]
    amounts = [parse_plain(row[name], loan.currency.digits) for name in names]
    return [int(row["days_overdue"]), *amounts]


def expected(told: Statement) -> list[int]:
    owed = told.outstanding
    money = (owed.principal, owed.interest, owed.fee, owed.penalty)
    return [
        told.days_overdue, *money, told.charged, told.paid, told.waived, told.grows_by_per_day
    ]  # fmt: skip
