"""One decided turn as one plan: the seen update, its writes, its messages.

It must not decide or touch the database.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.store.commit.chaining import Chains
from bot.store.commit.chat import moved_here
from bot.store.commit.decided import Decided
from bot.store.commit.messages import Messages
from bot.store.commit.writes import Writes
from bot.store.connection import Op
from bot.store.outgoing import Claim
from bot.store.queries import SQL
from bot.store.rows import stamp
from bot.store.seal import Seals


def plan(
    decided: Decided, seals: Seals, new_id: Callable[[], str], claim: Claim | None = None
) -> list[Op]:
    """The statements that make `decided` durable, guarded by the versions it was decided upon.

    What `claim` takes of its messages is for the caller to send once they are durable.
    """
    here = moved_here(decided)
    writes = Writes(decided, seals, new_id, here, Chains(decided, seals))
    chat = {"chat_id": here.chat.id}
    # Who writes can be reached; what waited for that goes out before the answer.
    back = decided.heard_here and here.unreachable
    return [
        _see(decided),
        *([Op(SQL["revive"], chat, None)] if back else ()),
        *(op for write in decided.outcome.write for op in writes.ops(write)),
        *Messages(decided, seals, new_id, here, claim).ops(),
        *([Op(SQL["set_reachable"], chat, None)] if back else ()),
    ]


def _see(decided: Decided) -> Op:
    same = {"source": decided.source, "key": decided.key}
    if decided.loaded.seen == "waiting":
        return Op(SQL["see_waiting"], same)
    values = {
        **same,
        "kind": decided.kind,
        "at": stamp(decided.at),
        "subject_id": decided.loaded.here.subject_id,
    }
    return Op(SQL["see_new"], values)
