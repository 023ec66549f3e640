"""A chat that sends thousands at once: read in measure, told so, and no burden to the others."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import count

import pytest

from bot.channels.telegram.flooding import Floods
from bot.channels.telegram.reading import Came
from bot.serve import Update
from tests.simulator import Simulator
from tests.telegram.conftest import Linked
from tests.telegram.desk import Desk, excuse
from tests.telegram.someone import Someone

READ = 40  # at once, and then one in two seconds
FLOOD = 2_000
both_ways = pytest.mark.parametrize("mode", ["polling", "webhook"])


@dataclass
class Stream:
    """Updates as they come from Telegram, past the simulator; `turns` says whose turn came when."""

    desk: Desk
    now: float = 1_000.0
    turns: list[str] = field(default_factory=list)
    before_the_last: int = 0  # turns begun when the last of what came was there
    _numbers: count[int] = field(default_factory=lambda: count(10**9))

    def __post_init__(self) -> None:
        self.desk.telegram.arrivals.floods = Floods(lambda: self.now)
        serve = self.desk.assistant.serve
        receive = serve.receive

        async def watched(update: Update) -> None:
            self.turns.append(update.subject_id)
            await receive(update)

        serve.receive = watched  # type: ignore[method-assign]  # looked at, and passed on

    def words(self, said: str, *, by: Someone, times: int = 1) -> list[bytes]:
        """So many messages of one person."""
        return [_message(next(self._numbers), by.person.id, said) for _ in range(times)]

    async def come(self, raws: list[bytes]) -> None:
        """All of it as fast as Telegram can, and everything served."""
        arrivals = self.desk.telegram.arrivals
        if self.desk.mode == "polling":
            arrivals.begin(await arrivals.keep(raws))
        else:
            connections = asyncio.Semaphore(READ)

            async def posted(raw: bytes) -> None:
                async with connections:
                    self.before_the_last = len(self.turns)
                    await arrivals.take(raw)

            await asyncio.gather(*map(posted, raws))
        await self.desk.settled()


@pytest.fixture
async def stream(desk: Desk, ann: Someone) -> Stream:
    """What comes once Ann is linked."""
    await ann.quiet()
    ann.chat.mark = ann.chat.world.changes
    return Stream(desk)


@both_ways
async def test_a_flood_is_read_in_measure_told_so_once_and_delays_nobody(
    stream: Stream, ann: Someone, linked_as: Linked
) -> None:
    amy = await linked_as("AMY")
    stream.turns.clear()
    await stream.come(
        [*stream.words("/tips", by=ann, times=FLOOD), *stream.words("/balance", by=amy)]
    )
    await amy.offered("task.why")
    # Her turn is next among those that wait, not behind them.
    assert _at(stream) - stream.before_the_last <= 3
    assert len(stream.turns) == READ + 1 + 1
    told = [ann.word("heard.too_fast") in message.text for message in ann.chat.news]
    assert told == [False] * READ + [True]
    assert await stream.desk.inbox() == []
    assert await stream.desk.count("SELECT count(*) FROM inbox WHERE body IS NOT NULL") == 0
    meters = stream.desk.assistant.serve.machine.meters
    assert meters.turns["telegram", "", "passed_over"] == FLOOD - READ - 1


async def test_whoever_waits_is_read_again(stream: Stream, ann: Someone) -> None:
    await stream.come(stream.words("/tips", by=ann, times=READ + 5))
    stream.now += 2
    stream.turns.clear()
    await stream.come(stream.words("/tips", by=ann, times=2))
    assert len(stream.turns) == 1
    stream.now += 60
    await stream.come(stream.words("/tips", by=ann, times=2))
    assert len(stream.turns) == 3


async def test_words_passed_over_answer_no_question(stream: Stream, ann: Someone) -> None:
    await ann.chat.say("/relief")
    await ann.press("relief.apply")
    await ann.press("reason.illness")
    await ann.sees("relief.details.ask", longest=1000)
    arrivals, text = stream.desk.telegram.arrivals, Came(str(ann.person.id), "text")
    while arrivals.floods.reads(text):
        pass
    await ann.chat.say("I was ill")
    told = await ann.sees("heard.too_fast")
    assert ann.word("relief.details.ask", longest=1000) in told.text


async def test_a_group_that_floods_is_told_nothing(
    stream: Stream, ann: Someone, simulator: Simulator
) -> None:
    raws = [_message(n, ann.person.id, "hello", place=-100_5) for n in range(READ * 3)]
    stream.turns.clear()
    await stream.come(raws)
    assert len(stream.turns) == 1  # where to write, said once
    assert await stream.desk.inbox() == []
    excuse(simulator, "chat not found")


def test_whoever_blocks_the_bot_in_a_flood_is_heard() -> None:
    floods = Floods(lambda: 0.0)
    read = [floods.reads(Came("7", "text")) for _ in range(READ + 1)]
    assert read == [True] * READ + [False]
    assert floods.reads(Came("7", "member", {"reachable": False}))
    assert floods.reads(Came("8", "text"))
    assert floods.instead(Came("-5", "group")) is None


def test_a_tap_passed_over_is_not_answered_either() -> None:
    instead = Floods(lambda: 0.0).instead(Came("7", "button", {"button": "x"}, tap="1"))
    assert instead is not None
    assert (instead.kind, instead.tap) == ("unusable", None)


def _message(number: int, sender: int, words: str, place: int | None = None) -> bytes:
    chat = {"id": place or sender, "type": "private" if place is None else "supergroup"}
    message = {
        "message_id": number % 1_000_000,
        "date": 0,
        "from": {"id": sender, "is_bot": False, "first_name": "A"},
        "chat": chat,
        "text": words,
    }
    return json.dumps({"update_id": number, "message": message}).encode()


def _most(turns: list[str]) -> str:
    return Counter(turns).most_common(1)[0][0]


def _at(stream: Stream) -> int:
    """Where the only turn of somebody else came."""
    flooding = _most(stream.turns)
    (at,) = (place for place, whose in enumerate(stream.turns) if whose != flooding)
    return at
