"""Webhook delivery: the secret, order within a chat, retries, and what getWebhookInfo tells."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest
from aiohttp import web

from tests.simulator import Backoff, Bell, Chat, Clock, Simulator
from tests.simulator.calls import Json
from tests.simulator.raw import RawApi

pytest_plugins = ["tests.simulator.fixtures"]

Reply = Callable[[Json], web.Response]


class Hook:
    """A bot's webhook that writes down what it gets and answers as told."""

    def __init__(self) -> None:
        self.got: list[Json] = []
        self.secrets: list[str | None] = []
        self.rang = Bell()
        self.reply: Reply = lambda _update: web.Response()
        self.gate: asyncio.Event | None = None
        self.inside = 0
        self.most_inside = 0
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        update: Json = await request.json()
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        self.got.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.rang.ring()
        if self.gate is not None:
            await self.gate.wait()
        self.inside -= 1
        return self.reply(update)

    def texts(self) -> list[str]:
        return [one["message"]["text"] for one in self.got if "message" in one]

    async def until(self, count: int) -> None:
        await self.rang.until(lambda: len(self.got) >= count, 5)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    made = Hook()
    app = web.Application()
    app.router.add_post("/hook", made.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


async def test_updates_come_with_the_secret_and_are_then_forgotten(
    api: RawApi, simulator: Simulator, chat: Chat, hook: Hook
) -> None:
    await chat.say("before")
    await api("setWebhook", url=hook.url, secret_token="s3cret_-")
    await chat.say("after")
    await simulator.confirmed()
    assert hook.texts() == ["before", "after"]
    assert hook.secrets == ["s3cret_-"] * 2


async def test_a_failed_update_is_tried_again_and_holds_its_chat_back(
    api: RawApi, simulator: Simulator, chat: Chat, hook: Hook
) -> None:
    failures = [503, 500]
    hook.reply = lambda _update: web.Response(status=failures.pop(0) if failures else 200)
    await chat.say("one")
    await chat.say("two")
    await api("setWebhook", url=hook.url)
    await simulator.confirmed()
    assert hook.texts() == ["one", "one", "one", "two"]
    info = (await api("getWebhookInfo")).result
    assert info["last_error_message"] == (
        "Wrong response from the webhook: 500 Internal Server Error"
    )
    assert info["pending_update_count"] == 0
    assert simulator.webhook is not None
    assert [status for _, status in simulator.webhook.deliveries] == [503, 500, 200, 200]


def test_waits_double_up_to_a_most() -> None:
    assert [Backoff(first=1, most=8).after(tries) for tries in range(1, 6)] == [1, 2, 4, 8, 8]


async def test_waits_grow_by_the_simulators_clock(hook: Hook) -> None:
    clock = Clock(speed=0)
    async with Simulator(clock=clock, backoff=Backoff(first=1, most=8)) as simulator:
        chat = simulator.person().private_chat()
        hook.reply = lambda _update: web.Response(status=500)
        await simulator._server.obey({"method": "setWebhook", "url": hook.url})
        await chat.say("one")
        for tries, wait in enumerate((1, 2, 4, 8, 8), start=1):
            await hook.until(tries)
            await simulator.until(partial(waiting_after, simulator, tries))
            clock.advance(wait - 0.5)
            await asyncio.sleep(0)
            assert len(hook.got) == tries
            clock.advance(0.5)


def waiting_after(simulator: Simulator, tries: int) -> bool:
    return simulator.world.mailbox.pending[0].tries == tries


async def test_chats_do_not_wait_for_each_other_nor_taps_for_messages(
    api: RawApi, simulator: Simulator, chat: Chat, hook: Hook
) -> None:
    await api("sendMessage", chat_id=chat.id, text="card")
    hook.gate = asyncio.Event()
    await api("setWebhook", url=hook.url)
    other = simulator.person("Bo").private_chat()
    await chat.say("one")
    await chat.say("two")
    await chat.tap_data("x")
    await other.say("three")
    await hook.until(3)
    assert sorted(hook.texts()) == ["one", "three"]
    hook.gate.set()
    await simulator.confirmed()
    assert hook.most_inside == 3
    assert sorted(hook.texts()) == ["one", "three", "two"]


async def test_max_connections_is_kept(api: RawApi, simulator: Simulator, hook: Hook) -> None:
    hook.gate = asyncio.Event()
    await api("setWebhook", url=hook.url, max_connections=2)
    for name in ("a", "b", "c", "d", "e"):
        await simulator.person(name).private_chat().say(name)
    await hook.until(2)
    for _ in range(3):
        await api("getMe")  # A third delivery would have had the time of three calls to come.
    assert len(hook.got) == 2
    hook.gate.set()
    await simulator.confirmed()
    assert hook.most_inside == 2
    assert sorted(hook.texts()) == ["a", "b", "c", "d", "e"]


async def test_a_method_in_the_answer_is_called(
    api: RawApi, simulator: Simulator, chat: Chat, hook: Hook
) -> None:
    hook.reply = lambda _update: web.json_response(
        {"method": "sendMessage", "chat_id": chat.id, "text": "from the webhook"}
    )
    await api("setWebhook", url=hook.url)
    await chat.say("one")
    await chat.wait_for("from the webhook")
    await simulator.confirmed()


async def test_a_dead_webhook_keeps_its_updates_for_polling(
    api: RawApi, simulator: Simulator, chat: Chat
) -> None:
    await api("setWebhook", url="http://127.0.0.1:1/hook")
    await chat.say("one")
    await simulator.until(lambda: simulator.webhook and simulator.webhook.last_error)
    info = (await api("getWebhookInfo")).result
    assert info["pending_update_count"] == 1
    assert info["last_error_message"] == "Connection refused"
    await api("deleteWebhook")
    assert len(await api.updates()) == 1
    assert (await api("getWebhookInfo")).result["url"] == ""


async def test_duplicates_come_to_a_webhook_too(
    api: RawApi, simulator: Simulator, chat: Chat, hook: Hook
) -> None:
    await api("setWebhook", url=hook.url)
    simulator.duplicate_next(2)
    await chat.say("one")
    await simulator.confirmed()
    simulator.redeliver()
    await hook.until(4)
    await simulator.confirmed()
    assert hook.texts() == ["one"] * 4
    assert len({one["update_id"] for one in hook.got}) == 1


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"url": "http://example.org/x"}, "An HTTPS URL must be provided for webhook"),
        ({"url": "https://example.org:8000/x"}, "only on ports 80, 88, 443 or 8443"),
        ({"url": "https:///x"}, "invalid webhook URL specified"),
        ({"url": "https://example.org/x", "secret_token": "a" * 257}, "secret token is too long"),
        (
            {"url": "https://example.org/x", "secret_token": "a b"},
            "secret token contains unallowed characters",
        ),
    ],
)
async def test_a_wrong_webhook_is_refused(api: RawApi, params: dict[str, str], why: str) -> None:
    assert why in await api.refused("setWebhook", **params)


async def test_pending_updates_are_dropped_when_asked(api: RawApi, chat: Chat) -> None:
    await chat.say("one")
    await api("deleteWebhook", drop_pending_updates=True)
    assert await api.updates() == []
