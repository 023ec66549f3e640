"""One to five for how a case went. It must not ask twice, nor after distress."""

from __future__ import annotations

from bot.turn import Access, Button, Outcome, Press, Pressed, Rate, Say, Task, Turn, text

_MOST = 5


def handle(turn: Turn) -> Outcome:
    """Keep the stars of a closed case, once."""
    heard = turn.heard
    case_id, _, stars = (
        heard.press.value.partition(":") if isinstance(heard, Pressed) else ("",) * 3
    )
    case = turn.case(case_id)
    if case is None or not stars.isdecimal() or not 1 <= int(stars) <= _MOST:
        return Outcome((Say((text("heard.lost"),)),))
    if case_id in turn.rated:
        return Outcome((Say((text("rate.already"),)),))
    tips = ((Button(text("task.tips"), Press("tips")),),)
    return Outcome(
        (Say((text("rate.thanks"),), tips, replaces=True),), (Rate(case_id, int(stars)),)
    )


TASK = Task("rate", handle, Access.LINKED, menu=False, understood=False)
