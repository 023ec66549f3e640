"""A lender's text message gateway, on loopback: it checks the signature, and may fail."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.simulator.clock import PATIENCE_SECONDS
from tests.telegram.desk import CODE_SECRET


@dataclass
class FakeGateway:
    """`answers` are the statuses of the next posts, 200 when there are none left."""

    answers: list[int] = field(default_factory=list)
    posts: list[dict[str, str]] = field(default_factory=list)  # their headers
    taken: list[dict[str, Any]] = field(default_factory=list)  # bodies that were accepted
    url: str = ""
    _rung: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def post(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.posts.append(dict(request.headers))
        status = self.answers.pop(0) if self.answers else 200
        if not signed(request.headers["Reprieve-Timestamp"], body).endswith(
            request.headers["Reprieve-Signature"].removeprefix("sha256=")
        ):
            status = 403
        if status == 200:
            self.taken.append(json.loads(body))
        async with self._rung:
            self._rung.notify_all()
        return web.Response(status=status)

    async def code(self, number: int = 1) -> str:
        """The code of that text message, once it is there."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._rung:
            await self._rung.wait_for(lambda: len(self.taken) >= number)
        return str(self.taken[number - 1]["code"])

    async def refused(self) -> None:
        """Return once a post has come."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._rung:
            await self._rung.wait_for(lambda: len(self.posts) > len(self.taken))


def signed(moment: str, body: bytes) -> str:
    """As docs/telegram.md says."""
    message = moment.encode() + b"." + body
    return hmac.new(CODE_SECRET.encode(), message, hashlib.sha256).hexdigest()


@asynccontextmanager
async def listening() -> AsyncIterator[FakeGateway]:
    """A gateway on a port of its own."""
    gateway = FakeGateway()
    application = web.Application()
    application.router.add_post("/codes", gateway.post)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    gateway.url = f"http://127.0.0.1:{port}/codes"
    try:
        yield gateway
    finally:
        await runner.cleanup()
