"""What a start loads, and what is loaded only when somebody asks for it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from http import HTTPStatus

import httpx
import pytest

from bot.asgi import Application, OnDemand, Receive, Scope, Send, answer

SELDOM = ("aiohttp", "litestar", "numpy", "prometheus_client", "telegram", "typst")


def loaded_by(program: str) -> list[str]:
    """Which libraries that are seldom needed a process has loaded at its end."""
    told = f"import sys\n{program}\nprint(*({{*{SELDOM}}} & set(sys.modules)))"
    done = subprocess.run((sys.executable, "-c", told), check=True, capture_output=True, text=True)
    return sorted(done.stdout.split())


def test_an_assistant_without_a_bot_loads_no_library_that_it_may_never_need() -> None:
    assert loaded_by("import bot.app.assistant, bot.command_line") == []


def test_a_bot_loads_its_own_library_and_none_of_the_pages() -> None:
    assert loaded_by("import bot.app.assistant, bot.channels.telegram") == ["aiohttp", "telegram"]


@pytest.fixture
def loads() -> list[str]:
    """One for each time that the application was loaded."""
    return []


@pytest.fixture
def application(loads: list[str]) -> OnDemand:
    """Says hello to everybody."""

    async def hello(_scope: Scope, _receive: Receive, send: Send) -> None:
        await answer(send, HTTPStatus.OK, b"hello")

    def made() -> Application:
        return hello

    def load() -> Callable[[], Application]:
        loads.append("loaded")
        return made

    return OnDemand(load)


async def test_an_application_is_loaded_once_for_all_who_ask_first(
    application: OnDemand, loads: list[str]
) -> None:
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        assert loads == []
        answers = await asyncio.gather(*(client.get("/chat") for _ in range(3)))
        assert [each.text for each in answers] == ["hello"] * 3
        assert loads == ["loaded"]
