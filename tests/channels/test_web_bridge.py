"""The web chat on the real staircase and store: links, what is hidden, and being woken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import Parts, opened
from bot.app.assistant import Assistant, assemble
from bot.channels.web.machine import OpenedChat, Update
from bot.commands.books import import_into
from bot.errors import Refused
from bot.lender.madeup import SITUATIONS
from bot.lender.madeup.situations import situations
from bot.lender.tape.writing import write_tape
from bot.settings import load_settings

STARTED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WHO = SITUATIONS[1]


class Clock:
    """Stands until a test moves it."""

    def __init__(self) -> None:
        self.now = STARTED

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def assistant(tmp_path: Path, clock: Clock) -> AsyncIterator[Assistant]:
    settings = load_settings(
        database_url=f"sqlite:///{tmp_path / 'reprieve.db'}",
        secret_key="s" * 32,
        telegram_mode="off",
    )
    async with opened(settings) as parts:
        parts.clock = clock
        await _books(parts, tmp_path / "tape")
        yield assemble(parts)


async def _books(parts: Parts, folder: Path) -> None:
    today = parts.today()
    held = situations(today)
    borrowers = tuple(borrower for borrower, _ in held)
    write_tape(folder, today, borrowers, tuple(loan for _, loans in held for loan in loans))
    await import_into(parts, folder)


async def token(assistant: Assistant) -> str:
    parts = assistant.parts
    link = await parts.chats.make_link(
        WHO.borrower_ref, parts.new_id(), parts.clock(), timedelta(hours=1)
    )
    return link.token


async def visitor(assistant: Assistant) -> OpenedChat:
    return await assistant.bridge.open_chat(None, "en")


async def say(assistant: Assistant, chat: OpenedChat, key: str, text: str) -> int:
    return await assistant.bridge.receive(Update("web", key, chat.chat_id, "text", text))


async def press(assistant: Assistant, chat: OpenedChat, link: str) -> int:
    return await assistant.bridge.receive(Update("web", "link:1", chat.chat_id, "link", link))


async def tap(assistant: Assistant, chat: OpenedChat, label: str) -> int:
    messages = await assistant.bridge.messages(chat.chat_id, 0)
    [choice] = [each for row in messages[-1].buttons for each in row if each.label == label]
    update = Update("web", f"tap:{choice.id}", chat.chat_id, "button", choice.id)
    return await assistant.bridge.receive(update)


async def proven(assistant: Assistant) -> OpenedChat:
    chat = await visitor(assistant)
    await press(assistant, chat, await token(assistant))
    await tap(assistant, chat, "Agree and go on")
    await say(assistant, chat, "digits:1", WHO.borrower().id_last4)
    return chat


async def seen(assistant: Assistant, chat: OpenedChat) -> tuple[int, list[str]]:
    """Where what is hidden ends, and the words after it."""
    found = await assistant.bridge.find_chat(chat.token)
    assert found is not None
    messages = await assistant.bridge.messages(chat.chat_id, found.hidden_until)
    return found.hidden_until, [message.text for message in messages]


async def test_a_chat_is_found_by_its_cookie_alone(assistant: Assistant) -> None:
    chat = await visitor(assistant)
    found = await assistant.bridge.find_chat(chat.token)

    assert found is not None
    assert (found.chat_id, found.locale) == (chat.chat_id, "en")
    assert await assistant.bridge.find_chat(b"\0" * 16) is None
    assert (await assistant.bridge.open_chat(b"\0" * 16, "zh")).token != b"\0" * 16


async def test_a_link_pressed_twice_stays_good_for_who_pressed_it(assistant: Assistant) -> None:
    chat, link = await visitor(assistant), await token(assistant)
    first = await press(assistant, chat, link)

    assert await press(assistant, chat, link) == first


async def test_a_link_that_was_pressed_elsewhere_is_no_good(assistant: Assistant) -> None:
    link = await token(assistant)
    await press(assistant, await visitor(assistant), link)
    with pytest.raises(Refused):
        await press(assistant, await visitor(assistant), link)


async def test_a_link_is_no_good_after_its_time(assistant: Assistant, clock: Clock) -> None:
    link = await token(assistant)
    clock.now += timedelta(hours=1, seconds=1)
    with pytest.raises(Refused):
        await press(assistant, await visitor(assistant), link)


async def test_whoever_finds_the_phone_later_sees_nothing_until_the_digits_are_given(
    assistant: Assistant, clock: Clock
) -> None:
    chat = await proven(assistant)
    _, before = await seen(assistant, chat)
    clock.now += timedelta(minutes=16)
    hidden, away = await seen(assistant, chat)
    await say(assistant, chat, "prove", "/prove")
    still, asked = await seen(assistant, chat)
    await say(assistant, chat, "digits:2", WHO.borrower().id_last4)
    shown, after = await seen(assistant, chat)

    assert any("LN-" in words for words in before)
    assert (away, still, shown) == ([], hidden, 0)
    assert asked
    assert not any("LN-" in words for words in asked)
    assert after[: len(before)] == before


async def test_a_waiting_page_is_woken_by_what_is_said_and_let_go_at_the_end(
    assistant: Assistant,
) -> None:
    chat = await visitor(assistant)
    draining = asyncio.ensure_future(assistant.outbox.run())
    async with aclosing(assistant.bridge.wake(chat.chat_id)) as seqs:
        first = await anext(seqs)
        last = await say(assistant, chat, "start", "/start")
        woken = await anext(seqs)
        ending = asyncio.ensure_future(anext(seqs, None))
        await asyncio.sleep(0)
        assistant.waking.stop()
        ended = await ending
    draining.cancel()
    await asyncio.wait({draining})

    assert (first, woken, ended) == (0, last, None)
    assert not assistant.waking.waiting
