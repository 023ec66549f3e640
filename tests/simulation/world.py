"""One simulation: what stays when a life ends, the lives one after another, the end of the day.

It must not judge what it sees: `promises` do.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import structlog

from bot.store.seal import Seals
from tests.chat.books import DIGITS
from tests.chat.clock import STARTED, ZONE
from tests.simulation.desk import Lender, Staff
from tests.simulation.disk import Disk, Drive, SimDatabase
from tests.simulation.hook import Poster
from tests.simulation.image import SECRET, Image, image, shuffled, words
from tests.simulation.ledger import Ledger
from tests.simulation.life import Life, born, ways_out
from tests.simulation.loop import Crash, Fuse, SimLoop
from tests.simulation.network import CALM, Network, Weather
from tests.simulation.people import Crowd, Person, tastes
from tests.simulation.post import Post
from tests.simulation.promises import check, check_disk
from tests.simulation.rooms import Rooms

_NAMES = count()
_EVENING_SECONDS = 3600.0  # until everything must have come to rest, once all trouble is over
_FIRST_CHAT = 101


@dataclass(frozen=True)
class Ran:
    """What a simulation came to."""

    seed: int
    digest: str
    steps: int
    lives: int
    seconds: float  # made up
    acts: int
    sent: int
    repeated: int


@dataclass
class World:
    """Everything that outlives a life."""

    seed: int
    chance: random.Random
    ledger: Ledger
    disk: Disk
    rooms: Rooms
    post: Post
    crowd: Crowd
    staff: Staff
    lender: Lender
    folder: Path
    weather: Weather
    drive: Drive
    crashes_left: int
    leaps_left: int
    now: float = 0.0
    leapt: timedelta = timedelta()
    steps: int = 0
    lives: int = 0
    stops: int = 0
    webhook: bool = False
    is_evening: bool = False
    is_over: bool = False
    stumbles: dict[str, int] = field(default_factory=dict)
    asked_at: int = 0  # what was taken from here on answers the last questions
    evening: tuple[date, ...] = ()  # the days on which they were asked and answered
    told: int = 0  # balances looked at

    def wall(self) -> datetime:
        """The wall clock now."""
        return STARTED + timedelta(seconds=self.ledger.clock()) + self.leapt

    def today(self) -> date:
        """The lender's day."""
        return self.wall().astimezone(ZONE).date()


def simulate(seed: int, *, trace: bool = False) -> Ran:
    """Run one seed to its end; raises AssertionError for a promise that was not kept."""
    with quiet():
        world = made(seed, trace=trace)
        try:
            with logged(world.ledger):
                while not world.is_over:
                    _live(world)
                check(world)
            return _ran(world)
        finally:
            world.disk.close()


def made(seed: int, *, trace: bool = False) -> World:
    """The world of a seed before its first life."""
    chance = random.Random(seed)
    start = image()
    ledger = Ledger(lambda: world.now, trace)
    rooms, post = Rooms(), Post(random.Random(chance.random()), chance.randrange(10**8, 9 * 10**8))
    people = _people(chance, start)
    world = World(
        seed=seed,
        chance=chance,
        ledger=ledger,
        disk=Disk(f"sim{next(_NAMES)}", start.folder, start.file),
        rooms=rooms,
        post=post,
        crowd=Crowd(random.Random(chance.random()), rooms, post, ledger, people),
        staff=Staff(random.Random(chance.random()), ledger, chance.randrange(4, 16)),
        lender=Lender(
            random.Random(chance.random()),
            ledger,
            start.borrowers,
            dict(start.loans),
            chance.randrange(6),
        ),
        folder=start.folder,
        weather=_weather(chance),
        drive=_drive(chance),
        crashes_left=chance.randrange(9),
        leaps_left=chance.randrange(5),
        webhook=chance.random() < 0.5,
    )
    return world


def _people(chance: random.Random, start: Image) -> list[Person]:
    """A few accounts; two may be of one borrower, and one may be a stranger's."""
    borrowers = shuffled(chance, start.borrowers)[: chance.randrange(2, 4)]
    links = {ref: iter(tokens) for ref, tokens in start.links.items()}
    people = []
    for number in range(chance.randrange(3, 6)):
        borrower = chance.choice(borrowers)
        link = next(links[borrower.ref], "") if chance.random() < 0.95 else ""
        locale = "zh_Hans" if chance.random() < 0.3 else "en"
        acts = chance.randrange(15, 40)
        liked = tastes(words().texts, locale)
        people.append(Person(_FIRST_CHAT + number, locale, DIGITS, link, liked, acts))
    return people


def _weather(chance: random.Random) -> Weather:
    bad = chance.choice((0.0, 0.02, 0.08))
    return Weather(
        busy=bad * chance.random(),
        refused=bad * chance.random(),
        broken=bad * chance.random(),
        lost=bad * chance.random(),
        late=bad * chance.random() / 2,
        latency=chance.choice((0.05, 0.2, 1.0)),
    )


def _drive(chance: random.Random) -> Drive:
    fails = chance.choice((0.0, 0.0, 0.0, 0.002))
    return Drive(slow=chance.choice((0.01, 0.1)), slowest=chance.choice((0.1, 2.0)), fails=fails)


# --- lives ----------------------------------------------------------------------------------------


def _live(world: World) -> None:
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


async def _until_over(
    world: World, life: Life, network: Network, actors: list[asyncio.Future[Any]]
) -> None:
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
    await _rest(world, life, network, actors)
    asked_on = world.today()
    world.asked_at = len(world.ledger.taken)
    for words_ in ("/balance", DIGITS, "/balance"):
        for person in world.crowd.people:
            world.crowd.ask(person, words_, network.now())
        network.bell.set()
        await _rest(world, life, network, actors)
    world.evening = (asked_on, world.today())
    world.is_over = True


def _stop_at(world: World, now: float) -> float:
    if world.stops < 2 and world.chance.random() < 0.3:
        return now + world.chance.expovariate(1 / 60)
    return float("inf")


async def _rest(
    world: World, life: Life, network: Network, actors: list[asyncio.Future[Any]]
) -> None:
    """Wait until nothing is under way; AssertionError when something never comes to rest."""
    until = network.now() + _EVENING_SECONDS
    while left := await life.unfinished():
        _still_alive(actors)
        assert network.now() < until, f"never came to rest: {left}"
        await asyncio.sleep(1)


def _still_alive(actors: list[asyncio.Future[Any]]) -> None:
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


# --- around a simulation --------------------------------------------------------------------------


@contextmanager
def quiet() -> Iterator[None]:
    """Dead lives are collected at the end, and their last words go unheard."""
    heard, sys.unraisablehook = sys.unraisablehook, lambda _: None
    was_collecting = gc.isenabled()
    gc.disable()
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
        gc.collect()
        if was_collecting:
            gc.enable()
        sys.unraisablehook = heard


@contextmanager
def logged(ledger: Ledger) -> Iterator[None]:
    """The assistant's log, into the notes."""

    def note(_logger: object, _method: str, event: Any) -> Any:
        for name in ("hmac", "ms"):
            event.pop(name, None)
        ledger.note("  log", *sorted(event.items()))
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[note], cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.configure(**before)


def _ran(world: World) -> Ran:
    taken = [each for each in world.ledger.taken if each.message_id]
    kinds = {(each.message_id, each.words) for each in taken}
    return Ran(
        seed=world.seed,
        digest=world.ledger.digest(),
        steps=world.steps,
        lives=world.lives,
        seconds=world.now,
        acts=len(world.ledger.acts),
        sent=len(kinds),
        repeated=len(taken) - len(kinds),
    )
