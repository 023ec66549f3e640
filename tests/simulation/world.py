"""What a simulation is made of and what stays when a life ends; a seed draws all of it.

It must not run anything: `day` does.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

from tests.chat.books import DIGITS
from tests.chat.clock import STARTED, ZONE
from tests.simulation.desk import Lender, Staff
from tests.simulation.disk import Disk, Drive
from tests.simulation.image import Image, image, shuffled, words
from tests.simulation.ledger import Ledger
from tests.simulation.network import Weather
from tests.simulation.people import Crowd, Person, digits_asked, tastes
from tests.simulation.post import Post
from tests.simulation.rooms import Rooms

_NAMES = count()
_FIRST_CHAT = 101


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
    said_before: frozenset[str] = frozenset()  # messages that answer no question of the evening
    evening: tuple[date, ...] = ()  # the days on which they were asked and answered
    told: int = 0  # balances looked at

    def wall(self) -> datetime:
        """The wall clock now."""
        return STARTED + timedelta(seconds=self.ledger.clock()) + self.leapt

    def today(self) -> date:
        """The lender's day."""
        return self.wall().astimezone(ZONE).date()


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
    borrowers = shuffled(chance, start.borrowers)[: chance.randrange(2, 6)]
    links = {ref: iter(tokens) for ref, tokens in start.links.items()}
    texts = words().texts
    people = []
    for number in range(chance.randrange(3, 6)):
        borrower = chance.choice(borrowers)
        locale = "zh_Hans" if chance.random() < 0.3 else "en"
        person = Person(
            chat=_FIRST_CHAT + number,
            locale=locale,
            digits=DIGITS,
            digits_asked=digits_asked(texts, locale),
            link=next(links[borrower.ref], "") if chance.random() < 0.95 else "",
            liked=tastes(texts, locale),
            acts_left=chance.randrange(20, 60),
        )
        people.append(person)
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
