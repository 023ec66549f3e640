"""What staff read to find their work: the queue, open requests, and people by exact look-up.

It must not write. Every call takes the actor; one case or one conversation is in `desk_case`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.case import CaseFacts, Status
from bot.domain.reference import parse_reference
from bot.errors import Refused, Rejected
from bot.store.load import case_of
from bot.store.rows import Person, RequestBody, decode, instant
from bot.store.seal import Seals
from bot.store.staff import Actor, Right
from bot.store.tokens import borrower_token, loan_token, name_token, phone_token

PAGE: Final = 100
LONGEST_TERM: Final = 200
_MOST_FOUND: Final = 20
_MOST_MINE: Final = 2_000

GROUPS: Final[Mapping[str, tuple[Status, ...]]] = {
    "open": (Status.SUBMITTED, Status.IN_REVIEW, Status.SECOND_REVIEW, Status.APPEALED),
    "submitted": (Status.SUBMITTED,),
    "in_review": (Status.IN_REVIEW,),
    "second_review": (Status.SECOND_REVIEW,),
    "appealed": (Status.APPEALED,),
    "waiting": (Status.INFO_REQUESTED, Status.OFFERED, Status.ACCEPTED),
    "closed": (
        Status.SETTLED,
        Status.REJECTED,
        Status.DECLINED,
        Status.LAPSED,
        Status.WITHDRAWN,
        Status.CLOSED_NO_REPLY,
    ),
}
"""What a filter of the queue shows; `open` waits for staff, `waiting` for the borrower."""

_CASES = """SELECT c.*, b.person, l.product, (SELECT e.at FROM case_event e
    WHERE e.borrower_id = c.borrower_id AND e.case_id = c.case_id AND e.seq = 1) AS filed_at
FROM relief_case c JOIN borrower b USING (borrower_id) JOIN loan l USING (borrower_id, loan_id)
WHERE b.erased_at IS NULL AND """

REQUESTS: Final = """SELECT r.*, b.borrower_id AS known_id, b.person
FROM request r JOIN chat c USING (chat_id) LEFT JOIN borrower b ON b.borrower_id = c.borrower_id
WHERE b.erased_at IS NULL"""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case as the queue lists it; `filed_at` is when the borrower sent it in."""

    facts: CaseFacts
    name: str
    product: str
    filed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of cases, `more` says whether another follows; `counts` are those of the groups.

    `requests` are open, `urgent` of them urgent.
    """

    rows: tuple[QueueRow, ...]
    more: bool
    counts: Mapping[str, int]
    requests: int
    urgent: int


@dataclass(frozen=True, slots=True)
class RequestRow:
    """Something a borrower asked the lender's people; `borrower_id` None: a chat not linked yet."""

    id: str
    chat_id: str
    borrower_id: str | None
    name: str | None
    kind: str
    urgent: bool
    state: str
    at: datetime
    words: str
    upload_ids: tuple[str, ...]
    loan_id: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A borrower who was looked for by name, phone or a reference."""

    borrower_id: str
    person: Person
    cases: tuple[CaseFacts, ...]


def queue(
    db: sqlite3.Connection, seals: Seals, actor: Actor, group: str = "open", page: int = 0
) -> Queue:
    """The cases of a group (a key of GROUPS, or `mine`), those promised an answer first on top."""
    actor.must(Right.READ)
    db.row_factory = sqlite3.Row
    rows = _mine(db, seals, actor) if group == "mine" else _of_group(db, seals, group, page)
    return Queue(tuple(rows[:PAGE]), len(rows) > PAGE, _counts(db), *_open_requests(db))


def requests(
    db: sqlite3.Connection, seals: Seals, actor: Actor, state: str = "open"
) -> tuple[RequestRow, ...]:
    """Requests of borrowers: the open ones with urgent ones on top, or those answered last."""
    actor.must(Right.READ)
    db.row_factory = sqlite3.Row
    order = "r.urgent DESC, r.at" if state == "open" else "r.at DESC"
    rows = db.execute(
        f"{REQUESTS} AND r.state = ? ORDER BY {order} LIMIT ?",  # one of two fixed orders
        (state, PAGE),
    )
    return tuple(request_of(seals, row) for row in rows if seals.has(row["borrower_id"]))


def find(db: sqlite3.Connection, seals: Seals, actor: Actor, term: str) -> tuple[Found, ...]:
    """Borrowers whose reference, phone, whole name, loan or case reference is exactly `term`."""
    actor.must(Right.READ)
    db.row_factory = sqlite3.Row
    term = term.strip()
    if not term or len(term) > LONGEST_TERM:
        raise Refused("console.error.term", longest=LONGEST_TERM)
    ids = dict.fromkeys(_matching(db, seals, term))
    found = (_found(db, seals, borrower_id) for borrower_id in list(ids)[:_MOST_FOUND])
    return tuple(each for each in found if each is not None)


def person_of(seals: Seals, borrower_id: str, sealed: bytes) -> Person:
    """The personal fields of a row of `borrower`."""
    return decode(seals.open(borrower_id, "borrower", "person", borrower_id, sealed), Person)


def request_of(seals: Seals, row: sqlite3.Row) -> RequestRow:
    """A row of `request`, joined with its chat's borrower as `known_id` and `person`."""
    subject, request_id, known = row["borrower_id"], row["request_id"], row["known_id"]
    opened = seals.open(subject, "request", "body", request_id, row["body"])
    body = decode(opened, RequestBody)
    return RequestRow(
        id=request_id,
        chat_id=row["chat_id"],
        borrower_id=known,
        name=person_of(seals, known, row["person"]).name if known else None,
        kind=row["kind"],
        urgent=bool(row["urgent"]),
        state=row["state"],
        at=datetime.fromisoformat(row["at"]),
        words=body.words,
        upload_ids=body.upload_ids,
        loan_id=row["loan_id"],
    )


