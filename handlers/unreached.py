"""A message could not be brought: who blocked the assistant may have a decision to hear of.

It must not say anything to the borrower: it is just that which fails.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.case import CaseFacts, Status
from bot.turn import Access, AskStaff, Keep, Outcome, Task, Turn

_AWAIT_THEM = frozenset({Status.OFFERED, Status.INFO_REQUESTED})
_JUST_DECIDED = timedelta(days=1)


def handle(turn: Turn) -> Outcome:
    """Staff are asked, once, to reach them another way when a decision waits for them."""
    waiting = [case for case in turn.cases if _waits(case, turn)]
    if not waiting:
        return Outcome(asking=Keep.AS_IS)
    request = AskStaff(turn.ids[0], "unreached", "", waiting[-1].loan_id, urgent=True, once=True)
    return Outcome((), (request,), asking=Keep.AS_IS)


def _waits(case: CaseFacts, turn: Turn) -> bool:
    """An offer or a question that they must answer; a rejection of which this was the news."""
    if case.status is Status.REJECTED and case.decided_on is not None:
        return turn.today - case.decided_on <= _JUST_DECIDED
    return case.status in _AWAIT_THEM


TASK = Task("unreached", handle, Access.ANYONE, menu=False, understood=False)
