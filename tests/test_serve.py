"""The staircase: one effect a key, one turn at a time for one person, versions for the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.errors import Broken, Refused, Rejected
from bot.serve import Update
from bot.serve.queueing import OneAtATime
from bot.store.connection import Conflict, Plan
from bot.turn import Access, Outcome, Rate, Say, Task, Turn, text
from tests.chat.fixtures import ann, folder, house, imported, stranger
from tests.chat.house import House
from tests.chat.person import Chat, linked, new_chat

__all__ = ["ann", "folder", "house", "imported", "stranger"]


async def _done(house: House, source: str) -> int:
    rows = await house.rows("SELECT state FROM inbox WHERE source = :source", source=source)
    assert {row["state"] for row in rows} <= {"done"}
    return len(rows)


async def test_the_same_key_again_has_one_effect(house: House, stranger: Chat) -> None:
    update = Update("web", "one", stranger.id, "text", {"text": "/tips"})
    for _ in range(3):
        await house.receive(update)
    assert len(await house.chats.messages(stranger.id, 0)) == 2
    assert await _done(house, "web") == 1
    assert len(house.turns) == 1  # the others were not even decided


async def test_the_same_key_at_once_has_one_effect(house: House, stranger: Chat) -> None:
    update = Update("web", "one", stranger.id, "text", {"text": "/tips"})
    await asyncio.gather(*(house.serve.receive(update) for _ in range(20)))
    assert len(await house.chats.messages(stranger.id, 0)) == 2


async def test_the_same_key_in_two_processes_at_once_has_one_effect(
    house: House, stranger: Chat
) -> None:
    beside = House(house.folder, house.clock, house.policy, house.texts, menu=house.menu)
    await beside.open()
    try:
        update = Update("web", "one", stranger.id, "text", {"text": "/tips"})
        await asyncio.gather(
            *(each.serve.receive(update) for each in (house, beside) for _ in range(5))
        )
        assert len(await house.chats.messages(stranger.id, 0)) == 2
    finally:
        await beside.close()


async def test_the_same_key_of_another_source_is_another_update(
    house: House, stranger: Chat
) -> None:
    for source in ("web", "telegram"):
        await house.receive(Update(source, "one", stranger.id, "text", {"text": "/tips"}))
    assert len(await house.chats.messages(stranger.id, 0)) == 4


async def test_messages_of_one_chat_keep_their_order(house: House, stranger: Chat) -> None:
    await asyncio.gather(*(stranger.say(f"word {n}") for n in range(10)))
    mine = [each for each in await stranger.messages() if each.speaker == "me"]
    assert [each.text for each in mine] == [f"word {n}" for n in range(10)]
    seqs = [each.seq for each in await house.chats.messages(stranger.id, 0)]
    assert seqs == list(range(1, len(seqs) + 1))


async def test_turns_of_one_person_in_two_chats_do_not_run_beside_each_other(
    house: House,
) -> None:
    one, other = await linked(house, "ann"), await linked(house, "ann")
    await asyncio.gather(
        *(chat.say(f"/{task}") for chat in (one, other) for task in ("why", "status", "relief"))
    )
    assert await house.rows("SELECT 1 FROM inbox WHERE state <> 'done'") == []


async def test_what_a_rule_refuses_is_said_and_nothing_changes(
    house: House, stranger: Chat
) -> None:
    def refuses(_turn: Turn) -> Outcome:
        raise Refused("case.unknown")

    house.menu["tips"] = Task("tips", refuses, Access.ANYONE)
    await house.restart()
    await stranger.say("/tips")
    assert stranger.keys == {"case.unknown"}


@pytest.mark.parametrize("no", [Refused("case.unknown"), Rejected("answer.choice")])
async def test_what_a_rule_refuses_staff_is_raised_and_may_be_tried_again(
    house: House, ann: Chat, no: Exception
) -> None:
    def refuses(_turn: Turn) -> Outcome:
        raise no

    good, house.menu["person"] = house.menu["person"], Task("person", refuses, Access.ANYONE)
    await house.restart()
    update = Update("staff", "f1", ann.id, "staff_wrote", {"staff_id": "s", "text": "Hello"})
    with pytest.raises(type(no)):
        await house.receive(update)
    house.menu["person"] = good
    await house.restart()
    await house.receive(update)
    assert (await ann.last()).text == "Hello"


async def test_a_turn_that_always_loses_is_kept_for_later(
    house: House, ann: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = house.database.commit
    lost = 0

    async def loses(plan: Plan, *then: Callable[[], object]) -> None:
        nonlocal lost
        if lost < 3:
            lost += 1
            raise Conflict("error.store.stale")
        await commit(plan, *then)

    monkeypatch.setattr(house.database, "commit", loses)
    house.patient = True
    await ann.say("/help")
    (row,) = await house.rows("SELECT state, error FROM inbox WHERE state <> 'done'")
    assert tuple(row) == ("waiting", "error.store.stale")
    house.patient = False
    await house.tick()
    assert await ann.find("task.balance")


async def test_a_turn_that_loses_once_decides_again(
    house: House, ann: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = house.database.commit
    lost = 0

    async def loses_once(plan: Plan, *then: Callable[[], object]) -> None:
        nonlocal lost
        lost += 1
        if lost == 1:
            raise Conflict("error.store.stale")
        await commit(plan, *then)

    monkeypatch.setattr(house.database, "commit", loses_once)
    await ann.say("/help")
    assert ann.told("help.can_do")
    assert lost == 2


async def test_an_update_of_a_chat_that_does_not_exist_is_kept_and_set_aside(
    house: House, stranger: Chat
) -> None:
    house.patient = True
    await house.receive(Update("web", "x", "nobody", "text", {"text": "hello"}))
    for _ in range(4):
        await house.tick()
    rows = await house.rows("SELECT key, state FROM inbox WHERE subject_id = 'nobody'")
    assert ("x", "quarantined") in [(row["key"], row["state"]) for row in rows]
    assert not [row for row in rows if row["state"] == "waiting" and row["key"] == "x"]
    await stranger.say("/help")
    assert stranger.told("help.can_do")


async def test_a_write_the_store_refuses_leaves_nothing_of_the_turn(
    house: House, ann: Chat
) -> None:
    def rates_badly(turn: Turn) -> Outcome:
        return Outcome((Say((text("rate.thanks"),)),), (Rate(turn.id, 9),))

    house.menu["tips"] = Task("tips", rates_badly, Access.ANYONE)
    await house.restart()
    house.patient = True
    before = len(await house.chats.messages(ann.id, 0))
    await ann.say("/tips")
    assert len(await house.chats.messages(ann.id, 0)) == before
    assert await house.rows("SELECT 1 FROM rating") == []


async def test_a_full_disk_loses_nothing_that_was_accepted(house: House, ann: Chat) -> None:
    """What cannot even be kept is told to the sender, who sends it again."""
    pages = await house.database.alone(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
    await house.database.alone(lambda db: db.execute(f"PRAGMA max_page_count = {pages}"))
    house.patient = True
    told: list[object] = []
    for n in range(30):
        try:
            await ann.say("/why", key=f"full{n}")
            told.append(None)
        except Exception as failed:  # noqa: BLE001  # whatever the sender sees
            told.append(failed)
    waiting = await house.rows("SELECT 1 FROM inbox WHERE state = 'waiting'")
    assert waiting or any(told), "the disk never was full"
    for _ in range(5):
        await house.tick()  # it waits, however often it is tried
    await house.database.alone(lambda db: db.execute("PRAGMA max_page_count = 1000000"))
    for n in range(30):
        await ann.say("/why", key=f"full{n}")
    house.patient = False
    await house.tick()
    rows = await house.rows("SELECT state FROM inbox WHERE key LIKE 'full%'")
    assert [row["state"] for row in rows] == ["done"] * 30


async def test_a_sender_is_told_when_not_even_keeping_works(
    house: House, ann: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(_plan: object) -> None:
        raise OSError

    monkeypatch.setattr(house.database, "commit", fails)
    house.patient = True
    with pytest.raises(OSError):  # noqa: PT011  # as planted
        await ann.say("/help")


async def test_what_nobody_reads_is_a_hint_and_no_fault(house: House, stranger: Chat) -> None:
    await house.receive(Update("web", "x", stranger.id, "hologram", {"kind": "unknown"}))
    assert stranger.told("heard.unknown")


async def test_many_people_at_once_are_each_answered_once(house: House) -> None:
    chats = [await new_chat(house) for _ in range(25)]
    await asyncio.gather(*(chat.say("/tips", key="same") for chat in chats))
    for chat in chats:
        assert len(await house.chats.messages(chat.id, 0)) == 2


async def test_whoever_sends_much_at_once_delays_nobody_else(house: House) -> None:
    many, one = await new_chat(house), await new_chat(house)
    order: list[str] = []

    async def turn(chat: Chat, number: int) -> None:
        await chat.say("/tips", key=f"{number}")
        order.append(chat.id)

    await asyncio.gather(*(turn(many, number) for number in range(40)), turn(one, 41))
    assert order.index(one.id) <= 3


async def test_locks_of_those_who_left_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.serve.queueing._LOCKS", 3)
    queue = OneAtATime()
    for n in range(10):
        async with queue.turn(f"s{n}"):
            queue.belongs(f"c{n}", f"s{n}")
    assert len(queue._locks) == 3
    assert len(queue._subject) <= 4


async def test_a_second_chat_of_a_borrower_waits_for_the_first() -> None:
    queue = OneAtATime()
    queue.belongs("one", "ann")
    queue.belongs("other", "ann")
    order: list[str] = []

    async def turn(chat: str) -> None:
        async with queue.turn(chat):
            order.append(f"{chat} begins")
            await asyncio.sleep(0)
            order.append(f"{chat} ends")

    await asyncio.gather(turn("one"), turn("other"))
    assert order == ["one begins", "one ends", "other begins", "other ends"]


async def test_words_are_kept_with_the_day_they_came_in(house: House, ann: Chat) -> None:
    """The key of the inbox is new each day: what came yesterday still opens today."""
    good = house.menu["tips"]

    def broken(_turn: Turn) -> Outcome:
        raise Broken("error.turn.busy")

    house.menu["tips"] = replace(good, handle=broken)
    await house.restart()
    house.patient = True
    await ann.say("/tips")
    house.faults.clear()
    house.menu["tips"] = good
    await house.restart()
    house.clock.forward(days=2)
    await house.tick()
    house.patient = False
    await house.check_nothing_waits()
    stored = await house.chats.messages(ann.id, 0)
    assert "Ten short tips" in stored[-1].body.html
