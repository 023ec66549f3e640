"""Reading: what a turn, a channel or the desk needs, as values.

It must not decide or write.
"""

from __future__ import annotations

from bot.store.load.borrower import case_of, load_borrower, load_cases, load_loan, load_loans
from bot.store.load.chat import body_of, chat_row, load_drafts
from bot.store.load.loaded import NO_CHAT, ChatRow, Loaded, Tip, Wanted
from bot.store.load.snapshot import load

__all__ = [
    "NO_CHAT",
    "ChatRow",
    "Loaded",
    "Tip",
    "Wanted",
    "body_of",
    "case_of",
    "chat_row",
    "load",
    "load_borrower",
    "load_cases",
    "load_drafts",
    "load_loan",
    "load_loans",
]
