"""Importing a tape makes the books those of the tape, loan by loan, and nothing else."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot import importing
from bot.domain.loan import Freeze, Instalment, Payment, Waiver
from bot.errors import Faulty
from bot.importing import Circumstances, ImportReport, import_tape
from bot.store.connection import Database
from bot.store.load import load_borrower, load_loans
from bot.store.seal import Seals, chained
from bot.store.tokens import borrower_token, name_token, phone_token
from bot.turn import BookedLoan
from tests.lender.tapes import Rows, folder, sound

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_ids = itertools.count(1)
GIVEN = Circumstances(
    now=NOW,
    today=date(2026, 3, 2),
    new_id=lambda: f"{next(_ids):032x}",
    locales=("en", "zh_Hans", "zh_Hant"),
    digits={"IDR": 0},
)
Store = tuple[Database, Seals]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "reprieve.db")
    seals = Seals(tmp_path / "reprieve.keys", b"s" * 32)
    yield database, seals
    await database.close()
    seals.close()


async def take(
    store: Store,
    at: Path,
    tape: dict[str, Rows],
    given: Circumstances = GIVEN,
    *,
    dry_run: bool = False,
) -> ImportReport:
    return await import_tape(folder(at, tape), store, given, dry_run=dry_run)


async def loans_of(store: Store, ref: str) -> dict[str, BookedLoan]:
    database, seals = store
    borrower_id = await id_of(store, ref)
    loans = await database.read(lambda db: load_loans(by_name(db), seals, borrower_id))
    return {loan.ref: loan for loan in loans}


async def id_of(store: Store, ref: str) -> str:
    token = borrower_token(store[1], ref)
    found = await rows(store, "SELECT borrower_id FROM borrower WHERE ref_token = ?", token)
    return str(found[0][0])


async def rows(store: Store, sql: str, *values: object) -> list[tuple[object, ...]]:
    found = await store[0].read(lambda db: db.execute(sql, values).fetchall())
    return [tuple(row) for row in found]


async def change(store: Store, sql: str, *values: object) -> None:
    await store[0].write(lambda db: db.execute(sql, values))


async def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    tables = await rows(store, "SELECT name FROM sqlite_schema WHERE type = 'table'")
    return {str(name): await rows(store, f"SELECT * FROM {name}") for (name,) in tables}  # noqa: S608  # our own


def stored_bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("reprieve.db*"))


def by_name(db: sqlite3.Connection) -> sqlite3.Connection:
    db.row_factory = sqlite3.Row
    return db


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
    monkeypatch.setattr(importing, "CHUNK_LOANS", 1)
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


def stop_after(seen: list[tuple[int, int]]) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        raise KeyboardInterrupt

    return progress


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


async def with_a_case(store: Store, tmp_path: Path) -> dict[str, str]:
    """The sound tape, with one relief case on L1 that put a waiver and a freeze there."""
    await take(store, tmp_path / "tape", sound())
    borrower_id = await id_of(store, "B1")
    place = (borrower_id, (await loans_of(store, "B1"))["L1"].id)
    await change(
        store,
        "INSERT INTO relief_case (borrower_id, loan_id, case_id, reference, status, facts, version)"
        " VALUES (?, ?, 'c1', 'R-0001', 'offered', x'', 1)",
        *place,
    )
    await change(
        store, "INSERT INTO waiver VALUES (?, ?, 'c1', '2026-03-01', 500, 'c1', 0)", *place
    )
    await change(
        store,
        "INSERT INTO freeze VALUES (?, ?, 'c1', '2026-02-25', '2026-03-05', 'relief', 'c1')",
        *place,
    )
    return {"borrower_id": borrower_id, "loan_id": place[1]}


async def confirmed(store: Store, place: dict[str, str]) -> list[object]:
    found = await rows(
        store,
        "SELECT confirmed FROM waiver WHERE loan_id = ? AND case_id IS NOT NULL",
        place["loan_id"],
    )
    return [row[0] for row in found]


async def audited(store: Store, ref: str) -> list[tuple[str, dict[str, dict[str, object]]]]:
    borrower_id = await id_of(store, ref)
    found = await rows(
        store, "SELECT seq, kind, body FROM audit WHERE subject_id = ? ORDER BY seq", borrower_id
    )
    opened = []
    for seq, kind, body in found:
        assert isinstance(body, bytes)
        clear = store[1].open(borrower_id, "audit", "body", f"{borrower_id}.{seq}", body)
        opened.append((str(kind), json.loads(clear)))
    return opened
