"""What else befalls a process: asked to stop, stopped past its lease, a full disk, another poller.

It must not count what comes of it: `reckoning` does.
"""

from __future__ import annotations

import asyncio
import signal
from functools import partial
from http import HTTPStatus
from random import Random
from typing import Final

import aiohttp

from tests.kills.full_disk import FREED
from tests.kills.lives import PATIENCE, Life
from tests.kills.points import Blow
from tests.kills.scene import Dying, Stage

SHORT_LEASE: Final = 0.5  # seconds
LITTLE_ROOM: Final = 6  # pages
_WHERE: Final = ("claim.after", "send.before", "send.after", "mark.before", "commit.before")


def asked_to_stop(times: int) -> Dying:
    """SIGTERM while people walk: what was begun is finished, and the process ends well."""

    async def dying(stage: Stage, random: Random) -> int:
        for _ in range(times):
            life = await stage.born()
            await stage.nursery.said("ready")
            await asyncio.sleep(random.uniform(0.0, 0.4))
            await _stopped(stage, life)
        return times

    return dying


def stopped_past_its_lease(times: int) -> Dying:
    """SIGSTOP in the midst of sending, for longer than its claims last; then it goes on."""

    async def dying(stage: Stage, random: Random) -> int:
        for _ in range(times):
            blow = Blow(random.choice(_WHERE), random.randint(1, 3), signal=signal.SIGSTOP)
            life = await stage.born(blow)
            await stage.nursery.said("struck")
            await asyncio.sleep(stage.lease * 1.5)
            stage.note_sending()
            life.signal(signal.SIGCONT)
            await asyncio.sleep(stage.lease / 2)
            await _stopped(stage, life)
        return times

    return dying


def on_a_full_disk(times: int) -> Dying:
    """The file cannot grow for a while."""

    async def dying(stage: Stage, random: Random) -> int:
        for _ in range(times):
            life = await stage.born()
            await stage.nursery.said("full")
            await asyncio.sleep(random.uniform(0.1, 0.6))
            life.signal(FREED)
            await asyncio.sleep(0.2)
            await _stopped(stage, life)
        return times

    return dying


def beside_another_poller(times: int) -> Dying:
    """Somebody else asks for the same bot's updates, and confirms none."""

    async def dying(stage: Stage, _random: Random) -> int:
        for least in range(1, times + 1):
            life = await stage.born()
            await stage.nursery.said("ready")
            other = asyncio.create_task(_polling(stage))
            await stage.simulator.until(partial(_has_conflicts, stage, least), PATIENCE)
            other.cancel()
            await _stopped(stage, life)
        return times

    return dying


async def _polling(stage: Stage) -> None:
    """Polls one after another, none of them with an offset."""
    url = f"{stage.simulator.base_url}{stage.simulator.token}/getUpdates"
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.post(url, json={"timeout": 1}) as answer:
                await answer.read()
            await asyncio.sleep(0.05)


def _has_conflicts(stage: Stage, least: int) -> bool:
    """Whether one of the two was told so often that there are two."""
    return sum(call.code == HTTPStatus.CONFLICT for call in stage.simulator.calls) >= least


async def _stopped(stage: Stage, life: Life) -> None:
    code = await stage.stop(life)
    assert code == 0, f"asked to stop, it ended with {code}"
