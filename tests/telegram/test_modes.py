"""How updates come: polling that confirms after the commit, a webhook that answers after it."""

from __future__ import annotations

import asyncio
import io
import sqlite3

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.serve import Update
from handlers import TASKS
from tests.simulator import Simulator, faults
from tests.simulator.raw import RawApi
from tests.telegram.desk import WEBHOOK_SECRET, Desk, excuse
from tests.telegram.someone import LANGUAGES, Someone

SETS = {
    "setmycommands",
    "setmydescription",
    "setmyshortdescription",
    "setchatmenubutton",
    "deletemycommands",
}


async def test_the_second_start_sets_nothing_again(desk: Desk, simulator: Simulator) -> None:
    await simulator.until(lambda: simulator.calls_of("setChatMenuButton"))
    await desk.settled()
    await desk.restart()
    started = len(simulator.calls)
    await simulator.until(lambda: len(simulator.calls_of("getChatMenuButton")) == 2)
    again = [call.method for call in simulator.calls[started:] if call.method.lower() in SETS]
    assert again == []


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
async def test_commands_descriptions_and_menu_are_in_the_persons_language(
    desk: Desk, simulator: Simulator, locale: str
) -> None:
    await simulator.until(lambda: simulator.calls_of("setChatMenuButton"))
    await desk.settled()
    code = LANGUAGES[locale].partition("-")[0]
    someone = Someone(desk, simulator.person(language_code=code), locale)
    shown = {entry["command"]: entry["description"] for entry in someone.chat.commands}
    assert shown == {task.name: someone.word(f"command.{task.name}") for task in TASKS if task.menu}
    assert someone.chat.description == someone.word("bot.description")
    assert someone.chat.short_description == someone.word("bot.short_description")
    assert someone.chat.menu_button == {"type": "commands"}


async def test_trouble_during_set_up_is_tried_again(
    desk: Desk, simulator: Simulator, ann: Someone
) -> None:
    await desk.stop()
    simulator.fail("getMe", faults.server_error(502))
    simulator.fail("getMyCommands", faults.retry_after(1))
    await desk.start()
    await ann.chat.say("/balance")
    await ann.offered("task.why")


# --- polling ---


async def test_polling_takes_away_a_webhook_and_keeps_what_waits(
    desk: Desk, ann: Someone, simulator: Simulator
) -> None:
    await desk.stop()
    await set_webhook(simulator)
    await ann.chat.say("/balance")
    await desk.start()
    await ann.offered("task.why")
    assert simulator.webhook is None


async def test_a_webhook_set_while_polling_is_taken_away_again(
    ann: Someone, simulator: Simulator
) -> None:
    await set_webhook(simulator)
    await ann.chat.say("/balance")
    await ann.offered("task.why")
    assert simulator.webhook is None
    excuse(simulator, "terminated by setWebhook request")


async def test_another_poller_is_waited_for(desk: Desk, ann: Someone, simulator: Simulator) -> None:
    async with aiohttp.ClientSession() as session:
        api = RawApi(simulator.base_url + simulator.token, session)
        await api("getUpdates", timeout=0)
    simulator.fail("getUpdates", faults.refused(409, "Conflict: terminated by other getUpdates"))
    await ann.chat.say("/tips")
    await ann.quiet()
    await ann.chat.say("/balance")
    await ann.offered("task.why")
    assert await desk.inbox() == []


@pytest.mark.parametrize(
    "fault",
    [
        faults.server_error(502, html=True),
        faults.connection_reset(),
        faults.answer_lost(),
        faults.garbled(),
        faults.retry_after(1),
    ],
    ids=lambda fault: fault.name,
)
async def test_a_poll_that_fails_loses_nothing(
    ann: Someone, simulator: Simulator, fault: faults.Fault
) -> None:
    simulator.fail("getUpdates", fault)
    await ann.chat.say("/tips")
    await ann.chat.say("/balance")
    await ann.offered("task.why")
    assert len(await ann.quiet()) == 2


async def test_what_could_not_be_stored_is_not_confirmed_and_comes_again(
    desk: Desk, ann: Someone, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_disk(desk, monkeypatch)
    with capture_logs() as logs:
        await ann.chat.say("/balance")
        await ann.offered("task.why")
    assert "telegram.poll.not_stored" in [entry["event"] for entry in logs]
    await simulator.polled()
    first, second = simulator.calls_of("getUpdates")[-3:-1]
    assert first.params.get("offset") == second.params.get("offset")


# --- webhook ---


@pytest.mark.parametrize("mode", ["webhook"])
async def test_a_post_without_the_secret_is_refused(desk: Desk, ann: Someone) -> None:
    update = {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 5, "type": "private"}}}
    url = f"{desk.settings.url}/telegram/webhook"
    known = await desk.count("SELECT count(*) FROM inbox")
    async with aiohttp.ClientSession() as session:
        for given in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}, secret("é")):
            async with session.post(url, json=update, headers=given) as answer:
                assert answer.status == 403
        async with session.get(url, headers=secret()) as answer:
            assert answer.status == 405
        async with session.post(url, data=io.BytesIO(b" " * (1 << 21)), headers=secret()) as answer:
            assert answer.status == 413
        async with session.get(f"{desk.settings.url}/chat") as answer:
            assert answer.status == 200
    assert await desk.count("SELECT count(*) FROM inbox") == known
    await ann.quiet()


