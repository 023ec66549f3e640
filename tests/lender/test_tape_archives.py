"""What is no tape at all, a zip that should not be opened, bytes by chance."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import Fault, Faulty
from bot.lender.tape import read_tape
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
    ("instalments.csv", 2, "principal", "500.001", "error.amount.decimals"),
    ("instalments.csv", 2, "principal", "500.000", "error.amount.decimals"),
    ("instalments.csv", 5, "principal", "300000.00", "error.amount.decimals"),
    ("instalments.csv", 2, "interest", "1e3", "error.amount.plain"),
    ("instalments.csv", 2, "fee", "NaN", "error.amount.plain"),
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


REPEATED = [
    ("borrowers.csv", "borrower_ref", "tape.twice"),
    ("loans.csv", "loan_ref", "tape.twice"),
    ("instalments.csv", "no", "tape.twice"),
    ("payments.csv", "payment_ref", "tape.twice"),
    ("freezes.csv", "from", "tape.twice"),
    ("waivers.csv", "waiver_ref", "tape.twice"),
]


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


def test_what_is_no_tape_at_all_is_one_fault(tmp_path: Path) -> None:
    text = tmp_path / "tape.txt"
    text.write_text("hello")
    assert places(tmp_path / "nowhere") == [("nowhere", "tape.path.missing")]
    assert places(text) == [("tape.txt", "tape.path.kind")]


@pytest.mark.parametrize(
    "name", ["../loans.csv", "/etc/loans.csv", "C:\\loans.csv", "a\\..\\b.csv"]
)
def test_a_zip_that_reaches_outside_itself_is_refused(tmp_path: Path, name: str) -> None:
    at = zipped(tmp_path / "tape.zip", {**sound(), name: [["x"]]})
    assert [key for _, key in places(at)] == ["tape.zip.path"]


def test_a_zip_of_two_folders_or_two_equal_names_is_refused(tmp_path: Path) -> None:
    two = zipped(tmp_path / "two.zip", {**sound(), "old/loans.csv": [["x"]]})
    assert places(two) == [("two.zip", "tape.zip.folders")]
    twice = zipped(tmp_path / "twice.zip", sound())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(twice, "a") as archive:
        archive.writestr("loans.csv", "x")
    assert places(twice) == [("twice.zip", "tape.zip.twice")]


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    at = zipped(tmp_path / "tape.zip", sound())
    content = bytearray(at.read_bytes())
    start = content.index(b"payments.csv") + len("payments.csv")
    content[start : start + 40] = b"\x00" * 40
    at.write_bytes(bytes(content))
    assert ("payments.csv:1", "tape.file.damaged") in places(at)


def test_a_zip_whose_members_are_not_where_it_says_is_refused(tmp_path: Path) -> None:
    at = zipped(tmp_path / "tape.zip", sound())
    content = at.read_bytes()
    at.write_bytes(content.replace(b"PK\x03\x04", b"KP\x03\x04", 1))
    assert {key for _, key in places(at)} >= {"tape.file.damaged"}


def test_chance_bytes_never_crash_the_reader(tmp_path: Path) -> None:
    chance = random.Random(7)
    clean = {name: text_of(rows).encode() for name, rows in sound().items()}
    for attempt in range(200):
        at = folder(tmp_path / str(attempt), sound())
        name = chance.choice(sorted(clean))
        content = bytearray(clean[name])
        for _ in range(chance.randrange(1, 6)):
            place = chance.randrange(len(content))
            content[place : place + chance.randrange(4)] = chance.choice(NASTY)
        (at / name).write_bytes(bytes(content))
        try:
            read_tape(at, digits_of={"CNY": 2, "IDR": 0}.get)
        except Faulty as refused:
            assert refused.faults  # noqa: PT017  # either answer is right, a crash is not
