"""The other way in: the phone by its owner's own contact, a one-time code, then the digits.

It must not say whether a phone is known: unknown and wrong are worded alike.
"""

from __future__ import annotations

import hmac
from datetime import timedelta

from bot.errors import Rejected
from bot.form import unusable
from bot.steps.gate import locked_after, matches
from bot.steps.words import digits
from bot.turn import (
    Access,
    Button,
    CodeFacts,
    CountTry,
    Keep,
    LinkChat,
    Lost,
    Outcome,
    PassCode,
    Press,
    Said,
    Say,
    SharedContact,
    StartCode,
    Task,
    Turn,
    Unusable,
    text,
)

GOOD_FOR = timedelta(minutes=10)
_LENGTH = 6
_AGAIN = timedelta(minutes=1)  # a code sent less long ago is still on its way


def handle(turn: Turn) -> Outcome:
    """Ask for the contact, then the code, then the digits."""
    heard = turn.heard
    if not turn.can_code:
        return Outcome(go_on=Press("link"))
    if turn.locked_until is not None and turn.now < turn.locked_until:
        return Outcome((Say((text("link.locked", until=turn.locked_until),)),))
    if isinstance(heard, SharedContact):
        return _shared(turn, heard)
    if turn.code is None or turn.chat.asking != "phone":
        return Outcome((_ask(),))
    if isinstance(heard, Said) and not heard.text.startswith("/"):
        return _typed(turn, turn.code, heard)
    if isinstance(heard, Unusable | Lost):
        asked = text("link.digits" if turn.code.passed else "phone.code_sent")
        return Outcome((Say((unusable(heard), asked)),), asking="phone")
    return Outcome((_ask(),))


def _ask() -> Say:
    return Say((text("phone.ask"),), ((Button(text("phone.share"), contact=True),),))


def _shared(turn: Turn, heard: SharedContact) -> Outcome:
    """A code is made whether or not the phone is known; it is sent only to one that is."""
    if not heard.own:
        return Outcome((Say((text("phone.not_own"),), _ask().buttons),), asking=Keep.AS_IS)
    told = Say((text("phone.code_sent"),), contact_done=True)
    if turn.code is not None and turn.now < turn.code.expires_at - GOOD_FOR + _AGAIN:
        return Outcome((told,), asking="phone")
    owner = turn.contact_of
    # To the number in the lender's books: the one it knows to be theirs.
    phone = owner.phone if owner is not None else heard.phone
    start = StartCode(
        turn.new_code, owner.id if owner is not None else None, phone, turn.now + GOOD_FOR
    )
    return Outcome((told,), (start,), asking="phone")


def _typed(turn: Turn, code: CodeFacts, heard: Said) -> Outcome:
    if turn.now > code.expires_at:
        return Outcome((Say((text("phone.code_over"),), _ask().buttons),))
    if heard.forwarded:
        return Outcome((Say((text("link.forwarded"),)),), asking="phone")
    if not code.passed:
        return _compared_code(turn, code, heard.text)
    if code.borrower is not None and matches(heard.text, code.borrower):
        said = Say((text("link.done", name=code.borrower.name),), contact_done=True)
        linked = LinkChat(None, code.borrower.id)
        return Outcome((said,), (linked,), go_on=Press("balance"))
    return _wrong(turn)


def _compared_code(turn: Turn, code: CodeFacts, typed: str) -> Outcome:
    try:
        given = digits(typed, _LENGTH)
    except Rejected:
        return _wrong(turn)
    same = hmac.compare_digest(given.encode(), code.code.encode())
    if not same or code.borrower is None:
        return _wrong(turn)
    return Outcome((Say((text("link.digits"),)),), (PassCode(),), asking="phone")


def _wrong(turn: Turn) -> Outcome:
    until = locked_after(turn.tries, turn.now)
    wrong = text("link.locked", until=until) if until else text("link.wrong")
    return Outcome((Say((wrong,)),), (CountTry(until),), asking="phone")


TASK = Task("phone", handle, Access.CONSENTED, menu=False, understood=False)