@pytest.mark.parametrize("mode", ["webhook"])
async def test_a_post_that_could_not_be_stored_is_answered_503_and_delivered_again(
    desk: Desk, ann: Someone, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_disk(desk, monkeypatch)
    await ann.chat.say("/balance")
    await ann.offered("task.why")
    assert simulator.webhook is not None
    assert [status for _, status in simulator.webhook.deliveries[-2:]] == [503, 200]


@pytest.mark.parametrize("mode", ["webhook"])
async def test_what_is_posted_is_decided_at_once_and_never_rests(desk: Desk, ann: Someone) -> None:
    await ann.chat.say("/balance")
    await ann.offered("task.why")
    rows = await desk.rows("SELECT kind FROM inbox WHERE source = 'telegram' ORDER BY key DESC")
    assert rows[0][0] == "text"  # one that was stored first is of the kind that nobody has read


@pytest.mark.parametrize("mode", ["webhook"])
async def test_what_is_posted_while_its_chat_is_busy_is_stored_and_answered_in_order(
    desk: Desk, ann: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve, begun, go_on, order = desk.assistant.serve, asyncio.Event(), asyncio.Event(), list[str]()
    receive = serve.receive

    async def slowly(update: Update) -> None:
        begun.set()
        await go_on.wait()
        order.append(str(update.body["text"]))
        await receive(update)

    monkeypatch.setattr(serve, "receive", slowly)
    first = asyncio.create_task(posted(desk, ann, 1, "/balance"))
    await begun.wait()
    assert [await posted(desk, ann, 2, "/why"), await posted(desk, ann, 3, "/tips")] == [200, 200]
    assert await desk.count("SELECT count(*) FROM inbox WHERE state = 'waiting'") == 2
    assert not first.done()
    go_on.set()
    assert await first == 200
    await ann.quiet()
    assert order == ["/balance", "/why", "/tips"]


@pytest.mark.parametrize("mode", ["webhook"])
async def test_the_webhook_asks_for_the_kinds_we_know_under_our_secret(
    desk: Desk, simulator: Simulator
) -> None:
    (call,) = simulator.calls_of("setWebhook")
    assert call.params["url"] == f"{desk.settings.url}/telegram/webhook"
    assert call.params["secret_token"] == WEBHOOK_SECRET
    assert "message" in call.params["allowed_updates"]


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_what_was_taken_when_the_power_went_is_served_before_what_comes_after(
    desk: Desk, ann: Someone, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as power_cut:
        power_cut.setattr("bot.channels.telegram.arriving.Arrivals.begin", _nothing)
        await ann.chat.say("/what_if")
        await simulator.until(lambda: not simulator.pending)
        await desk.kill()
    await ann.chat.say("/tips")
    await desk.start()
    await ann.chat.wait_for_news(1)
    await ann.quiet()
    assert ann.word("what_if.nothing_paid") in ann.chat.received[-2].text
    assert await desk.inbox() == []


def _nothing(_arrivals: object, _kept: object) -> None:
    """What was kept waits."""


async def test_a_turn_that_does_not_end_keeps_it_from_stopping_for_a_limit_only(
    desk: Desk, ann: Someone, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def endless(_update: Update) -> None:
        begun.set()
        await never.wait()

    with monkeypatch.context() as stuck:
        stuck.setattr(desk.assistant.serve, "receive", endless)
        await ann.chat.say("/balance")
        await begun.wait()
        await simulator.until(lambda: not simulator.pending)
        await desk.telegram.arrivals.close(0.01)
    await desk.restart()
    await ann.offered("task.why")
    assert await desk.inbox() == []


async def set_webhook(simulator: Simulator) -> None:
    """Somebody sets a webhook that nobody listens to."""
    async with aiohttp.ClientSession() as session:
        api = RawApi(simulator.base_url + simulator.token, session)
        await api("setWebhook", url="http://127.0.0.1:9/nowhere")


async def posted(desk: Desk, by: Someone, number: int, words: str) -> int:
    """The status of an update posted past the simulator."""
    sender = {"id": by.person.id, "is_bot": False, "first_name": "Ann"}
    place = {"id": by.person.id, "type": "private"}
    message = {"message_id": number, "from": sender, "chat": place, "date": 0, "text": words}
    update = {"update_id": 10**9 + number, "message": message}
    url = f"{desk.settings.url}/telegram/webhook"
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(10)) as session,
        session.post(url, json=update, headers=secret()) as answer,
    ):
        return answer.status


def full_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next updates cannot be kept, once."""
    serve = desk.assistant.serve
    keep, receive = serve.keep, serve.receive

    async def full(_given: object) -> list[Update]:
        monkeypatch.setattr(serve, "keep", keep)
        monkeypatch.setattr(serve, "receive", receive)
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(serve, "keep", full)
    monkeypatch.setattr(serve, "receive", full)


def secret(value: str = WEBHOOK_SECRET) -> dict[str, str]:
    """Telegram's header."""
    return {"X-Telegram-Bot-Api-Secret-Token": value}
