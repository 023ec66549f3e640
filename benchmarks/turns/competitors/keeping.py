"""What the two bots in Python share: their words and their database, as their authors might write.

One read and one durable transaction a turn: the update's key, the conversation's state, a message.
"""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import aiosqlite
from babel.numbers import format_currency

SCHEMA = """
CREATE TABLE seen (update_id INTEGER PRIMARY KEY);
CREATE TABLE conversation (
    chat_id INTEGER PRIMARY KEY, locale TEXT NOT NULL, asking TEXT, heard_at TEXT,
    turns INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE loan (
    chat_id INTEGER PRIMARY KEY, ref TEXT NOT NULL, currency TEXT NOT NULL, days INTEGER NOT NULL,
    principal INTEGER NOT NULL, interest INTEGER NOT NULL, penalty INTEGER NOT NULL,
    growth INTEGER NOT NULL
);
CREATE TABLE message (
    message_id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, at TEXT NOT NULL, heard TEXT NOT NULL,
    said TEXT NOT NULL
);
"""
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "mmap_size=268435456")
_READ = """SELECT locale, ref, currency, days, principal, interest, penalty, growth
FROM conversation JOIN loan USING (chat_id) WHERE chat_id = ?"""
_MESSAGE = "INSERT INTO message (chat_id, at, heard, said) VALUES (?, ?, ?, ?)"
_MOVE = "UPDATE conversation SET heard_at = ?, turns = turns + 1 WHERE chat_id = ?"
_WORDS = {
    "en": "<b>{ref}</b>\n{days} days overdue\n\n<b>{total} to pay today</b>\n"
    "It grows by {growth} a day.\n\nPrincipal {principal}\nInterest {interest}\nPenalty {penalty}",
    "zh_Hans": "<b>{ref}</b>\n已逾期 {days} 天\n\n<b>今天应还 {total}</b>\n"
    "每天增加 {growth}。\n\n本金 {principal}\n利息 {interest}\n罚息 {penalty}",
    "zh_Hant": "<b>{ref}</b>\n已逾期 {days} 天\n\n<b>今天應還 {total}</b>\n"
    "每天增加 {growth}。\n\n本金 {principal}\n利息 {interest}\n罰息 {penalty}",
}
BUTTONS = {
    "en": (("Why?", "why"), ("What if", "what_if"), ("Ask for relief", "relief"), ("Pay", "pay")),
    "zh_Hans": (("为什么", "why"), ("算一算", "what_if"), ("申请减免", "relief"), ("还款", "pay")),
    "zh_Hant": (("為什麼", "why"), ("算一算", "what_if"), ("申請減免", "relief"), ("還款", "pay")),
}


class Conversations:
    """The database of one bot: a connection that reads, one that writes a turn at a time."""

    def __init__(self, reader: aiosqlite.Connection, writer: aiosqlite.Connection) -> None:
        self._reader = reader
        self._writer = writer
        self._writing = asyncio.Lock()

    @classmethod
    async def open(cls, path: str) -> Conversations:
        """The database made by `make`."""
        connections = [await aiosqlite.connect(path) for _ in range(2)]
        for connection in connections:
            for pragma in PRAGMAS:
                await connection.execute_fetchall(f"PRAGMA {pragma}")
        return cls(*connections)

    async def balance(self, update_id: int, chat_id: int, heard: str) -> tuple[str, str] | None:
        """Words and locale of the answer, durable on return; None when it was answered before."""
        rows = await self._reader.execute_fetchall(_READ, (chat_id,))
        locale, said = _balance(*next(iter(rows)))
        at = datetime.now(UTC).isoformat()
        async with self._writing:
            try:
                await self._writer.execute("INSERT INTO seen VALUES (?)", (update_id,))
            except sqlite3.IntegrityError:
                await self._writer.rollback()
                return None
            await self._writer.execute(_MOVE, (at, chat_id))
            await self._writer.execute(_MESSAGE, (chat_id, at, heard, said))
            await self._writer.commit()
        return said, locale


def _balance(  # noqa: PLR0913, PLR0917  # the columns of a row
    locale: str,
    ref: str,
    currency: str,
    days: int,
    principal: int,
    interest: int,
    penalty: int,
    growth: int,
) -> tuple[str, str]:
    def money(minor: int) -> str:
        return format_currency(Decimal(minor) / 100, currency, locale=locale)

    said = _WORDS[locale].format(
        ref=ref,
        days=days,
        total=money(principal + interest + penalty),
        growth=money(growth),
        principal=money(principal),
        interest=money(interest),
        penalty=money(penalty),
    )
    return locale, said


def make(path: Path, first_chat: int, conversations: int) -> None:
    """A new database of so many conversations."""
    chats = range(first_chat, first_chat + conversations)
    locales = tuple(_WORDS)
    db = sqlite3.connect(path)
    db.executescript(SCHEMA)
    db.executemany(
        "INSERT INTO conversation (chat_id, locale) VALUES (?, ?)",
        ((chat, locales[at % len(locales)]) for at, chat in enumerate(chats)),
    )
    db.executemany(
        "INSERT INTO loan VALUES (?, ?, 'CNY', 45, 1000000, 20000, 34425, 765)",
        ((chat, f"LN-{at:07d}") for at, chat in enumerate(chats)),
    )
    db.commit()
    db.close()
