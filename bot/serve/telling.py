"""What a turn leaves for whoever watches: one log line and one count, with nothing personal in it.

It must not say whose turn it was, nor what was said: its id leads to the transcript, which is
sealed.
"""

from __future__ import annotations

from typing import Final

import structlog

from bot.metrics import Meters
from bot.serve.update import Update
from bot.store.commit import Decided
from bot.turn import Reminded

log = structlog.get_logger()
ANSWERED: Final = "answered"
REFUSED: Final = "refused"  # a rule or a permission said no
REPEATED: Final = "repeated"  # the same update had its effect before
FAILED: Final = "failed"  # ours to mend; it is kept and tried again


class Telling:
    """One turn from its beginning; `ended` once."""

    __slots__ = ("_begun", "_meters", "_update")

    def __init__(self, meters: Meters, update: Update) -> None:
        self._meters = meters
        self._update = update
        self._begun = meters.ticks()

    def ended(self, outcome: str, decided: Decided | None = None) -> None:
        """How it went, by which task, and how long it took with its reading and its commit."""
        channel = self._update.source.partition(":")[0]
        task = decided.task if decided else ""
        self._meters.turns[channel, task, outcome] += 1
        for write in decided.outcome.write if decided else ():
            if isinstance(write, Reminded):
                self._meters.reminders[write.event] += 1
        log.info(
            "turn",
            turn=decided.turn_id if decided else None,
            channel=channel,
            kind=self._update.kind,
            task=task,
            outcome=outcome,
            ms=round((self._meters.ticks() - self._begun) * 1_000, 2),
        )
