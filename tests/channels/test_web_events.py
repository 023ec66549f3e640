"""The stream that wakes the page."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from litestar.testing import TestClient

from bot.channels.web.events import stream
from bot.channels.web.limits import Limits
from bot.channels.web.machine import OpenedChat
from bot.channels.web.site import Site
from bot.settings import Settings
from tests.channels.web_machine import Line, WebMachine
from tests.channels.web_site import WebSite

EVENTS = "/chat/api/events"


def made() -> tuple[Site, WebMachine]:
    web = WebSite()
    site = Site(web.machine, web.texts, Settings(), web.ticks, None, Limits())
    return site, web.machine


async def opened(machine: WebMachine) -> OpenedChat:
    chat = await machine.open_chat(None, "en")
    machine.tell(chat.chat_id, Line("hello"))
    return chat


async def test_a_page_that_missed_something_is_woken_at_once() -> None:
    site, machine = made()
    chat = await opened(machine)
    async with aclosing(stream(site, chat.chat_id, 0)) as events:
        first = [await anext(events), await anext(events)]

    assert first == [b"retry: 2000\n\n", b"id: 1\nevent: wake\ndata: 1\n\n"]


async def test_a_page_that_knows_everything_is_woken_by_the_next_message() -> None:
    site, machine = made()
    chat = await opened(machine)
    async with aclosing(stream(site, chat.chat_id, 1)) as events:
        await anext(events)
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        machine.tell(chat.chat_id, Line("news"))
        woken = await waiting

    assert woken == b"id: 2\nevent: wake\ndata: 2\n\n"


async def test_a_quiet_stream_beats_and_still_hears_what_comes_after() -> None:
    site, machine = made()
    site.stream_beat = 0.001
    chat = await opened(machine)
    async with aclosing(stream(site, chat.chat_id, 1)) as events:
        await anext(events)
        beats = [await anext(events), await anext(events)]
        machine.tell(chat.chat_id, Line("news"))
        woken = await anext(events)
        while woken.startswith(b":"):
            woken = await anext(events)

    assert beats == [b": still here\n\n"] * 2
    assert woken.startswith(b"id: 2\n")


async def test_a_stream_ends_with_the_machine_and_leaves_nothing_behind() -> None:
    site, machine = made()
    chat = await opened(machine)
    events = stream(site, chat.chat_id, 1)
    await anext(events)
    waiting = asyncio.ensure_future(anext(events, None))
    await asyncio.sleep(0)
    machine.stop()

    assert await waiting is None
    assert site.streams == {}


async def test_a_tab_that_goes_away_frees_its_place() -> None:
    site, machine = made()
    chat = await opened(machine)
    events = stream(site, chat.chat_id, 1)
    await anext(events)
    waiting = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})

    assert site.streams == {}


def test_without_a_chat_there_is_nothing_to_wait_for() -> None:
    with TestClient(WebSite().app) as client:
        assert client.get(EVENTS).status_code == 204


def test_a_stream_names_its_kind_and_is_not_kept() -> None:
    site = WebSite()
    with TestClient(site.app) as client:
        client.post("/chat/api/messages", json={"id": "m1", "text": "a"})
        site.machine.stop()
        answer = client.get(EVENTS, headers={"Last-Event-ID": "1"})

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text == "retry: 2000\n\n"


def test_a_chat_has_so_many_streams_and_no_more() -> None:
    site = WebSite(limits=Limits(chat_streams=0))
    with TestClient(site.app) as client:
        client.post("/chat/api/messages", json={"id": "m1", "text": "a"})
        answer = client.get(EVENTS)

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "10")


def test_a_last_event_id_that_is_no_seq_is_turned_away() -> None:
    with TestClient(WebSite().app) as client:
        client.post("/chat/api/messages", json={"id": "m1", "text": "a"})
        answer = client.get(EVENTS, headers={"Last-Event-ID": "x"})

    assert answer.status_code == 400
