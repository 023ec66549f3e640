"""A test of the test: each bug planted in the product is caught by the simulation."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.simulation.bugs import BUGS
from tests.simulation.catching import catch, seeds_for

pytestmark = pytest.mark.no_cover  # a product with a bug in it is nothing to measure
MOST = 30  # seeds; one takes about a second, and a bug must be caught within a minute


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_caught(name: str) -> None:
    bug = BUGS[name]
    assert catch(bug, islice(seeds_for(bug), MOST)), f"nobody notices that {bug.says}"


def test_at_least_25_bugs_are_planted() -> None:
    assert len(BUGS) >= 25
