"""The one table of a relief case's life: statuses, acts, transitions, and who may act.

It must not move a case: that is `case.apply`. Source: DESIGN section 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Status(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"  # the borrower is filling in the form
    SUBMITTED = "submitted"  # filed; nobody has looked yet
    IN_REVIEW = "in_review"  # a member of staff has taken it
    INFO_REQUESTED = "info_requested"  # staff asked the borrower for something more
    SECOND_REVIEW = "second_review"  # waits for a second approver, who is not the first
    OFFERED = "offered"  # relief is on offer; the borrower answers
    ACCEPTED = "accepted"  # the borrower said yes; what remains is to be paid by a day
    SETTLED = "settled"  # what remained was paid: the relief is final
    REJECTED = "rejected"  # staff said no, with a reason
    APPEALED = "appealed"  # the borrower asks for another look at a rejection
    DECLINED = "declined"  # the borrower said no to the offer
    LAPSED = "lapsed"  # the offer was not answered, or the rest not paid, in time
    WITHDRAWN = "withdrawn"  # the borrower took the application back
    CLOSED_NO_REPLY = "closed_no_reply"  # the borrower did not answer staff's question in time
    EXPIRED = "expired"  # the form was left alone too long


class Act(StrEnum):
    """What moves a case."""

    SUBMIT = "submit"  # the borrower files the form
    EXPIRE = "expire"  # the form was left alone too long
    TAKE = "take"  # a reviewer starts on it
    AUTO_OFFER = "auto_offer"  # within the automatic limit: granted at once
    OFFER = "offer"  # a reviewer grants
    REJECT = "reject"  # staff say no, with a reason
    REQUEST_INFO = "request_info"  # a reviewer asks the borrower for more
    REPLY_INFO = "reply_info"  # the borrower answers that
    CLOSE_NO_REPLY = "close_no_reply"  # no answer in time
    SEND_TO_SECOND = "send_to_second"  # above the threshold: a second person decides
    APPROVE_SECOND = "approve_second"  # the second person grants
    RETURN_TO_REVIEW = "return_to_review"  # the second person hands it back
    ACCEPT = "accept"  # the borrower takes the offer
    DECLINE = "decline"  # the borrower does not
    WITHDRAW = "withdraw"  # the borrower takes the application back
    LAPSE = "lapse"  # a deadline of the borrower passed
    SETTLE = "settle"  # nothing due is outstanding with the waiver
    UNDO = "undo"  # staff take their decision back
    APPEAL = "appeal"  # the borrower asks for another look
    REOPEN = "reopen"  # staff take the appeal up


_FROM: Final[Mapping[Status, Mapping[Act, Status]]] = {
    Status.DRAFT: {
        Act.SUBMIT: Status.SUBMITTED,
        Act.EXPIRE: Status.EXPIRED,
        Act.WITHDRAW: Status.WITHDRAWN,
    },
    Status.SUBMITTED: {
        Act.TAKE: Status.IN_REVIEW,
        Act.AUTO_OFFER: Status.OFFERED,
        Act.WITHDRAW: Status.WITHDRAWN,
    },
    Status.IN_REVIEW: {
        Act.REQUEST_INFO: Status.INFO_REQUESTED,
        Act.SEND_TO_SECOND: Status.SECOND_REVIEW,
        Act.OFFER: Status.OFFERED,
        Act.REJECT: Status.REJECTED,
        Act.WITHDRAW: Status.WITHDRAWN,
    },
    Status.INFO_REQUESTED: {
        Act.REPLY_INFO: Status.IN_REVIEW,
        Act.CLOSE_NO_REPLY: Status.CLOSED_NO_REPLY,
        Act.WITHDRAW: Status.WITHDRAWN,
    },
    Status.SECOND_REVIEW: {
        Act.APPROVE_SECOND: Status.OFFERED,
        Act.REJECT: Status.REJECTED,
        Act.RETURN_TO_REVIEW: Status.IN_REVIEW,
    },
    Status.OFFERED: {
        Act.ACCEPT: Status.ACCEPTED,
        Act.DECLINE: Status.DECLINED,
        Act.LAPSE: Status.LAPSED,
        Act.UNDO: Status.IN_REVIEW,
    },
    Status.ACCEPTED: {
        Act.SETTLE: Status.SETTLED,
        Act.LAPSE: Status.LAPSED,
        Act.WITHDRAW: Status.WITHDRAWN,
        Act.UNDO: Status.IN_REVIEW,
    },
    Status.REJECTED: {Act.APPEAL: Status.APPEALED, Act.UNDO: Status.IN_REVIEW},
    Status.APPEALED: {Act.REOPEN: Status.IN_REVIEW},
}

TRANSITIONS: Final[Mapping[tuple[Status, Act], Status]] = MappingProxyType(
    {(before, act): after for before, acts in _FROM.items() for act, after in acts.items()}
)

OPEN: Final = frozenset(
    {
        Status.SUBMITTED,
        Status.IN_REVIEW,
        Status.INFO_REQUESTED,
        Status.SECOND_REVIEW,
        Status.OFFERED,
        Status.ACCEPTED,
        Status.APPEALED,
    }
)
"""Statuses in which a case stands in the way of another one for the same loan."""

LATER: Final = frozenset(
    {
        Act.REQUEST_INFO,
        Act.REPLY_INFO,
        Act.CLOSE_NO_REPLY,
        Act.SEND_TO_SECOND,
        Act.APPROVE_SECOND,
        Act.RETURN_TO_REVIEW,
        Act.UNDO,
        Act.APPEAL,
        Act.REOPEN,
    }
)
"""Acts the table knows and that are refused until the relief-and-console issue."""


class ActorKind(StrEnum):
    """Who moves a case."""

    BORROWER = "borrower"
    STAFF = "staff"
    SYSTEM = "system"  # the clock, or a rule


class Role(StrEnum):
    """What a member of staff may do with a case; other roles only look."""

    REVIEWER = "reviewer"
    APPROVER = "approver"  # all a reviewer may, and the second decision


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the borrower's or member of staff's id; staff with the role they act in."""

    kind: ActorKind
    id: str
    role: str = ""


