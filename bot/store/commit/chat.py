"""The chat heard, as a decided turn leaves it.

It must not write it: `messages` does, last.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from bot.store.commit.decided import Decided
from bot.store.load import ChatRow
from bot.store.rows import stamped
from bot.turn import GiveConsent, Keep, LinkChat, Prove, SetLocale, TakeOver, WithdrawConsent, Write


def moved_here(decided: Decided) -> ChatRow:
    """The chat heard, as the writes leave it."""
    row = decided.loaded.here
    for write in decided.outcome.write:
        row = _moved(row, write, decided.at)
    asking = decided.outcome.asking
    chat = row.chat if isinstance(asking, Keep) else replace(row.chat, asking=asking)
    row = replace(row, chat=chat)
    return _heard(row, decided) if decided.heard_here else row


def _heard(row: ChatRow, decided: Decided) -> ChatRow:
    """Somebody wrote here now: the proof stays fresh, or what was hidden stays so."""
    fresh = is_fresh(row, decided)
    proven_at = decided.at if fresh else row.chat.proven_at
    chat = replace(row.chat, heard_at=decided.at, proven_at=proven_at)
    return replace(row, chat=chat, hidden_until=0 if fresh else row.hidden_until or row.last_seq)


def is_fresh(row: ChatRow, decided: Decided) -> bool:
    """Whether the digits count as given: nobody is linked, or there was no long quiet since."""
    proven = row.chat.proven_at
    if row.borrower_id is None:
        return True
    return proven is not None and decided.at - proven <= decided.idle


def chat_values(row: ChatRow) -> Mapping[str, object]:
    """The row of `chat`, its version the one it leaves."""
    chat = row.chat
    return {
        "chat_id": chat.id,
        "borrower_id": row.borrower_id,
        "locale": chat.locale,
        "consented_at": stamped(chat.consented_at),
        "asking": chat.asking,
        "link_id": row.link_id,
        "proven_at": stamped(chat.proven_at),
        "hidden_until": row.hidden_until,
        "heard_at": stamped(chat.heard_at),
        "human": chat.human,
        "last_seq": row.last_seq,
        "version": row.version,
    }


def _moved(row: ChatRow, write: Write, at: datetime) -> ChatRow:
    """The chat row after one write."""
    chat = row.chat
    match write:
        case SetLocale():
            return replace(row, chat=replace(chat, locale=write.locale))
        case GiveConsent():
            return replace(row, chat=replace(chat, consented_at=at))
        case WithdrawConsent():
            gone = replace(chat, consented_at=None, proven_at=None, asking=None, human=False)
            return replace(row, chat=gone, borrower_id=None, link_id=None)
        case LinkChat():
            return replace(
                row, chat=replace(chat, proven_at=at), borrower_id=write.borrower_id, link_id=None
            )
        case Prove():
            return replace(row, chat=replace(chat, proven_at=at))
        case TakeOver():
            return replace(row, chat=replace(chat, human=write.human))
        case _:
            return row
