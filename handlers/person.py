"""Talking to one of the lender's people: asked for, needed, or answering.

It must not keep talking while a person does, nor ask a person in distress for anything.
"""

from __future__ import annotations

from bot.steps.words import words
from bot.turn import (
    Access,
    AskStaff,
    Button,
    CloseRequest,
    Keep,
    Outcome,
    Press,
    Pressed,
    Said,
    Say,
    StaffWrote,
    TakeOver,
    Task,
    To,
    Turn,
    Write,
    text,
)

_LONGEST = 2000


def handle(turn: Turn) -> Outcome:
    """Pass words on to staff, bring theirs, or hand the chat back to the assistant."""
    heard = turn.heard
    if isinstance(heard, StaffWrote):
        return _answered(heard)
    if isinstance(heard, Pressed) and heard.press.step == "back":
        menu = ((Button(text("task.help"), Press("help")),),)
        return Outcome((Say((text("person.back"),), menu),), (TakeOver(human=False),))
    if not isinstance(heard, Said) or heard.text.startswith("/"):
        return Outcome((Say((text("person.ask"),)),), asking="person")
    if heard.distress:
        return _urgent(turn, heard.text)
    if turn.chat.asking == "person" or turn.chat.human:
        return _passed_on(turn, heard.text)
    return Outcome((Say((text("person.ask"),)),), asking="person")


def _passed_on(turn: Turn, said: str) -> Outcome:
    """The words wait for staff; while a person has the chat the assistant stays silent."""
    request = AskStaff(turn.ids[0], "person", words(said, longest=_LONGEST))
    if turn.chat.human:
        return Outcome((), (request,))
    back = ((Button(text("person.hand_back"), Press("person", "back")),),)
    return Outcome((Say((text("person.waiting"),), back),), (request, TakeOver(human=True)))


def _urgent(turn: Turn, said: str) -> Outcome:
    """Straight to a person, with where to find help at once; nothing else is asked or offered."""
    request = AskStaff(turn.ids[0], "person", words(said, longest=_LONGEST * 2 + 96), urgent=True)
    say = Say((text("person.urgent"), text("person.helpline")))
    return Outcome((say,), (request, TakeOver(human=True)), asking=Keep.AS_IS)


def _answered(heard: StaffWrote) -> Outcome:
    answered = (heard.request_id, *heard.also) if heard.request_id else ()
    writes: tuple[Write, ...] = tuple(CloseRequest(request_id) for request_id in answered)
    said = [Say((text("person.says", words=heard.text),), to=To.LATEST, speaker="person")]
    if heard.hand_back:
        writes = (*writes, TakeOver(human=False))
        menu = ((Button(text("task.help"), Press("help")),),)
        said.append(Say((text("person.back"),), menu, to=To.LATEST))
    return Outcome(tuple(said), writes, asking=Keep.AS_IS)


TASK = Task("person", handle, Access.CONSENTED)
