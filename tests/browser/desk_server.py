"""The console on a real server, over a desk with a few cases waiting."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from tests.console.world import World, open_world

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@dataclass(slots=True)
class Desk:
    """A running console with two cases and an urgent request."""

    world: World
    loop: asyncio.AbstractEventLoop
    url: str
    case_id: str
    request_id: str

    def status(self) -> str:
        """Where the first case stands."""
        asked = self.world.status(self.case_id)
        return asyncio.run_coroutine_threadsafe(asked, self.loop).result(timeout=30)


class _Running:
    """The desk in a thread of its own, as the browser holds the test's."""

    def __init__(self, place: Path) -> None:
        self.desk: Desk | None = None
        self.ready = threading.Event()
        self._place = place
        self._over: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def stop(self) -> None:
        if self._loop is not None and self._over is not None:
            self._loop.call_soon_threadsafe(self._over.set)
        self.thread.join(timeout=30)

    async def _run(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with open_world(self._place) as world:
                await self._serve(world, self._loop, self._over)
        finally:
            self.ready.set()

    async def _serve(
        self, world: World, loop: asyncio.AbstractEventLoop, over: asyncio.Event
    ) -> None:
        case_id, request_id = await _waiting(world)
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            config = uvicorn.Config(world.app, log_config=None, lifespan="off")
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            # The socket queues what comes before the server listens, so nobody waits for it.
            self.desk = Desk(world, loop, url, case_id, request_id)
            self.ready.set()
            await over.wait()
            server.should_exit = True
            await serving


async def _waiting(world: World) -> tuple[str, str]:
    await world.add_staff("reviewer")
    first, second = await world.chat("B1", "zh_Hans"), await world.chat("B2")
    upload = await world.upload(first, "png", PNG, "note.png")
    case = await world.file_case(first, "L1", "RP-0000-0001", details="Ill.", uploads=(upload,))
    await world.say(first, ("me", "hello"), ("reprieve", "<b>Welcome</b>"))
    world.clock.forward(days=1)
    await world.file_case(second, "L2", "RP-0000-0002")
    return case.id, await world.ask(second, "I cannot go on", urgent=True)


@contextmanager
def desk_server(place: Path) -> Iterator[Desk]:
    """Serve a desk on a port of its own until the block ends."""
    running = _Running(place)
    running.thread.start()
    try:
        assert running.ready.wait(timeout=60)
        assert running.desk is not None
        yield running.desk
    finally:
        running.stop()
