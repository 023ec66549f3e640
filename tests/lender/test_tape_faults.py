"""A tape with faults is refused whole, and every fault says where it is and what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import Fault, Faulty
from bot.lender.tape import Limits, read_tape
from bot.texts import Texts
from bot.turn import Text
from tests.lender.tapes import Rows, folder, sound, text_of, zipped

ROOT = Path(__file__).parent.parent.parent


Change = Callable[[dict[str, Rows]], None]


def faults_of(path: Path, **more: object) -> list[Fault]:
    """The faults of a tape; each of them can be said in every locale."""
    with pytest.raises(Faulty) as refused:
        read_tape(path, digits_of={"CNY": 2, "IDR": 0}.get, **more)  # type: ignore[arg-type]  # as given
    texts = Texts(ROOT)
    for fault in refused.value.faults:
        texts.render_everywhere(Text(fault.key, fault.slots))
    return list(refused.value.faults)


def places(path: Path, **more: object) -> list[tuple[str, str]]:
    return [(fault.path, fault.key) for fault in faults_of(path, **more)]


def cell(file: str, row: int, column: str, written: str) -> Change:
    def change(tape: dict[str, Rows]) -> None:
        tape[file][row - 1][tape[file][0].index(column)] = written

    return change


WRONG_CELLS = [
    ("payments.csv", 2, "payment_ref", "", "tape.cell.blank"),
    ("payments.csv", 2, "payment_ref", "B" * 65, "tape.cell.long"),
    ("payments.csv", 2, "payment_ref", "B\u200b1", "tape.cell.control"),
    ("borrowers.csv", 2, "name", "  ", "tape.cell.blank"),
    ("borrowers.csv", 2, "name", "Wa\x00ng", "tape.cell.control"),
    ("borrowers.csv", 2, "name", "n" * 1001, "tape.cell.long"),
    ("borrowers.csv", 2, "phone", "8.6138E+12", "tape.cell.phone"),
    ("borrowers.csv", 2, "phone", "1234", "tape.cell.phone"),
    ("borrowers.csv", 2, "id_last4", "123", "tape.cell.last4"),
    ("borrowers.csv", 2, "grade", "very good", "tape.cell.word"),
    ("borrowers.csv", 2, "email", "nobody", "tape.cell.email"),
    ("loans.csv", 2, "product", "", "tape.cell.blank"),
    ("loans.csv", 2, "currency", "RMB", "tape.currency.unknown"),
    ("loans.csv", 2, "principal", "6,000.00", "error.amount.plain"),
    ("loans.csv", 2, "principal", "6" * 17, "error.amount.large"),
    ("loans.csv", 2, "contract_rate_per_year", "18", "tape.cell.rate"),
    ("loans.csv", 2, "contract_rate_per_year", "18%", "error.amount.plain"),
    ("loans.csv", 2, "opened_on", "10/12/2025", "error.day.plain"),
    ("loans.csv", 2, "status", "gone away", "tape.cell.word"),
    ("loans.csv", 3, "reported_penalty", "-4.50", "error.amount.negative"),
    ("loans.csv", 3, "reported_on", "2026-02-30", "error.day.plain"),
    ("instalments.csv", 2, "no", "1.5", "tape.cell.whole"),
    ("instalments.csv", 2, "no", "-1", "tape.cell.whole"),
    ("instalments.csv", 2, "no", "²", "tape.cell.whole"),
    ("instalments.csv", 2, "due_on", "1969-12-31", "error.day.range"),
    ("instalments.csv", 2, "due_on", "2101-01-01", "error.day.range"),
    ("instalments.csv", 2, "principal", "", "tape.cell.blank"),
    ("instalments.csv", 2, "interest", "1.00\n2.00", "error.amount.plain"),
    ("instalments.csv", 2, "principal", "500.001", "error.amount.decimals"),
    ("instalments.csv", 2, "principal", "500.000", "error.amount.decimals"),
    ("instalments.csv", 5, "principal", "300000.00", "error.amount.decimals"),
    ("instalments.csv", 2, "interest", "1e3", "error.amount.plain"),
    ("instalments.csv", 2, "fee", "NaN", "error.amount.plain"),
    ("payments.csv", 2, "amount", "", "tape.cell.blank"),
    ("payments.csv", 2, "amount", "0.00", "error.amount.zero"),
    ("payments.csv", 2, "amount", "-1.00", "error.amount.negative"),
    ("payments.csv", 2, "entered_at", "yesterday", "tape.cell.moment"),
    ("payments.csv", 2, "entered_at", "2026-02-01T25:00:00Z", "tape.cell.moment"),
    ("payments.csv", 2, "reversed_on", "2026-2-1", "error.day.plain"),
    ("freezes.csv", 2, "until", "2026-02-09", "error.freeze.ends_early"),
    ("freezes.csv", 2, "kind", "?", "tape.cell.word"),
    ("waivers.csv", 2, "amount", "3.005", "error.amount.decimals"),
    ("waivers.csv", 2, "on", "", "tape.cell.blank"),
]


@pytest.mark.parametrize(("file", "row", "column", "written", "key"), WRONG_CELLS)
def test_a_wrong_cell_is_named_by_file_row_and_column(
    tmp_path: Path, file: str, row: int, column: str, written: str, key: str
) -> None:
    tape = sound()
    cell(file, row, column, written)(tape)
    assert places(folder(tmp_path, tape)) == [(f"{file}:{row}: {column}", key)]


REPEATED = [
    ("borrowers.csv", "borrower_ref", "tape.twice"),
    ("loans.csv", "loan_ref", "tape.twice"),
    ("instalments.csv", "no", "tape.twice"),
    ("payments.csv", "payment_ref", "tape.twice"),
    ("freezes.csv", "from", "tape.twice"),
    ("waivers.csv", "waiver_ref", "tape.twice"),
]


@pytest.mark.parametrize(("file", "column", "key"), REPEATED)
def test_a_repeated_key_names_both_rows(tmp_path: Path, file: str, column: str, key: str) -> None:
    tape = sound()
    tape[file].append(list(tape[file][1]))
    (fault,) = faults_of(folder(tmp_path, tape))
    assert (fault.path, fault.key) == (f"{file}:{len(tape[file])}: {column}", key)
    assert fault.slots["row"] == 2


def test_a_key_repeated_with_blanks_around_it_is_a_repeat(tmp_path: Path) -> None:
    tape = sound()
    tape["payments.csv"].append([" P1 ", "L1", "2026-02-01", "1.00", "", ""])
    tape["instalments.csv"].append([" L1", "011", "2026-03-10", "1.00", "", ""])
    assert places(folder(tmp_path, tape)) == [
        ("instalments.csv:6: no", "tape.twice"),
        ("payments.csv:5: payment_ref", "tape.twice"),
    ]


@pytest.mark.parametrize("file", ["instalments.csv", "payments.csv", "freezes.csv", "waivers.csv"])
def test_a_row_of_an_unknown_loan_is_a_fault(tmp_path: Path, file: str) -> None:
    tape = sound()
    cell(file, 2, "loan_ref", "L9")(tape)
    assert places(folder(tmp_path, tape)) == [(f"{file}:2: loan_ref", "tape.loan.unknown")]


def test_a_loan_of_an_unknown_borrower_is_a_fault(tmp_path: Path) -> None:
    tape = sound()
    cell("loans.csv", 2, "borrower_ref", "B9")(tape)
    assert places(folder(tmp_path, tape)) == [
        ("loans.csv:2: borrower_ref", "tape.borrower.unknown")
    ]


def test_every_fault_is_listed_and_one_does_not_cause_others(tmp_path: Path) -> None:
    tape = sound()
    cell("borrowers.csv", 2, "phone", "none")(tape)
    cell("loans.csv", 2, "principal", "much")(tape)
    cell("loans.csv", 3, "currency", "???")(tape)
    cell("payments.csv", 3, "amount", "0.001")(tape)
    assert places(folder(tmp_path, tape)) == [
        ("borrowers.csv:2: phone", "tape.cell.phone"),
        ("loans.csv:2: principal", "error.amount.plain"),
        ("loans.csv:3: currency", "tape.cell.word"),
        ("payments.csv:3: amount", "error.amount.decimals"),
    ]


def test_missing_and_repeated_columns_are_faults_of_the_header_alone(tmp_path: Path) -> None:
    tape = sound()
    tape["loans.csv"][0][0] = "loan"
    tape["payments.csv"][0][5] = "amount"
    assert places(folder(tmp_path, tape)) == [
        ("loans.csv:1: loan_ref", "tape.column.missing"),
        ("payments.csv:1: amount", "tape.column.twice"),
    ]


def test_missing_files_are_faults(tmp_path: Path) -> None:
    tape = sound()
    del tape["loans.csv"], tape["payments.csv"]
    assert places(folder(tmp_path, tape)) == [
        ("loans.csv", "tape.file.missing"),
        ("payments.csv", "tape.file.missing"),
    ]


def test_an_empty_file_has_no_header(tmp_path: Path) -> None:
    at = folder(tmp_path, sound())
    (at / "freezes.csv").write_text("")
    assert places(at) == [("freezes.csv", "tape.header.none")]


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path: Path) -> None:
    tape = sound()
    cell("borrowers.csv", 2, "name", "two\nlines")(tape)
    cell("borrowers.csv", 3, "phone", "none")(tape)
    tape["borrowers.csv"].insert(2, [""])
    assert places(folder(tmp_path, tape)) == [("borrowers.csv:4: phone", "tape.cell.phone")]


def test_a_row_with_too_few_or_too_many_cells_is_a_fault(tmp_path: Path) -> None:
    tape = sound()
    tape["payments.csv"][1].pop()
    tape["payments.csv"][2] += ["", "more"]
    tape["payments.csv"][3] += ["", ""]
    assert places(folder(tmp_path, tape)) == [
        ("payments.csv:2", "tape.row.cells"),
        ("payments.csv:3", "tape.row.cells"),
    ]


def test_text_that_is_not_utf_8_is_named_by_its_cell(tmp_path: Path) -> None:
    at = folder(tmp_path, sound())
    written = text_of(sound()["borrowers.csv"])
    (at / "borrowers.csv").write_bytes(written.encode("gb18030"))
    assert places(at) == [("borrowers.csv:2: name", "tape.cell.encoding")]


@pytest.mark.parametrize("tail", ['"never closed\n', '"a"b,c\n'])
def test_broken_quotes_are_a_fault_of_their_row(tmp_path: Path, tail: str) -> None:
    at = folder(tmp_path, sound())
    with (at / "freezes.csv").open("a", encoding="utf-8") as file:
        file.write(tail)
    assert ("freezes.csv:3", "tape.csv") in places(at)


def test_limits_end_the_reading(tmp_path: Path) -> None:
    at = folder(tmp_path, sound())
    assert ("instalments.csv:3", "tape.rows") in places(at, limits=Limits(rows=2))
    assert ("loans.csv:1", "tape.line.long") in places(at, limits=Limits(line=70))
    assert places(at, limits=Limits(bytes_unpacked=100)) == [(at.name, "tape.size")]
    assert places(zipped(at / "tape.zip", sound()), limits=Limits(members=3)) == [
        ("tape.zip", "tape.zip.members")
    ]


def test_a_line_that_never_ends_is_named_by_its_row_wherever_it_stands(tmp_path: Path) -> None:
    tape = sound()
    tape["payments.csv"] += [[f"Q{n}", "L1", "2026-02-01", "1.00", "", ""] for n in range(5_000)]
    tape["payments.csv"].append(["Q", "L1", "2026-02-01", "1" * 200_000, "", ""])
    last = len(tape["payments.csv"])
    assert places(folder(tmp_path, tape)) == [(f"payments.csv:{last}", "tape.line.long")]


def test_the_list_of_faults_has_an_end_that_says_so(tmp_path: Path) -> None:
    tape = sound()
    tape["payments.csv"] += [["", "L1", "", "", "", ""]] * 50
    found = faults_of(folder(tmp_path, tape), limits=Limits(faults=20))
    assert len(found) == 21
    assert found[-1].key == "tape.faults.more"


@pytest.mark.parametrize(
    ("content", "path", "key"),
    [
        ("{", "manifest.json", "tape.manifest.json"),
        ("[" * 60_000, "manifest.json", "tape.manifest.json"),
        ("[]", "manifest.json", "tape.manifest.json"),
        ('{"as_of": "soon"}', "manifest.json: as_of", "error.day.plain"),
        ('{"as_of": 20261123}', "manifest.json: as_of", "error.day.plain"),
        ('{"minor_digits": {"IDR": 9}}', "manifest.json: minor_digits", "tape.manifest.digits"),
        ('{"minor_digits": "0"}', "manifest.json: minor_digits", "tape.manifest.digits"),
    ],
)
def test_a_wrong_manifest_is_a_fault(tmp_path: Path, content: str, path: str, key: str) -> None:
    assert places(folder(tmp_path, sound(), manifest__json=content)) == [(path, key)]


NASTY = [
    b"\x00",
    b'"',
    b",",
    b"\r",
    b"\n",
    b'"\n"',
    b"\xff\xfe",
    "\u202e".encode(),
    b"=cmd|'/c calc'!A0",
    b"-1",
    b"9" * 30,
    "٣".encode(),
    "²".encode(),
    b"\xed\xa0\x80",
]
