"""The greeting: what the assistant can do, the privacy notice, consent.

It must not show anything about a debt.
"""

from __future__ import annotations

from bot.turn import (
    Access,
    Button,
    GiveConsent,
    OpenedLink,
    Outcome,
    Press,
    Pressed,
    Public,
    Say,
    Task,
    Turn,
    text,
)


def handle(turn: Turn) -> Outcome:
    """Greet; take consent or its refusal; after consent go on with the link or what was wanted."""
    heard = turn.heard
    if isinstance(heard, Public):
        return Outcome((Say((text("start.privately"),)),))
    if isinstance(heard, Pressed) and heard.press.step == "agree":
        return _agreed(turn, heard.press)
    if isinstance(heard, Pressed) and heard.press.step == "disagree":
        again = ((Button(text("start.read_again"), Press("start")),),)
        return Outcome((Say((text("start.declined"),), again),))
    if turn.chat.consented_at is None:
        return Outcome((_notice(turn),))
    if turn.borrower is None:
        return Outcome((Say((text("start.back"),)),), go_on=Press("link"))
    return Outcome((_welcome(turn),))


def _notice(turn: Turn) -> Say:
    """What this is, what is kept, and the choice; an opened link is waiting behind it."""
    waiting = (text("start.link_waits"),) if isinstance(turn.heard, OpenedLink) or turn.link else ()
    said = (text("start.greeting"), text("start.can_do"), text("start.privacy"), *waiting)
    after = str(turn.wanted or "").replace("|", "~")
    buttons = (
        (
            Button(text("start.agree"), Press("start", "agree", after)),
            Button(text("start.disagree"), Press("start", "disagree")),
        ),
        (Button(text("start.language"), Press("language")),),
    )
    return Say(said, buttons)


def _agreed(turn: Turn, press: Press) -> Outcome:
    wanted = Press.read(press.value.replace("~", "|")) if press.value else Press("start")
    if wanted.task == "start":
        wanted = Press("link") if turn.borrower is None else Press("balance")
    return Outcome((Say((text("start.thanks"),)),), (GiveConsent(),), go_on=wanted)


def _welcome(turn: Turn) -> Say:
    buttons = (
        (
            Button(text("task.balance"), Press("balance")),
            Button(text("task.relief"), Press("relief")),
        ),
        (Button(text("task.status"), Press("status")), Button(text("task.help"), Press("help"))),
    )
    return Say((text("start.welcome"),), buttons)


TASK = Task("start", handle, Access.ANYONE, menu=False, understood=False)
