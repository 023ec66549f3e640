"""The store every import of a test goes into."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.connection import Database
from bot.store.seal import Seals
from tests.lender.store import Store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "reprieve.db")
    seals = Seals(tmp_path / "reprieve.keys", b"s" * 32)
    yield database, seals
    await database.close()
    seals.close()
