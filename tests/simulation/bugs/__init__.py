"""Bugs to plant, a test of the test: each must be caught."""

from __future__ import annotations

from tests.simulation.bugs import arriving, sending, storing, turning
from tests.simulation.bugs.planting import BUGS, Bug

__all__ = ["BUGS", "Bug", "arriving", "sending", "storing", "turning"]
