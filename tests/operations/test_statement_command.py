"""`reprieve statement`: what a borrower was given, printed again and checked against the books."""

from __future__ import annotations

import pytest

from tests.chat.clock import TODAY
from tests.chat.lender import Lender
from tests.chat.person import Chat
from tests.operations.operator import Operator


async def test_staff_print_the_bytes_the_borrower_was_given(ann: Chat, operator: Operator) -> None:
    for form in ("pdf", "csv"):
        await ann.walk("/statement", f">statement.form.{form}")
        given = await ann.house.bridge.paper(ann.id, (await ann.last()).id)
        assert given is not None
        path = operator.folder / f"again.{form}"
        options = ("--as-of", TODAY, f"--{form}", path)
        assert await operator.runs_beside("statement", "ANN-1", *options)
        assert path.read_bytes() == given.content


async def test_a_checksum_is_the_books_own_until_they_change(
    ann: Chat, lender: Lender, operator: Operator
) -> None:
    await ann.walk("/statement", ">statement.form.csv")
    code = str(ann.slots("statement.given.code")["code"])
    asked = ("statement", "ANN-1", "--as-of", TODAY, "--check")
    assert await operator.runs_beside(*asked, code.lower().replace("-", " "))
    assert not await operator.runs_beside(*asked, code[:-1] + "?")
    assert await operator.runs_beside("statement", "ANN-1", "--as-of", TODAY)
    assert code in operator.said
    await lender.pay("ANN-1", 5_000)
    assert not await operator.runs_beside(*asked, code)
    assert operator.code == 1
    assert "books have changed" in operator.said


@pytest.mark.usefixtures("ann")
async def test_another_language_and_two_files_at_once(operator: Operator) -> None:
    pdf, csv = operator.folder / "a.pdf", operator.folder / "a.csv"
    options = ("--pdf", pdf, "--csv", csv, "--locale", "zh-TW")
    assert await operator.runs_beside("statement", "ANN-1", *options)
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert "檢核碼" in csv.read_text("utf-8-sig")


@pytest.mark.usefixtures("ann")
async def test_a_file_that_cannot_be_written_is_named(operator: Operator) -> None:
    path = operator.folder / "nowhere" / "a.csv"
    assert not await operator.runs_beside("statement", "ANN-1", "--csv", path)
    assert "nowhere" in operator.said
