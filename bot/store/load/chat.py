"""A chat's rows as values: the conversation, its cards, its link, code and open forms.

It must not decide or write.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from bot.errors import Broken
from bot.store.load.borrower import load_borrower
from bot.store.load.loaded import NO_CHAT, ChatRow, Wanted
from bot.store.queries import every, one
from bot.store.rows import Body, DraftBody, ShownButton, decode, instant
from bot.store.seal import Seals
from bot.turn import Chat, CodeFacts, Draft, LinkFacts, Press

Row = sqlite3.Row


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
        reachable=row["unreachable_at"] is None,
    )
    return ChatRow(
        chat=chat,
        borrower_id=row["borrower_id"],
        channel=row["channel"],
        link_id=row["link_id"],
        last_seq=row["last_seq"],
        version=row["version"],
        hidden_until=row["hidden_until"],
        unreachable=row["unreachable_at"] is not None,
        address=row["address"],
    )


def body_of(seals: Seals, row: Row) -> Body:
    """What the message of a row of `message` says."""
    place = (row["subject_id"], "message", "body", row["message_id"])
    return decode(seals.open(*place, row["body"]), Body)


def load_drafts(db: sqlite3.Connection, seals: Seals, subject_id: str) -> dict[str, Draft]:
    """The open drafts of a subject by flow."""
    return {row["flow"]: _draft(seals, row) for row in every(db, "drafts", subject_id=subject_id)}


def chats_for(db: sqlite3.Connection, wanted: Wanted) -> tuple[ChatRow, tuple[ChatRow, ...]]:
    """The chat heard and all chats of its borrower; an event is heard where they last wrote."""
    borrower_id, chat_id = wanted.borrower_id, wanted.chat_id
    if borrower_id is not None:
        rows = every(db, "chats_of_borrower", borrower_id=borrower_id)
        all_of = tuple(map(chat_row, rows))
        return (all_of[0] if all_of else _nowhere(db, borrower_id)), all_of
    all_of = tuple(map(chat_row, every(db, "chats_beside", chat_id=chat_id)))
    here = next((row for row in all_of if row.chat.id == chat_id), None)
    if here is None:
        raise Broken("error.chat.unknown")
    return here, all_of


def link_in(db: sqlite3.Connection, seals: Seals, here: ChatRow) -> LinkFacts | None:
    """The link opened in this chat; None once it was proven."""
    row = one(db, "link", link_id=here.link_id)
    if row is None or row["proven_at"]:
        return None
    return LinkFacts(
        id=row["link_id"],
        borrower=load_borrower(db, seals, row["borrower_id"]),
        expires_at=datetime.fromisoformat(row["expires_at"]),
    )


def code_in(db: sqlite3.Connection, seals: Seals, chat_id: str) -> CodeFacts | None:
    """The one-time code asked for in this chat."""
    row = one(db, "code", chat_id=chat_id)
    if row is None:
        return None
    known = row["borrower_id"]
    return CodeFacts(
        code=seals.open(chat_id, "code", "code", chat_id, row["code"]).decode(),
        borrower=load_borrower(db, seals, known) if known else None,
        expires_at=datetime.fromisoformat(row["expires_at"]),
        passed=row["passed_at"] is not None,
    )


def cards(db: sqlite3.Connection, seals: Seals, chat_id: str) -> tuple[Body, ...]:
    """The latest messages with buttons, newest first."""
    bodies = (body_of(seals, row) for row in every(db, "recent_cards", chat_id=chat_id))
    return tuple(body for body in bodies if body.buttons)


def pressed_in(
    db: sqlite3.Connection, seals: Seals, chat_id: str, button: str
) -> tuple[ShownButton, int] | None:
    """The button `<message id>.<row>.<column>` of this very chat; None for any other."""
    message_id, _, place = button.partition(".")
    row = one(db, "message_by_id", chat_id=chat_id, message_id=message_id)
    if row is None:
        return None
    for r, buttons in enumerate(body_of(seals, row).buttons):
        for c, shown in enumerate(buttons):
            if place == f"{r}.{c}" and shown.press:
                Press.read(shown.press)
                return shown, row["seq"]
    return None


def _nowhere(db: sqlite3.Connection, borrower_id: str) -> ChatRow:
    """Stands in for the chat of a borrower who has none: nothing is said there."""
    row = one(db, "borrower", borrower_id=borrower_id)
    if row is None:
        raise Broken("error.borrower.unknown")
    return ChatRow(Chat(NO_CHAT, row["locale"] or "en"), borrower_id, "", None, 0, 0)


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
