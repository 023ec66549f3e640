"""The figures Prometheus scrapes: counted by the machine, and looked up in its store.

It must not label a figure with anything but words of ours.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from bot.metrics import BOUNDS, Meters
from bot.store.connection import looked
from bot.store.queries import KEEPING

_STATES: Final = {
    "reprieve_inbox_updates": ("Updates that have no effect yet.", "inbox_states"),
    "reprieve_outbox_messages": ("Messages that have not been sent.", "outbox_states"),
}
_MOMENTS: Final = {
    "reprieve_inbox_oldest_seconds": ("Age of the oldest waiting update.", "oldest_waiting"),
    "reprieve_outbox_oldest_seconds": ("Age of the oldest unsent message.", "oldest_unsent"),
    "reprieve_backup_age_seconds": ("Since the last backup; absent: never.", "backed_up"),
    "reprieve_head_age_seconds": ("Since the last daily head was closed.", "last_head_at"),
}


@dataclass(frozen=True, eq=False, slots=True)
class Figures(Collector):
    """What is told at each scrape, from any thread; `database` is opened for reading only."""

    meters: Meters
    database: Path
    clock: Callable[[], datetime]

    def registry(self) -> CollectorRegistry:
        """These figures and the process's own: memory, CPU, open files."""
        registry = CollectorRegistry()
        registry.register(self)
        ProcessCollector(registry=registry)
        return registry

    def collect(self) -> Iterable[Metric]:
        """Every figure, as Prometheus' client asks for it."""
        yield InfoMetricFamily("reprieve", "What runs.", {"version": version("reprieve")})
        yield from self._counted()
        yield self._timed()
        yield _labelled("reprieve_task_beat_age_seconds", "Since it went round.", self._beats())
        yield from self._stored()
        yield from _of_the_disk(self.database)

    def _counted(self) -> Iterator[Metric]:
        turns = CounterMetricFamily(
            "reprieve_turns", "Turns.", labels=["channel", "task", "outcome"]
        )
        for labels, times in dict(self.meters.turns).items():
            turns.add_metric(labels, times)
        yield turns
        sends = CounterMetricFamily("reprieve_sends", "Sends.", labels=["channel", "result"])
        for sent, times in dict(self.meters.sends).items():
            sends.add_metric(sent, times)
        yield sends
        told = CounterMetricFamily("reprieve_reminders", "Reminded of.", labels=["event"])
        for event, times in dict(self.meters.reminders).items():
            told.add_metric([event], times)
        yield told

    def _timed(self) -> Metric:
        told = HistogramMetricFamily(
            "reprieve_stage_seconds", "How long a stage of a turn takes.", labels=["stage"]
        )
        bounds = [*map(str, BOUNDS), "+Inf"]
        for stage, timing in self.meters.timings.items():
            upto = accumulate(list(timing.buckets))
            told.add_metric([stage], list(zip(bounds, upto, strict=True)), timing.seconds)
        return told

    def _beats(self) -> dict[str, float]:
        now = self.meters.ticks()
        return {task: now - at for task, at in dict(self.meters.beats).items()}

    def _stored(self) -> Iterator[Metric]:
        """Figures of the rows; `reprieve_store_readable` alone, at 0, when they cannot be read."""
        try:
            found = looked(self.database, self._rows)
        except sqlite3.Error:
            found = []
        readable = GaugeMetricFamily("reprieve_store_readable", "Whether rows could be read.")
        readable.add_metric([], bool(found))
        yield readable
        yield from found

    def _rows(self, db: sqlite3.Connection) -> list[Metric]:
        now = self.clock()
        told: list[Metric] = []
        for name, (help_text, query) in _STATES.items():
            told.append(_labelled(name, help_text, dict(db.execute(KEEPING[query])), "state"))
        for name, (help_text, query) in _MOMENTS.items():
            gauge = GaugeMetricFamily(name, help_text)
            for (at,) in db.execute(KEEPING[query]):
                age = (now - datetime.fromisoformat(at)).total_seconds() if at else 0.0
                gauge.add_metric([], max(age, 0.0))
            told.append(gauge)
        return told


def _labelled(
    name: str, help_text: str, values: Mapping[str, float], label: str = "task"
) -> Metric:
    gauge = GaugeMetricFamily(name, help_text, labels=[label])
    for value, number in values.items():
        gauge.add_metric([value], number)
    return gauge


def _of_the_disk(database: Path) -> Iterator[Metric]:
    files = {"database": database, "journal": Path(f"{database}-wal")}
    sizes = {name: path.stat().st_size for name, path in files.items() if path.exists()}
    yield _labelled("reprieve_file_bytes", "Size of the files.", sizes, "file")
    free = GaugeMetricFamily("reprieve_disk_free_bytes", "Free where the database lies.")
    free.add_metric([], shutil.disk_usage(database.absolute().parent).free)
    yield free
