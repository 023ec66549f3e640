"""Everything a turn needs, read in one snapshot: rows become the values handlers know.

It must not decide or write.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction

from bot.domain.case import CaseFacts
from bot.domain.loan import Freeze, Instalment, Loan, Payment, Waiver
from bot.domain.money import Currency
from bot.errors import Broken
from bot.store.queries import SQL
from bot.store.rows import Body, DraftBody, Person, ShownButton, day, decode, instant
from bot.store.seal import Seals
from bot.store.tokens import phone_token
from bot.turn import BookedLoan, Borrower, Chat, CodeFacts, Draft, LinkFacts, Press

Row = sqlite3.Row
NO_CHAT = "nowhere"  # the chat of an event whose borrower has none


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to load: a chat or (for events) a borrower, the update's key, and a pressed button's id."""

    source: str
    key: str
    chat_id: str | None = None
    borrower_id: str | None = None
    button: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A chat with what only the store and the outbox need."""

    chat: Chat
    borrower_id: str | None
    channel: str
    link_id: str | None
    last_seq: int
    version: int
    hidden_until: int = 0

    @property
    def subject_id(self) -> str:
        """Whose key seals what is written from now on."""
        return self.borrower_id or self.chat.id


@dataclass(frozen=True, slots=True)
class Tip:
    """The end of an append-only chain: the last row's number and hash."""

    seq: int = 0
    hash: bytes = b""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A snapshot of one subject. `seen` says the update has had its effect already.

    `here` is the chat heard, or the one last written in; `chats` are all of the borrower's.
    `cards` are the latest messages with buttons, newest first, as (message id, body).
    """

    seen: str | None
    attempts: int
    here: ChatRow
    chats: tuple[ChatRow, ...]
    borrower: Borrower | None = None
    loans: tuple[BookedLoan, ...] = ()
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    cases: tuple[CaseFacts, ...] = ()
    case_tips: Mapping[str, Tip] = field(default_factory=dict)
    rated: frozenset[str] = frozenset()
    link: LinkFacts | None = None
    code: CodeFacts | None = None
    contact_of: Borrower | None = None
    attempt_tokens: tuple[bytes, ...] = ()
    tries: int = 0
    locked_until: datetime | None = None
    audit_tip: Tip = Tip()
    cards: tuple[Body, ...] = ()
    pressed: tuple[ShownButton, int] | None = None  # and the seq of its message


def load(db: sqlite3.Connection, seals: Seals, wanted: Wanted) -> Loaded:
    """The snapshot for one update; Broken `error.chat.unknown` for a chat that does not exist."""
    db.row_factory = sqlite3.Row
    seen = _one(db, "seen", source=wanted.source, key=wanted.key)
    here, chats = _chats(db, wanted)
    subject = here.subject_id
    borrower_id = here.borrower_id
    known = _of_borrower(db, seals, borrower_id) if borrower_id else {}
    tip = _one(db, "last_audit", subject_id=subject)
    loaded = Loaded(
        seen=seen["state"] if seen else None,
        attempts=seen["attempts"] if seen else 0,
        here=here,
        chats=chats,
        drafts=load_drafts(db, seals, subject),
        link=_link(db, seals, here) if here.link_id else None,
        audit_tip=Tip(tip["seq"], tip["hash"]) if tip else Tip(),
        cards=_cards(db, seals, here.chat.id),
        pressed=_pressed(db, seals, here.chat.id, wanted.button) if wanted.button else None,
        code=_code(db, seals, here.chat.id),
        contact_of=_phone_owner(db, seals, wanted.phone) if wanted.phone else None,
        **known,
    )
    return _with_tries(db, loaded, _tried(loaded, seals, wanted.phone))


def load_borrower(db: sqlite3.Connection, seals: Seals, borrower_id: str) -> Borrower:
    """One borrower; Broken `error.borrower.unknown` when there is none (or no longer)."""
    row = _one(db, "borrower", borrower_id=borrower_id)
    if row is None or row["erased_at"]:
        raise Broken("error.borrower.unknown")
    sealed = seals.open(borrower_id, "borrower", "person", borrower_id, row["person"])
    person = decode(sealed, Person)
    return Borrower(
        borrower_id, person.name, person.phone, person.id_last4, row["grade"], person.ref
    )


def load_loans(db: sqlite3.Connection, seals: Seals, borrower_id: str) -> tuple[BookedLoan, ...]:
    """All loans of a borrower with their instalments, payments, freezes and waivers."""
    parts = {
        name: _by_loan(_all(db, name, borrower_id=borrower_id))
        for name in ("instalments", "payments", "freezes", "waivers")
    }
    rows = _all(db, "loans", borrower_id=borrower_id)
    return tuple(_booked(seals, row, parts) for row in rows)


def load_cases(db: sqlite3.Connection, seals: Seals, borrower_id: str) -> tuple[CaseFacts, ...]:
    """All relief cases of a borrower, oldest first."""
    rows = _all(db, "cases", borrower_id=borrower_id)
    return tuple(case_of(seals, row) for row in rows)


def case_of(seals: Seals, row: Row) -> CaseFacts:
    """The facts of one row of relief_case."""
    place = (row["borrower_id"], "relief_case", "facts", row["case_id"])
    return decode(seals.open(*place, row["facts"]), CaseFacts)


def load_drafts(db: sqlite3.Connection, seals: Seals, subject_id: str) -> dict[str, Draft]:
    """The open drafts of a subject by flow."""
    return {row["flow"]: _draft(seals, row) for row in _all(db, "drafts", subject_id=subject_id)}


def body_of(seals: Seals, row: Row) -> Body:
    """What the message of a row of `message` says."""
    place = (row["subject_id"], "message", "body", row["message_id"])
    return decode(seals.open(*place, row["body"]), Body)


def chat_row(row: Row) -> ChatRow:
    """A row of `chat` as a value."""
    chat = Chat(
        id=row["chat_id"],
        locale=row["locale"],
        consented_at=instant(row["consented_at"]),
        asking=row["asking"],
        proven_at=instant(row["proven_at"]),
        contact=row["channel"] == "telegram",
        heard_at=instant(row["heard_at"]),
        human=bool(row["human"]),
    )
    return ChatRow(
        chat=chat,
        borrower_id=row["borrower_id"],
        channel=row["channel"],
        link_id=row["link_id"],
        last_seq=row["last_seq"],
        version=row["version"],
        hidden_until=row["hidden_until"],
    )


def _chats(db: sqlite3.Connection, wanted: Wanted) -> tuple[ChatRow, tuple[ChatRow, ...]]:
    """The chat heard and all chats of its borrower; an event is heard where they last wrote."""
    here = None
    borrower_id = wanted.borrower_id
    if wanted.chat_id is not None:
        row = _one(db, "chat", chat_id=wanted.chat_id)
        if row is None:
            raise Broken("error.chat.unknown")
        here = chat_row(row)
        borrower_id = here.borrower_id
    if borrower_id is None:
        if here is None:
            raise Broken("error.chat.unknown")
        return here, (here,)
    all_of = tuple(
        chat_row(row) for row in _all(db, "chats_of_borrower", borrower_id=borrower_id)
    )
    if here is not None:
        return here, all_of
    return (all_of[0] if all_of else _nowhere(db, borrower_id)), all_of


def _nowhere(db: sqlite3.Connection, borrower_id: str) -> ChatRow:
    """Stands in for the chat of a borrower who has none: nothing is said there."""
    row = _one(db, "borrower", borrower_id=borrower_id)
    if row is None:
        raise Broken("error.borrower.unknown")
    return ChatRow(Chat(NO_CHAT, row["locale"] or "en"), borrower_id, "", None, 0, 0)


def _of_borrower(db: sqlite3.Connection, seals: Seals, borrower_id: str) -> dict[str, object]:
    tips = _all(db, "last_events", borrower_id=borrower_id)
    return {
        "borrower": load_borrower(db, seals, borrower_id),
        "loans": load_loans(db, seals, borrower_id),
        "cases": load_cases(db, seals, borrower_id),
        "case_tips": {row["case_id"]: Tip(row["seq"], row["hash"]) for row in tips},
        "rated": frozenset(
            row["case_id"] for row in _all(db, "rated", borrower_id=borrower_id)
        ),
    }


def _booked(seals: Seals, row: Row, rows: Mapping[str, Mapping[str, list[Row]]]) -> BookedLoan:
    loan_id = row["loan_id"]
    parts = {name: of_loan.get(loan_id, []) for name, of_loan in rows.items()}
    ref = seals.open(row["borrower_id"], "loan", "ref", loan_id, row["ref"]).decode()
    return BookedLoan(
        id=loan_id,
        ref=ref,
        product=row["product"],
        status=row["status"],
        loan=_loan(row, parts),
        books_on=_day(row["books_on"]),
        version=row["version"],
        opened_on=day(row["opened_on"]),
        reported=row["reported_minor"],
        reported_on=day(row["reported_on"]),
        case_waivers={p["case_id"]: _waiver(p) for p in parts["waivers"] if p["case_id"]},
        case_freezes={p["case_id"]: _freeze(p) for p in parts["freezes"] if p["case_id"]},
    )


def _loan(row: Row, parts: Mapping[str, list[Row]]) -> Loan:
    return Loan(
        currency=Currency(row["currency"], row["digits"]),
        instalments=tuple(
            Instalment(part[1], _day(part[2]), part[3], part[4], part[5])
            for part in parts["instalments"]
        ),
        payments=tuple(Payment(_day(part[1]), part[2]) for part in parts["payments"]),
        freezes=tuple(_freeze(part) for part in parts["freezes"]),
        waivers=tuple(_waiver(part) for part in parts["waivers"]),
        contract_rate=Fraction(row["contract_rate"]) if row["contract_rate"] else None,
        principal=row["principal_minor"],
    )


def _freeze(part: Row) -> Freeze:
    return Freeze(_day(part["from_on"]), _day(part["until_on"]))


def _waiver(part: Row) -> Waiver:
    return Waiver(_day(part["on_day"]), part["amount_minor"])


def _day(written: str) -> date:
    return date.fromisoformat(written)


def _draft(seals: Seals, row: Row) -> Draft:
    place = (row["subject_id"], "draft", "answers", row["draft_id"])
    body = decode(seals.open(*place, row["answers"]), DraftBody)
    return Draft(
        id=row["draft_id"],
        flow=row["flow"],
        raw=body.raw,
        version=row["version"],
        created_at=datetime.fromisoformat(row["created_at"]),
        updated_at=datetime.fromisoformat(row["updated_at"]),
        changing=body.changing,
    )


def _link(db: sqlite3.Connection, seals: Seals, here: ChatRow) -> LinkFacts | None:
    row = _one(db, "link", link_id=here.link_id)
    if row is None or row["proven_at"]:
        return None
    return LinkFacts(
        id=row["link_id"],
        borrower=load_borrower(db, seals, row["borrower_id"]),
        expires_at=datetime.fromisoformat(row["expires_at"]),
    )


def _code(db: sqlite3.Connection, seals: Seals, chat_id: str) -> CodeFacts | None:
    row = _one(db, "code", chat_id=chat_id)
    if row is None:
        return None
    known = row["borrower_id"]
    return CodeFacts(
        code=seals.open(chat_id, "code", "code", chat_id, row["code"]).decode(),
        borrower=load_borrower(db, seals, known) if known else None,
        expires_at=datetime.fromisoformat(row["expires_at"]),
        passed=row["passed_at"] is not None,
    )


def _phone_owner(db: sqlite3.Connection, seals: Seals, phone: str) -> Borrower | None:
    """The one borrower with that phone; None for nobody and for several."""
    rows = _all(db, "borrowers_by_phone", phone_token=phone_token(seals, phone))
    return load_borrower(db, seals, rows[0]["borrower_id"]) if len(rows) == 1 else None


def _tried(loaded: Loaded, seals: Seals, phone: str | None) -> tuple[bytes, ...]:
    """Whose tries count: the chat's, and those of whom it is about and of the phone, if any."""
    about = [each.id for each in _whom(loaded)]
    keys = [f"chat:{loaded.here.chat.id}", *(f"borrower:{one}" for one in about[:1])]
    if phone is not None:
        keys.append(f"phone:{phone}")
    return tuple(seals.blind("attempt", key) for key in keys)


