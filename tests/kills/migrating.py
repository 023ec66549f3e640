"""A process that dies while it brings a schema up to date, and the next that has to do it."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

from bot.keeping import Files, check
from bot.store.connection import looked, migrate
from tests.chat.house import SECRET
from tests.kills.lives import Nursery
from tests.kills.points import Blow
from tests.kills.reckoning import Toll
from tests.kills.scene import Stage
from tests.simulator import Simulator

_MOST_STATEMENTS = 20  # of the first file, before the blow falls between two
_SCHEMA = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"


async def killed_while_migrating(
    nursery: Nursery, folder: Path, point: str, times: int, seed: int
) -> Toll:
    """An empty database, `times` deaths on the way to its schema, one life that gets there."""
    toll, random = Toll("SIGKILL", point, "polling"), Random(f"{seed} {point}")
    async with Simulator(seed=seed) as simulator:
        stage = Stage(nursery, folder, simulator, "polling")
        for _ in range(times):
            nth = random.randint(1, _MOST_STATEMENTS) if point == "migration.inside" else 1
            life = await stage.born(Blow(point, nth))
            await stage.mourn(life)
            assert life.exit_code == -signal.SIGKILL, life
            toll.kills += 1
        life = await stage.born()
        await nursery.said("ready")
        code = await stage.stop(life)
    toll.unsound += [f"exit code {code}"] if code else []
    database = folder / "house.db"
    found = check(Files(database, folder / "house.keys"), SECRET)
    toll.unsound += [str(fault) for fault in found.faults]
    if looked(database, _schema) != _fresh():
        toll.unsound.append("another schema than that of a new database")
    return toll


def _schema(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in db.execute(_SCHEMA)]


def _fresh() -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db)
        return _schema(db)
