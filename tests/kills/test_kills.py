"""The whole bot is killed at each named point, by polling and by webhook: 200 times and more."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.kills.lives import Nursery
from tests.kills.points import BOTH, TAKING, Mode
from tests.kills.reckoning import Toll
from tests.kills.scene import killed_at, killed_at_random, played

KILLS: Final = 5  # at each point, in each mode: 200 in all


@pytest.mark.parametrize("point", [*TAKING, *BOTH])
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_nothing_is_lost_or_done_twice_when_killed_at(
    point: str, mode: Mode, nursery: Nursery, folder: Path
) -> None:
    toll = await played(
        nursery, folder, Toll("SIGKILL", point, mode), killed_at(point, KILLS), seed=4
    )
    assert toll.kills == KILLS
    assert toll.filed
    toll.check()


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_nothing_is_lost_or_done_twice_when_killed_at_random(
    mode: Mode, nursery: Nursery, folder: Path
) -> None:
    toll = await played(
        nursery, folder, Toll("SIGKILL", "random", mode), killed_at_random(KILLS), seed=4
    )
    toll.check()
