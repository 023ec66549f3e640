"""The books of the scenes: many borrowers alike, imported once, each with a link made for them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot.store.chats import Chats
from bot.store.connection import Database
from bot.store.seal import Seals
from tests.chat.books import cash, person
from tests.chat.clock import TODAY, Clock
from tests.chat.house import SECRET
from tests.chat.lender import publish

BORROWERS: Final = 24
_NAMES: Final = tuple(f"p{number:02d}" for number in range(BORROWERS))


async def imported(folder: Path) -> None:
    """`house.db`, `house.keys` and `links.json`: pairs of reference and token."""
    database = await Database.open(folder / "house.db")
    seals = Seals(folder / "house.keys", SECRET)
    try:
        clock = Clock()
        books = [person(name) for name in _NAMES], [cash(name, 45, 10_000, 200) for name in _NAMES]
        await publish(folder / "tape", (database, seals), clock, books, TODAY)
        chats, day = Chats(database, seals), timedelta(days=1)
        links = [
            (
                name.upper(),
                (await chats.make_link(name.upper(), clock.new_id(), clock(), day)).token,
            )
            for name in _NAMES
        ]
        (folder / "links.json").write_text(json.dumps(links))
    finally:
        await database.close()
        seals.close()


async def _link(chats: Chats, clock: Clock, ref: str) -> tuple[str, str]:
    link = await chats.make_link(ref, clock.new_id(), clock(), timedelta(days=1))
    return ref, link.token
