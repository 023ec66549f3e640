"""The lives of a simulation, one after another, and the evening on which all comes to rest.

It must not judge what it sees: `promises` do.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from bot.store.seal import Seals
from tests.chat.books import DIGITS
from tests.simulation.disk import Drive, SimDatabase
from tests.simulation.hook import Poster
from tests.simulation.image import SECRET
from tests.simulation.life import Life, born, ways_out
from tests.simulation.loop import Crash, Fuse, SimLoop
from tests.simulation.network import CALM, Network
from tests.simulation.promises import check_disk
from tests.simulation.world import World

_EVENING_SECONDS = 900.0  # until everything must have come to rest, once all trouble is over
Actors = Sequence[asyncio.Future[None]]


def live(world: World) -> None:
    """One life, however it ends, and how long it takes until the next."""
    world.lives += 1
    chance = random.Random(world.chance.random())
    crashes = world.crashes_left > 0 and chance.random() < 0.85
    mean = chance.choice((60, 600, 4000, 15000))
    fuse = Fuse(1 + int(chance.expovariate(1 / mean)) if crashes else None)
    loop = SimLoop(chance, world.now, fuse, shuffles=chance.random() < 0.7)
    loop.set_exception_handler(lambda _, context: _unheard(world, fuse, context))
    world.ledger.clock = loop.time
    world.ledger.note("life", world.lives)
    if chance.random() < 0.15:
        world.webhook = not world.webhook
    drive = Drive() if world.is_evening else world.drive
    network = Network(random.Random(chance.random()), world.rooms, world.post, world.ledger)
    network.weather = CALM if world.is_evening else world.weather
    seals = Seals(world.disk.keys, SECRET.encode())
    try:
        database = world.disk.opened(fuse, chance, drive)
        with ways_out(world, network):
            loop.live(_main(world, network, database, seals))
        world.ledger.note("stopped")
    except Crash:
        world.crashes_left -= 1
        world.ledger.note("crash")
    finally:
        world.steps += loop.steps
        world.now = loop.time()
        world.disk.power_off()
        seals.close()
        _bury(loop)
    _excuse_interrupted(world)
    check_disk(world)
    world.now += chance.choice((0.5, 5.0, 200.0)) * chance.random()


def _unheard(world: World, fuse: Fuse, context: Mapping[str, Any]) -> None:
    if not fuse.blown:
        world.ledger.unheard(f"{context['message']}: {context.get('exception')!r}")


def _excuse_interrupted(world: World) -> None:
    """What was on its way when the life ended may be sent once more."""
    for (message_id,) in world.disk.anchor.execute(
        "SELECT message_id FROM outbox WHERE state = 'sending' ORDER BY 1"
    ):
        world.ledger.excuse(message_id, "the process ended while it was sent")


async def _main(world: World, network: Network, database: SimDatabase, seals: Seals) -> None:
    life = born(world, database, seals, webhook=world.webhook)
    actors = [
        asyncio.ensure_future(work)
        for work in (
            _people_act(world, network),
            world.staff.work(life),
            world.lender.work(life),
            _calendar(world),
            Poster(world, life, network).work(),
        )
    ]
    await life.run(lambda: _until_over(world, life, network, actors))
    for actor in actors:
        actor.cancel()
    await asyncio.gather(*actors, return_exceptions=True)


async def _people_act(world: World, network: Network) -> None:
    chance = world.crowd.chance
    gap = chance.choice((0.3, 2.0, 5.0))
    while True:
        await asyncio.sleep(chance.expovariate(1 / gap))
        world.crowd.act(network.now())
        network.bell.set()


async def _calendar(world: World) -> None:
    """Now and then hours or days pass at once."""
    chance = random.Random(world.chance.random())
    while True:
        await asyncio.sleep(chance.expovariate(1 / 40))
        if world.leaps_left and not world.is_evening:
            world.leaps_left -= 1
            hours = chance.choice((0.4, 5, 24, 24 * 3, 24 * 8, 24 * 16))
            world.leapt += timedelta(hours=hours * (0.5 + chance.random()))
            world.ledger.note("leap", world.leapt)


async def _until_over(world: World, life: Life, network: Network, actors: Actors) -> None:
    """Return to stop the life; raise what an actor found."""
    stop_at = _stop_at(world, network.now())
    while not (world.crowd.is_done or world.is_evening):
        await asyncio.sleep(1)
        _still_alive(actors)
        if network.now() > stop_at:
            world.stops += 1
            return
    world.is_evening = True
    network.weather = CALM
    life.database.calm()
    await _rest(life, network, actors)
    asked_on = world.today()
    world.said_before = world.disk.messages()
    for words_ in ("/balance", DIGITS, "/balance"):
        for person in world.crowd.people:
            world.crowd.ask(person, words_, network.now())
        network.bell.set()
        await _rest(life, network, actors)
    world.evening = (asked_on, world.today())
    world.is_over = True


def _stop_at(world: World, now: float) -> float:
    if world.stops < 2 and world.chance.random() < 0.3:
        return now + world.chance.expovariate(1 / 60)
    return float("inf")


async def _rest(life: Life, network: Network, actors: Actors) -> None:
    """Wait until nothing is under way; AssertionError when something never comes to rest."""
    until = network.now() + _EVENING_SECONDS
    while left := await life.unfinished():
        _still_alive(actors)
        assert network.now() < until, f"never came to rest: {left}"
        await asyncio.sleep(1)


def _still_alive(actors: Actors) -> None:
    for actor in actors:
        if actor.done():
            actor.result()


def _bury(loop: SimLoop) -> None:
    """What a dead process was doing is nobody's concern any more."""
    loop.set_exception_handler(lambda _loop, _context: None)
    for task in asyncio.all_tasks(loop):
        task._log_destroy_pending = False  # type: ignore[attr-defined]  # asyncio has no other way
        coroutine = task.get_coro()
        if coroutine is not None:
            with suppress(BaseException):
                coroutine.close()
    loop.close()
