"""Every scene there is: which fault at which point, by polling or webhook, and how it is played."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from tests.kills.faults import (
    LITTLE_ROOM,
    SHORT_LEASE,
    asked_to_stop,
    beside_another_poller,
    on_a_full_disk,
    stopped_past_its_lease,
)
from tests.kills.points import BOTH, TAKING, Mode
from tests.kills.reckoning import Toll
from tests.kills.scene import Dying, killed_at, killed_at_random

MODES: Final[tuple[Mode, ...]] = ("polling", "webhook")


@dataclass(frozen=True)
class Scene:
    """One row of the table; `dying` is given how often."""

    fault: str
    point: str
    mode: Mode
    dying: Callable[[int], Dying]
    given: dict[str, float] = field(default_factory=dict)  # of the stage

    @property
    def name(self) -> str:
        return f"{self.fault} {self.point} {self.mode}"

    def toll(self) -> Toll:
        """Nothing counted yet."""
        return Toll(self.fault, self.point, self.mode)


def _kills() -> Iterator[Scene]:
    """SIGKILL at each named point, and at random."""
    for mode in MODES:
        for point in (*TAKING, *BOTH):
            yield Scene("SIGKILL", point, mode, _at(point))
        yield Scene("SIGKILL", "random", mode, killed_at_random)


def _others() -> Iterator[Scene]:
    """Everything else that befalls a process."""
    for mode in MODES:
        yield Scene("SIGTERM", "random", mode, asked_to_stop)
        lease = {"lease": SHORT_LEASE}
        yield Scene("SIGSTOP past the lease", "sending", mode, stopped_past_its_lease, lease)
        yield Scene("full disk", "any commit", mode, on_a_full_disk, {"room": LITTLE_ROOM})
    yield Scene("another poller", "fetch", "polling", beside_another_poller)


def _at(point: str) -> Callable[[int], Dying]:
    return lambda times: killed_at(point, times)


KILLS: Final = tuple(_kills())
OTHERS: Final = tuple(_others())
