"""`reprieve calc`: calc documents in, statements out, without a database.

It must not word a sentence: the caller gives `render`, which turns a fault into one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import BinaryIO, Final, TextIO

from bot.domain.accrual import statement
from bot.errors import Fault, Faulty, Rejected
from bot.lender.document import answer, read_document

GOOD, BAD_INPUT = 0, 2
MOST_BYTES: Final = 16 * 1024 * 1024  # a document of the longest loan allowed is far below

Render = Callable[[Fault], str]


def calc(source: BinaryIO, answers: TextIO, errors: TextIO, *, lines: bool, render: Render) -> int:
    """Answer the document in `source`, or with `lines` each line's; the exit code, 0 or 2.

    `render` words a fault without its path. A bad document costs one sentence on `errors`; with
    `lines` a bad line is answered by `{"error": …}` and the rest go on.
    """
    if lines:
        return _each_line(source, answers, render)
    try:
        told = _told(source.read(MOST_BYTES + 1))
    except Faulty as error:
        print(sentence(error, render), file=errors)
        return BAD_INPUT
    print(json.dumps(told, ensure_ascii=False, indent=1), file=answers)
    return GOOD


def sentence(error: Faulty, render: Render) -> str:
    """The first fault in one line: `loan.payments[0].on: …`."""
    fault = error.faults[0]
    return f"{fault.path}: {render(fault)}"


def _each_line(source: BinaryIO, answers: TextIO, render: Render) -> int:
    code = GOOD
    while line := source.readline(MOST_BYTES + 1):
        try:
            told = _told(line)
        except Faulty as error:
            told = {"error": sentence(error, render)}
            code = BAD_INPUT
            _skip_rest(source, line)
        print(json.dumps(told, ensure_ascii=False, separators=(",", ":")), file=answers)
    return code


def _skip_rest(source: BinaryIO, line: bytes) -> None:
    # A line beyond the limit is refused as a whole, not read on as further documents.
    while line and not line.endswith(b"\n"):
        line = source.readline(MOST_BYTES)


def _told(document: bytes) -> dict[str, object]:
    if len(document) > MOST_BYTES:
        slots = {"limit": MOST_BYTES // 1024 // 1024}
        raise Faulty([Fault("document", "error.document.large", slots)])
    read = read_document(document)
    try:
        told = statement(read.loan, read.terms, read.allocation, read.as_of)
    except Rejected as error:
        raise Faulty([Fault(_path(error), error.key, error.slots)]) from error
    return answer(told)


def _path(error: Rejected) -> str:
    unknown_rate = error.key == "error.terms.contract_rate"
    return "loan.contract_rate_per_year" if unknown_rate else "terms"
