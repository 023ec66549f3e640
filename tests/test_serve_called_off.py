"""A turn called off in the middle of its commit: what was to follow is taken up again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.serve import Update
from bot.store.connection import Plan
from tests.chat.fixtures import ann, folder, house, imported, stranger
from tests.chat.house import House
from tests.chat.person import Chat

__all__ = ["ann", "folder", "house", "imported", "stranger"]


async def _done(house: House, source: str) -> int:
    rows = await house.rows("SELECT state FROM inbox WHERE source = :source", source=source)
    assert {row["state"] for row in rows} <= {"done"}
    return len(rows)


async def test_what_follows_a_turn_that_was_called_off_is_taken_up_again(
    house: House, stranger: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stranger.say("/balance")  # the privacy notice first, then on with what was wanted
    agree = await stranger.find("start.agree")
    assert agree is not None
    commit, durable = house.database.commit, asyncio.Event()

    async def never_told(plan: Plan, *then: Callable[[], object]) -> None:
        await commit(plan, *then)
        durable.set()
        await asyncio.Event().wait()

    update = Update("web", "agreed", stranger.id, "button", {"button": agree.id})
    with monkeypatch.context() as slow:
        slow.setattr(house.database, "commit", never_told)
        turn = asyncio.create_task(house.serve.receive(update))
        await durable.wait()
        turn.cancel()
        await asyncio.gather(turn, return_exceptions=True)
    assert await house.serve.resume() == 1
    assert await house.serve.resume() == 0
