"""Linking a chat to a borrower: the lender's one-time link, then the last four digits.

It must not say whether a link, a borrower or the digits were the wrong part.
"""

from __future__ import annotations

from datetime import datetime

from bot.steps.gate import locked_after, matches
from bot.turn import (
    Access,
    Button,
    CountTry,
    LinkChat,
    LinkFacts,
    Outcome,
    Press,
    Said,
    Say,
    Task,
    Turn,
    text,
)


def handle(turn: Turn) -> Outcome:
    """Ask for the digits of an opened link, take them, or say how a link is come by."""
    link = turn.link
    if link is None:
        return _without_link(turn)
    if turn.now > link.expires_at:
        return Outcome((Say((text("link.over"),)),))
    locked = max((until for until in _locks(turn, link) if until), default=None)
    if locked is not None and turn.now < locked:
        return Outcome((Say((text("link.locked", until=locked),)),))
    heard = turn.heard
    if turn.chat.asking == "link" and isinstance(heard, Said) and not heard.text.startswith("/"):
        return _forwarded() if heard.forwarded else _compared(turn, link, heard.text)
    return Outcome((Say((text("link.digits"),)),), asking="link")


def _locks(turn: Turn, link: LinkFacts) -> tuple[datetime | None, datetime | None]:
    return link.locked_until, turn.chat.locked_until


def _compared(turn: Turn, link: LinkFacts, typed: str) -> Outcome:
    if matches(typed, link.borrower):
        said = Say((text("link.done", name=link.borrower.name),))
        linked = LinkChat(link.id, link.borrower.id)
        return Outcome((said,), (linked,), go_on=Press("balance"))
    until = locked_after(max(link.tries, turn.chat.tries), turn.now)
    wrong = text("link.locked", until=until) if until else text("link.wrong")
    return Outcome((Say((wrong,)),), (CountTry(link.id, until),), asking="link")


def _forwarded() -> Outcome:
    return Outcome((Say((text("link.forwarded"),)),), asking="link")


def _without_link(turn: Turn) -> Outcome:
    if turn.borrower is not None and not turn.wanted:
        balance = ((Button(text("task.balance"), Press("balance")),),)
        return Outcome((Say((text("link.already"),), balance),))
    demo = ((Button(text("link.demo"), url="/demo"),),) if turn.demo else ()
    return Outcome((Say((text("link.how"),), demo),))


TASK = Task("link", handle, Access.CONSENTED, menu=False)
