"""Fixtures for tests that talk to Telegram: `pytest_plugins = ["tests.simulator.fixtures"]`."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from telegram import Bot

from tests.simulator.chat import Chat
from tests.simulator.raw import RawApi
from tests.simulator.simulator import Simulator


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A fresh Telegram on a port of its own."""
    async with Simulator() as running:
        yield running


@pytest.fixture
async def api(simulator: Simulator) -> AsyncIterator[RawApi]:
    """Bare calls with the bot's token."""
    async with aiohttp.ClientSession() as session:
        yield RawApi(simulator.base_url + simulator.token, session)


@pytest.fixture
async def ptb(simulator: Simulator) -> AsyncIterator[Bot]:
    """The python-telegram-bot client, pointed at the simulator."""
    base_url, files = simulator.base_url, simulator.base_file_url
    async with Bot(simulator.token, base_url=base_url, base_file_url=files) as bot:
        yield bot


@pytest.fixture
async def chat(simulator: Simulator) -> Chat:
    """A private chat that has been started; its /start waits in the mailbox no more."""
    started = simulator.person().private_chat()
    await started.say("/start")
    simulator.world.mailbox.clear()
    return started
