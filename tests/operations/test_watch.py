"""Seen from outside: alive, ready, and figures without a person in them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.asgi import Receive, Scope, Send
from bot.metrics import BOUNDS, Meters
from bot.store.connection import Conflict, Database, Plan, migrate
from bot.store.queries import KEEPING, SQL
from bot.watch import Health, Readiness
from bot.watch.figures import Figures
from bot.watch.scraping import scraped
from tests.chat.house import House
from tests.chat.person import Chat

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass
class Ticks:
    """Seconds that a test lets pass."""

    at: float = 100.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Watched:
    """A readiness over a real database, whose tasks have just gone round."""

    database: Database
    ticks: Ticks = field(default_factory=Ticks)
    takes_updates: bool = True

    def __post_init__(self) -> None:
        self.meters = Meters(self.ticks)
        self.beat()
        self.readiness = Readiness(
            self.database, self.meters, lambda: NOW, lambda: self.takes_updates
        )

    def beat(self) -> None:
        """Outbox and jobs have gone round."""
        self.meters.beat("outbox")
        self.meters.beat("jobs")

    async def later(self, seconds: float = 10.0) -> list[str]:
        """What fails after some time."""
        self.ticks.at += seconds
        return await self.readiness.failing()


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    """A watched assistant."""
    database = await Database.open(tmp_path / "watched.db")
    yield Watched(database)
    await database.close()


async def test_it_is_ready_when_everything_works(watched: Watched) -> None:
    assert await watched.later() == []


async def test_telegram_that_is_not_set_up_is_not_ready(watched: Watched) -> None:
    watched.takes_updates = False
    assert await watched.later() == ["telegram"]


@pytest.mark.parametrize("task", ["outbox", "jobs"])
async def test_a_task_that_never_began_or_stands_still_is_told(watched: Watched, task: str) -> None:
    del watched.meters.beats[task]
    assert await watched.later() == [task]
    watched.beat()
    assert await watched.later(119) == []
    assert await watched.later(2) == ["outbox", "jobs"]


async def test_a_database_that_takes_no_writing_is_told_and_forgiven(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_plan: Plan) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(watched.database, "commit", full)
        assert await watched.later() == ["database"]
        watched.beat()
    assert await watched.later(1) == ["database"]  # as of the last try
    assert await watched.later() == []


async def test_a_schema_of_another_version_is_told(watched: Watched) -> None:
    await watched.database.alone(lambda db: db.execute("PRAGMA user_version = 99"))
    assert await watched.later() == ["schema"]


async def test_however_often_it_is_asked_it_writes_now_and_then(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Plan] = []

    async def noted(plan: Plan) -> None:
        written.append(plan)

    monkeypatch.setattr(watched.database, "commit", noted)
    for _ in range(50):
        await watched.later(0.1)
    assert len(written) == 1


async def test_the_routes_answer_with_what_fails(watched: Watched) -> None:
    transport = httpx.ASGITransport(app=Health(no_page, watched.readiness))
    async with httpx.AsyncClient(transport=transport, base_url="http://watched") as client:
        assert (await client.get("/healthz")).json() == {"alive": True}
        assert (await client.get("/readyz")).status_code == 200
        watched.takes_updates = False
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json() == {"ready": False, "failing": ["telegram"]}
        assert answer.headers["cache-control"] == "no-store"
        assert (await client.post("/readyz")).status_code == 405


async def no_page(scope: Scope, _receive: Receive, _send: Send) -> None:
    """Who asks whether we are well must not have the pages loaded."""
    raise AssertionError(scope["path"])


def figures_of(house: House) -> dict[str, float]:
    """Every sample by its name and labels, as Prometheus reads them over HTTP."""
    machine = house.serve.machine
    figures = Figures(machine.meters, house.database.path, house.clock)
    with scraped(figures, "127.0.0.1", 0) as port:
        text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    return {
        " ".join(
            [sample.name, *(f"{k}={v}" for k, v in sorted(sample.labels.items()))]
        ): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_figures_count_turns_and_tell_how_long_each_stage_took(
    house: House, ann: Chat
) -> None:
    await ann.say("/balance")
    await ann.say("/balance", key=f"k{house.sent}")
    told = figures_of(house)
    counted = {name: n for name, n in told.items() if name.startswith("reprieve_turns_total")}
    assert counted["reprieve_turns_total channel=web outcome=answered task=balance"] >= 1
    assert counted["reprieve_turns_total channel=web outcome=repeated task="] == 1
    turns = sum(counted.values()) - 1
    assert told["reprieve_stage_seconds_count stage=decide"] == turns
    assert told["reprieve_stage_seconds_bucket le=+Inf stage=load"] == turns + 1
    assert told["reprieve_store_readable"] == 1


async def test_figures_tell_what_waits_and_what_was_given_up(house: House, ann: Chat) -> None:
    await ann.say("/balance")
    house.clock.forward(seconds=90)
    told = figures_of(house)
    assert told["reprieve_outbox_messages state=ready"] > 0
    assert told["reprieve_outbox_oldest_seconds"] == 90
    await house.outbox.drain()
    while await house.outbox.drain():
        pass
    async_rows = (
        "UPDATE outbox SET state = 'dead' WHERE message_id = (SELECT max(message_id) FROM outbox)"
    )
    await house.database.write(lambda db: db.execute(async_rows))
    told = figures_of(house)
    assert told["reprieve_outbox_messages state=ready"] == 0
    assert told["reprieve_outbox_messages state=dead"] == 1
    assert told["reprieve_outbox_oldest_seconds"] == 0
    assert told["reprieve_inbox_updates state=quarantined"] == 0
    assert "reprieve_backup_age_seconds" not in told


async def test_a_store_that_cannot_be_read_is_a_figure_not_a_failure(
    house: House, tmp_path: Path
) -> None:
    figures = Figures(Meters(), tmp_path / "none.db", house.clock)
    names = {metric.name for metric in figures.collect()}
    readable = next(m for m in figures.collect() if m.name == "reprieve_store_readable")
    assert readable.samples[0].value == 0
    assert "reprieve_turns" in names
    assert "reprieve_outbox_messages" not in names


async def test_no_figure_is_labelled_with_an_id_or_a_person(house: House, ann: Chat) -> None:
    await ann.walk("/relief", "/balance", "my name is Ann Test")
    for name in figures_of(house):
        assert not re.search(r"[0-9a-f]{16}|ANN|Ann|\d{5}", name), name


def test_buckets_hold_what_took_at_most_so_long() -> None:
    ticks = Ticks(0.0)
    meters = Meters(ticks)
    for seconds in (BOUNDS[0], BOUNDS[0] * 1.5, BOUNDS[-1] + 1):
        with meters.timed("load") as watch:
            ticks.at += seconds
        assert watch.seconds == pytest.approx(seconds)
    told = meters.timings["load"].buckets
    assert (told[0], told[1], told[-1], sum(told)) == (1, 1, 1, 3)


def test_what_fails_took_its_time_too() -> None:
    meters = Meters(Ticks())
    with pytest.raises(Conflict), meters.timed("commit"):
        raise Conflict("error.store.exists")
    assert sum(meters.timings["commit"].buckets) == 1


def test_no_port_no_figures(tmp_path: Path) -> None:
    with scraped(Figures(Meters(), tmp_path / "x.db", lambda: NOW), "127.0.0.1", None) as port:
        assert port is None


def test_the_open_rows_are_found_by_an_index_and_not_among_all_that_were_sent() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db)
        values = {"now": "", "until": "", "most": 1, "channels": ""}
        for query in (SQL["any_ready"], SQL["take_ready"], KEEPING["oldest_unsent"]):
            plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {query}", values)]
            scans = [step for step in plan if step.startswith("SCAN")]
            assert all("USING INDEX outbox_open" in step for step in scans), plan
