"""The bots that are measured, each a process of its own: started, watched from outside, stopped.

It must not reach into any of them: what is told of a bot is what the system tells.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

from benchmarks.turns.competitors.keeping import make
from benchmarks.turns.conversations import MASTER_SECRET, write_conversations
from benchmarks.turns.telegram import FIRST_CHAT, PATH, SECRET, TOKEN, Telegram

HERE: Final = Path(__file__).parent / "competitors"
BUILD: Final = Path(__file__).parent.parent.parent / "build" / "turns"
_PATIENCE: Final = 60.0  # seconds a bot may take to be ready
_TICKS: Final = os.sysconf("SC_CLK_TCK")
# What each bot's first answer must hold: localised money. The no-break space is CLDR's.
_MONEY: Final = ("¥", "%C2%A5", "\\u00a5")


@dataclass(frozen=True)
class Bot:
    """What one bot is called, how it is started, and how its conversations are made."""

    name: str
    command: tuple[str, ...]
    prepare: Callable[[Path, int, int], None]
    environment: Callable[[int, str, Path], Mapping[str, str]]
    ready_at: str  # a path that answers 200 once it is ready; empty: it listens then


@dataclass(slots=True)
class Running:
    """A bot that is ready."""

    bot: Bot
    process: asyncio.subprocess.Process
    telegram: Telegram
    ready_after: float  # seconds

    def cpu_seconds(self) -> float:
        """User and system time of all its threads so far."""
        told = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / _TICKS

    def megabytes(self) -> float:
        """Memory it holds now that is in RAM."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        held = next(line for line in lines if line.startswith("VmRSS:"))
        return int(held.split()[1]) / 1024


def versions() -> tuple[str, ...]:
    """What the competitors stand on, as pinned."""
    pins = (HERE / "requirements.in").read_text().replace("==", " ").split("\n")
    package = json.loads((HERE / "package.json").read_text())
    node = subprocess.run(("node", "--version"), check=True, capture_output=True, text=True)
    wanted = ("aiogram", "aiosqlite")
    return (
        *(pin for pin in pins if pin.split(" ")[0] in wanted),
        *(f"{name} {version}" for name, version in package["dependencies"].items()),
        f"node {node.stdout.strip().lstrip('v')}",
    )


@asynccontextmanager
async def running(
    bot: Bot, folder: Path, talked_to: int, among: int | None = None
) -> AsyncIterator[Running]:
    """The bot over new conversations, its Telegram connected, its first answer looked at."""
    database = _prepared(bot, folder, talked_to, among or talked_to)
    port = _free_port()
    telegram = Telegram(port, talked_to, (among or talked_to) // talked_to)
    api = await telegram.listen()
    environment = {**os.environ, **bot.environment(port, api, database)}
    begun = monotonic()
    with database.with_name("log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *bot.command, env=environment, cwd=folder, stdout=log, stderr=log
        )
        try:
            await _ready(process, port, bot.ready_at)
            told = Running(bot, process, telegram, monotonic() - begun)
            await _look_at_an_answer(told)
            yield told
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


def _prepared(bot: Bot, folder: Path, talked_to: int, among: int) -> Path:
    folder.mkdir(parents=True)
    database = folder / "bot.db"
    bot.prepare(database, talked_to, among)
    return database


async def _ready(process: asyncio.subprocess.Process, port: int, path: str) -> None:
    until = monotonic() + _PATIENCE
    while not await _answers(port, path):
        if process.returncode is not None or monotonic() > until:
            raise RuntimeError(f"the bot did not start: see its log in {BUILD}")
        await asyncio.sleep(0.01)


async def _answers(port: int, path: str) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        if not path:
            return True
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        return (await reader.readline()).startswith(b"HTTP/1.1 200")
    except OSError:
        return False
    finally:
        writer.close()


async def _look_at_an_answer(told: Running) -> None:
    await told.telegram.closed(1)
    said = told.telegram.last_message.decode()
    if not any(sign in said for sign in _MONEY):
        raise RuntimeError(f"{told.bot.name} told no money: {said}")


def _free_port() -> int:
    """Below those that the system gives out: knocking at one of these may reach oneself."""
    for port in range(21_000, 32_000):
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")


def _as_reprieve(port: int, api: str, database: Path) -> Mapping[str, str]:
    return {
        "REPRIEVE_DATABASE_URL": f"sqlite:///{database}",
        "REPRIEVE_SECRET_KEY": MASTER_SECRET,
        "REPRIEVE_HTTP_PORT": str(port),
        "REPRIEVE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "REPRIEVE_IDLE_MINUTES": "1440",
        "REPRIEVE_TELEGRAM_MODE": "webhook",
        "REPRIEVE_TELEGRAM_TOKEN": TOKEN,
        "REPRIEVE_TELEGRAM_BASE_URL": api,
        "REPRIEVE_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "REPRIEVE_TELEGRAM_A_SECOND": "100000",
    }


def _as_competitor(port: int, api: str, database: Path) -> Mapping[str, str]:
    return {
        "API": api.removesuffix("/bot"),
        "DATABASE": str(database),
        "PORT": str(port),
        "SECRET": SECRET,
        "TOKEN": TOKEN,
        "WEBHOOK": PATH,
    }


def _made(path: Path, talked_to: int, _among: int) -> None:
    make(path, FIRST_CHAT, talked_to)


def _competitor(name: str, *command: str) -> Bot:
    return Bot(name, command, _made, _as_competitor, "")


_PYTHON: Final = str(BUILD / "venv" / "bin" / "python")
REPRIEVE: Final = Bot(
    "Reprieve",
    (str(Path(sys.executable).parent / "reprieve"), "run"),
    write_conversations,
    _as_reprieve,
    "/readyz",
)
COMPETITORS: Final = (
    _competitor("python-telegram-bot + aiosqlite", _PYTHON, str(HERE / "ptb_bot.py")),
    _competitor("aiogram 3 + aiosqlite", _PYTHON, str(HERE / "aiogram_bot.py")),
    _competitor("grammY + better-sqlite3", "node", str(BUILD / "node" / "grammy_bot.mjs")),
)
