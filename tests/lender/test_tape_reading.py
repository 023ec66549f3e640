"""What a sound tape says, however ugly its clothes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.books import TapeLoan, TapePayment
from bot.domain.loan import Instalment
from bot.domain.money import Currency
from bot.lender.tape import Tape, read_tape
from tests.lender.tapes import Rows, folder, sound, text_of, zipped

NO_DIGITS = '{"as_of": "2026-11-23", "minor_digits": {"IDR": 0}}'


def read(path: Path) -> Tape:
    known = {"CNY": 2, "IDR": 2, "JPY": 0, "KWD": 3}
    return read_tape(path, digits_of=known.get, zone=ZoneInfo("Asia/Shanghai"))


def loan(tape: Tape, ref: str) -> TapeLoan:
    return next(loan for loan in tape.loans if loan.ref == ref)


def test_a_sound_tape_is_read_to_the_last_cell(tmp_path: Path) -> None:
    tape = read(folder(tmp_path, sound(), manifest__json=NO_DIGITS))
    first = loan(tape, "L1")
    assert tape.as_of == date(2026, 11, 23)
    assert first.currency == Currency("CNY", 2)
    assert first.contract_rate == Fraction(18, 100)
    assert first.principal == 600000
    assert first.instalments == (
        Instalment(11, date(2026, 1, 10), 50000, 1250, 0),
        Instalment(12, date(2026, 2, 10), 50000, 1100, 0),
    )
    assert [waiver.amount for waiver in first.waivers] == [300]
    assert [freeze.kind for freeze in first.freezes] == ["statutory"]
    assert tape.notes == ()


def test_payments_come_by_day_and_in_document_order_within_a_day(tmp_path: Path) -> None:
    first = loan(read(folder(tmp_path, sound())), "L1")
    at = datetime(2026, 2, 1, 1, 0, tzinfo=UTC)
    midnight = datetime(2026, 2, 2, 16, 0, tzinfo=UTC)  # of 3 February in Shanghai
    assert first.payments == (
        TapePayment("P3", date(2025, 12, 24), 999999, None, date(2025, 12, 27)),
        TapePayment("P1", date(2026, 2, 1), 10000, at),
        TapePayment("P2", date(2026, 2, 1), 2000, midnight),
    )


def test_a_borrower_with_many_loans_has_them_all(tmp_path: Path) -> None:
    tape = read(folder(tmp_path, sound()))
    assert [(loan.borrower_ref, loan.ref) for loan in tape.loans] == [
        ("B1", "L1"),
        ("B1", "L2"),
        ("B2", "L3"),
    ]


def test_people_are_normalised_for_finding_them(tmp_path: Path) -> None:
    wang, ada = read(folder(tmp_path, sound())).borrowers
    assert (wang.phone, wang.id_last4, wang.email) == ("+8613800138000", "123X", "wang@example.com")
    assert (ada.phone, ada.id_last4, ada.email) == ("", "0042", "")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0086 138 0013 8000", "+8613800138000"),
        ("＋８６１３８００１３８０００", "+8613800138000"),
        ("(020) 7946-0018", "02079460018"),
        ("020‑7946‑0018", "02079460018"),
    ],
)
def test_a_phone_keeps_its_plus_and_digits(tmp_path: Path, written: str, kept: str) -> None:
    tape = sound()
    tape["borrowers.csv"][1][2] = written
    assert read(folder(tmp_path, tape)).borrowers[0].phone == kept


def test_a_name_loses_line_breaks_and_direction_marks_and_nothing_else(tmp_path: Path) -> None:
    tape = sound()
    tape["borrowers.csv"][1][1] = "  Zoe\u0308\u202e \r\n O'Brien‍ "
    assert read(folder(tmp_path, tape)).borrowers[0].name == "Zoë O'Brien‍"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_matter(tmp_path: Path, end: str) -> None:
    plain = read(folder(tmp_path / "plain", sound()))
    at = folder(tmp_path / "ends", sound())
    for name, rows in sound().items():
        (at / name).write_text(text_of(rows, end), encoding="utf-8", newline="")
    assert read(at).loans == plain.loans


def test_a_byte_order_mark_and_empty_rows_are_harmless(tmp_path: Path) -> None:
    at = folder(tmp_path, sound())
    for name in sound():
        content = (at / name).read_text(encoding="utf-8")
        (at / name).write_text(f"{content}\n\n,,\n", encoding="utf-8-sig", newline="")
    assert len(read(at).loans) == 3


def test_columns_may_stand_in_any_order_and_optional_ones_be_missing(tmp_path: Path) -> None:
    tape = sound()
    tape["loans.csv"] = [[row[i] for i in (3, 2, 1, 0)] for row in tape["loans.csv"]]
    tape["instalments.csv"] = [row[:4] for row in tape["instalments.csv"]]
    tape["payments.csv"] = [row[:4] for row in tape["payments.csv"]]
    tape["borrowers.csv"] = [row[:2] for row in tape["borrowers.csv"]]
    tape["freezes.csv"] = [row[:3] for row in tape["freezes.csv"]]
    del tape["waivers.csv"]
    first = loan(read(folder(tmp_path, tape)), "L1")
    assert (first.status, first.contract_rate, first.reported) == ("active", None, None)
    assert first.instalments[0].interest == 0
    assert first.freezes[0].kind == "statutory"


def test_unknown_columns_and_files_are_named_and_ignored(tmp_path: Path) -> None:
    tape = sound()
    tape["loans.csv"][0].append("Colour")
    for row in tape["loans.csv"][1:]:
        row.append("red\x00")
    tape["collateral.csv"] = [["x"]]
    notes = read(folder(tmp_path, tape, manifest__json='{"by": "hand"}')).notes
    assert {(note.path, note.key) for note in notes} == {
        ("loans.csv: colour", "tape.column.unknown"),
        ("collateral.csv", "tape.file.unknown"),
        ("manifest.json: by", "tape.column.unknown"),
    }


def test_a_note_counts_its_rows_and_names_the_first(tmp_path: Path) -> None:
    tape = sound()
    for row in tape["borrowers.csv"][1:]:
        row[3], row[5] = "", "tlh"
    notes = read_tape(folder(tmp_path, tape), negotiate=lambda _tag: None).notes
    assert {(note.path, note.slots["count"], note.slots["row"]) for note in notes} == {
        ("borrowers.csv: id_last4", 2, 2),
        ("borrowers.csv: locale", 2, 2),
    }


def test_the_language_is_negotiated(tmp_path: Path) -> None:
    ours = {"zh-CN": "zh_Hans"}.get
    assert read_tape(folder(tmp_path, sound()), negotiate=ours).borrowers[0].locale == "zh_Hans"


@pytest.mark.parametrize("inside", ["", "tape/"])
def test_a_zip_reads_as_its_folder(tmp_path: Path, inside: str) -> None:
    plain = read(folder(tmp_path / "plain", sound()))
    packed = read(zipped(tmp_path / "tape.zip", sound(), inside))
    assert packed.loans == plain.loans
    assert packed.borrowers == plain.borrowers


def test_debris_of_an_archiver_is_passed_over(tmp_path: Path) -> None:
    tape = {**sound(), "__MACOSX/._loans.csv": [["x"]], ".DS_Store": [["x"]]}
    assert read(zipped(tmp_path / "tape.zip", tape)).notes == ()


@pytest.mark.parametrize(
    ("currency", "written", "minor"),
    [("JPY", "5000", 5000), ("KWD", "1.005", 1005), ("cny", "0.54", 54), ("CNY", "7", 700)],
)
def test_amounts_have_the_digits_of_their_currency(
    tmp_path: Path, currency: str, written: str, minor: int
) -> None:
    tape = one_loan(currency, written)
    assert loan(read(folder(tmp_path, tape)), "L").instalments[0].principal == minor


def test_the_manifest_may_say_how_the_lender_writes_a_currency(tmp_path: Path) -> None:
    at = folder(tmp_path, one_loan("IDR", "150000"), manifest__json=NO_DIGITS)
    assert loan(read(at), "L").currency == Currency("IDR", 0)


def test_a_reported_penalty_brings_its_day(tmp_path: Path) -> None:
    second = loan(read(folder(tmp_path, sound())), "L2")
    assert (second.reported, second.reported_on) == (450, date(2026, 3, 1))


def test_the_fingerprint_is_of_the_contents(tmp_path: Path) -> None:
    changed = sound()
    changed["payments.csv"][1][3] = "100.01"
    one, same, other = (
        read(folder(tmp_path / str(at), tape)).fingerprint
        for at, tape in enumerate((sound(), sound(), changed))
    )
    assert one == same != other


def test_rows_in_another_order_make_the_same_loans(tmp_path: Path) -> None:
    tape = sound()
    for name in ("loans.csv", "instalments.csv", "freezes.csv", "waivers.csv"):
        tape[name][1:] = reversed(tape[name][1:])
    plain = read(folder(tmp_path / "plain", sound()))
    turned = read(folder(tmp_path / "turned", tape))
    assert sorted(turned.loans, key=lambda loan: loan.ref) == list(plain.loans)


def one_loan(currency: str, principal: str) -> dict[str, Rows]:
    tape = sound()
    tape["loans.csv"] = [
        ["loan_ref", "borrower_ref", "product", "currency"],
        ["L", "B1", "cash-loan", currency],
    ]
    tape["instalments.csv"] = [
        ["loan_ref", "no", "due_on", "principal"],
        ["L", "1", "2026-01-10", principal],
    ]
    for name in ("payments.csv", "freezes.csv", "waivers.csv"):
        del tape[name][1:]
    return tape
