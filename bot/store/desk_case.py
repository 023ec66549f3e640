"""What staff read about one borrower: a case, a request, the conversation, the evidence.

It must not write; that staff looked is noted by the console (`audit`). What does not exist, was
erased or belongs to somebody else is refused in the same words.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.case import CaseEvent, CaseFacts
from bot.errors import Refused
from bot.store.desk import REQUESTS, RequestRow, request_of
from bot.store.load import body_of, case_of, load_borrower, load_cases, load_loans
from bot.store.queries import SQL
from bot.store.rows import Body, RequestBody, decode
from bot.store.seal import Seals
from bot.store.staff import Actor, Right
from bot.turn import BookedLoan, Borrower

_MOST_LINES = 300  # of a conversation, the latest


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a conversation; `replaced` says a later one took its place in the chat."""

    at: datetime
    speaker: str
    body: Body
    replaced: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """An uploaded file without its content; `name` is as the person's device called it."""

    id: str
    kind: str
    size: int
    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file, opened."""

    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case and all that helps to decide it; `people` are staff names by staff id."""

    facts: CaseFacts
    borrower: Borrower
    locale: str
    loan: BookedLoan
    events: tuple[CaseEvent, ...]
    evidence: tuple[Evidence, ...]
    others: tuple[CaseFacts, ...]
    requests: tuple[RequestRow, ...]
    lines: tuple[Line, ...]
    people: dict[str, str]
    human: bool


@dataclass(frozen=True, slots=True)
class BorrowerView:
    """One borrower: loans, cases, requests, conversation; `locale` is that of their latest chat."""

    borrower: Borrower
    locale: str
    loans: tuple[BookedLoan, ...]
    cases: tuple[CaseFacts, ...]
    requests: tuple[RequestRow, ...]
    lines: tuple[Line, ...]
    human: bool


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request; `about` is None while the chat is not linked to a borrower.

    `others` are the other open requests out of the same chat.
    """

    request: RequestRow
    others: tuple[RequestRow, ...]
    about: BorrowerView | None
    evidence: tuple[Evidence, ...]
    lines: tuple[Line, ...]
    locale: str
    human: bool


def case_view(db: sqlite3.Connection, seals: Seals, actor: Actor, case_id: str) -> CaseView:
    """One case; Refused `console.error.not_found` when there is none."""
    actor.must(Right.READ)
    db.row_factory = sqlite3.Row
    row = _case_row(db, case_id)
    if row is None:
        raise Refused("console.error.not_found")
    facts = case_of(seals, row)
    about = borrower_view(db, seals, actor, facts.borrower_id)
    return CaseView(
        facts=facts,
        borrower=about.borrower,
        locale=about.locale,
        loan=next(loan for loan in about.loans if loan.id == facts.loan_id),
        events=_events(db, seals, facts),
        evidence=_evidence(db, seals, facts.upload_ids),
        others=tuple(case for case in about.cases if case.id != case_id),
        requests=about.requests,
        lines=about.lines,
        people=_people(db),
        human=about.human,
    )


def borrower_view(
    db: sqlite3.Connection, seals: Seals, actor: Actor, borrower_id: str
) -> BorrowerView:
    """One borrower; Refused `console.error.not_found` when there is none, or was erased."""
    actor.must(Right.READ)
    db.row_factory = sqlite3.Row
    row = db.execute(SQL["borrower"], {"borrower_id": borrower_id}).fetchone()
    if row is None or row["erased_at"]:
        raise Refused("console.error.not_found")
    chats = db.execute(SQL["chats_of_borrower"], {"borrower_id": borrower_id}).fetchall()
    latest = chats[0]["locale"] if chats else row["locale"]
    return BorrowerView(
        borrower=load_borrower(db, seals, borrower_id),
        locale=latest or "",
        loans=load_loans(db, seals, borrower_id),
        cases=load_cases(db, seals, borrower_id),
        requests=_requests(db, seals, "c.borrower_id = ? AND r.state = 'open'", borrower_id),
        lines=transcript(db, seals, actor, borrower_id),
        human=any(chat["human"] for chat in chats),
    )


def request_view(
    db: sqlite3.Connection, seals: Seals, actor: Actor, request_id: str
) -> RequestView:
    """One request with its conversation; Refused `console.error.not_found` when there is none."""
    actor.must(Right.READ)
    db.row_factory = sqlite3.Row
    found = _requests(db, seals, "r.request_id = ?", request_id)
    if not found:
        raise Refused("console.error.not_found")
    request = found[0]
    chat = db.execute(SQL["chat"], {"chat_id": request.chat_id}).fetchone()
    known = request.borrower_id
    about = borrower_view(db, seals, actor, known) if known else None
    asked = _requests(db, seals, "r.chat_id = ? AND r.state = 'open'", request.chat_id)
    return RequestView(
        request=request,
        others=tuple(other for other in asked if other.id != request_id),
        about=about,
        evidence=_evidence(db, seals, request.upload_ids),
        lines=about.lines if about else _lines(seals, _of_chat(db, request.chat_id)),
        locale=chat["locale"],
        human=bool(chat["human"]),
    )


def transcript(
    db: sqlite3.Connection, seals: Seals, actor: Actor, borrower_id: str
) -> tuple[Line, ...]:
    """The borrower's conversation over all their chats, oldest first, the latest few hundred."""
    actor.must(Right.READ)
    db.row_factory = sqlite3.Row
    rows = db.execute(
        "SELECT * FROM message WHERE borrower_id = ? ORDER BY at DESC, chat_id, seq DESC LIMIT ?",
        (borrower_id, _MOST_LINES),
    )
    return _lines(seals, rows.fetchall())


