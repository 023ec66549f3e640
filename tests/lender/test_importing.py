"""Importing a tape makes the books those of the tape: rows, people, days."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.domain.loan import Freeze, Instalment, Payment, Waiver
from bot.importing import ImportReport
from bot.store.load import load_borrower
from bot.store.tokens import name_token, phone_token
from tests.lender.store import (
    GIVEN,
    Store,
    audited,
    by_name,
    everything,
    id_of,
    loans_of,
    rows,
    stored_bytes,
    take,
)
from tests.lender.tapes import sound


async def test_a_tape_becomes_the_books(store: Store, tmp_path: Path) -> None:
    report = await take(store, tmp_path / "tape", sound())
    assert report == ImportReport(
        as_of=date(2026, 3, 2),
        dry_run=False,
        borrowers=2,
        loans=3,
        instalments=4,
        payments=3,
        new_borrowers=2,
        changed_borrowers=0,
        new_loans=3,
        changed_loans=0,
        removed_rows=0,
    )
    first = (await loans_of(store, "B1"))["L1"]
    assert first.loan.instalments[0] == Instalment(11, date(2026, 1, 10), 50000, 1250, 0)
    assert first.loan.freezes == (Freeze(date(2026, 2, 10), date(2026, 2, 12)),)
    assert first.loan.waivers == (Waiver(date(2026, 2, 20), 300),)
    assert str(first.loan.contract_rate) == "9/50"
    assert (first.books_on, first.opened_on) == (date(2026, 3, 2), date(2025, 12, 10))


async def test_a_reversed_payment_counts_for_nothing(store: Store, tmp_path: Path) -> None:
    await take(store, tmp_path / "tape", sound())
    first = (await loans_of(store, "B1"))["L1"]
    on = date(2026, 2, 1)
    assert first.loan.payments == (Payment(on, 10000), Payment(on, 2000))


async def test_a_reported_penalty_without_a_day_is_of_the_day_of_the_books(
    store: Store, tmp_path: Path
) -> None:
    told = sound()
    told["loans.csv"][1][8:10] = ["", "2026-02-28"]
    told["loans.csv"][2][8:10] = ["4.50", ""]
    await take(store, tmp_path / "tape", told)
    loans = await loans_of(store, "B1")
    assert (loans["L1"].reported, loans["L1"].reported_on) == (None, None)
    assert (loans["L2"].reported, loans["L2"].reported_on) == (450, date(2026, 3, 2))


async def test_people_are_sealed_and_found_by_token(store: Store, tmp_path: Path) -> None:
    await take(store, tmp_path / "tape", sound())
    database, seals = store
    borrower_id = await id_of(store, "B1")
    wang = await database.read(lambda db: load_borrower(by_name(db), seals, borrower_id))
    assert (wang.name, wang.id_last4, wang.grade, wang.ref) == ("王小明", "123X", "B", "B1")
    tokens = await rows(
        store,
        "SELECT phone_token, name_token, locale FROM borrower WHERE borrower_id = ?",
        borrower_id,
    )
    found = (phone_token(seals, "8613800138000"), name_token(seals, " 王小明 "), "zh_Hans")
    assert tokens == [found]
    raw = stored_bytes(tmp_path)
    assert "王小明".encode() not in raw
    assert b"13800138000" not in raw


async def test_importing_again_changes_nothing_and_says_so(store: Store, tmp_path: Path) -> None:
    await take(store, tmp_path / "tape", sound())
    before = await everything(store)
    again = await take(store, tmp_path / "tape", sound())
    assert not again.changed_anything
    assert await everything(store) == before


async def test_rows_in_another_order_change_nothing(store: Store, tmp_path: Path) -> None:
    await take(store, tmp_path / "tape", sound())
    turned = sound()
    for name in ("borrowers.csv", "loans.csv", "instalments.csv", "freezes.csv", "waivers.csv"):
        turned[name][1:] = reversed(turned[name][1:])
    assert not (await take(store, tmp_path / "tape", turned)).changed_anything


async def test_looking_for_cycles_is_on_again_after_an_import(store: Store, tmp_path: Path) -> None:
    await take(store, tmp_path / "tape", sound())
    assert gc.isenabled()


async def test_the_same_books_of_a_later_day_only_move_the_day(
    store: Store, tmp_path: Path
) -> None:
    await take(store, tmp_path / "tape", sound())
    later = replace(GIVEN, today=date(2026, 3, 9))
    assert not (await take(store, tmp_path / "tape", sound(), later)).changed_anything
    assert (await loans_of(store, "B1"))["L1"].books_on == date(2026, 3, 9)


async def test_a_dry_run_foresees_and_changes_nothing(store: Store, tmp_path: Path) -> None:
    before = await everything(store)
    foreseen = await take(store, tmp_path / "tape", sound(), dry_run=True)
    assert await everything(store) == before
    done = await take(store, tmp_path / "tape", sound())
    assert replace(foreseen, dry_run=False) == done


async def test_absent_rows_of_a_named_loan_are_removed_and_audited(
    store: Store, tmp_path: Path
) -> None:
    await take(store, tmp_path / "tape", sound())
    less = sound()
    del less["instalments.csv"][2], less["payments.csv"][1]
    del less["freezes.csv"], less["waivers.csv"]
    (tmp_path / "tape" / "freezes.csv").unlink()
    (tmp_path / "tape" / "waivers.csv").unlink()
    report = await take(store, tmp_path / "tape", less)
    assert (report.changed_loans, report.removed_rows) == (1, 4)
    first = (await loans_of(store, "B1"))["L1"].loan
    assert [each.no for each in first.instalments] == [11]
    assert first.payments == (Payment(date(2026, 2, 1), 2000),)
    assert (first.freezes, first.waivers) == ((), ())
    remembered = await audited(store, "B1")
    assert {kind for kind, _ in remembered} == {"books.row_removed"}
    assert {next(iter(about.keys() - {"import_id", "loan_id"})) for _, about in remembered} == {
        "instalment",
        "payment",
        "freeze",
        "waiver",
    }


async def test_a_row_that_reads_otherwise_is_audited_as_it_was(
    store: Store, tmp_path: Path
) -> None:
    await take(store, tmp_path / "tape", sound())
    other = sound()
    other["payments.csv"][1][3] = "101.00"
    report = await take(store, tmp_path / "tape", other)
    assert (report.changed_loans, report.removed_rows) == (1, 0)
    ((kind, about),) = await audited(store, "B1")
    assert kind == "books.row_changed"
    assert about["payment"]["amount_minor"] == 10000
