"""Trouble on demand: what strikes, what was done all the same, and the real rate limits."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import aiohttp
import pytest
from telegram import Bot
from telegram.error import Forbidden, NetworkError, RetryAfter

from tests.simulator import Chat, Clock, Fault, Outcome, Simulator, faults
from tests.simulator.raw import RawApi

pytest_plugins = ["tests.simulator.fixtures"]


async def test_429_says_when_to_come_back_and_nothing_is_sent(
    ptb: Bot, api: RawApi, simulator: Simulator, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    simulator.fail("sendMessage", faults.retry_after(7), times=2)
    with pytest.raises(RetryAfter) as told:
        await ptb.send_message(chat.id, "one")
    assert told.value.retry_after == timedelta(seconds=7)
    answer = await api("sendMessage", chat_id=chat.id, text="one")
    assert answer.headers["Retry-After"] == "7"
    assert answer.description == "Too Many Requests: retry after 7"
    await ptb.send_message(chat.id, "one")
    assert [one.text for one in chat.received] == ["one"]
    assert not simulator.refused


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [(faults.connection_reset(), False), (faults.answer_lost(), True), (faults.garbled(), True)],
)
async def test_a_broken_answer_is_not_a_broken_call(
    ptb: Bot, simulator: Simulator, chat: Chat, fault: Fault, *, arrived: bool
) -> None:
    simulator.fail("sendMessage", fault)
    with pytest.raises(Exception, match=r"disconnected|Invalid server response"):
        await ptb.send_message(chat.id, "one")
    assert [one.text for one in chat.received] == ["one"] * arrived
    call = simulator.calls_of("sendMessage")[-1]
    assert call.accepted is arrived
    assert call.fault == fault.name


async def test_a_reset_connection_breaks_aiohttp_too(
    api: RawApi, simulator: Simulator, chat: Chat
) -> None:
    simulator.fail("*", faults.connection_reset())
    with pytest.raises(aiohttp.ClientConnectionError):
        await api("sendMessage", chat_id=chat.id, text="one")
    assert (await api("sendMessage", chat_id=chat.id, text="two")).body["ok"]
    assert [one.text for one in chat.received] == ["two"]


@pytest.mark.parametrize("html", [False, True])
async def test_a_gateway_can_be_down(
    ptb: Bot, simulator: Simulator, chat: Chat, *, html: bool
) -> None:
    simulator.fail("sendMessage", faults.server_error(502, html=html))
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await ptb.send_message(chat.id, "one")
    assert simulator.calls_of("sendMessage")[-1].outcome is Outcome.HINDERED


async def test_telegram_can_be_down_and_come_back(
    api: RawApi, simulator: Simulator, chat: Chat
) -> None:
    async with simulator.outage():
        with pytest.raises(aiohttp.ClientConnectionError):
            await api("sendMessage", chat_id=chat.id, text="one")
        await chat.say("into the dark")
    assert (await api("sendMessage", chat_id=chat.id, text="two")).body["ok"]
    assert len(await api.updates()) == 1


async def test_a_mistake_of_the_simulators_own_is_not_swallowed() -> None:
    simulator = Simulator()
    await simulator.start()
    simulator.fail("*", faults.slow(0), where=lambda call: bool(call.params["missing"]))
    async with aiohttp.ClientSession() as session:
        api = RawApi(simulator.base_url + simulator.token, session)
        assert (await api("getMe")).status == 500
    with pytest.raises(ExceptionGroup, match="the simulator itself is wrong"):
        await simulator.stop()


async def test_a_slow_answer_waits_for_the_clock() -> None:
    async with (
        Simulator(clock=Clock(speed=0)) as simulator,
        Bot(simulator.token, base_url=simulator.base_url) as bot,
    ):
        chat = simulator.person().private_chat()
        await chat.say("/start")
        simulator.fail("sendMessage", faults.slow(20))
        sending = asyncio.create_task(bot.send_message(chat.id, "one"))
        await chat.wait_for("one")
        assert not sending.done()
        simulator.clock.advance(20)
        assert (await sending).text == "one"


async def test_a_fault_strikes_where_and_as_often_as_told(
    ptb: Bot, simulator: Simulator, chat: Chat
) -> None:
    other = simulator.person("Bo").private_chat()
    await other.say("/start")
    plan = simulator.fail("sendMessage", faults.forbidden(), times=None, chat_id=chat.id)
    await ptb.send_message(other.id, "fine")
    for _ in range(2):
        with pytest.raises(Forbidden):
            await ptb.send_message(chat.id, "one")
    plan.stop()
    await ptb.send_message(chat.id, "one")
    assert plan.struck == 2
    simulator.fail("*", faults.server_error(500), where=lambda call: "bad" in call.params["text"])
    await ptb.send_message(chat.id, "good")
    with pytest.raises(NetworkError):
        await ptb.send_message(chat.id, "bad")


async def test_rates_are_limited_per_chat_and_burst_tolerant(
    api: RawApi, simulator: Simulator, chat: Chat
) -> None:
    simulator.limit_rates()
    for number in range(3):
        assert (await api("sendMessage", chat_id=chat.id, text=f"{number}")).body["ok"]
    why = await api.refused("sendMessage", chat_id=chat.id, text="4")
    assert why == "Too Many Requests: retry after 3"
    simulator.clock.advance(3)
    assert (await api("sendMessage", chat_id=chat.id, text="4")).body["ok"]
    assert not simulator.refused


async def test_rates_are_limited_overall_and_per_group(api: RawApi, simulator: Simulator) -> None:
    limits = simulator.limit_rates()
    limits.chat_burst = 100
    person = simulator.person()
    group, other = person.group(), person.group()
    for number in range(20):
        assert (await api("sendMessage", chat_id=group.id, text=f"{number}")).body["ok"]
    assert "retry after" in await api.refused("sendMessage", chat_id=group.id, text="21")
    for number in range(10):
        assert (await api("sendMessage", chat_id=other.id, text=f"{number}")).body["ok"]
    why = await api.refused("sendMessage", chat_id=other.id, text="31")
    assert why == "Too Many Requests: retry after 1"
    simulator.clock.advance(1)
    assert (await api("sendMessage", chat_id=other.id, text="31")).body["ok"]
    assert (await api("sendMessage", chat_id=group.id, text="21")).status == 429
    simulator.clock.advance(59)
    assert (await api("sendMessage", chat_id=group.id, text="21")).body["ok"]
