"""Rows of the append-only chains: each carries a hash over the one before.

It must not open what it chains: hashes are over ciphertext, so that erasure keeps them valid.
"""

from __future__ import annotations

from datetime import datetime

from bot.store.commit.decided import Decided
from bot.store.connection import Op
from bot.store.load import Tip
from bot.store.queries import SQL
from bot.store.rows import encode, stamp
from bot.store.seal import Seals, chained
from bot.turn import SaveCase


def audit_op(
    seals: Seals, tip: Tip, what: tuple[str, str, str, str], at: datetime
) -> tuple[Op, Tip]:
    """The row after `tip` for (subject, actor, kind, about), and the tip it makes."""
    subject, actor, kind, about = what
    seq = tip.seq + 1
    sealed = seals.seal(subject, "audit", "body", f"{subject}.{seq}", about.encode())
    after = Tip(seq, chained(tip.hash, sealed))
    values = {
        "subject_id": subject,
        "seq": seq,
        "at": stamp(at),
        "actor": actor,
        "kind": kind,
        "body": sealed,
        "hash": after.hash,
    }
    return Op(SQL["new_audit"], values), after


class Chains:
    """The chains one turn adds to, from their ends as they were loaded."""

    def __init__(self, decided: Decided, seals: Seals) -> None:
        self._decided = decided
        self._seals = seals
        self._audit = decided.loaded.audit_tip
        self._events = dict(decided.loaded.case_tips)

    def audit(self, kind: str, about: str = "") -> Op:
        """The next row of the audit chain of the subject as it was loaded."""
        what = (self._decided.loaded.here.subject_id, self._decided.actor, kind, about)
        op, self._audit = audit_op(self._seals, self._audit, what, self._decided.at)
        return op

    def event(self, write: SaveCase) -> Op:
        """The next row of the case's chain."""
        case = write.case
        tip = self._events.get(case.id, Tip())
        seq = tip.seq + 1
        place = (case.borrower_id, "case_event", "body", f"{case.id}.{seq}")
        sealed = self._seals.seal(*place, encode(write.event))
        after = self._events[case.id] = Tip(seq, chained(tip.hash, sealed))
        values = {
            "borrower_id": case.borrower_id,
            "case_id": case.id,
            "seq": seq,
            "at": stamp(self._decided.at),
            "body": sealed,
            "hash": after.hash,
        }
        return Op(SQL["new_event"], values)
