"""The assistant over a made-up lender's books, for tests of its files."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.outbox import Outbox
from tests.chat.fixtures import ann, folder, house, imported, sam, staff, stranger
from tests.chat.house import House
from tests.store.wire import Wire

__all__ = ["ann", "folder", "house", "imported", "sam", "staff", "stranger"]


@pytest.fixture
def wire() -> Wire:
    """A channel without a fault."""
    return Wire()


@pytest.fixture
async def outbox(house: House, wire: Wire) -> AsyncIterator[Outbox]:
    """The outbox over that channel."""
    drain = Outbox(house.database, {"web": wire}, house.clock)
    yield drain
    await drain.close(1)
