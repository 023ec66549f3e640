"""What tests that chat begin with: books imported once a session, a copy of the files a test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.store.connection import Database
from bot.store.seal import Seals
from tests.chat.books import LENDER
from tests.chat.clock import TODAY, Clock
from tests.chat.house import SECRET, House, housed
from tests.chat.lender import Lender, Staff, publish
from tests.chat.person import Chat, linked, new_chat

LinkedChat = Callable[..., Awaitable[Chat]]


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the database, its keys and the tape they came from."""
    folder = tmp_path_factory.mktemp("imported")
    asyncio.run(_import_into(folder))
    return folder


async def _import_into(folder: Path) -> None:
    database = await Database.open(folder / "house.db")
    seals = Seals(folder / "house.keys", SECRET)
    try:
        borrowers = tuple(borrower for borrower, _ in LENDER)
        loans = tuple(loan for _, theirs in LENDER for loan in theirs)
        clock = Clock()
        store = (database, seals)
        await publish(folder / "tape", store, clock, (borrowers, loans), TODAY)
    finally:
        await database.close()
        seals.close()


@pytest.fixture
def folder(imported: Path, tmp_path: Path) -> Path:
    """A copy of the imported files that is the test's own."""
    return shutil.copytree(imported, tmp_path / "house")


@pytest.fixture
async def house(folder: Path) -> AsyncIterator[House]:
    """The assistant over those files."""
    async with housed(folder) as opened:
        yield opened


@pytest.fixture
def lender(house: House) -> Lender:
    """Whose tapes come next."""
    return Lender.of(house)


@pytest.fixture
def staff(house: House) -> Staff:
    """A reviewer."""
    return Staff(house)


@pytest.fixture
async def stranger(house: House) -> Chat:
    """A browser that nobody has linked or agreed in."""
    return await new_chat(house)


@pytest.fixture
async def ann(house: House) -> Chat:
    """The chat of somebody with one loan, 45 days late, whose case a person decides."""
    return await linked(house, "ann")


@pytest.fixture
async def amy(house: House) -> Chat:
    """The chat of somebody whose penalty is small enough for an answer at once."""
    return await linked(house, "amy")


@pytest.fixture
async def sam(house: House) -> Chat:
    """The chat of somebody with three loans, two of them late."""
    return await linked(house, "sam")