def _of_group(db: sqlite3.Connection, seals: Seals, group: str, page: int) -> list[QueueRow]:
    statuses = GROUPS.get(group, GROUPS["open"])
    order = "c.case_id DESC" if group == "closed" else "c.answer_due, c.case_id"
    sql = f"{_CASES} c.status IN ({_marks(statuses)}) ORDER BY {order} LIMIT ? OFFSET ?"
    return [_row(seals, row) for row in db.execute(sql, (*statuses, PAGE + 1, page * PAGE))]


def _mine(db: sqlite3.Connection, seals: Seals, actor: Actor) -> list[QueueRow]:
    """Who took a case is sealed with its facts, so each is opened and looked at."""
    statuses = (*GROUPS["in_review"], *GROUPS["second_review"], *GROUPS["waiting"])
    sql = f"{_CASES} c.status IN ({_marks(statuses)}) ORDER BY c.answer_due, c.case_id LIMIT ?"
    rows = (_row(seals, row) for row in db.execute(sql, (*statuses, _MOST_MINE)))
    return [row for row in rows if row.facts.taken_by == actor.id]


def _row(seals: Seals, row: sqlite3.Row) -> QueueRow:
    name = person_of(seals, row["borrower_id"], row["person"]).name
    return QueueRow(case_of(seals, row), name, row["product"], instant(row["filed_at"]))


def _counts(db: sqlite3.Connection) -> dict[str, int]:
    found = dict(
        tuple(row)
        for row in db.execute(
            "SELECT c.status, count(*) FROM relief_case c JOIN borrower b USING (borrower_id)"
            " WHERE b.erased_at IS NULL GROUP BY c.status"
        )
    )
    return {
        group: sum(found.get(status, 0) for status in statuses)
        for group, statuses in GROUPS.items()
    }


def _open_requests(db: sqlite3.Connection) -> tuple[int, int]:
    row = db.execute(
        "SELECT count(*), coalesce(sum(urgent), 0) FROM request WHERE state = 'open'"
    ).fetchone()
    return row[0], row[1]


def _matching(db: sqlite3.Connection, seals: Seals, term: str) -> Iterable[str]:
    tokens = (
        ("SELECT borrower_id FROM borrower WHERE ref_token = ?", borrower_token(seals, term)),
        ("SELECT borrower_id FROM loan WHERE ref_token = ?", loan_token(seals, term)),
        ("SELECT borrower_id FROM borrower WHERE phone_token = ?", phone_token(seals, term)),
        ("SELECT borrower_id FROM borrower WHERE name_token = ?", name_token(seals, term)),
        ("SELECT borrower_id FROM relief_case WHERE reference = ?", _reference(term)),
    )
    for sql, value in tokens:
        if value is not None:
            yield from (row[0] for row in db.execute(f"{sql} LIMIT {_MOST_FOUND}", (value,)))


def _reference(term: str) -> str | None:
    try:
        return parse_reference(term)
    except Rejected:
        return None


def _found(db: sqlite3.Connection, seals: Seals, borrower_id: str) -> Found | None:
    row = db.execute(
        "SELECT person FROM borrower WHERE borrower_id = ? AND erased_at IS NULL", (borrower_id,)
    ).fetchone()
    if row is None:
        return None
    cases = db.execute(
        "SELECT * FROM relief_case WHERE borrower_id = ? ORDER BY case_id DESC", (borrower_id,)
    )
    facts = tuple(case_of(seals, case) for case in cases)
    return Found(borrower_id, person_of(seals, borrower_id, row["person"]), facts)


def _marks(values: tuple[Status, ...]) -> str:
    return ", ".join("?" * len(values))
