"""What every console test needs: passwords that are cheap to check, and a desk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from bot.store import staff
from tests.console.world import World, open_world


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2 as fast as it goes: the tests are about what follows from a match."""
    monkeypatch.setattr(staff, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    staff._nobody.cache_clear()
    yield
    staff._nobody.cache_clear()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A desk with the tape imported and nobody waiting yet."""
    async with open_world(tmp_path) as opened:
        yield opened
