"""What must hold after every life, and what must have come of everything at the end.

It must not look into the assistant's memory: only at the disk, at Telegram and at the notes.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from bot.store.chains import case_faults, walk
from tests.simulation.promises_cases import PROMISES, Books

if TYPE_CHECKING:
    from tests.simulation.world import World


def check_disk(world: World) -> None:
    """What holds at any moment at which the power may go."""
    db = world.disk.anchor
    for promise in _ALWAYS:
        broken = promise(db)
        assert not broken, f"{promise.__name__[1:]}: {broken[:3]}"
    lost = sorted(world.post.acked - _known(world, db))
    assert not lost, f"acknowledged, and not kept: {lost[:3]}"


def check(world: World) -> None:
    """Everything that was begun has come to its end, once."""
    check_disk(world)
    for promise in (_nothing_waits, _once, _answered, _gone_on, _delivered, _in_order, _repeats):
        broken = promise(world)
        assert not broken, f"{promise.__name__[1:]}: {broken[:3]}"
    books = Books(world)
    for judged in PROMISES:
        broken = judged(world, books)
        assert not broken, f"{judged.__name__}: {broken[:3]}"
    twice = [row for row, times in world.ledger.versions.items() if times > 1]
    assert not twice, f"one version left twice: {twice[:3]}"
    assert not world.ledger.mistakes, world.ledger.mistakes[:3]


# --- always ---------------------------------------------------------------------------------------


def _whole_chains(db: sqlite3.Connection) -> list[object]:
    return [*walk(db).faults, *case_faults(db)]


def _one_application_a_draft(db: sqlite3.Connection) -> list[object]:
    return db.execute(
        "SELECT draft_id FROM relief_case WHERE draft_id IS NOT NULL"
        " GROUP BY draft_id HAVING count(*) > 1"
    ).fetchall()


def _one_open_case_a_loan(db: sqlite3.Connection) -> list[object]:
    return db.execute(
        "SELECT loan_id FROM relief_case WHERE status NOT IN ('settled', 'lapsed', 'declined',"
        " 'withdrawn', 'rejected', 'closed_no_reply', 'expired')"
        " GROUP BY loan_id HAVING count(*) > 1"
    ).fetchall()


def _numbered_transcripts(db: sqlite3.Connection) -> list[object]:
    return db.execute(
        "SELECT chat_id, last_seq, count(seq), max(seq) FROM chat LEFT JOIN message USING (chat_id)"
        " GROUP BY chat_id HAVING count(seq) <> last_seq OR coalesce(max(seq), 0) <> last_seq"
    ).fetchall()


def _every_message_goes_out(db: sqlite3.Connection) -> list[object]:
    return db.execute(
        "SELECT message.message_id FROM message LEFT JOIN outbox USING (message_id)"
        " WHERE (speaker <> 'me') <> (outbox.message_id IS NOT NULL)"
    ).fetchall()


_ALWAYS = (
    _whole_chains,
    _one_application_a_draft,
    _one_open_case_a_loan,
    _numbered_transcripts,
    _every_message_goes_out,
)


def _known(world: World, db: sqlite3.Connection) -> set[int]:
    """The numbers of Telegram's updates that the inbox holds, whatever became of them."""
    rows = db.execute("SELECT source, key FROM inbox")
    numbers = (world.ledger.numbers.get((source, key)) for source, key in rows)
    return {number for number in numbers if number is not None}


# --- at the end -----------------------------------------------------------------------------------


def _nothing_waits(world: World) -> list[object]:
    return world.disk.anchor.execute(
        "SELECT source, key, kind, error FROM inbox WHERE state = 'waiting'"
    ).fetchall()


