"""Updates whose turn fails: kept, tried again, set aside after three; the rest goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from msgspec import structs

from bot.serve import Update
from bot.store.connection import Plan
from bot.turn import Outcome, Press, Turn
from handlers.tips import TASK
from tests.chat.house import House
from tests.chat.person import Chat, new_chat, press_link

Handle = Callable[[Turn], Outcome]


class Planted(Exception):  # a fault of the test's own
    """Something only a bug would raise."""


@pytest.fixture
async def failing(house: House) -> AsyncIterator[House]:
    """A house whose tips have a bug, until `mend` is called."""
    house.patient = True
    tips = house.menu["tips"]

    def broken(_turn: Turn) -> Outcome:
        raise Planted("¥10,544.25 is owed by Ann Test")

    house.menu["tips"] = replace(tips, handle=broken)
    await house.restart()
    yield house
    house.menu["tips"] = tips
    house.faults.clear()


async def mend(house: House) -> None:
    """The bug is gone, as after a new version."""
    house.menu["tips"] = TASK
    await house.restart()


async def state(house: House) -> list[tuple[object, ...]]:
    """What is not done: state, attempts, error, and whether a body is kept."""
    rows = await house.rows(
        "SELECT state, attempts, error, body IS NOT NULL FROM inbox WHERE state <> 'done'"
    )
    return [tuple(row) for row in rows]


async def test_an_update_whose_turn_fails_is_kept_with_its_body(
    failing: House, stranger: Chat
) -> None:
    await stranger.say("/tips")
    assert await state(failing) == [("waiting", 1, "Planted", 1)]


async def test_a_full_disk_is_no_try_of_an_update(
    house: House, stranger: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a disk that is full for a while, and a bug that passes, would set it aside."""
    commit, full = house.database.commit, sqlite3.OperationalError("full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    times = iter([full])

    async def full_once(plan: Plan, *then: Callable[[], object]) -> None:
        for failed in times:
            raise failed
        await commit(plan, *then)

    monkeypatch.setattr(house.database, "commit", full_once)
    house.patient = True
    await stranger.say("/tips")
    assert await state(house) == [("waiting", 0, "OperationalError", 1)]


async def test_it_succeeds_once_the_fault_is_mended(failing: House, stranger: Chat) -> None:
    await stranger.say("/tips")
    await failing.tick()
    assert await state(failing) == [("waiting", 2, "Planted", 1)]
    await mend(failing)
    await failing.tick()
    assert await state(failing) == []
    assert await stranger.find("tips.agents.title")


async def test_after_three_failures_it_is_set_aside_and_the_person_told(
    failing: House, stranger: Chat
) -> None:
    await stranger.say("/tips")
    await failing.tick()
    await failing.tick()
    assert [row[0] for row in await state(failing)] == ["quarantined"]
    assert "sorry" in (await stranger.last()).text
    before = len(await stranger.messages())
    await failing.tick()
    assert len(await stranger.messages()) == before


async def test_what_was_set_aside_keeps_its_body_for_whoever_mends(
    failing: House, stranger: Chat
) -> None:
    await stranger.say("/tips")
    for _ in range(4):
        await failing.tick()
    assert (await state(failing))[0][3] == 1


@pytest.mark.usefixtures("failing")
async def test_the_next_update_is_unharmed(stranger: Chat) -> None:
    await stranger.say("/tips")
    await stranger.say("/help")
    assert stranger.told("help.can_do")


async def test_other_chats_are_unharmed(failing: House, stranger: Chat) -> None:
    other = await new_chat(failing)
    await stranger.say("/tips")
    await other.say("/start")
    assert other.told("start.privacy")


async def test_the_same_update_again_while_it_waits_is_tried_not_doubled(
    failing: House, stranger: Chat
) -> None:
    await stranger.say("/tips", key="one")
    await stranger.say("/tips", key="one")
    assert len(await state(failing)) == 1
    await mend(failing)
    await stranger.say("/tips", key="one")
    assert await state(failing) == []
    cards = [message for message in await stranger.messages() if message.buttons]
    assert len(cards) == 1


async def test_it_waits_over_a_restart(failing: House, stranger: Chat) -> None:
    await stranger.say("/tips")
    await mend(failing)
    await failing.tick()
    assert await stranger.find("tips.agents.title")


async def test_a_body_is_blanked_once_its_turn_has_committed(
    failing: House, stranger: Chat
) -> None:
    await stranger.say("/tips")
    await mend(failing)
    await failing.tick()
    assert await failing.rows("SELECT 1 FROM inbox WHERE body IS NOT NULL") == []


async def test_what_follows_a_gate_is_not_lost_when_it_fails(failing: House) -> None:
    """Agreeing leads on to what was wanted: that part waits, the agreement stands."""
    start = failing.menu["start"]

    def to_tips(turn: Turn) -> Outcome:
        return replace(start.handle(turn), go_on=Press("tips"))

    failing.menu["start"] = replace(start, handle=to_tips)
    await failing.restart()
    chat = await new_chat(failing)
    await chat.say("/start")
    assert (await state(failing))[0][:3] == ("waiting", 0, None)
    assert await chat.find("start.agree")
    failing.menu["start"] = start
    await mend(failing)
    await failing.tick()
    assert await chat.find("tips.agents.title")
    assert await state(failing) == []


async def test_what_follows_a_gate_fails_three_times_like_any_other(failing: House) -> None:
    start = failing.menu["start"]

    def to_tips(turn: Turn) -> Outcome:
        return replace(start.handle(turn), go_on=Press("tips"))

    failing.menu["start"] = replace(start, handle=to_tips)
    await failing.restart()
    chat = await new_chat(failing)
    await chat.say("/start")
    for _ in range(4):
        await failing.tick()
    assert [row[0] for row in await state(failing)] == ["quarantined"]
    assert "sorry" in (await chat.last()).text
    failing.menu["start"] = start


async def test_a_crash_between_a_gate_and_what_follows_it_leaves_nothing_out(
    house: House,
) -> None:
    chat = await new_chat(house)
    await press_link(chat, "ANN")
    house.patient = True
    agree = await chat.find("start.agree")
    assert agree is not None
    commit, count = house.database.commit, 0

    async def dies_after_the_first(plan: Plan, *then: Callable[[], object]) -> None:
        nonlocal count
        count += 1
        if count > 1:
            raise KeyboardInterrupt
        await commit(plan, *then)

    house.database.commit = dies_after_the_first  # type: ignore[method-assign,assignment]  # kill -9
    with pytest.raises(KeyboardInterrupt):
        await chat.send("button", agree.id)
    house.database.commit = commit  # type: ignore[method-assign]  # for closing
    await house.restart()
    house.patient = False
    await house.tick()
    assert "last four" in (await chat.last()).text


async def test_a_body_that_cannot_be_opened_is_set_aside_and_blocks_nothing(
    failing: House, stranger: Chat
) -> None:
    await stranger.say("/tips")
    await failing.database.write(lambda db: db.execute("UPDATE inbox SET body = x'00'"))
    other = await new_chat(failing)
    await other.say("/tips")
    await mend(failing)
    await failing.tick()
    assert [row[:1] for row in await state(failing)] == [("quarantined",)]
    assert await other.find("tips.agents.title")


async def test_updates_kept_raw_are_read_by_their_channel_later(house: House) -> None:
    chat = await new_chat(house)
    raw = [Update("mail", str(n), chat.id, "mail", {"raw": "/help"}) for n in range(3)]
    kept = await house.serve.keep(raw)
    assert len(kept) == 3
    assert await house.serve.keep(raw) == []
    assert await house.serve.resume() == 0  # held by the channel
    for update in kept:
        house.serve.let_go(update)

    async def read(update: Update) -> Update | None:
        if update.key == "1":
            return None
        if update.key == "2":
            raise Planted
        return structs.replace(update, kind="text", body={"text": update.body["raw"]})

    house.serve.interpreters["mail"] = read
    house.patient = True
    assert await house.serve.resume() == 3
    assert await chat.find("task.balance")
    rows = await house.rows("SELECT key, state FROM inbox WHERE source = 'mail' ORDER BY key")
    assert [row["state"] for row in rows] == ["done", "waiting", "waiting"]
    await house.serve.finish(kept[1])
    await house.serve.set_aside(kept[2], "unreadable")
    rows = await house.rows("SELECT key, state FROM inbox WHERE source = 'mail' ORDER BY key")
    assert [row["state"] for row in rows] == ["done", "done", "quarantined"]


async def test_what_is_held_does_not_stand_before_what_has_no_turn(
    house: House, stranger: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood whose turns wait in memory must not keep the inbox from trying others again."""
    monkeypatch.setattr("bot.store.inbox._AT_ONCE", 2)
    house.patient = True
    held = [Update("test", f"a{n}", stranger.id, "text", {"text": "/help"}) for n in range(5)]
    await house.serve.keep(held)
    other = Update("test", "b", stranger.id, "text", {"text": "/tips"})
    await house.serve.keep([other])
    house.serve.let_go(other)
    await house.tick()
    assert [
        row["key"] for row in await house.rows("SELECT key FROM inbox WHERE state = 'done'")
    ] == ["b"]
