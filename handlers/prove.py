"""Asking for the digits again on a chat that was quiet: phones are shared.

It must not show anything before they match.
"""

from __future__ import annotations

from bot.form import unusable
from bot.steps.gate import locked_after, matches
from bot.turn import (
    Access,
    CountTry,
    Lost,
    Outcome,
    Press,
    Prove,
    Said,
    Say,
    Task,
    Turn,
    Unusable,
    text,
)


def handle(turn: Turn) -> Outcome:
    """Ask, or take the digits and go on with what was wanted before."""
    locked = turn.locked_until
    if locked is not None and turn.now < locked:
        return Outcome((Say((text("link.locked", until=locked),)),), asking=turn.chat.asking)
    if turn.wanted is not None or not isinstance(turn.heard, Said) or turn.heard.text[:1] == "/":
        return _asked(turn)
    if turn.heard.forwarded:
        return Outcome((Say((text("link.forwarded"),)),), asking=turn.chat.asking)
    return _compared(turn, turn.heard.text)


def _asked(turn: Turn) -> Outcome:
    """The question, with a hint on what was no answer; what was wanted before it still is."""
    heard, asking = turn.heard, turn.chat.asking or ""
    if turn.wanted is None and isinstance(heard, Unusable | Lost) and asking:
        return Outcome((Say((unusable(heard), text("prove.digits"))),), asking=asking)
    wanted = turn.wanted or Press("balance")
    return Outcome((Say((text("prove.digits"),)),), asking=f"prove {wanted}")


def _compared(turn: Turn, typed: str) -> Outcome:
    if matches(typed, turn.owner):
        written = (turn.chat.asking or "").partition(" ")[2]
        wanted = Press.read(written) if written else Press("balance")
        return Outcome((Say((text("prove.done"),)),), (Prove(),), go_on=wanted)
    until = locked_after(turn.tries, turn.now)
    wrong = text("link.locked", until=until) if until else text("link.wrong")
    return Outcome((Say((wrong,)),), (CountTry(until),), asking=turn.chat.asking)


TASK = Task("prove", handle, Access.LINKED, menu=False, understood=False)
