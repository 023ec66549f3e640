"""What came of a scene: what was lost, done twice, repeated, or left lying, by the books.

It asks the database and the simulator, never the bot.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Final

from bot.keeping import Files, check
from bot.store.connection import looked
from bot.store.seal import Seals
from tests.chat.house import SECRET
from tests.kills.nursery import STAMP
from tests.kills.walker import Walker
from tests.simulator import Call, Simulator

COUNTED: Final = ("kills", "filed", "lost", "twice", "repeated", "in_flight", "flagged")
"""What a row of the report tells of a toll."""
_SENT_AGAIN: Final = "message is not modified"
"""Telegram's word when an edit is done a second time: no harm, and nothing a person sees."""


@dataclass
class Toll:
    """The counts of one scene; `check` tells which must be zero, and which alike."""

    fault: str
    point: str
    mode: str
    kills: int = 0
    acts: int = 0
    filed: int = 0
    in_flight: int = 0  # messages that were being sent at a kill
    lost: int = 0
    twice: int = 0  # applications filed, or words heard, a second time
    repeated: int = 0
    flagged: int = 0
    beyond: int = 0  # messages repeated more often than a kill met them on their way
    stuck: int = 0
    unsound: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Which scene it is of."""
        return f"{self.fault} {self.point} {self.mode}"

    def plus(self, before: Toll | None) -> Toll:
        """This and an earlier one of the same scene."""
        if before is None:
            return self
        counts = {name: getattr(self, name) + getattr(before, name) for name in COUNTED}
        return replace(self, **counts)

    def check(self) -> None:
        """Every promise; AssertionError tells the whole toll."""
        assert self.lost == self.twice == self.beyond == self.stuck == 0, self
        assert self.repeated == self.flagged, self
        assert self.repeated <= self.in_flight, self
        assert not self.unsound, self


def sending(database: Path) -> tuple[str, ...]:
    """The messages that are claimed and not marked."""
    sql = "SELECT message_id FROM outbox WHERE state = 'sending'"
    try:
        return tuple(str(row[0]) for row in looked(database, lambda db: db.execute(sql).fetchall()))
    except sqlite3.OperationalError:  # killed before there was a table
        return ()


def left(database: Path) -> int:
    """What has not had its effect, or has not been sent."""
    return looked(database, lambda db: int(db.execute(_STUCK).fetchone()[0]))


def reckon(
    toll: Toll, folder: Path, simulator: Simulator, people: Sequence[Walker], met: Iterable[str]
) -> Toll:
    """Fill the toll; `met` are the messages that a kill met on their way, once for each kill."""
    database = folder / "house.db"
    toll.acts = sum(each.acts for each in people)
    met = Counter(met)
    toll.in_flight = met.total()
    with_seals = Seals(folder / "house.keys", SECRET)
    try:
        heard = _heard(database, with_seals, people)
    finally:
        with_seals.close()
    toll.lost = _unanswered(database, simulator) + sum(max(0, said - h) for said, h in heard)
    toll.twice = sum(max(0, h - said) for said, h in heard) + _filed_twice(database, toll)
    _count_repeats(toll, database, simulator, met)
    toll.stuck = left(database)
    toll.unsound = [
        str(fault) for fault in check(Files(database, folder / "house.keys"), SECRET).faults
    ]
    toll.unsound += [str(call) for call in simulator.refused if not _is_foreseen(call)]
    return toll


def _is_foreseen(call: Call) -> bool:
    return _SENT_AGAIN in call.error or call.code == HTTPStatus.CONFLICT


_STUCK: Final = (
    "SELECT (SELECT count(*) FROM inbox WHERE state <> 'done')"
    " + (SELECT count(*) FROM outbox WHERE state <> 'sent')"
)
_HEARD: Final = (
    "SELECT count(*) FROM message JOIN chat USING (chat_id)"
    " WHERE speaker = 'me' AND channel = 'telegram' AND address_token = :token"
)
_SEEN: Final = "SELECT key FROM inbox WHERE source = 'telegram' AND state = 'done'"
_CASES: Final = "SELECT count(*), count(DISTINCT loan_id) FROM relief_case"
_FLAGGED: Final = "SELECT message_id FROM outbox WHERE may_repeat = 1"


def _heard(database: Path, seals: Seals, people: Sequence[Walker]) -> list[tuple[int, int]]:
    """How often each person acted, and how often that is in the transcript."""

    def look(db: sqlite3.Connection) -> list[tuple[int, int]]:
        tokens = [seals.blind("chat.telegram", str(each.person.id)) for each in people]
        found = [db.execute(_HEARD, {"token": token}).fetchone()[0] for token in tokens]
        return [(each.acts, int(count)) for each, count in zip(people, found, strict=True)]

    return looked(database, look)


def _unanswered(database: Path, simulator: Simulator) -> int:
    """Updates that Telegram has had confirmed, and that had no effect."""
    rows = looked(database, lambda db: db.execute(_SEEN).fetchall())
    seen = {str(key) for (key,) in rows}
    mailbox = simulator.world.mailbox
    waiting = {one.id for one in mailbox.pending}
    return sum(one.id not in waiting and f"{one.id:020d}" not in seen for one in mailbox.everything)


def _filed_twice(database: Path, toll: Toll) -> int:
    cases, loans = looked(database, lambda db: tuple(db.execute(_CASES).fetchone()))
    toll.filed = int(loans)
    return int(cases) - int(loans)


def _count_repeats(toll: Toll, database: Path, simulator: Simulator, met: Counter[str]) -> None:
    """Messages that Telegram put before a person more than once."""
    rows = looked(database, lambda db: db.execute(_FLAGGED).fetchall())
    flagged = {str(row[0]) for row in rows}
    for message_id, times in _placed(simulator).items():
        toll.repeated += times - 1
        toll.flagged += (times - 1) * (message_id in flagged)
        toll.beyond += max(0, times - 1 - met[message_id])


def _placed(simulator: Simulator) -> Counter[str]:
    """How often each message of the outbox was taken by Telegram; a long one has parts."""
    parts = Counter(
        (call.params[STAMP], call.params.get("text", ""))
        for call in simulator.calls
        if call.accepted and _shows(call)
    )
    most: Counter[str] = Counter()
    for (message_id, _), times in parts.items():
        most[message_id] = max(most[message_id], times)
    return most


def _shows(call: Call) -> bool:
    shown = call.method.lower() in {"sendmessage", "editmessagetext"}
    return shown and STAMP in call.params
