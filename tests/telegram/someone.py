"""A borrower with Telegram on their phone: reads and presses by text key, in their language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.turn import text
from tests.chat.books import DIGITS
from tests.simulator import Chat, Message, Person, Tap
from tests.telegram.desk import Desk

LANGUAGES: Final = {"en": "en-GB", "zh_Hans": "zh-hans", "zh_Hant": "zh-hant"}
"""Our locales, and what Telegram calls each."""


@dataclass
class Someone:
    """A person's private chat with the bot."""

    desk: Desk
    person: Person
    locale: str = "en"

    @property
    def chat(self) -> Chat:
        return self.person.private_chat()

    def word(self, key: str, count: int | None = None, **slots: object) -> str:
        """What stands at a key, plain."""
        return self.desk.texts.plain(text(key, count, **slots), self.locale)

    def label(self, key: str, count: int | None = None, **slots: object) -> str:
        """The words of a button."""
        return self.desk.texts.label(text(key, count, **slots), self.locale)

    async def sees(self, key: str, count: int | None = None, **slots: object) -> Message:
        """The first of the news that holds the words of `key`, once it is there."""
        return await self.chat.wait_for(self.word(key, count, **slots))

    async def offered(self, key: str, count: int | None = None, **slots: object) -> Message:
        """The newest of the news with that button, once there is one."""
        label = self.label(key, count, **slots)
        await self.chat.wait_for(lambda message: _has(message, label))
        return next(message for message in reversed(self.chat.news) if _has(message, label))

    async def press(self, key: str, count: int | None = None, **slots: object) -> Tap:
        """Tap a button of the news, once it is there."""
        message = await self.offered(key, count, **slots)
        return await self.chat.tap(self.label(key, count, **slots), message)

    async def press_standing(self, key: str) -> Tap:
        """Tap the newest button of that name in sight, however long it has been there."""
        label = self.label(key)
        card = next(message for message in reversed(self.chat.received) if _has(message, label))
        return await self.chat.tap(label, card)

    async def answered(self, words: str, key: str) -> Message:
        """Type something and see the words of `key`."""
        await self.chat.say(words)
        return await self.sees(key)

    async def quiet(self) -> list[Message]:
        """The bot's news once everything has come and been answered."""
        await self.desk.simulator.until(lambda: not self.desk.simulator.pending)
        await self.desk.settled()
        return self.chat.news


def _has(message: Message, label: str) -> bool:
    return label in [button.label for button in message.buttons]


Arrives = Callable[..., Someone]


async def agreed(someone: Someone) -> Someone:
    """They pressed Start and agreed; nobody knows who they are."""
    await someone.chat.start()
    await someone.press("start.agree")
    await someone.sees("link.how")
    return someone


async def linked(someone: Someone, ref: str) -> Someone:
    """They came by the lender's link, agreed and gave their digits; the balance is before them."""
    await someone.chat.start(await someone.desk.link_token(ref))
    await someone.press("start.agree")
    await someone.sees("link.digits")
    await someone.chat.say(DIGITS)
    await someone.offered("task.why")
    return someone
