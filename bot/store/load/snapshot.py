"""Everything a turn needs, read in one snapshot: rows become the values handlers know.

It must not decide or write.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from msgspec.structs import replace

from bot.store.load.borrower import (
    PARTS,
    RARE,
    load_borrower,
    load_cases,
    load_loans,
    load_looks,
    load_reminders,
    phone_owner,
)
from bot.store.load.chat import cards, chats_for, code_in, link_in, load_drafts, pressed_in
from bot.store.load.loaded import Loaded, Tip, Wanted
from bot.store.queries import every, one
from bot.store.rows import instant
from bot.store.seal import Seals
from bot.turn import Borrower


def load(db: sqlite3.Connection, seals: Seals, wanted: Wanted) -> Loaded:
    """The snapshot for one update; Broken `error.chat.unknown` for a chat that does not exist."""
    db.row_factory = sqlite3.Row
    here, chats = chats_for(db, wanted)
    chat_id, subject = here.chat.id, here.subject_id
    (there,) = every(
        db, "there", source=wanted.source, key=wanted.key, chat_id=chat_id, subject_id=subject
    )
    tip = one(db, "last_audit", subject_id=subject)
    loaded = Loaded(
        seen=there["seen"],
        attempts=there["attempts"] or 0,
        here=here,
        chats=chats,
        drafts=load_drafts(db, seals, subject) if there["drafts"] else {},
        link=link_in(db, seals, here) if here.link_id else None,
        audit_tip=Tip(tip["seq"], tip["hash"]) if tip else Tip(),
        cards=cards(db, seals, chat_id) if wanted.cards else (),
        pressed=pressed_in(db, seals, chat_id, wanted.button) if wanted.button else None,
        code=code_in(db, seals, chat_id) if there["code"] else None,
        contact_of=phone_owner(db, seals, wanted.phone) if wanted.phone else None,
        **(_of_borrower(db, seals, here.borrower_id, there) if here.borrower_id else {}),
    )
    if here.borrower_id and wanted.reminding:
        loaded = replace(loaded, reminders=load_reminders(db, here.borrower_id))
    return _with_tries(db, loaded, _tried(loaded, seals, wanted.phone))


def _of_borrower(
    db: sqlite3.Connection, seals: Seals, borrower_id: str, there: sqlite3.Row
) -> dict[str, Any]:
    """The fields of a snapshot that a linked borrower has, by name; `there` tells of rare rows."""
    tips = every(db, "last_events", borrower_id=borrower_id) if there["cases"] else ()
    rated = every(db, "rated", borrower_id=borrower_id) if there["rated"] else ()
    parts = [name for name in PARTS if name not in RARE or there[name]]
    return {
        "borrower": load_borrower(db, seals, borrower_id),
        "loans": load_loans(db, seals, borrower_id, parts),
        "cases": load_cases(db, seals, borrower_id) if there["cases"] else (),
        "looks": load_looks(db, seals, borrower_id),
        "case_tips": {row["case_id"]: Tip(row["seq"], row["hash"]) for row in tips},
        "rated": frozenset(row["case_id"] for row in rated),
    }


def _tried(loaded: Loaded, seals: Seals, phone: str | None) -> tuple[bytes, ...]:
    """Whose tries count: the chat's, those of the borrower it is about and of the phone, if any."""
    keys = [f"chat:{loaded.here.chat.id}"]
    about = _about(loaded)
    if about is not None:
        keys.append(f"borrower:{about.id}")
        phone = phone or about.phone
    if phone:
        keys.append("phone:" + "".join(sign for sign in phone if sign.isdecimal()))
    return tuple(seals.blind("attempt", key) for key in keys)


def _about(loaded: Loaded) -> Borrower | None:
    """Whom digits or a code would prove: of the contact just shared, else of what is asked."""
    of_code = loaded.code.borrower if loaded.code else None
    of_link = loaded.link.borrower if loaded.link else None
    if loaded.here.chat.asking == "phone":
        return loaded.contact_of or of_code
    return loaded.contact_of or of_link or of_code or loaded.borrower


def _with_tries(db: sqlite3.Connection, loaded: Loaded, tokens: tuple[bytes, ...]) -> Loaded:
    first, second, third = (*tokens, *(tokens[0],) * 3)[:3]
    row = one(db, "attempts", first=first, second=second, third=third)
    tries = row["tries"] if row and row["tries"] else 0
    until = instant(row["locked_until"]) if row else None
    return replace(loaded, attempt_tokens=tokens, tries=tries, locked_until=until)