def _whom(loaded: Loaded) -> list[Borrower]:
    of_code = loaded.code.borrower if loaded.code else None
    of_link = loaded.link.borrower if loaded.link else None
    known = (of_link, of_code, loaded.contact_of, loaded.borrower)
    return [borrower for borrower in known if borrower is not None]


def _with_tries(db: sqlite3.Connection, loaded: Loaded, tokens: tuple[bytes, ...]) -> Loaded:
    first, second, third = (*tokens, *(tokens[0],) * 3)[:3]
    row = _one(db, "attempts", first=first, second=second, third=third)
    tries = row["tries"] if row and row["tries"] else 0
    until = instant(row["locked_until"]) if row else None
    return replace(loaded, attempt_tokens=tokens, tries=tries, locked_until=until)


def _cards(db: sqlite3.Connection, seals: Seals, chat_id: str) -> tuple[Body, ...]:
    bodies = (body_of(seals, row) for row in _all(db, "recent_cards", chat_id=chat_id))
    return tuple(body for body in bodies if body.buttons)


def _pressed(
    db: sqlite3.Connection, seals: Seals, chat_id: str, button: str
) -> tuple[ShownButton, int] | None:
    """The button `<message id>.<row>.<column>` of this very chat; None for any other."""
    message_id, _, place = button.partition(".")
    row = _one(db, "message_by_id", chat_id=chat_id, message_id=message_id)
    if row is None:
        return None
    for r, buttons in enumerate(body_of(seals, row).buttons):
        for c, shown in enumerate(buttons):
            if place == f"{r}.{c}" and shown.press:
                Press.read(shown.press)
                return shown, row["seq"]
    return None


def _by_loan(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["loan_id"]].append(row)
    return found


def _one(db: sqlite3.Connection, query: str, **values: object) -> Row | None:
    row: Row | None = db.execute(SQL[query], values).fetchone()
    return row


def _all(db: sqlite3.Connection, query: str, **values: object) -> list[Row]:
    return db.execute(SQL[query], values).fetchall()
