"""Whether a database and its key file are whole: pages, references, schema, chains, heads, keys.

It must not change either, nor open what is sealed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from bot.errors import Fault
from bot.store.chains import Walked, case_faults, head_faults, walk
from bot.store.connection import migrate, newest_schema, read_only, schema_version
from bot.store.heads import all_heads
from bot.store.queries import KEEPING
from bot.store.seal import Seals

Found = TypeVar("Found")
_MOST: Final = 20  # faults of one kind that are named
_WITH_HEADS: Final = 2  # the schema that brought the heads
_OBJECTS: Final = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"


@dataclass(slots=True)
class Verified:
    """What was looked at, and every fault found; `keys` None: no key file was looked at.

    `erased_since` are borrowers this database still lists, whose keys were destroyed later.
    """

    schema: int = 0
    rows: int = 0
    chains: int = 0
    cases: int = 0
    heads: int = 0
    last_head: tuple[str, str] | None = None
    keys: int | None = None
    erased_since: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify(database: Path, keys: Path | None, seals: Seals) -> Verified:
    """Look at the files, each for reading only; `seals` holds the master secret."""
    told = Verified()
    with closing(read_only(database)) as db:
        db.execute("BEGIN")
        for look in (_pages, _schema, _chains):
            _tried(told, database, partial(look, db, told, seals))
        db.execute("ROLLBACK")
        if keys is not None:
            _tried(told, keys, partial(_keys, db, keys, told, seals))
    return told


def _tried(told: Verified, path: Path, look: Callable[[], None]) -> None:
    """A file too damaged to be read is a fault, not a crash."""
    try:
        look()
    except sqlite3.DatabaseError as damaged:
        slots = {"error": type(damaged).__name__}
        told.faults.append(Fault(str(path), "verify.unreadable", slots))


def _pages(db: sqlite3.Connection, told: Verified, _: Seals) -> None:
    for (said,) in db.execute(f"PRAGMA main.integrity_check({_MOST})"):
        if said != "ok":
            told.faults.append(Fault("integrity_check", "verify.integrity", {"said": said}))
    for table, _row, parent, _key in _few(db.execute("PRAGMA main.foreign_key_check")):
        told.faults.append(Fault(str(table), "verify.reference", {"parent": parent}))


def _schema(db: sqlite3.Connection, told: Verified, _: Seals) -> None:
    """The version is known, and every table, index and trigger is as this version has them."""
    told.schema, newest = schema_version(db), newest_schema()
    if not 0 < told.schema <= newest:
        slots = {"version": told.schema, "known": newest}
        told.faults.append(Fault("user_version", "verify.schema.version", slots))
        return
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        migrate(fresh, told.schema)
        wanted = set(fresh.execute(_OBJECTS))
    for kind, name, _sql in sorted(wanted ^ set(db.execute(_OBJECTS)), key=repr):
        told.faults.append(Fault(f"{kind} {name}", "verify.schema.differs"))


def _chains(db: sqlite3.Connection, told: Verified, seals: Seals) -> None:
    if told.schema < _WITH_HEADS:
        return  # a backup from before the heads: restoring and running brings it up to date
    walked: Walked = walk(db)
    told.rows, told.chains = walked.rows, walked.chains
    told.cases = db.execute("SELECT count(*) FROM relief_case").fetchone()[0]
    heads = [head for head in all_heads(db) if head.hmac is not None]
    told.heads = len(heads)
    if heads:
        told.last_head = (heads[-1].day, (heads[-1].hmac or b"").hex())
    told.faults += _few(walked.faults)
    told.faults += _few(case_faults(db))
    told.faults += _few(head_faults(db, seals, walked))


def _keys(db: sqlite3.Connection, keys: Path, told: Verified, seals: Seals) -> None:
    """Every key opens under the secret; who is alive has one, who was erased has none."""
    db.execute("ATTACH ? AS keys", (f"{keys.absolute().as_uri()}?mode=ro",))
    told.keys = 0
    damaged = 0
    for subject, wrapped in db.execute("SELECT subject_id, wrapped FROM keys.data_key"):
        told.keys += 1
        damaged += not seals.unwraps(subject, wrapped)
    if damaged:
        slots = {"count": damaged, "keys": told.keys}
        told.faults.append(Fault(str(keys), "verify.key.secret", slots))
    for (subject,) in _few(db.execute(KEEPING["without_key"])):
        told.faults.append(Fault(f"data_key[{subject}]", "verify.key.missing"))
    for (subject,) in _few(db.execute(KEEPING["kept_key"])):
        told.faults.append(Fault(f"data_key[{subject}]", "verify.key.kept"))
    told.erased_since = len(db.execute(KEEPING["erased_since"]).fetchall())


def _few(found: Iterable[Found]) -> Iterator[Found]:
    """The first of many: a damaged file has one story, not a million."""
    for number, each in enumerate(found):
        if number == _MOST:
            return
        yield each
