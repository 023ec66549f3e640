"""Where a draft stands among its questions, and how it goes back or is changed.

It must not say anything.
"""

from __future__ import annotations

from dataclasses import replace

from bot.flow import Replay, replay
from bot.form.question import Form
from bot.turn import Draft, Turn

_VERSIONS = 100_000  # more than a draft has cards
_TAIL = 10  # hex digits of an id that chance alone made


def mark(draft: Draft) -> int:
    """What a card's buttons carry: no other version of this draft has it, and no other draft."""
    return int(draft.id[-_TAIL:], 16) * _VERSIONS + draft.version


def standing(form: Form, turn: Turn, draft: Draft) -> Replay:
    """Where the draft stands; a step being changed is asked again, what precedes it answered."""
    flow = form.flow()
    now = replay(flow, turn, draft.raw)
    if draft.changing is None or draft.changing not in now.answers:
        return now
    earlier = {}
    for question in form.questions:
        if question.name == draft.changing:
            break
        if question.name in now.answers:
            earlier[question.name] = now.answers[question.name]
    return Replay(earlier, now.kept, draft.changing)


def before(now: Replay) -> str | None:
    """The question asked before the one that stands open; None at the first."""
    answered = list(now.answers)
    return answered[-1] if answered else None


def going_back(form: Form, turn: Turn, draft: Draft) -> Draft:
    """The draft with the question before the open one asked again."""
    return replace(draft, changing=before(standing(form, turn, draft)))


def changing(form: Form, turn: Turn, draft: Draft, step: str) -> Draft:
    """The draft with an answered question asked again; as it was for any other `step`."""
    known = step in replay(form.flow(), turn, draft.raw).answers
    return replace(draft, changing=step) if known else draft


def saved(turn: Turn, draft: Draft, now: Replay) -> Draft:
    """The draft's next version, answers no longer wanted dropped."""
    return replace(draft, raw=now.kept, version=draft.version + 1, updated_at=turn.now)