def open_evidence(
    db: sqlite3.Connection, seals: Seals, actor: Actor, owner: tuple[str, str], upload_id: str
) -> tuple[str, File]:
    """The subject and the content of a file of a case or a request: `owner` is ('case', id).

    A file that is not theirs is refused like one that does not exist.
    """
    actor.must(Right.READ)
    db.row_factory = sqlite3.Row
    subject, owned = _owned(db, seals, *owner)
    row = db.execute(SQL["upload"], {"upload_id": upload_id}).fetchone()
    if row is None or upload_id not in owned:
        raise Refused("console.error.not_found")
    content = seals.open(row["subject_id"], "upload", "content", upload_id, row["content"])
    return subject, File(row["kind"], content)


def _owned(
    db: sqlite3.Connection, seals: Seals, kind: str, owner_id: str
) -> tuple[str, tuple[str, ...]]:
    if kind == "case":
        row = _case_row(db, owner_id)
        return (row["borrower_id"], case_of(seals, row).upload_ids) if row else ("", ())
    row = db.execute("SELECT * FROM request WHERE request_id = ?", (owner_id,)).fetchone()
    if row is None or not seals.has(row["borrower_id"]):
        return "", ()
    opened = seals.open(row["borrower_id"], "request", "body", owner_id, row["body"])
    return row["borrower_id"], decode(opened, RequestBody).upload_ids


def _case_row(db: sqlite3.Connection, case_id: str) -> sqlite3.Row | None:
    """The row of a case; None when there is none, or its borrower was erased."""
    row: sqlite3.Row | None = db.execute(
        "SELECT c.* FROM relief_case c JOIN borrower b USING (borrower_id)"
        " WHERE c.case_id = ? AND b.erased_at IS NULL",
        (case_id,),
    ).fetchone()
    return row


def _requests(
    db: sqlite3.Connection, seals: Seals, which: str, value: str
) -> tuple[RequestRow, ...]:
    rows = db.execute(
        f"{REQUESTS} AND {which} ORDER BY r.urgent DESC, r.at",  # fixed conditions
        (value,),
    )
    return tuple(request_of(seals, row) for row in rows if seals.has(row["borrower_id"]))


def _events(db: sqlite3.Connection, seals: Seals, facts: CaseFacts) -> tuple[CaseEvent, ...]:
    rows = db.execute(
        "SELECT seq, body FROM case_event WHERE borrower_id = ? AND case_id = ? ORDER BY seq",
        (facts.borrower_id, facts.id),
    )
    return tuple(
        decode(
            seals.open(
                facts.borrower_id, "case_event", "body", f"{facts.id}.{row['seq']}", row["body"]
            ),
            CaseEvent,
        )
        for row in rows
    )


def _evidence(
    db: sqlite3.Connection, seals: Seals, upload_ids: Iterable[str]
) -> tuple[Evidence, ...]:
    rows = (db.execute(SQL["upload"], {"upload_id": each}).fetchone() for each in upload_ids)
    return tuple(
        Evidence(
            row["upload_id"],
            row["kind"],
            row["size"],
            datetime.fromisoformat(row["at"]),
            seals.open(row["subject_id"], "upload", "name", row["upload_id"], row["name"]).decode(),
        )
        for row in rows
        if row is not None
    )


def _of_chat(db: sqlite3.Connection, chat_id: str) -> list[sqlite3.Row]:
    rows = db.execute(
        "SELECT * FROM message WHERE chat_id = ? ORDER BY seq DESC LIMIT ?", (chat_id, _MOST_LINES)
    )
    return rows.fetchall()


def _lines(seals: Seals, newest_first: list[sqlite3.Row]) -> tuple[Line, ...]:
    replaced = {(row["chat_id"], row["replaces"]) for row in newest_first}
    return tuple(
        Line(
            datetime.fromisoformat(row["at"]),
            row["speaker"],
            body_of(seals, row),
            (row["chat_id"], row["seq"]) in replaced,
        )
        for row in reversed(newest_first)
    )


def _people(db: sqlite3.Connection) -> dict[str, str]:
    return dict(tuple(row) for row in db.execute("SELECT staff_id, name FROM staff"))
