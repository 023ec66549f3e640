"""A borrower who walks the short journey, acting once at each step: whatever dies, an answer comes.

Nothing is ever said twice by them: an update that was lost leaves them waiting for ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from bot.texts import Texts
from bot.turn import text
from tests.chat.books import DIGITS
from tests.chat.clock import ZONE
from tests.kills.lives import PATIENCE, ROOT
from tests.simulator import Message, Person

STORY: Final = "I was in hospital and could not work."
REFERENCE: Final = re.compile(r"RP-\w{4}-\w{4}")


@cache
def words() -> Texts:
    """The catalogues."""
    return Texts(ROOT, zone=ZONE)


@dataclass
class Walker:
    """One person with the lender's link of one borrower; `acts` counts what they say and press."""

    person: Person
    ref: str
    token: str
    acts: int = 0
    reference: str = ""

    async def walk(self) -> None:
        """Consent, digits, the application, sent."""
        await self.person.private_chat().start(self.token)  # a link is opened, nothing is said
        await self._press("start.agree")
        await self._sees("link.digits")
        await self._say(DIGITS)
        await self._offered("task.why")
        await self._say("/relief")
        await self._press("relief.apply")
        await self._press("reason.illness")
        await self._sees("relief.details.ask", longest=1000)
        await self._say(STORY)
        await self._press("form.files.none")
        await self._press("relief.day.unknown")
        await self._press("relief.submit")
        told = await self._waits(lambda message: REFERENCE.search(message.text) is not None)
        found = REFERENCE.search(told.text)
        self.reference = found.group() if found else ""

    async def ask(self) -> None:
        """How much they owe."""
        await self._say("/balance")
        await self._offered("task.why")

    async def _say(self, said: str) -> None:
        self.acts += 1
        await self.person.private_chat().say(said)

    async def _press(self, key: str) -> None:
        message = await self._offered(key)
        self.acts += 1
        await self.person.private_chat().tap(words().label(text(key), "en"), message)

    async def _offered(self, key: str) -> Message:
        label = words().label(text(key), "en")
        return await self._waits(lambda message: label in [one.label for one in message.buttons])

    async def _sees(self, key: str, count: int | None = None, **slots: object) -> Message:
        wanted = words().plain(text(key, count, **slots), "en")
        return await self._waits(lambda message: wanted in message.text)

    async def _waits(self, fits: Callable[[Message], bool]) -> Message:
        chat = self.person.private_chat()
        return await chat.wait_for(fits, within=PATIENCE)
