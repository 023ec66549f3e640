"""The whole bot is killed at each named point, by polling and by webhook: 200 times and more."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.kills.lives import Nursery
from tests.kills.migrating import killed_while_migrating
from tests.kills.points import MIGRATION
from tests.kills.scene import played
from tests.kills.scenes import KILLS, OTHERS, Scene

TIMES: Final = 5  # at each point, in each mode: 200 in all
FEW: Final = 2
SEED: Final = 4


@pytest.mark.parametrize("scene", KILLS, ids=lambda scene: scene.name)
async def test_nothing_is_lost_or_done_twice_when_killed(
    scene: Scene, nursery: Nursery, folder: Path
) -> None:
    toll = await played(nursery, folder, scene.toll(), scene.dying(TIMES), SEED)
    assert toll.kills == TIMES
    toll.check()


@pytest.mark.parametrize("scene", OTHERS, ids=lambda scene: scene.name)
async def test_nothing_is_lost_or_done_twice_whatever_befalls_it(
    scene: Scene, nursery: Nursery, folder: Path
) -> None:
    toll = await played(nursery, folder, scene.toll(), scene.dying(FEW), SEED, **scene.given)
    toll.check()


@pytest.mark.parametrize("point", MIGRATION)
async def test_a_migration_that_is_killed_is_done_by_the_next_start(
    point: str, nursery: Nursery, tmp_path: Path
) -> None:
    toll = await killed_while_migrating(nursery, tmp_path, point, FEW, SEED)
    assert toll.kills == FEW
    toll.check()
