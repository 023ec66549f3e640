"""Linking a chat to a borrower: the lender's one-time link, then the last four digits.

It must not say whether a link, a borrower or the digits were the wrong part.
"""

from __future__ import annotations

from bot.form import unusable
from bot.steps.gate import locked_after, matches
from bot.turn import (
    Access,
    Button,
    CountTry,
    LinkChat,
    LinkFacts,
    Lost,
    Outcome,
    Press,
    Said,
    Say,
    Task,
    Turn,
    Unusable,
    text,
)


def handle(turn: Turn) -> Outcome:
    """Ask for the digits of an opened link, take them, or say how a link is come by."""
    link = turn.link
    if link is None:
        return _without_link(turn)
    if turn.now > link.expires_at:
        return Outcome((Say((text("link.over"),)),))
    if turn.locked_until is not None and turn.now < turn.locked_until:
        return Outcome((Say((text("link.locked", until=turn.locked_until),)),))
    heard = turn.heard
    if turn.chat.asking == "link" and isinstance(heard, Said) and not heard.text.startswith("/"):
        return _forwarded() if heard.forwarded else _compared(turn, link, heard.text)
    hint = (unusable(heard),) if isinstance(heard, Unusable | Lost) else ()
    return Outcome((Say((*hint, text("link.digits"))),), asking="link")


def _compared(turn: Turn, link: LinkFacts, typed: str) -> Outcome:
    if matches(typed, link.borrower):
        said = Say((text("link.done", name=link.borrower.name),), contact_done=True)
        linked = LinkChat(link.id, link.borrower.id)
        return Outcome((said,), (linked,), go_on=Press("balance"))
    until = locked_after(turn.tries, turn.now)
    wrong = text("link.locked", until=until) if until else text("link.wrong")
    return Outcome((Say((wrong,)),), (CountTry(until),), asking="link")


def _forwarded() -> Outcome:
    return Outcome((Say((text("link.forwarded"),)),), asking="link")


def _without_link(turn: Turn) -> Outcome:
    if turn.borrower is not None and not turn.wanted:
        balance = ((Button(text("task.balance"), Press("balance")),),)
        return Outcome((Say((text("link.already"),), balance),))
    other: list[tuple[Button, ...]] = []
    if turn.can_code and turn.chat.contact:
        other.append((Button(text("phone.button"), Press("phone")),))
    if turn.demo:
        other.append((Button(text("link.demo"), url="/demo"),))
    return Outcome((Say((text("link.how"),), tuple(other)),))


TASK = Task("link", handle, Access.CONSENTED, menu=False)