def _turns_of(world: World) -> dict[int, set[str]]:
    """The turns that left messages, by what a person did."""
    kept = {row[0] for row in world.disk.anchor.execute("SELECT DISTINCT turn_id FROM message")}
    turns: defaultdict[int, set[str]] = defaultdict(set)
    for place, ids in world.ledger.turns.items():
        number = world.ledger.numbers.get((place[0], place[1].rstrip(">")))
        if number is not None and not place[1].endswith(">"):
            turns[world.post.act_of[number]] |= ids & kept
    return turns


def _once(world: World) -> list[object]:
    """No act of a person had two effects, nor any update of anybody."""
    kept = {row[0] for row in world.disk.anchor.execute("SELECT DISTINCT turn_id FROM message")}
    doubled = [place for place, ids in world.ledger.turns.items() if len(ids & kept) > 1]
    return [*doubled, *(act for act, ids in _turns_of(world).items() if len(ids) > 1)]


def _answered(world: World) -> list[object]:
    """Each acknowledged act had its effect, or was set aside for a fault that was planted."""
    turns, acts = _turns_of(world), world.ledger.acts
    aside = {
        world.post.act_of[number]
        for source, key in world.disk.anchor.execute(
            "SELECT source, key FROM inbox WHERE state = 'quarantined'"
        )
        if (number := world.ledger.numbers.get((source, key))) is not None
    }
    broken: list[object] = []
    for number in sorted(world.post.acked):
        act = world.post.act_of[number]
        kind = acts[act]
        if kind in {"poison", "unreadable"}:
            # A word that breaks every task breaks none while a person has taken over.
            if act not in aside and not turns.get(act):
                broken.append(("not set aside", kind, number))
        elif act in aside:
            broken.append(("set aside", kind, number))
        elif kind in {"text", "flaky", "tap", "link"} and not turns.get(act):
            broken.append(("no effect", kind, number))
    return broken


def _gone_on(world: World) -> list[object]:
    """What a turn went on with was dealt with too."""
    kept = {row[0] for row in world.disk.anchor.execute("SELECT DISTINCT turn_id FROM message")}
    known = set(world.disk.anchor.execute("SELECT source, key FROM inbox"))
    wanted = {place for turn, place in world.ledger.followed.items() if turn in kept}
    return [*sorted(wanted - known)]


def _delivered(world: World) -> list[object]:
    """Sent means taken by Telegram; nothing is given up without a reason."""
    taken = {each.message_id for each in world.ledger.taken}
    broken: list[object] = []
    for message_id, state in world.disk.anchor.execute("SELECT message_id, state FROM outbox"):
        if state == "sent" and message_id not in taken:
            broken.append(("never taken", message_id))
        if state != "sent":  # at the end everybody has let the bot in again
            broken.append((state, message_id))
    return broken


def _in_order(world: World) -> list[object]:
    """Each chat got its messages in the order they were said."""
    seqs = dict(world.disk.anchor.execute("SELECT message_id, seq FROM outbox"))
    last: dict[int, int] = {}
    seen: set[str] = set()
    broken: list[object] = []
    for each in world.ledger.taken:
        if not each.message_id or each.message_id in seen:
            continue
        seen.add(each.message_id)
        seq = seqs[each.message_id]
        if seq < last.get(each.chat, 0) and each.message_id not in world.ledger.unreachable:
            broken.append((each.chat, seq, last[each.chat]))
        last[each.chat] = max(seq, last.get(each.chat, 0))
    return broken


def _repeats(world: World) -> list[object]:
    """Nothing is sent twice without an excuse, and what is carries the flag."""
    counted = Counter((each.message_id, each.words) for each in world.ledger.taken)
    flagged = dict(world.disk.anchor.execute("SELECT message_id, may_repeat FROM outbox"))
    broken: list[object] = []
    for (message_id, words), times in counted.items():
        if not message_id or times == 1:
            continue
        if times - 1 > len(world.ledger.excuses.get(message_id, ())):
            broken.append(("repeated", times, message_id, words[:60]))
        if not flagged[message_id]:
            broken.append(("not flagged", message_id))
    return broken
