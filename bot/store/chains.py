"""Walks every chain of the store and tells what does not hold: gaps, wrong hashes, cut ends.

It must not open a sealed body: chains hash ciphertext, so that erasure keeps them valid.
"""

from __future__ import annotations

import hmac
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.errors import Fault
from bot.store.heads import Ends, Head, all_heads, hmac_of
from bot.store.queries import KEEPING
from bot.store.seal import Seals, chained

_ROWS: Final = {"audit": "audit_rows", "case_event": "case_rows"}


@dataclass(slots=True)
class Walked:
    """What a walk saw: `rows` in `chains`, the ends under each head, and every fault."""

    rows: int = 0
    chains: int = 0
    ends: defaultdict[int, Ends] = field(default_factory=lambda: defaultdict(Ends))
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class _Chain:
    """One chain as far as it was read."""

    table: str
    subject: str
    case_id: str
    seq: int = 0
    tip: bytes = b""
    head: int = 0
    broken: bool = False

    @property
    def path(self) -> str:
        return f"{self.table}[{'.'.join(filter(None, (self.subject, self.case_id)))}]"


def walk(db: sqlite3.Connection) -> Walked:
    """Read every row of every chain, in order, once. One fault a chain: its first."""
    walked = Walked()
    for table, query in _ROWS.items():
        chain = _Chain(table, "", "")
        for subject, case_id, seq, body, found, head in db.execute(KEEPING[query]):
            if (subject, case_id) != (chain.subject, chain.case_id):
                _end(walked, chain)
                chain = _Chain(table, subject, case_id, head=head)
                walked.chains += 1
            if head != chain.head:
                _end(walked, chain)
            _link(walked, chain, (seq, body, found, head))
        _end(walked, chain)
    return walked


def case_faults(db: sqlite3.Connection) -> Iterator[Fault]:
    """Cases whose version is not the number of their events."""
    for case_id, version, events in db.execute(KEEPING["versions"]):
        slots = {"version": version, "events": events}
        yield Fault(f"relief_case[{case_id}]", "verify.case.version", slots)


def head_faults(db: sqlite3.Connection, seals: Seals, walked: Walked) -> Iterator[Fault]:
    """Heads that are not what the master secret says of the chains as they stand."""
    heads = all_heads(db)
    previous = b""
    for number, head in enumerate(heads, start=1):
        if head.number != number:
            yield Fault(f"audit_head[{number}]", "verify.head.gap")
            return
        if head.hmac is None and number < len(heads):
            yield Fault(f"audit_head[{number}]", "verify.head.open", {"day": head.day})
            return
        if head.hmac is not None and not _is_right(seals, previous, head, walked):
            yield Fault(f"audit_head[{number}]", "verify.head.wrong", {"day": head.day})
            return
        previous = head.hmac or b""
    if any(number > len(heads) + 1 for number in walked.ends):
        yield Fault("audit_head", "verify.head.cut")


def _is_right(seals: Seals, previous: bytes, head: Head, walked: Walked) -> bool:
    ends = walked.ends.get(head.number, Ends())
    return hmac.compare_digest(head.hmac or b"", hmac_of(seals, previous, head, ends))


def _link(walked: Walked, chain: _Chain, row: tuple[int, bytes, bytes, int]) -> None:
    """Take the next row of a chain: its number, its hash, and a head that never goes back."""
    seq, body, found, head = row
    walked.rows += 1
    wrong = (
        "verify.chain.gap"
        if seq != chain.seq + 1
        else "verify.chain.hash"
        if found != chained(chain.tip, body)
        else "verify.chain.head"
        if head < chain.head
        else None
    )
    if wrong is not None and not chain.broken:
        chain.broken = True
        walked.faults.append(Fault(chain.path, wrong, {"seq": seq}))
    chain.seq, chain.tip, chain.head = seq, found, head


def _end(walked: Walked, chain: _Chain) -> None:
    """The chain goes no further under its head."""
    if chain.seq:
        end = (chain.table, chain.subject, chain.case_id, chain.seq, chain.tip)
        walked.ends[chain.head].add(*end)
