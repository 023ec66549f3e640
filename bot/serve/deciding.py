"""One decision upon one snapshot: the turn as a task sees it, the task's answer, what is said.

It must not touch the database; the clock and chance are the machine's.
"""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Refused, Rejected
from bot.route import gate, route, wanted
from bot.serve.hearing import heard_of
from bot.serve.machine import Machine
from bot.serve.update import Update
from bot.speak import spoken_of, with_way_back
from bot.store.commit import Decided
from bot.store.load import Loaded
from bot.turn import (
    Audit,
    Keep,
    Lost,
    Outcome,
    Say,
    StaffDecided,
    StaffWrote,
    Turn,
    refusal,
    text,
)

_CODE_DIGITS = 6
_IDS = 4
_TOLD = {"sorry": "error.sorry", "away": "away.press_again"}


def decide(machine: Machine, update: Update, loaded: Loaded) -> Decided:
    """What `update` changes and says; raises Refused or Rejected for acts of staff only."""
    turn = _turn(machine, update, loaded)
    task = route(turn, machine.menu)
    answer, refused = _answer(machine, turn, update, loaded)
    outcome = with_way_back(answer, turn, machine.menu, task)
    outcome = _noted(_quiet(outcome, update), turn, update)
    return Decided(
        source=update.source,
        key=update.key,
        kind=update.kind,
        turn_id=turn.id,
        at=turn.now,
        actor=update.actor,
        loaded=loaded,
        outcome=outcome,
        spoken=spoken_of(outcome, turn, loaded, machine.texts),
        heard_here=update.of_chat,
        idle=machine.idle,
        task="" if update.kind in _TOLD else task.name,
        refused=refused,
    )


def _answer(machine: Machine, turn: Turn, update: Update, loaded: Loaded) -> tuple[Outcome, bool]:
    """What is answered, and whether that is a refusal."""
    if update.kind in _TOLD:
        return _told(update.kind, loaded), False
    try:
        return _handled(machine, turn), False
    except (Rejected, Refused) as said_no:
        if isinstance(turn.heard, StaffDecided | StaffWrote):
            raise
        return Outcome((Say((refusal(said_no),)),), asking=Keep.AS_IS), True


def _told(kind: str, loaded: Loaded) -> Outcome:
    """What the machine itself has to say; whatever was asked stays asked."""
    nothing_to_press = not any(card.buttons for card in loaded.cards)
    if kind == "away" and nothing_to_press:
        return Outcome(asking=Keep.AS_IS)
    return Outcome((Say((text(_TOLD[kind]),)),), asking=Keep.AS_IS)


def _quiet(outcome: Outcome, update: Update) -> Outcome:
    """Of several files sent in one go, only the last is answered."""
    return replace(outcome, say=()) if update.body.get("more_follow") else outcome


def _noted(outcome: Outcome, turn: Turn, update: Update) -> Outcome:
    """A button that is unknown, another's or forged is remembered, and worded like any other."""
    if update.kind != "button" or not isinstance(turn.heard, Lost):
        return outcome
    return replace(outcome, write=(*outcome.write, Audit("UnknownButton")))


def _handled(machine: Machine, turn: Turn) -> Outcome:
    """The task's answer, or that of the gate before it."""
    task = route(turn, machine.menu)
    before = gate(task, turn, machine.idle)
    if before is None or before == task.name:
        return task.handle(turn)
    return machine.menu[before].handle(replace(turn, wanted=wanted(turn, task)))


def _turn(machine: Machine, update: Update, loaded: Loaded) -> Turn:
    now = machine.clock()
    return Turn(
        id=machine.new_id(),
        now=now,
        today=now.astimezone(machine.zone).date(),
        heard=heard_of(update, loaded, machine.understand),
        chat=loaded.here.chat,
        policy=machine.policy,
        ids=tuple(machine.new_id() for _ in range(_IDS)),
        chance=machine.chance(),
        borrower=loaded.borrower,
        link=loaded.link,
        loans=loaded.loans,
        drafts=loaded.drafts,
        cases=loaded.cases,
        looks=loaded.looks,
        rated=loaded.rated,
        reminders=loaded.reminders,
        locales=machine.texts.locales,
        demo=machine.demo,
        zone=machine.zone,
        tries=loaded.tries,
        locked_until=loaded.locked_until,
        can_code=machine.can_code,
        code=loaded.code,
        contact_of=loaded.contact_of,
        new_code=f"{machine.chance() % 10**_CODE_DIGITS:0{_CODE_DIGITS}d}",
    )
