"""The disk every simulation starts from: a lender's books imported once, links already made.

It must not be changed by a simulation: each has a copy.
"""

from __future__ import annotations

import asyncio
import atexit
import random
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Final
from unittest.mock import patch

from bot.domain.books import TapeBorrower, TapeLoan
from bot.domain.policy import Policy, load_policy
from bot.store import chats
from bot.store.chats import Chats
from bot.store.connection import Database
from bot.store.seal import Seals
from bot.texts import Texts
from bot.understand import Understanding, Understood
from hatch_build import compile_catalogues
from tests.chat.books import LENDER
from tests.chat.clock import STARTED, TODAY, ZONE, Clock
from tests.chat.lender import publish

ROOT: Final = Path(__file__).parent.parent.parent
SECRET: Final = "a master secret of the simulations, 32 bytes and more"
_WHO: Final = frozenset({"ANN", "AMY", "SAM", "PIA", "DAN", "LI"})
_LINKS = 3  # for each borrower


@dataclass(frozen=True)
class Image:
    """The files, the books they came from, and links not pressed yet, by borrower."""

    file: Path
    folder: Path
    borrowers: tuple[TapeBorrower, ...]
    loans: dict[str, TapeLoan]
    links: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Words:
    """What is read once for all simulations."""

    texts: Texts
    understand: Callable[[str, str], Understood]
    policy: Policy


@cache
def words() -> Words:
    """Catalogues, understanding and policy as they are shipped."""
    compile_catalogues(ROOT)
    texts = Texts(ROOT, zone=ZONE)
    policy = load_policy((ROOT / "policy" / "default.toml").read_text(encoding="utf-8"))
    return Words(texts, cache(Understanding(texts)), policy)


@cache
def image() -> Image:
    """Made once a process, in memory where the machine lends some."""
    shared = Path("/dev/shm")  # noqa: S108  # a folder of ours is made in it
    where = shared if shared.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="reprieve-simulation-", dir=where))
    atexit.register(forget)
    return asyncio.run(_made(folder))


def forget() -> None:
    """Remove its files, and make others when they are wanted again."""
    if image.cache_info().currsize:
        shutil.rmtree(image().folder, ignore_errors=True)
        image.cache_clear()


async def _made(folder: Path) -> Image:
    database = await Database.open(folder / "image.db")
    seals = Seals(folder / "image.keys", SECRET.encode())
    seals.create(["system"])
    books = [(borrower, loans) for borrower, loans in LENDER if borrower.ref in _WHO]
    borrowers = tuple(borrower for borrower, _ in books)
    loans = {loan.ref: loan for _, theirs in books for loan in theirs}
    clock = Clock()
    try:
        tape = (borrowers, tuple(loans.values()))
        await publish(folder / "tape", (database, seals), clock, tape, TODAY)
        with patch.object(chats, "secrets", _same_always()):
            links = await _links(Chats(database, seals), borrowers, clock)
    finally:
        await database.close()
        seals.close()
    return Image(folder / "image.db", folder, borrowers, loans, links)


def _same_always() -> SimpleNamespace:
    """In place of `secrets`: links are typed by people, and what they type is in the digest."""
    chance = random.Random(0)
    return SimpleNamespace(token_urlsafe=lambda size: chance.randbytes(size).hex())


async def _links(
    store: Chats, borrowers: tuple[TapeBorrower, ...], clock: Clock
) -> dict[str, tuple[str, ...]]:
    made: dict[str, tuple[str, ...]] = {}
    for borrower in borrowers:
        links = [
            await store.make_link(borrower.ref, clock.new_id(), STARTED, timedelta(days=30))
            for _ in range(_LINKS)
        ]
        made[borrower.ref] = tuple(link.token for link in links)
    return made


def shuffled(chance: random.Random, borrowers: tuple[TapeBorrower, ...]) -> list[TapeBorrower]:
    """The borrowers in a drawn order."""
    return chance.sample(list(borrowers), len(borrowers))
