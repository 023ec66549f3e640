"""Bad input as lenders send it, by tape, policy file and calc document: place, cause and remedy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.domain.policy import check
from bot.errors import Fault, Faulty
from bot.lender.document import read_document
from bot.lender.tape import Tape, read_tape
from bot.texts import Texts
from bot.turn import Text
from tests.domain.relief_cases import WORKED_TEXT
from tests.lender.tapes import Rows, folder, sound
from tests.lender.test_calc_document import changed_example

ROOT = Path(__file__).parents[2]
TEXTS = Texts(ROOT)
LARGE = "9" * 25


def sentences(faults: Sequence[Fault]) -> list[str]:
    """Each fault as it is told in English; it can be told in every language."""
    for fault in faults:
        assert all(TEXTS.render_everywhere(Text(fault.key, fault.slots)).values())
    return [f"{each.path}: {TEXTS.plain(Text(each.key, each.slots), 'en')}" for each in faults]


def by_tape(at: Path, tape: dict[str, Rows]) -> list[str]:
    with pytest.raises(Faulty) as refused:
        read(at, tape)
    return sentences(refused.value.faults)


def read(at: Path, tape: dict[str, Rows]) -> Tape:
    return read_tape(folder(at, tape), digits_of={"CNY": 2, "IDR": 0}.get)


def put(file: str, row: int, column: str, written: str) -> dict[str, Rows]:
    """The sound tape with one cell written otherwise."""
    tape = sound()
    tape[file][row - 1][tape[file][0].index(column)] = written
    return tape


def by_policy(old: str, new: str) -> list[str]:
    assert old in WORKED_TEXT
    return sentences(check(WORKED_TEXT.replace(old, new, 1))[0])


def by_calc(path: str, value: object) -> list[str]:
    with pytest.raises(Faulty) as refused:
        read_document(json.dumps(changed_example({path: value})))
    return sentences(refused.value.faults)


def test_overlapping_terms() -> None:
    remedy = "Give each its own first day, or leave one out."
    entry = {"from": "2024-01-01", "base": ["principal"], "rate": {"per_day": "0.001"}}
    assert by_calc("terms", [entry, entry]) == [
        f"terms[1].from: Two terms entries start on 1 Jan 2024. {remedy}"
    ]
    first = WORKED_TEXT.index("[[terms]]")
    one = WORKED_TEXT[first : WORKED_TEXT.index("[[terms]]", first + 1)]
    faults, _ = check(WORKED_TEXT.replace(one, one + one, 1))
    (said,) = sentences(faults)
    assert said.startswith("terms[1].from: Two entries start on ")
    assert said.endswith(remedy)


def test_missing_terms(tmp_path: Path) -> None:
    assert by_calc("terms", ...) == ["terms: This is required and missing."]
    rest = WORKED_TEXT[WORKED_TEXT.rindex("[[terms]]") :]
    without = rest[rest.index("\n[", 1) :]
    assert "terms: This is required and missing." in sentences(check(without)[0])
    assert by_tape(tmp_path, put("loans.csv", 2, "product", "")) == [
        "loans.csv:2: product: This is required and blank."
    ]


@pytest.mark.parametrize("written", ["-500.00", "-0.01"])
def test_negative_amounts(tmp_path: Path, written: str) -> None:
    said = f"{written} is below zero. Write it without a sign: zero or more."
    assert by_tape(tmp_path, put("instalments.csv", 2, "principal", written)) == [
        f"instalments.csv:2: principal: {said}"
    ]
    assert by_calc("loan.instalments.0.principal", written) == [
        f"loan.instalments[0].principal: {said}"
    ]
    assert by_policy('per_day = "0.001"', f'per_day = "{written}"')[0].endswith(said)


def test_absurd_amounts(tmp_path: Path) -> None:
    (told,) = by_tape(tmp_path, put("payments.csv", 2, "amount", LARGE))
    assert told.startswith("payments.csv:2: amount: 9999")
    assert told.endswith("is too long; 24 digits are the most.")
    (told,) = by_calc("loan.payments.0.amount", LARGE)
    assert told.startswith("loan.payments[0].amount: 9999")
    assert told.endswith("is too long; 24 digits are the most.")
    (told,) = by_policy('points = "5"', f'points = "{LARGE}"')
    assert told.startswith("relief[0].reasons[1].points: 9999")


def test_instalments_out_of_order_are_sorted_and_their_numbers_noted(tmp_path: Path) -> None:
    tape = sound()
    tape["instalments.csv"][1:3] = reversed(tape["instalments.csv"][1:3])
    assert read(tmp_path / "rows", tape).notes == read(tmp_path / "sound", sound()).notes
    turned = read(tmp_path / "turned", put("instalments.csv", 3, "due_on", "2025-12-20"))
    (said,) = sentences([each for each in turned.notes if each.key == "tape.note.order"])
    assert said.startswith("loans.csv: Loans with an instalment that falls due before one of a")
    assert "1, first in row 2. If that is not meant, correct no or due_on" in said


def test_one_instalment_twice(tmp_path: Path) -> None:
    assert by_tape(tmp_path, put("instalments.csv", 3, "no", "11")) == [
        "instalments.csv:3: no: Row 2 has the same. Keep one of the two."
    ]
    row = {"no": 2, "due": "2026-02-10", "principal": "1.00"}
    assert by_calc("loan.instalments", [row, row]) == [
        "loan.instalments[1].no: Instalment 2 stands here twice. Give each its own number."
    ]


def test_payments_before_the_loan(tmp_path: Path) -> None:
    (said,) = by_tape(tmp_path, put("payments.csv", 2, "paid_on", "2025-12-09"))
    place, cause = "payments.csv:2: paid_on: ", "9 Dec 2025 lies before the loan was opened, on "
    assert said == f"{place}{cause}10 Dec 2025. Correct this day, or opened_on in loans.csv."
    read(tmp_path / "same", put("payments.csv", 2, "paid_on", "2025-12-10"))


def test_instalments_due_before_the_loan(tmp_path: Path) -> None:
    (said,) = by_tape(tmp_path, put("instalments.csv", 2, "due_on", "2025-12-09"))
    assert said.startswith("instalments.csv:2: due_on: 9 Dec 2025 lies before the loan was opened")


def test_payments_reversed_before_they_came_in(tmp_path: Path) -> None:
    (said,) = by_tape(tmp_path, put("payments.csv", 4, "reversed_on", "2025-12-23"))
    assert said.startswith("payments.csv:4: reversed_on: The payment was reversed on 23 Dec 2025")


def test_currencies_without_digits(tmp_path: Path) -> None:
    (said,) = by_tape(tmp_path, put("loans.csv", 2, "currency", "XAU"))
    assert said.startswith("loans.csv:2: currency: XAU is not a currency of ISO 4217. ")
    assert said.endswith("or say its digits in manifest.json under minor_digits.")
    assert by_tape(tmp_path, put("instalments.csv", 5, "interest", "9000.5")) == [
        "instalments.csv:5: interest: 9000.5 has more decimals than the currency allows (0)."
    ]
    assert by_calc("loan.currency", "12") == [
        "loan.currency: The currency must be a code of three capital letters such as CNY."
    ]


@pytest.mark.parametrize("day", ["1969-12-31", "2101-01-01"])
def test_days_before_1970_or_after_2100(tmp_path: Path, day: str) -> None:
    said = "is out of range; days from 1 Jan 1970 to 31 Dec 2100 are accepted."
    for file, row, column in (
        ("instalments.csv", 2, "due_on"),
        ("payments.csv", 2, "paid_on"),
        ("loans.csv", 2, "opened_on"),
        ("freezes.csv", 2, "until"),
        ("waivers.csv", 2, "on"),
    ):
        told = by_tape(tmp_path / column, put(file, row, column, day))
        assert told[0].startswith(f"{file}:{row}: {column}: ")
        assert told[0].endswith(said)
    (told_by_calc,) = by_calc("as_of", day)
    assert told_by_calc.endswith(said)
    assert by_policy("from = 2025-01-01", f"from = {day}")[0].endswith(said)


def test_every_note_of_a_tape_can_be_told(tmp_path: Path) -> None:
    tape = put("borrowers.csv", 2, "id_last4", "")
    tape["borrowers.csv"][1][5] = "xx"
    tape["borrowers.csv"] = [[*row, ""] for row in tape["borrowers.csv"]]
    tape["borrowers.csv"][0][-1] = "shoe_size"
    tape["instalments.csv"].pop()
    path = folder(tmp_path, tape, shoes__csv="")
    read_so = read_tape(path, digits_of={"CNY": 2, "IDR": 0}.get, negotiate=lambda _tag: None)
    told = sentences(read_so.notes)
    assert "borrowers.csv: shoe_size: This is not known here and is ignored." in told
    assert "loans.csv: Loans without any instalment: 1, first in row 4." in told
    assert len(told) >= 5
