"""Telegram's limits, on a clock of our own: in all, a chat, a group, and what Telegram asks for."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from telegram import Bot
from telegram.error import BadRequest, RetryAfter

from bot.channels.telegram.pace import Pace, in_all
from bot.channels.telegram.sending import Attached, Sending
from bot.outbox import Later


@dataclass
class Time:
    """Stands until everybody waits, then jumps to whoever waits for the least."""

    now: float = 0.0
    waiting: list[tuple[float, asyncio.Event]] = field(default_factory=list)

    def seconds(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self.waiting.append((self.now + seconds, woken))
        await woken.wait()

    async def pass_by(self, until: float = float("inf")) -> None:
        """Go on as long as somebody waits, and not past `until`."""
        while True:
            for _ in range(200):  # whoever can go on does, up to its next sleep
                await asyncio.sleep(0)
            due = min((at for at, _ in self.waiting), default=float("inf"))
            if due > until or not self.waiting:
                return
            self.now = due
            for _, woken in (each for each in self.waiting if each[0] <= due):
                woken.set()
            self.waiting = [each for each in self.waiting if each[0] > due]


@dataclass
class Sender:
    """Sends as fast as the pace lets it, chat by chat; `went` says what went when."""

    time: Time = field(default_factory=Time)
    went: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pace = Pace(in_all(30), seconds=self.time.seconds, sleep=self.time.sleep)

    async def send(self, chat: int, messages: int) -> None:
        """One after the other, as the outbox does; what must wait long comes back then."""
        while messages:
            try:
                await self.pace.turn(chat)
            except Later as later:
                await self.time.sleep(later.seconds or 0)
                continue
            self.went.append((self.time.now, chat))
            messages -= 1

    async def all(self, *wanted: tuple[int, int], until: float = float("inf")) -> None:
        """So many messages to each chat."""
        tasks = [asyncio.create_task(self.send(*each)) for each in wanted]
        await self.time.pass_by(until)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def moments(self, chat: int) -> list[float]:
        return [at for at, to in self.went if to == chat]


def most_within(moments: Sequence[float], seconds: float) -> int:
    """The most that fell into any span of so many seconds."""
    return max(sum(at <= other < at + seconds for other in moments) for at in moments)


@pytest.fixture
def sender() -> Sender:
    return Sender()


async def test_no_second_sees_more_than_thirty_messages(sender: Sender) -> None:
    await sender.all(*((chat, 1) for chat in range(1, 301)))
    moments = [at for at, _ in sender.went]
    assert len(moments) == 300
    assert most_within(moments, 1.0) == 30
    assert moments[-1] < 10 * 1.05  # and no slower than that


async def test_a_chat_hears_one_message_a_second_after_a_burst_of_three(sender: Sender) -> None:
    await sender.all((7, 30))
    moments = sender.moments(7)
    assert moments[:3] == [0, 0, 0]
    assert most_within(moments, 3.0) == 3
    assert 27 <= moments[-1] <= 30


async def test_a_group_hears_twenty_messages_a_minute(sender: Sender) -> None:
    await sender.all((-100123, 60))
    moments = sender.moments(-100123)
    assert most_within(moments, 60.0) == 20
    assert most_within(moments, 3.0) == 3
    assert moments[-1] < 3 * 63


async def test_chats_that_have_had_their_share_delay_no_other(sender: Sender) -> None:
    floods = [(chat, 100) for chat in (*range(-5, 0), *range(1, 11))]
    await sender.all(*floods, until=20)
    before = len(sender.went)
    await sender.all((99, 1), until=sender.time.now)
    assert sender.went[before:] == [(sender.time.now, 99)]


async def test_whoever_came_first_goes_first(sender: Sender) -> None:
    await sender.all(*((chat, 1) for chat in range(1, 101)))
    assert [chat for _, chat in sender.went] == list(range(1, 101))


async def test_a_message_that_must_wait_long_goes_back_and_takes_nobodys_place(
    sender: Sender,
) -> None:
    await sender.all((-5, 20))
    with pytest.raises(Later) as later:
        await sender.pace.turn(-5)
    assert later.value.seconds is not None
    assert 5 < later.value.seconds <= 63
    await sender.all((1, 3), until=sender.time.now)
    assert len(sender.moments(1)) == 3


async def test_one_chat_asked_to_wait_holds_no_other(sender: Sender) -> None:
    sender.pace.hold(7, 60)
    sender.pace.hold(7, 60)
    await sender.all((7, 1), (8, 1))
    assert sender.went == [(0, 8), (60, 7)]


async def test_two_chats_asked_to_wait_hold_the_whole_channel(sender: Sender) -> None:
    sender.pace.hold(7, 60)
    sender.pace.hold(8, 40)
    await sender.all((7, 1), (8, 1), (9, 1))
    assert sorted(sender.went) == [(40, 8), (40, 9), (60, 7)]


async def test_a_wait_that_is_over_holds_nobody(sender: Sender) -> None:
    sender.pace.hold(7, 10)
    sender.time.now = 11.0
    sender.pace.hold(8, 40)
    assert sender.pace.takes_now(9)


async def test_whoever_gave_up_waiting_took_no_place(sender: Sender) -> None:
    await sender.all((7, 3))
    await sender.all((7, 5), until=0.5)  # waits, and is called off
    sender.time.now = 3.2
    await sender.all((7, 3), until=3.2)
    assert sender.moments(7)[3:] == [3.2, 3.2, 3.2]


async def test_chats_of_long_ago_are_forgotten(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.pace._CHATS", 3)
    sender.time.now = 100.0
    await sender.all(*((chat, 1) for chat in range(1, 11)))
    assert len(sender.pace._chats) == 3


# --- every call that names a chat counts ---


class Calls:
    """A bot that notes what is called, and refuses as it is told."""

    def __init__(self, *refused: str) -> None:
        self.calls: list[str] = []
        self.refused = list(refused)
        self.base_url = ""
        self.request = SimpleNamespace(post=self._post)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # as the bot's methods
        async def call(*_given: object, **_more: object) -> SimpleNamespace:
            self._note(name)
            return SimpleNamespace(message_id=1)

        return call

    async def _post(self, url: str, _given: object) -> dict[str, int]:
        self._note(url.rpartition("/")[2])
        return {"message_id": 1}

    def _note(self, name: str) -> None:
        self.calls.append(name)
        if name in self.refused:
            self.refused.remove(name)
            raise BadRequest("Bad Request: no")


FILE = Attached("a.pdf", b"%PDF", "words")
CALLED = {
    "a text": (lambda to: to.part(7, "words", None), ()),
    "a text, then plain": (lambda to: to.part(7, "<b>words", None), ("sendMessage",)),
    "a photo": (lambda to: to.part(7, (b"png", "words"), None), ()),
    "a photo, then words": (lambda to: to.part(7, (b"png", "words"), None), ("send_photo",)),
    "a file": (lambda to: to.part(7, FILE, None), ()),
    "a file, then plain": (lambda to: to.part(7, FILE, None), ("send_document",)),
    "an edit": (lambda to: to.edit(7, 1, "words", None), ()),
    "a deletion": (lambda to: to.delete(7, 1), ()),
    "a deletion, then buttons": (lambda to: to.delete(7, 1), ("delete_message",)),
}


@pytest.mark.parametrize(("send", "refused"), CALLED.values(), ids=CALLED.keys())
async def test_each_call_takes_its_turn(send: Any, refused: tuple[str, ...]) -> None:  # noqa: ANN401  # as above
    bot, turns = Calls(*refused), Counter[int]()

    class Counting(Pace):
        async def turn(self, chat: int) -> None:
            turns[chat] += 1

    await send(Sending(cast("Bot", bot), Counting(in_all(30))))
    assert len(bot.calls) == len(refused) + 1
    assert turns == {7: len(bot.calls)}


async def test_an_old_card_that_cannot_be_put_away_now_stays(sender: Sender) -> None:
    class Asking(Calls):
        def _note(self, _name: str) -> None:
            raise RetryAfter(30)

    sender.pace.hold(7, 60)
    await Sending(cast("Bot", Calls()), sender.pace).delete(7, 1)
    await Sending(cast("Bot", Asking()), sender.pace).delete(8, 1)
    assert not sender.pace.takes_now(7)
