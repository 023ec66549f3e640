"""Importing over earlier books: what stays, what is refused, what resumes, what cases keep."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot import importing
from bot.domain.loan import Freeze, Payment, Waiver
from bot.errors import Faulty
from bot.importing import import_tape
from bot.store.load import load_borrower
from bot.store.seal import chained
from tests.lender.store import (
    GIVEN,
    Store,
    by_name,
    change,
    confirmed,
    everything,
    id_of,
    loans_of,
    rows,
    stop_after,
    take,
    with_a_case,
)
from tests.lender.tapes import folder, sound


async def test_loans_the_tape_does_not_name_stay(store: Store, tmp_path: Path) -> None:
    await take(store, tmp_path / "tape", sound())
    less = sound()
    for file in ("loans.csv", "instalments.csv", "payments.csv", "freezes.csv", "waivers.csv"):
        less[file] = [row for row in less[file] if "L1" not in row and "L2" not in row]
    report = await take(store, tmp_path / "tape", less)
    assert not report.changed_anything
    assert set(await loans_of(store, "B1")) == {"L1", "L2"}


async def test_only_changed_loans_get_a_new_version(store: Store, tmp_path: Path) -> None:
    await take(store, tmp_path / "tape", sound())
    more = sound()
    more["payments.csv"].append(["P9", "L2", "2026-03-01", "0.54", "", ""])
    report = await take(store, tmp_path / "tape", more)
    loans = await loans_of(store, "B1")
    assert (report.changed_loans, report.payments) == (1, 4)
    assert (loans["L1"].version, loans["L2"].version) == (1, 2)


async def test_a_changed_borrower_is_sealed_anew(store: Store, tmp_path: Path) -> None:
    await take(store, tmp_path / "tape", sound())
    other = sound()
    other["borrowers.csv"][2][1:5] = ["Ada Lovelace", "+44 20 7946 0018", "0042", "B"]
    report = await take(store, tmp_path / "tape", other)
    assert (report.changed_borrowers, report.changed_loans) == (1, 0)
    database, seals = store
    ada_id = await id_of(store, "B2")
    ada = await database.read(lambda db: load_borrower(by_name(db), seals, ada_id))
    assert (ada.name, ada.phone, ada.grade) == ("Ada Lovelace", "+442079460018", "B")


async def test_a_bad_tape_changes_nothing_and_lists_every_fault(
    store: Store, tmp_path: Path
) -> None:
    await take(store, tmp_path / "tape", sound())
    before = await everything(store)
    bad = sound()
    bad["payments.csv"][1][3] = "1.005"
    bad["instalments.csv"][1][2] = "soon"
    bad["borrowers.csv"][1][1] = "Somebody Else"
    with pytest.raises(Faulty) as refused:
        await take(store, tmp_path / "tape", bad)
    assert [fault.path for fault in refused.value.faults] == [
        "instalments.csv:2: due_on",
        "payments.csv:2: amount",
    ]
    assert await everything(store) == before


async def test_a_loan_cannot_change_hands(store: Store, tmp_path: Path) -> None:
    await take(store, tmp_path / "tape", sound())
    before = await everything(store)
    moved = sound()
    moved["loans.csv"][1][1] = "B2"
    with pytest.raises(Faulty) as refused:
        await take(store, tmp_path / "tape", moved)
    assert [(fault.path, fault.key) for fault in refused.value.faults] == [
        ("loans.csv:2: borrower_ref", "tape.loan.moved")
    ]
    assert await everything(store) == before


async def test_a_payment_may_move_to_another_loan(store: Store, tmp_path: Path) -> None:
    await take(store, tmp_path / "tape", sound())
    moved = sound()
    moved["payments.csv"][1][1] = "L3"
    moved["payments.csv"][1][3] = "100"
    report = await take(store, tmp_path / "tape", moved)
    assert (report.changed_loans, report.removed_rows) == (2, 1)
    assert (await loans_of(store, "B2"))["L3"].loan.payments == (Payment(date(2026, 2, 1), 100),)


async def test_a_crash_between_chunks_is_resumed(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK_ROWS", 1)
    seen: list[tuple[int, int]] = []
    with pytest.raises(KeyboardInterrupt):
        await import_tape(
            folder(tmp_path / "tape", sound()), store, GIVEN, on_progress=stop_after(seen)
        )
    assert seen == [(2, 3)]
    assert await rows(store, "SELECT count(*) FROM loan") == [(2,)]
    assert await rows(store, "SELECT chunks_done, finished_at FROM import_run") == [(1, None)]
    report = await take(store, tmp_path / "tape", sound())
    assert (report.new_borrowers, report.new_loans, report.changed_loans) == (1, 1, 0)
    assert await rows(store, "SELECT count(*) FROM import_run WHERE finished_at IS NULL") == [(0,)]


async def test_what_our_cases_put_on_a_loan_outlives_the_tape(store: Store, tmp_path: Path) -> None:
    place = await with_a_case(store, tmp_path)
    less = sound()
    less["waivers.csv"][1:] = []
    less["freezes.csv"][1:] = []
    await take(store, tmp_path / "tape", less)
    loan = (await loans_of(store, "B1"))["L1"].loan
    assert loan.waivers == (Waiver(date(2026, 3, 1), 500),)
    assert loan.freezes == (Freeze(date(2026, 2, 25), date(2026, 3, 5)),)
    assert await confirmed(store, place) == [0]


async def test_a_tape_waiver_with_our_reference_confirms_ours_instead_of_doubling_it(
    store: Store, tmp_path: Path
) -> None:
    place = await with_a_case(store, tmp_path)
    told = sound()
    told["waivers.csv"].append(["W2", "L1", "2026-03-01", "5.00", "R-0001"])
    await take(store, tmp_path / "tape", told)
    loan = (await loans_of(store, "B1"))["L1"].loan
    assert [waiver.amount for waiver in loan.waivers] == [300, 500]
    assert await confirmed(store, place) == [1]
    assert not (await take(store, tmp_path / "tape", told)).changed_anything
    await take(store, tmp_path / "tape", sound())
    assert await confirmed(store, place) == [0]


async def test_when_our_waiver_is_gone_the_lenders_own_counts(store: Store, tmp_path: Path) -> None:
    place = await with_a_case(store, tmp_path)
    told = sound()
    told["waivers.csv"].append(["W2", "L1", "2026-03-01", "4.00", "R-0001"])
    await take(store, tmp_path / "tape", told)
    await change(store, "DELETE FROM waiver WHERE case_id IS NOT NULL")
    assert await confirmed(store, place) == []
    assert (await take(store, tmp_path / "tape", told)).changed_loans == 1
    loan = (await loans_of(store, "B1"))["L1"].loan
    assert [waiver.amount for waiver in loan.waivers] == [300, 400]


async def test_changed_books_wake_the_assistant_once_for_those_it_knows(
    store: Store, tmp_path: Path
) -> None:
    await with_a_case(store, tmp_path)
    paid = sound()
    paid["payments.csv"].append(["P8", "L1", "2026-03-01", "400.00", "", ""])
    paid["payments.csv"].append(["P9", "L3", "2026-03-01", "400", "", ""])
    await take(store, tmp_path / "tape", paid)
    await take(store, tmp_path / "tape", paid)
    waiting = await rows(store, "SELECT source, kind, subject_id, state FROM inbox")
    assert waiting == [("system", "books_changed", await id_of(store, "B1"), "waiting")]


async def test_an_erased_borrower_stays_erased(store: Store, tmp_path: Path) -> None:
    await take(store, tmp_path / "tape", sound())
    borrower_id = await id_of(store, "B1")
    store[1].destroy(borrower_id)
    await change(
        store,
        "UPDATE borrower SET erased_at = 'x', person = x'' WHERE borrower_id = ?",
        borrower_id,
    )
    other = sound()
    other["borrowers.csv"][1][1] = "Back Again"
    other["payments.csv"][1][3] = "1.00"
    report = await take(store, tmp_path / "tape", other)
    assert not report.changed_anything
    assert [note.key for note in report.notes] == ["tape.note.erased"]
    assert not store[1].has(borrower_id)


async def test_books_that_go_back_in_time_or_ahead_of_it_are_noted(
    store: Store, tmp_path: Path
) -> None:
    await take(store, tmp_path / "tape", sound())
    (tmp_path / "tape" / "manifest.json").write_text('{"as_of": "2026-02-28"}')
    older = await take(store, tmp_path / "tape", sound())
    assert [(note.key, note.slots["count"]) for note in older.notes] == [("tape.note.older", 3)]
    assert (await loans_of(store, "B1"))["L1"].books_on == date(2026, 3, 2)
    (tmp_path / "tape" / "manifest.json").write_text('{"as_of": "2026-03-03"}')
    ahead = await take(store, tmp_path / "tape", sound())
    assert [note.key for note in ahead.notes] == ["tape.note.future"]


async def test_a_product_without_terms_is_noted(store: Store, tmp_path: Path) -> None:
    known = replace(GIVEN, products=frozenset({"cash-loan", "pay-later"}))
    report = await take(store, tmp_path / "tape", sound(), known)
    assert [(note.key, note.slots["value"]) for note in report.notes] == [
        ("tape.note.product", "id-cash")
    ]
    assert json.loads(json.dumps(report.document()))["notes"][0]["value"] == "id-cash"


async def test_the_audit_chain_holds_over_an_import(store: Store, tmp_path: Path) -> None:
    await take(store, tmp_path / "tape", sound())
    less = sound()
    less["payments.csv"][1:] = []
    await take(store, tmp_path / "tape", less)
    chain = await rows(store, "SELECT body, hash FROM audit ORDER BY subject_id, seq")
    previous = b""
    for body, kept in chain:
        assert isinstance(body, bytes)
        previous = chained(previous, body)
        assert previous == kept
    assert len(chain) == 3
