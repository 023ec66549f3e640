from __future__ import annotations

import pytest

from bot.domain.case import (
    SYSTEM,
    TRANSITIONS,
    Act,
    Actor,
    ActorKind,
    By,
    Status,
    acts,
    apply,
)
from bot.domain.case.table import LATER, MAY, may
from bot.domain.word import Word
from bot.errors import Refused
from tests.domain.cases_made import (
    APPROVER,
    AT,
    BORROWER,
    FILED_ON,
    REVIEWER,
    a_case,
    done,
    fitting_day,
)
from tests.domain.saying_no import says_no

# DESIGN section 5, word for word; the acts between are ours to name.
ARROWS = """
draft → submitted | expired | withdrawn
submitted → in_review | offered | withdrawn
in_review → info_requested | second_review | offered | rejected | withdrawn
info_requested → in_review | closed_no_reply | withdrawn
second_review → offered | rejected | in_review
offered → accepted | declined | lapsed | in_review
accepted → settled | lapsed | withdrawn | in_review
rejected → appealed | in_review
appealed → in_review
"""


def test_the_table_holds_exactly_the_arrows_of_the_design() -> None:
    drawn = {
        (before, after)
        for before, afters in (line.split(" → ") for line in ARROWS.strip().splitlines())
        for after in afters.split(" | ")
    }
    assert {(before.value, after.value) for (before, _), after in TRANSITIONS.items()} == drawn


def test_no_two_acts_draw_the_same_arrow() -> None:
    arrows = [(before, after) for (before, _), after in TRANSITIONS.items()]
    assert len(arrows) == len(set(arrows))


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("status", Status)
def test_every_cell_of_the_table_moves_waits_or_is_refused(status: Status, act: Act) -> None:
    case = a_case(status)
    after = TRANSITIONS.get((status, act))
    if after is None:
        with says_no("case.act.impossible", Refused, status=Word(f"case.status.{status}")):
            done(case, act)
    elif act in LATER:
        with says_no("case.act.later", Refused):
            done(case, act)
    else:
        moved, event = done(case, act, fitting_day(act))
        assert (moved.status, moved.version) == (after, case.version + 1)
        assert (event.before, event.after, event.seq) == (status, after, moved.version)


@pytest.mark.parametrize("act", Act)
def test_only_the_named_actors_may_act(act: Act) -> None:
    allowed = {name.value for name in MAY[act]}
    viewer = Actor(ActorKind.STAFF, "s3", "viewer")
    for actor in (BORROWER, REVIEWER, APPROVER, SYSTEM, viewer):
        name = actor.role if actor.kind is ActorKind.STAFF else actor.kind.value
        assert may(actor, act) is (name in allowed)


@pytest.mark.parametrize(
    ("status", "act", "actor"),
    [
        (Status.OFFERED, Act.ACCEPT, REVIEWER),
        (Status.OFFERED, Act.ACCEPT, SYSTEM),
        (Status.IN_REVIEW, Act.REJECT, SYSTEM),
        (Status.IN_REVIEW, Act.OFFER, BORROWER),
        (Status.IN_REVIEW, Act.OFFER, Actor(ActorKind.STAFF, "s9", "auditor")),
        (Status.IN_REVIEW, Act.OFFER, Actor(ActorKind.STAFF, "s9", "borrower")),
        (Status.OFFERED, Act.ACCEPT, Actor(ActorKind.STAFF, "b1", "borrower")),
        (Status.SECOND_REVIEW, Act.APPROVE_SECOND, REVIEWER),
        (Status.ACCEPTED, Act.SETTLE, APPROVER),
        (Status.OFFERED, Act.ACCEPT, Actor(ActorKind.BORROWER, "b2")),
    ],
)
def test_whoever_may_not_act_is_refused(status: Status, act: Act, actor: Actor) -> None:
    with says_no("case.act.forbidden", Refused):
        apply(a_case(status), act, By(actor, AT, FILED_ON))


def test_nobody_is_rejected_without_a_person() -> None:
    assert not may(SYSTEM, Act.REJECT)


@pytest.mark.parametrize("status", Status)
def test_the_acts_offered_are_those_that_would_not_be_refused(status: Status) -> None:
    for actor in (BORROWER, REVIEWER, APPROVER, SYSTEM):
        possible = {act for before, act in TRANSITIONS if before is status and may(actor, act)}
        assert set(acts(a_case(status), actor)) == possible - LATER


def test_the_acts_of_a_reviewer_stand_in_a_fixed_order() -> None:
    assert acts(a_case(Status.IN_REVIEW), REVIEWER) == (Act.OFFER, Act.REJECT)
