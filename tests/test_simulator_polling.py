"""getUpdates: updates repeat until the offset confirms them, and only one poller is served."""

from __future__ import annotations

import asyncio

from telegram import Bot, Update

from tests.simulator import Chat, Clock, Simulator
from tests.simulator.raw import RawApi

pytest_plugins = ["tests.simulator.fixtures"]


def texts(updates: list[dict[str, dict[str, str]]]) -> list[str]:
    return [one["message"]["text"] for one in updates]


async def test_an_update_repeats_until_confirmed(
    api: RawApi, simulator: Simulator, chat: Chat
) -> None:
    for text in ("one", "two", "three"):
        await chat.say(text)
    first = await api.updates()
    assert texts(first) == ["one", "two", "three"]
    assert await api.updates() == first
    assert texts(await api.updates(offset=first[1]["update_id"])) == ["two", "three"]
    assert texts(await api.updates()) == ["two", "three"]
    assert await api.updates(offset=first[2]["update_id"] + 1) == []
    await simulator.confirmed()


async def test_limit_and_negative_offset(api: RawApi, chat: Chat) -> None:
    for text in ("one", "two", "three"):
        await chat.say(text)
    assert texts(await api.updates(limit=1)) == ["one"]
    assert texts(await api.updates(offset=-1)) == ["three"]
    assert texts(await api.updates()) == ["three"]


async def test_an_offset_from_the_future_confirms_nothing(api: RawApi, chat: Chat) -> None:
    await chat.say("one")
    assert texts(await api.updates(offset=2_000_000_000)) == ["one"]


async def test_a_long_poll_ends_when_something_comes(
    api: RawApi, simulator: Simulator, chat: Chat
) -> None:
    poll = asyncio.create_task(api.updates(timeout=50))
    await simulator.polled()
    await chat.say("now")
    assert texts(await poll) == ["now"]


async def test_a_long_poll_ends_empty_when_the_clock_says_so() -> None:
    async with (
        Simulator(clock=Clock(speed=0)) as simulator,
        Bot(simulator.token, base_url=simulator.base_url) as bot,
    ):
        poll = asyncio.create_task(bot.get_updates(timeout=10, read_timeout=30))
        await simulator.polled()
        simulator.clock.advance(9)
        assert not poll.done()
        simulator.clock.advance(1)
        assert await poll == ()


async def test_a_second_poller_ends_the_first(api: RawApi, simulator: Simulator) -> None:
    first = asyncio.create_task(api("getUpdates", timeout=50))
    await simulator.polled()
    second = asyncio.create_task(api("getUpdates", timeout=50))
    answer = await first
    assert answer.status == 409
    assert answer.description == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    assert not second.done()
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)


async def test_a_poller_that_hung_up_disturbs_nobody(
    api: RawApi, simulator: Simulator, chat: Chat
) -> None:
    gone = asyncio.create_task(api("getUpdates", timeout=50))
    await simulator.polled()
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    await simulator.until(lambda: not simulator.world.polling)
    await chat.say("still here")
    assert texts(await api.updates(timeout=50)) == ["still here"]
    assert not simulator.refused


async def test_polling_and_a_webhook_exclude_each_other(api: RawApi, simulator: Simulator) -> None:
    poll = asyncio.create_task(api("getUpdates", timeout=50))
    await simulator.polled()
    await api("setWebhook", url="http://127.0.0.1:9/hook")
    assert (await poll).description == "Conflict: terminated by setWebhook request"
    why = await api.refused("getUpdates")
    assert why == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    await api("deleteWebhook")
    assert await api.updates() == []


async def test_only_wanted_kinds_are_kept(api: RawApi, simulator: Simulator, chat: Chat) -> None:
    await api.updates(allowed_updates=["callback_query"])
    await chat.say("unheard")
    assert await api.updates(allowed_updates=[]) == []
    await chat.say("heard")
    assert texts(await api.updates()) == ["heard"]
    simulator.push({"message_reaction": {}})
    assert len(await api.updates()) == 1
    await api.updates(allowed_updates="junk")
    assert simulator.world.mailbox.allowed == set()


async def test_messages_live_a_day_and_taps_150_seconds(
    api: RawApi, ptb: Bot, simulator: Simulator, chat: Chat
) -> None:
    await ptb.send_message(chat.id, "card")
    await chat.say("one")
    await chat.tap_data("x")
    simulator.clock.advance(151)
    assert texts(await api.updates()) == ["one"]
    simulator.clock.advance(24 * 3600)
    assert await api.updates() == []


async def test_ids_jump_down_and_the_bot_still_gets_on(
    api: RawApi, simulator: Simulator, chat: Chat
) -> None:
    await chat.say("one")
    (one,) = await api.updates()
    simulator.jump_update_ids(to=1000)
    await chat.say("two")
    (two,) = await api.updates(offset=one["update_id"] + 1)
    assert (two["update_id"], two["message"]["text"]) == (1000, "two")
    assert await api.updates(offset=1001) == []


async def test_an_update_comes_twice_on_demand(
    api: RawApi, simulator: Simulator, chat: Chat
) -> None:
    simulator.duplicate_next()
    await chat.say("one")
    first, second = await api.updates()
    assert first == second
    assert await api.updates(offset=first["update_id"] + 1) == []
    simulator.redeliver(first["update_id"])
    assert await api.updates(offset=first["update_id"] + 1) == [first]
    assert await api.updates(offset=first["update_id"] + 1) == []


async def test_a_tap_overtakes_a_message_on_demand(
    api: RawApi, ptb: Bot, simulator: Simulator, chat: Chat
) -> None:
    await ptb.send_message(chat.id, "card")
    with simulator.swapped():
        await chat.say("one")
        await chat.tap_data("x")
    tap, message = await api.updates()
    assert "callback_query" in tap
    assert "message" in message
    assert tap["update_id"] < message["update_id"]


async def test_anything_can_be_pushed(api: RawApi, simulator: Simulator) -> None:
    simulator.push({"telepathy": {"from": 1}})
    simulator.push({"message": {"text": "\ud83d no chat"}})
    simulator.push({"update_id": 5, "message": None})
    updates = await api.updates()
    assert [set(one) - {"update_id"} for one in updates] == [
        {"telepathy"},
        {"message"},
        {"message"},
    ]
    assert updates[2]["update_id"] == 5
    assert Update.de_json(updates[0]) is not None
