"""A test of the test: bugs planted in the product are caught by the simulation.

Each is looked for at the seed known to catch it, then at those that are soon over, for a change of
the product makes other seeds the best; `python -m tests.simulation --bugs` looks for them.
"""

from __future__ import annotations

import pytest

from tests.simulation.bugs import BUGS
from tests.simulation.catching import catch, known_seeds

SEEDS = known_seeds()
TRIED = 20  # seeds at most


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_caught(name: str) -> None:
    bug = BUGS[name]
    assert catch(bug, SEEDS.to_try(name)[:TRIED]), f"nobody notices that {bug.says}"


def test_at_least_25_bugs_are_planted() -> None:
    assert len(BUGS) >= 25
