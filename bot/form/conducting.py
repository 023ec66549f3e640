"""A form from its first question to its end: begin, hear, go back, change, submit, leave.

It must not know any question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from bot.errors import Rejected, Unfinished
from bot.flow import Answers, Raw
from bot.form.card import BACK, CANCEL, CHANGE, LATER, SUBMIT, card, left, start_button, which
from bot.form.hearing import unusable
from bot.form.question import Form, Question, Unclear
from bot.form.standing import changing, going_back, mark, saved, standing
from bot.turn import (
    Button,
    Buttons,
    CloseDraft,
    Draft,
    Heard,
    Lost,
    Outcome,
    Press,
    Pressed,
    Said,
    SaveDraft,
    Say,
    Text,
    Turn,
    Unusable,
    refusal,
    text,
)

_STOP = "cancel"  # what typed words may mean although no task is called so
_SHORT = 30  # characters: more are likelier an answer than a wish to stop


def conduct(form: Form, turn: Turn) -> Outcome:
    """Answer what was heard within `form`: start it, go on with it, or finish it."""
    draft = turn.drafts.get(form.name)
    heard = turn.heard
    if isinstance(heard, Pressed) and heard.press.step:
        return _tapped(form, turn, draft, heard.press)
    if draft is None or not answering(form, turn):
        return begin(form, turn)
    return _answered(form, turn, draft)


def answering(form: Form, turn: Turn) -> bool:
    """Whether what was heard is for the form: a button of a step, or an answer while it asks."""
    heard = turn.heard
    if isinstance(heard, Pressed):
        return bool(heard.press.step)
    typed_command = isinstance(heard, Said) and heard.text.startswith("/")
    return turn.chat.asking == form.name and not typed_command


def begin(form: Form, turn: Turn, raw: Raw | None = None) -> Outcome:
    """Start a new draft or take up the open one; `raw` answers some of the questions anew."""
    draft = turn.drafts.get(form.name)
    refused = form.before(turn) if form.before else None
    if refused is not None:
        return refused
    raw = raw or {}
    if draft is None:
        return _put(form, turn, _new(form, turn, raw))
    if form.restarts:
        return _put(form, turn, replace(draft, raw=raw, changing=None))
    again = (text("form.resumed"),) if turn.chat.asking != form.name else ()
    return _put(form, turn, replace(draft, raw={**draft.raw, **raw}), again)


def _new(form: Form, turn: Turn, raw: Raw) -> Draft:
    return Draft(turn.ids[0], form.name, raw, 0, turn.now, turn.now)


def _tapped(form: Form, turn: Turn, draft: Draft | None, press: Press) -> Outcome:
    if draft is None:
        return Outcome((Say((text("form.gone"),), start_button(form)),))
    if press.draft_version != mark(draft):
        return _put(form, turn, draft, (text("form.moved_on"),))
    controls: Mapping[str, Callable[[], Outcome]] = {
        CANCEL: lambda: _cancelled(draft),
        LATER: lambda: Outcome((left(form, draft),)),
        CHANGE: lambda: _put(form, turn, changing(form, turn, draft, press.value)),
        BACK: lambda: _put(form, turn, going_back(form, turn, draft)),
        SUBMIT: lambda: _submit(form, turn, draft),
    }
    control = controls.get(press.step)
    outcome = control() if control else _answered(form, turn, draft)
    return outcome if press.step == SUBMIT else _next_card(outcome)


def _next_card(outcome: Outcome) -> Outcome:
    """What is said first, a card or the form's last word, follows the card that was pressed."""
    said = (replace(say, next_card=place == 0) for place, say in enumerate(outcome.say))
    return replace(outcome, say=tuple(said))


def _answered(form: Form, turn: Turn, draft: Draft) -> Outcome:
    """An answer to the question that stands open, typed, pressed or sent."""
    now = standing(form, turn, draft)
    if now.at is None:
        return _put(form, turn, draft, (text("form.review.please_choose"),))
    question = form.question(now.at)
    if isinstance(turn.heard, Unusable | Lost):
        return _put(form, turn, draft, (unusable(turn.heard),))
    if _wants_out(turn.heard):
        return Outcome((left(form, draft),))
    try:
        raw = question.hear(turn, now.answers, turn.heard)
        if isinstance(raw, Unclear):
            return Outcome((which(form, draft, question, raw),), asking=form.name)
        _check(question, turn, now.answers, raw)
    except Rejected as wrong:
        return _put(form, turn, draft, (refusal(wrong),), _elsewhere(form, turn))
    return _put(form, turn, replace(draft, raw={**draft.raw, question.name: raw}, changing=None))


def _wants_out(heard: Heard) -> bool:
    return isinstance(heard, Said) and heard.meant == (_STOP,) and len(heard.text) <= _SHORT


def _elsewhere(form: Form, turn: Turn) -> Buttons:
    """Words that are no answer may mean another task: it is one press away, the draft waits."""
    heard = turn.heard
    meant = heard.meant if isinstance(heard, Said) and len(heard.meant) == 1 else ()
    if not meant or meant[0] in {form.name, _STOP}:
        return ()
    return ((Button(text(f"task.{meant[0]}"), Press(meant[0])),),)


def _check(question: Question, turn: Turn, answers: Answers, raw: str) -> None:
    """Raise when the answer is wrong; one that is only unfinished is kept."""
    with suppress(Unfinished):
        question.check(turn, answers, raw)


def _put(
    form: Form, turn: Turn, draft: Draft, first: tuple[Text, ...] = (), more: Buttons = ()
) -> Outcome:
    """Save the draft and put what stands open, question or review; finish when nothing does.

    `first` is said before it, `more` are rows of buttons below it.
    """
    now = standing(form, turn, draft)
    if now.failed is not None and not first:
        first = (refusal(now.failed),)
    if now.at is None and form.review is None:
        return form.finish(turn, replace(draft, raw=now.kept), now.answers)
    kept = saved(turn, draft, now)
    then = replace(turn, drafts={**turn.drafts, form.name: kept})
    shown = card(form, then, kept, now, first)
    said = replace(shown, buttons=(*shown.buttons, *more))
    return Outcome((said,), (SaveDraft(kept),), asking=form.name)


def _submit(form: Form, turn: Turn, draft: Draft) -> Outcome:
    now = standing(form, turn, draft)
    if now.at is not None:
        return _put(form, turn, draft, (text("form.incomplete"),))
    return form.finish(turn, draft, now.answers)


def _cancelled(draft: Draft) -> Outcome:
    return Outcome((Say((text("form.cancelled"),)),), (CloseDraft(draft, "withdrawn"),))
