"""`reprieve calc`: one document, or one a line; what is printed where, and the exit code."""

from __future__ import annotations

import io
import json

import pytest

from bot.errors import Fault
from bot.lender import calc as calc_module
from bot.lender.calc import BAD_INPUT, GOOD, calc

GOOD_DOCUMENT = (
    b'{"terms": [], "loan": {"currency": "CNY", "instalments": []}, "as_of": "2026-03-01"}'
)
LATE_WITHOUT_TERMS = GOOD_DOCUMENT.replace(
    b"[]}", b'[{"no": 1, "due": "2026-02-28", "principal": "1"}]}'
)


def worded(fault: Fault) -> str:
    return f"{fault.key} {sorted(fault.slots)}"


def run(source: bytes, *, lines: bool) -> tuple[int, str, str]:
    answers, errors = io.StringIO(), io.StringIO()
    code = calc(io.BytesIO(source), answers, errors, lines=lines, render=worded)
    return code, answers.getvalue(), errors.getvalue()


def test_a_document_is_answered_on_the_output() -> None:
    code, answers, errors = run(GOOD_DOCUMENT, lines=False)
    assert (code, errors) == (GOOD, "")
    assert json.loads(answers)["as_of"] == "2026-03-01"


def test_bad_input_is_one_sentence_on_the_errors_and_no_answer() -> None:
    code, answers, errors = run(b'{"terms": 1, "loan": 2}', lines=False)
    assert (code, answers) == (BAD_INPUT, "")
    assert errors == "loan: error.field.object []\n"


def test_a_loan_the_terms_do_not_cover_is_bad_input_naming_the_terms() -> None:
    code, _, errors = run(LATE_WITHOUT_TERMS, lines=False)
    assert (code, errors) == (BAD_INPUT, "terms: error.terms.none ['day']\n")


def test_each_line_is_answered_on_a_line_and_a_bad_one_does_not_stop_the_rest() -> None:
    source = b"\n".join([GOOD_DOCUMENT, b"{", LATE_WITHOUT_TERMS, b"", GOOD_DOCUMENT])
    code, answers, errors = run(source, lines=True)
    told = [json.loads(line) for line in answers.splitlines()]
    assert (code, errors) == (BAD_INPUT, "")
    assert [line.get("error", "good").split(" ")[0] for line in told] == [
        "good", "document:", "terms:", "document:", "good",
    ]  # fmt: skip


def test_good_lines_alone_end_well() -> None:
    code, answers, _ = run(GOOD_DOCUMENT + b"\n" + GOOD_DOCUMENT + b"\n", lines=True)
    assert code == GOOD
    assert len(answers.splitlines()) == 2


def test_no_line_has_no_answer() -> None:
    assert run(b"", lines=True) == (GOOD, "", "")


@pytest.mark.parametrize("lines", [True, False])
def test_a_document_beyond_the_limit_is_refused_unread(
    monkeypatch: pytest.MonkeyPatch, *, lines: bool
) -> None:
    monkeypatch.setattr(calc_module, "MOST_BYTES", len(GOOD_DOCUMENT) + 1)
    too_long = GOOD_DOCUMENT + b" " * len(GOOD_DOCUMENT) * 3
    code, answers, errors = run(too_long, lines=lines)
    assert code == BAD_INPUT
    assert "error.document.large" in answers + errors


def test_a_line_beyond_the_limit_is_one_bad_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calc_module, "MOST_BYTES", len(GOOD_DOCUMENT) + 1)
    too_long = GOOD_DOCUMENT + b" " * len(GOOD_DOCUMENT) * 3
    code, answers, _ = run(too_long + b"\n" + GOOD_DOCUMENT + b"\n", lines=True)
    told = [json.loads(line) for line in answers.splitlines()]
    assert code == BAD_INPUT
    assert ["error" in line for line in told] == [True, False]