SYSTEM: Final = Actor(ActorKind.SYSTEM, "system")

_BORROWER: Final = frozenset({ActorKind.BORROWER})
_STAFF: Final = frozenset(Role)
_APPROVER: Final = frozenset({Role.APPROVER})
_SYSTEM: Final = frozenset({ActorKind.SYSTEM})

MAY: Final[Mapping[Act, frozenset[ActorKind] | frozenset[Role]]] = MappingProxyType(
    {
        Act.SUBMIT: _BORROWER,
        Act.ACCEPT: _BORROWER,
        Act.DECLINE: _BORROWER,
        Act.WITHDRAW: _BORROWER,
        Act.REPLY_INFO: _BORROWER,
        Act.APPEAL: _BORROWER,
        Act.TAKE: _STAFF,
        Act.OFFER: _STAFF,
        Act.REJECT: _STAFF,
        Act.REQUEST_INFO: _STAFF,
        Act.SEND_TO_SECOND: _STAFF,
        Act.UNDO: _STAFF,
        Act.REOPEN: _STAFF,
        Act.APPROVE_SECOND: _APPROVER,
        Act.RETURN_TO_REVIEW: _APPROVER,
        Act.EXPIRE: _SYSTEM,
        Act.AUTO_OFFER: _SYSTEM,
        Act.CLOSE_NO_REPLY: _SYSTEM,
        Act.LAPSE: _SYSTEM,
        Act.SETTLE: _SYSTEM,
    }
)
"""Who may act: a kind of actor, or the roles of staff."""


def may(actor: Actor, act: Act) -> bool:
    """Whether that actor may do that act at all, whatever the case."""
    if actor.kind is not ActorKind.STAFF:
        return actor.kind in MAY[act]
    # A role is free text from the store: one called like a kind of actor must open nothing.
    return any(isinstance(allowed, Role) and allowed == actor.role for allowed in MAY[act])
